import * as openid from 'openid-client';

import { classifyAnswer } from './classifyAnswer';

/** `retry` = temporary; `revoked` also covers a token that the server does not know (RFC 7009 section 2.2). */
export type RevokeResult = 'revoked' | 'retry' | 'refused';

/** @see RFC 7009 section 2.1 */
export async function revokeTokens(client: openid.Configuration, token: string, tokenTypeHint: 'refresh_token' | 'access_token'): Promise<RevokeResult> {
	try {
		await openid.tokenRevocation(client, token, { token_type_hint: tokenTypeHint });
		return 'revoked';
	} catch (error) {
		const { kind, error: classified } = classifyAnswer(error);
		// A wrong client secret is the admin's: the token still lives, and can be revoked once it is right again.
		if (kind === 'temporary' || kind === 'clientRejected') return 'retry';
		// Some servers answer 400 invalid_token for a token that is dead already: nothing is left to revoke.
		const oauthError = classified.details.oauthError ?? '';
		if (kind === 'invalidGrant' || oauthError === 'invalid_token') return 'revoked';
		return 'refused';
	}
}
