import * as openid from 'openid-client';

/** What a server tells about a token; `expiresAtMs` is absent where it does not say. */
export interface TokenState {
	active: boolean;
	expiresAtMs?: number;
}

/**
 * Asks whether an access token lives, and until when.
 * @throws whatever openid-client throws: many servers do not let every client ask
 * @see RFC 7662 section 2
 */
export async function introspectToken(client: openid.Configuration, accessToken: string): Promise<TokenState> {
	const { active, exp } = await openid.tokenIntrospection(client, accessToken, { token_type_hint: 'access_token' });
	return { active, expiresAtMs: typeof exp === 'number' ? exp * 1_000 : undefined };
}
