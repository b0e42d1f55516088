// Requests as AD FS reads them: `resource`, or a scope in front of which the relying party stands, says whom tokens are for.
// @see https://learn.microsoft.com/en-us/windows-server/identity/ad-fs/development/ad-fs-openid-connect-oauth-concepts
import type { RequestHandler } from 'express';
import type { ClientMetadata } from 'oidc-provider';
import { userInfoResource, type AdfsContext } from './context';
import { pages } from './pages';

export const scopes = ['openid', 'profile', 'email', 'allatclaims', 'user_impersonation'];

/** What a request asks for; a relying party that is not registered counts as none. */
export function readResource({ siteUrl }: AdfsContext, parameters: URLSearchParams): { resource: string | undefined; scopes: string[] } {
	const words = (parameters.get('scope') ?? '').split(' ').filter(Boolean);
	const named = words.filter((word) => word.includes('/'));
	const asked = [parameters.get('resource'), ...named.map((word) => word.slice(0, word.lastIndexOf('/')))].filter((identifier) => identifier !== null);
	const known = asked.map((identifier) => [siteUrl, userInfoResource].find((candidate) => candidate === identifier.replace(/\/$/, '')));
	return { resource: asked.length === 0 ? userInfoResource : known.every((identifier) => identifier === known[0]) ? known[0] : undefined, scopes: words.map((word) => word.slice(word.lastIndexOf('/') + 1)) };
}

export function judgeAuthorizeRequest(context: AdfsContext, clients: readonly ClientMetadata[]): RequestHandler {
	return (request, response, next) => {
		const url = new URL(request.url, context.issuer);
		const { searchParams: asked } = url;
		const clientId = asked.get('client_id') ?? '';
		const redirectUri = asked.get('redirect_uri') ?? '';
		const client = clients.find((candidate) => candidate.client_id === clientId);
		const show = (description: string) => void response.status(400).type('html').send(pages.error('MSIS', description));
		if (!client) return show(`MSIS9223: Received invalid OAuth authorization request. The received 'client_id' is invalid as no registered client was found with this client identifier. Make sure that the client is registered. Received client_id: '${clientId}'.`);
		if (!client.redirect_uris?.includes(redirectUri)) return show(`MSIS9224: Received invalid OAuth authorization request. The received 'redirect_uri' parameter is not a valid registered redirect URI for the client identifier: '${clientId}'. Received redirect_uri: '${redirectUri}'.`);

		const back = (error: string, description: string) => {
			const location = new URL(redirectUri);
			for (const [name, value] of Object.entries({ error, error_description: description, state: asked.get('state') })) if (value !== null) location.searchParams.set(name, value);
			response.redirect(location.href);
		};
		const { resource, scopes: names } = readResource(context, asked);
		if (!resource) return back('invalid_resource', "MSIS9602: The received 'resource' parameter is invalid. The authorization server can not find a registered resource with the specified identifier.");
		// offline_access is no scope here: refresh tokens come by themselves.
		const wanted = names.filter((name) => name !== 'offline_access');
		if (!wanted.every((name) => scopes.includes(name))) return back('invalid_scope', 'MSIS9605: The client is not allowed to access the requested resource.');
		asked.delete('resource');
		// oidc-provider keeps the relying party as one scope more.
		asked.set('scope', [...wanted, resource].join(' '));
		// There is no consent that could be asked for: an administrator gave the client its permissions.
		if (!['login', 'none'].includes(asked.get('prompt') ?? '')) asked.delete('prompt');
		request.url = url.pathname + url.search;
		next();
	};
}
