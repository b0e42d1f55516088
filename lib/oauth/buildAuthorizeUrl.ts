import * as openid from 'openid-client';

/** Secrets of one authorization transaction; the verifier stays on the server. */
export interface TransactionSecrets {
	/** 256 bit, base64url. */
	state: string;
	codeVerifier: string;
	nonce: string;
}

export function newTransactionSecrets(): TransactionSecrets {
	return { state: openid.randomState(), codeVerifier: openid.randomPKCECodeVerifier(), nonce: openid.randomNonce() };
}

export interface AuthorizeParameters {
	redirectUri: string;
	scopes: string[];
	secrets: TransactionSecrets;
	/** Provider specific ones, e.g. `prompt`, `login_hint`. */
	extra?: Record<string, string>;
}

/**
 * The address of the provider's sign-in: code flow, PKCE S256 always, also for confidential clients.
 * @see RFC 9700 section 2.1.1
 */
export async function buildAuthorizeUrl(client: openid.Configuration, parameters: AuthorizeParameters): Promise<URL> {
	const { redirectUri, scopes, secrets, extra } = parameters;
	return openid.buildAuthorizationUrl(client, {
		...extra,
		redirect_uri: redirectUri,
		scope: scopes.join(' '),
		state: secrets.state,
		code_challenge: await openid.calculatePKCECodeChallenge(secrets.codeVerifier),
		code_challenge_method: 'S256',
		...(scopes.includes('openid') && { nonce: secrets.nonce }),
	});
}
