import type { TokenEndpointResponse } from 'openid-client';

import type { TokenSet } from '../types';

export interface TokenAnswerReading {
	/** Kept where the answer omits it: no rotation (RFC 6749 section 6), `instance_url`. */
	previous?: TokenSet;
	/** Asked for; RFC 6749 section 5.1: an answer without `scope` granted just these. */
	requestedScopes: string[];
	nowMs: number;
	apiBaseUrlOf?: (answer: Record<string, unknown>) => string | undefined;
}

/** Reads a token answer; openid-client has already checked `token_type` and the types of its members. */
export function toTokenSet(answer: TokenEndpointResponse, reading: TokenAnswerReading): TokenSet {
	const { previous, requestedScopes, nowMs, apiBaseUrlOf } = reading;
	const scopes = answer.scope === undefined ? (previous?.scopes ?? requestedScopes) : answer.scope.split(' ').filter((scope) => scope !== '');
	return {
		accessToken: answer.access_token,
		refreshToken: answer.refresh_token ?? previous?.refreshToken,
		tokenType: answer.token_type,
		expiresAtMs: answer.expires_in === undefined ? undefined : nowMs + answer.expires_in * 1_000,
		scopes,
		apiBaseUrl: apiBaseUrlOf?.(answer) ?? previous?.apiBaseUrl,
	};
}
