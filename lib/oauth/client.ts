// Room `oauth`: the OAuth 2.0 protocol on top of openid-client. It owns requests to an authorization server and the
// reading of its answers. It must never know a vault, a user, a provider's name or n8n: transport comes in as `Fetch`.
import * as openid from 'openid-client';

import { ConnectedAppsError } from '../errors';
import type { Fetch, OAuthClientSettings, OAuthEndpoints } from '../types';
import { isLoopback, parseEndpoint } from './endpoint';

/** Shorter than the refresh lease, so that a hanging server cannot outlive it. */
export const TOKEN_REQUEST_TIMEOUT_MS = 20_000;

export interface ClientOptions {
	fetch: Fetch;
	/** Drop the ID token from token answers: identity comes from userinfo, see `Provider.identitySource`. */
	ignoreIdToken?: boolean;
}

function clientAuth(client: OAuthClientSettings): openid.ClientAuth {
	switch (client.clientAuthentication) {
		case 'basic':
			return openid.ClientSecretBasic(client.clientSecret);
		case 'post':
			return openid.ClientSecretPost(client.clientSecret);
		case 'none':
			return openid.None();
		case 'privateKeyJwt':
			throw new ConnectedAppsError('settingInvalid', 'Client Authentication "Private Key JWT" is not available for this credential type', { field: 'clientAuthentication' });
	}
}

async function withoutIdToken(response: Response): Promise<Response> {
	const text = await response.text();
	try {
		const body: unknown = JSON.parse(text);
		if (typeof body === 'object' && body !== null && 'id_token' in body) {
			const { id_token: _dropped, ...rest } = body as Record<string, unknown>;
			return new Response(JSON.stringify(rest), { status: response.status, headers: response.headers });
		}
	} catch {
		// Not JSON: openid-client reports it with its own, better words.
	}
	return new Response(text, { status: response.status, headers: response.headers });
}

/**
 * The openid-client configuration of one OAuth client at one server.
 * @throws ConnectedAppsError `settingInvalid` for an endpoint that is not https (loopback excepted)
 */
export function buildClient(endpoints: OAuthEndpoints, client: OAuthClientSettings, options: ClientOptions): openid.Configuration {
	const tokenUrl = parseEndpoint(endpoints.tokenUrl, 'Token URL');
	for (const [field, value] of [
		['Authorization URL', endpoints.authorizationUrl],
		['Revocation URL', endpoints.revocationUrl],
		['Introspection URL', endpoints.introspectionUrl],
		['User Info URL', endpoints.userInfoUrl],
	] as const) {
		if (value !== undefined) parseEndpoint(value, field);
	}
	const config = new openid.Configuration(
		{
			issuer: endpoints.issuer ?? tokenUrl.origin,
			authorization_endpoint: endpoints.authorizationUrl,
			token_endpoint: endpoints.tokenUrl,
			...(endpoints.revocationUrl !== undefined && { revocation_endpoint: endpoints.revocationUrl }),
			...(endpoints.introspectionUrl !== undefined && { introspection_endpoint: endpoints.introspectionUrl }),
			...(endpoints.userInfoUrl !== undefined && { userinfo_endpoint: endpoints.userInfoUrl }),
			...(endpoints.issParameterSupported === true && { authorization_response_iss_parameter_supported: true }),
		},
		client.clientId,
		undefined,
		clientAuth(client),
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
		return options.ignoreIdToken === true && url === endpoints.tokenUrl ? await withoutIdToken(response) : response;
	};
	config.timeout = TOKEN_REQUEST_TIMEOUT_MS / 1_000;
	if (isLoopback(tokenUrl)) openid.allowInsecureRequests(config);
	return config;
}
