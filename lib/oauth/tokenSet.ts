import type { TokenEndpointResponse } from 'openid-client';

import { ConnectedAppsError } from '../errors';
import type { TokenSet } from '../types';

export interface TokenAnswerReading {
	/** Kept where the answer omits it: no rotation (RFC 6749 section 6), `instance_url`. */
	previous?: TokenSet;
	/** Asked for; RFC 6749 section 5.1: an answer without `scope` granted just these. */
	requestedScopes: string[];
	nowMs: number;
	apiBaseUrlOf?: (answer: Record<string, unknown>) => string | undefined;
	/** RFC 9449: the private JWK (JSON) that the request was proved with. */
	dpopKey?: string;
}

/** Where the ID token lies while openid-client reads the answer: not under its own name, so that only `verifyIdToken` judges it. */
export const ID_TOKEN_ASIDE = 'unverified_id_token';

/** The ID token that came with an answer; proves nothing before `verifyIdToken`. */
export function idTokenOf(answer: TokenEndpointResponse): string | undefined {
	const idToken = answer[ID_TOKEN_ASIDE];
	return typeof idToken === 'string' && idToken !== '' ? idToken : undefined;
}

export function tokenTypeUnsupported(why: string, cause?: unknown): ConnectedAppsError {
	return new ConnectedAppsError('tokenTypeUnsupported', `The provider gave a token that cannot be used: ${why}`, { advice: 'Set the app at the provider to bearer tokens, or to DPoP if its metadata announce it' }, { cause });
}

/**
 * Reads a token answer; openid-client has already checked the types of its members.
 * @throws ConnectedAppsError `tokenTypeUnsupported` for a type that is neither bearer nor DPoP, or DPoP without a key of ours
 */
export function toTokenSet(answer: TokenEndpointResponse, reading: TokenAnswerReading): TokenSet {
	const { previous, requestedScopes, nowMs, apiBaseUrlOf, dpopKey } = reading;
	const { [ID_TOKEN_ASIDE]: _unverified, ...told } = answer;
	const tokenType: string = answer.token_type;
	if (tokenType !== 'bearer' && tokenType !== 'dpop') throw tokenTypeUnsupported('its type is neither bearer nor DPoP');
	if (tokenType === 'dpop' && dpopKey === undefined) throw tokenTypeUnsupported('it is bound to a key (DPoP), and none was shown');
	// Spaces (RFC 6749 section 3.3); some servers write commas.
	const scopes = answer.scope === undefined ? (previous?.scopes ?? requestedScopes) : answer.scope.split(/[ ,]+/).filter((scope) => scope !== '');
	return {
		accessToken: answer.access_token,
		refreshToken: answer.refresh_token ?? previous?.refreshToken,
		tokenType,
		expiresAtMs: answer.expires_in === undefined ? undefined : nowMs + answer.expires_in * 1_000,
		scopes,
		apiBaseUrl: apiBaseUrlOf?.(told) ?? previous?.apiBaseUrl,
		// Token answers do not tell them.
		...(previous?.apiAccounts !== undefined && { apiAccounts: previous.apiAccounts }),
		// RFC 9449 section 5: a server that does not know DPoP answers with a bearer token.
		...(tokenType === 'dpop' && { dpopKey }),
	};
}
