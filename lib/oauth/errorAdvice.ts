// The way out of the failures that every authorization server shares. A provider's own words come first: `KnownError`.

/** By what the description names; tried before `error` alone, first match wins. */
const BY_DESCRIPTION: ReadonlyArray<readonly [RegExp, string]> = [
	[/redirect.?ur[il]/i, 'Register exactly the redirect URI that the Connected Apps Trigger shows in the app at the provider: scheme, host, port and path must be the same'],
	[/secret.{0,60}expired|expired.{0,60}secret/i, 'The client secret has expired: make a new one at the provider and enter it in the credential'],
	[/client credentials|client authentication failed/i, 'Check Client ID, Client Secret or Private Key, and Client Authentication in the credential; see at the provider whether the secret has expired'],
	[/code_challenge|code_verifier|\bPKCE\b/i, 'Allow PKCE (S256) for this app at the provider; if it is allowed, start again'],
	[/request_uri.{0,60}(expired|invalid|not found)|(expired|invalid).{0,60}request_uri/i, 'The prepared sign-in has expired: start again'],
	[/\b(iat|nbf|exp)\b|clock|not yet valid|in the future/i, 'Compare the clock of the machine that n8n runs on with the right time: signed requests are good for minutes only'],
	[/client.?assertion/i, 'The signature of the client was refused: check that the public key or certificate is registered at the provider, and Client ID, Key ID and Signing Algorithm in the credential'],
	[/dpop/i, 'The proof of possession (DPoP) was refused: compare the clock of the machine that n8n runs on with the right time, and see whether a proxy changes the address or the headers of requests'],
	[/consent/i, 'Somebody must agree first: sign in and allow what is asked for, or let an administrator of the provider agree for everybody'],
];

/**
 * By `error`.
 * @see RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6, RFC 6750 section 3.1, RFC 7009 section 2.2.1,
 * RFC 7591 section 3.2.2, RFC 8628 section 3.5, RFC 8707 section 2, RFC 9101 section 5.2, RFC 9449 sections 5 and 8
 */
const BY_ERROR: Readonly<Record<string, string>> = {
	invalid_client: 'Check Client ID, Client Secret or Private Key, and Client Authentication in the credential; see at the provider whether the secret has expired',
	invalid_grant: 'It was used already, has expired, was withdrawn or belongs to another client: sign in again. Of a signed assertion: check its issuer, subject, audience and key, and the clock of the machine that n8n runs on',
	unauthorized_client: 'Allow this kind of sign-in (grant type) for the app at the provider',
	unsupported_grant_type: 'The provider does not offer this kind of sign-in (grant type): check the address of the provider in the credential, or choose another credential type',
	unsupported_response_type: 'Allow the authorization code flow for the app at the provider',
	invalid_scope: 'Check the scopes in the credential and in the node: one of them is unknown at the provider, misspelt or not allowed for this app',
	invalid_target: 'Check the resource in the credential: the provider gives this app no tokens for it',
	invalid_request: 'The provider misses or refuses a part of the request: check the addresses, the scopes and Client Authentication in the credential',
	invalid_request_uri: 'The prepared sign-in has expired: start again',
	invalid_request_object: 'The provider wants signed requests in a form that is not supported: turn that off for this app at the provider',
	request_not_supported: 'Turn off signed requests for this app at the provider',
	request_uri_not_supported: 'The provider announces pushed authorization requests (PAR) and then refuses one: turn them off for this app at the provider',
	access_denied: 'The person or a policy of the provider has refused: sign in again and allow it, or ask an administrator of the provider',
	redirect_uri_mismatch: 'Register exactly the redirect URI that the Connected Apps Trigger shows in the app at the provider: scheme, host, port and path must be the same',
	consent_required: 'Somebody must agree first: sign in and allow what is asked for, or let an administrator of the provider agree for everybody',
	login_required: 'The person is not signed in at the provider: sign in with its pages shown',
	interaction_required: 'The provider wants to ask the person something: sign in with its pages shown',
	account_selection_required: 'The person has several accounts at the provider: sign in with its pages shown and choose one',
	immediate_unsuccessful: 'The provider wants to ask the person something: sign in with its pages shown',
	temporarily_unavailable: 'The provider is busy: try again later',
	server_error: 'The provider has a fault of its own: try again later',
	slow_down: 'The provider was asked too often: try again later',
	invalid_dpop_proof: 'Compare the clock of the machine that n8n runs on with the right time, and see whether a proxy changes the address or the headers of requests',
	use_dpop_nonce: 'The provider did not accept the number that it had just given out: see whether a proxy removes the header DPoP-Nonce',
	invalid_client_metadata: 'The app is registered at the provider with settings that do not fit together: check them there',
	invalid_token: 'The token has expired or was withdrawn: sign in again',
	insufficient_scope: 'The token lacks a scope: add it in the credential and sign in again',
	unsupported_token_type: 'The provider does not revoke tokens of this kind: withdraw the access at the provider',
};

/** Say so little that a word in the description says more. */
const GENERAL: readonly string[] = ['invalid_request', 'invalid_grant', 'invalid_client', 'unauthorized_client', 'access_denied'];

/** Tried on code and message of an error and of its causes; first match wins. */
const BY_TRANSPORT: ReadonlyArray<readonly [RegExp, string]> = [
	[/\bproxy\b|tunneling socket|\b407\b/i, 'The proxy that n8n is told to use does not let the request pass: check HTTP_PROXY, HTTPS_PROXY and NO_PROXY of n8n'],
	[/restricted IP|SSRF/i, 'n8n protects its own network from requests: an administrator of n8n can allow this host'],
	[/CERT_HAS_EXPIRED|certificate has expired/i, 'The TLS certificate of the server has expired: whoever runs the server must renew it'],
	[/CERT_NOT_YET_VALID|certificate is not yet valid/i, 'The TLS certificate of the server is not valid yet: compare the clock of the machine that n8n runs on with the right time'],
	[/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|self[- ]signed certificate|unable to (verify|get)[\w ]*(certificate|issuer)/i, 'n8n does not know who signed the TLS certificate of the server: give n8n that authority’s certificate (NODE_EXTRA_CA_CERTS)'],
	[/ALTNAME|altnames/i, 'The TLS certificate is for another host name: check the address in the credential'],
	[/\bEPROTO\b|ERR_SSL|wrong version number/i, 'The server does not speak TLS there: check https and the port of the address in the credential'],
	[/ENOTFOUND|EAI_AGAIN/, 'This host name is not known: check its spelling in the credential, and the name service of the machine that n8n runs on'],
	[/ECONNREFUSED/, 'Nothing answers at this host and port: check the address in the credential and the firewall'],
	[/EHOSTUNREACH|ENETUNREACH/, 'There is no way to this host from the machine that n8n runs on: check the network, the firewall and the proxy'],
	[/ETIMEDOUT|ECONNABORTED|TIMEOUT|timed? ?out/i, 'The server did not answer in time: try again; if it stays so, check the firewall and the proxy'],
	[/ECONNRESET|EPIPE|UND_ERR_SOCKET|socket hang up/, 'The connection broke off: try again; if it stays so, check the firewall and the proxy'],
];

const BY_STATUS: Readonly<Record<number, string>> = {
	301: 'The server redirects, and secrets are not sent along a redirect: enter the final address in the credential',
	302: 'The server redirects, and secrets are not sent along a redirect: enter the final address in the credential',
	307: 'The server redirects, and secrets are not sent along a redirect: enter the final address in the credential',
	308: 'The server redirects, and secrets are not sent along a redirect: enter the final address in the credential',
	404: 'There is nothing at this address: check the address of the provider in the credential',
	405: 'This is not the address of a token endpoint: check the address of the provider in the credential',
	407: 'The proxy that n8n is told to use wants a name and a password: check HTTP_PROXY and HTTPS_PROXY of n8n',
	429: 'The provider was asked too often: try again later',
};

/** What is wrong and the way out, for an OAuth error; undefined for one that no standard knows. */
export function adviceOnOAuthError(error: string, description = ''): string | undefined {
	const named = BY_DESCRIPTION.find(([pattern]) => pattern.test(description));
	const standard = Object.hasOwn(BY_ERROR, error) ? BY_ERROR[error] : undefined;
	// An error that says more than its description is not overruled by a word in it.
	return standard === undefined || GENERAL.includes(error) ? (named?.[1] ?? standard) : standard;
}

/** For an answer that is no OAuth answer at all. */
export function adviceOnStatus(status: number): string | undefined {
	return BY_STATUS[status] ?? (status >= 500 ? 'The provider has a fault of its own: try again later' : undefined);
}

/**
 * For a request that got no answer.
 * @returns the innermost reason that is understood, and the way out of it
 */
export function adviceOnTransport(error: unknown): { reason: string; advice: string } | undefined {
	let understood: { reason: string; advice: string } | undefined;
	for (let current = error, depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth++) {
		const { code, message, cause } = current as { code?: unknown; message?: unknown; cause?: unknown };
		const reason = typeof message === 'string' ? message : '';
		const said = `${typeof code === 'string' ? code : ''} ${reason}`;
		const found = BY_TRANSPORT.find(([pattern]) => pattern.test(said));
		if (found !== undefined) understood = { reason: reason === '' ? said.trim() : reason, advice: found[1] };
		current = cause;
	}
	return understood;
}
