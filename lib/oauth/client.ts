// Room `oauth`: the OAuth 2.0 protocol on top of openid-client. It owns requests to an authorization server and the
// reading of its answers. It must never know a vault, a user, a provider's name or n8n: transport comes in as `Fetch`.
import * as openid from 'openid-client';

import { ConnectedAppsError } from '../errors';
import type { ClientAuthentication, Fetch, OAuthClientSettings, OAuthEndpoints } from '../types';
import { isLoopback, parseEndpoint } from './endpoint';
import { importSigningKey, keyHeaderOf } from './signingKey';
import { ID_TOKEN_ASIDE } from './tokenSet';

/** Shorter than the refresh lease, so that a hanging server cannot outlive it. */
export const TOKEN_REQUEST_TIMEOUT_MS = 20_000;
/** RFC 7523 section 3 wants assertions short-lived; servers' clocks go wrong by a minute. */
const CLIENT_ASSERTION_SECONDS = 120;
/** As RFC 7591 section 2 names them. */
const METHODS: Readonly<Record<ClientAuthentication, string>> = { basic: 'client_secret_basic', post: 'client_secret_post', privateKeyJwt: 'private_key_jwt', none: 'none' };

export interface ClientOptions {
	fetch: Fetch;
	/** Requests tell nothing of the client, not even its id: the assertion that they carry says it all. */
	anonymous?: boolean;
}

function secretOf({ clientSecret }: OAuthClientSettings): string {
	if (clientSecret === undefined || clientSecret === '') throw new ConnectedAppsError('settingInvalid', 'The client secret is empty', { field: 'clientSecret', advice: 'Enter the client secret, or choose another Client Authentication' });
	return clientSecret;
}

/** @see RFC 7523 section 2.2 */
async function privateKeyJwt({ signingKey }: OAuthClientSettings, audience: string): Promise<openid.ClientAuth> {
	if (signingKey === undefined) throw new ConnectedAppsError('settingInvalid', 'Client Authentication "Private Key JWT" needs a private key', { field: 'privateKey', advice: 'Paste the private key, or choose another Client Authentication' });
	const key = await importSigningKey(signingKey);
	const keyHeader = keyHeaderOf(signingKey);
	return openid.PrivateKeyJwt(key, {
		[openid.modifyAssertion](header, payload) {
			Object.assign(header, { typ: 'JWT', alg: signingKey.algorithm, ...keyHeader });
			payload.aud = audience;
			payload.exp = Number(payload.iat) + CLIENT_ASSERTION_SECONDS;
		},
	});
}

async function clientAuth(client: OAuthClientSettings, audience: string, anonymous: boolean): Promise<openid.ClientAuth> {
	if (anonymous) return () => undefined;
	switch (client.clientAuthentication) {
		case 'basic':
			return openid.ClientSecretBasic(secretOf(client));
		case 'post':
			return openid.ClientSecretPost(secretOf(client));
		case 'none':
			return openid.None();
		case 'privateKeyJwt':
			return await privateKeyJwt(client, audience);
	}
}

/** openid-client would judge an ID token by its own lights, without the keys; `verifyIdToken` judges the whole of it. */
async function withIdTokenAside(response: Response): Promise<Response> {
	const text = await response.text();
	const rest = (body: string) => new Response(body, { status: response.status, headers: response.headers });
	try {
		const body: unknown = JSON.parse(text);
		if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
			const { id_token: idToken, [ID_TOKEN_ASIDE]: _forged, ...others } = body as Record<string, unknown>;
			return rest(JSON.stringify({ ...others, ...(idToken !== undefined && { [ID_TOKEN_ASIDE]: idToken }) }));
		}
	} catch {
		// Not JSON: openid-client reports it with its own, better words.
	}
	return rest(text);
}

function checkedEndpoints(endpoints: OAuthEndpoints): URL[] {
	const fields = [
		['Token URL', endpoints.tokenUrl],
		['Authorization URL', endpoints.authorizationUrl],
		['Revocation URL', endpoints.revocationUrl],
		['Introspection URL', endpoints.introspectionUrl],
		['User Info URL', endpoints.userInfoUrl],
		['Pushed Authorization URL', endpoints.pushedAuthorizationUrl],
		['Keys URL', endpoints.jwksUrl],
	] as const;
	return fields.flatMap(([field, value]) => (value === undefined ? [] : [parseEndpoint(value, field)]));
}

/**
 * The openid-client configuration of one OAuth client at one server.
 * @throws ConnectedAppsError `settingInvalid` for an endpoint that is not https (loopback excepted), a missing secret, or a key that does not fit
 */
export async function buildClient(endpoints: OAuthEndpoints, client: OAuthClientSettings, options: ClientOptions): Promise<openid.Configuration> {
	const checked = checkedEndpoints(endpoints);
	const tokenUrl = new URL(endpoints.tokenUrl);
	const { anonymous = false } = options;
	// One audience, and never one that another server would take for itself (S10).
	const audience = endpoints.assertionAudience ?? endpoints.issuer ?? endpoints.tokenUrl;
	const config = new openid.Configuration(
		{
			issuer: endpoints.issuer ?? tokenUrl.origin,
			token_endpoint: endpoints.tokenUrl,
			...(endpoints.authorizationUrl !== undefined && { authorization_endpoint: endpoints.authorizationUrl }),
			...(endpoints.revocationUrl !== undefined && { revocation_endpoint: endpoints.revocationUrl }),
			...(endpoints.introspectionUrl !== undefined && { introspection_endpoint: endpoints.introspectionUrl }),
			...(endpoints.userInfoUrl !== undefined && { userinfo_endpoint: endpoints.userInfoUrl }),
			...(endpoints.pushedAuthorizationUrl !== undefined && { pushed_authorization_request_endpoint: endpoints.pushedAuthorizationUrl }),
			...(endpoints.dpopAlgorithms !== undefined && { dpop_signing_alg_values_supported: endpoints.dpopAlgorithms }),
			...(endpoints.issParameterSupported === true && { authorization_response_iss_parameter_supported: true }),
		},
		// Never sent where requests are anonymous.
		anonymous ? client.clientId || 'anonymous' : client.clientId,
		{ token_endpoint_auth_method: METHODS[client.clientAuthentication] },
		await clientAuth(client, audience, anonymous),
	);
	config[openid.customFetch] = async (url, init) => {
		const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body;
		const response = await options.fetch(url, {
			method: init.method,
			headers: init.headers,
			body: body as string | Uint8Array | null | undefined,
			timeoutMs: TOKEN_REQUEST_TIMEOUT_MS,
			signal: init.signal,
		});
		return url === tokenUrl.href ? await withIdTokenAside(response) : response;
	};
	config.timeout = TOKEN_REQUEST_TIMEOUT_MS / 1_000;
	// Each address has been checked: plain http is loopback's.
	if (checked.some(isLoopback)) openid.allowInsecureRequests(config);
	return config;
}
