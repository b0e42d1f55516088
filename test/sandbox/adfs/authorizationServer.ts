// AD FS with OpenID Connect: oidc-provider under `/adfs`, behind the manners of AD FS.
// @see https://learn.microsoft.com/en-us/windows-server/identity/ad-fs/development/ad-fs-openid-connect-oauth-concepts
import express, { type Express, type RequestHandler } from 'express';
import { Provider, type ClientMetadata, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { baseConfiguration } from '../baseConfiguration';
import type { Faults } from '../faults';
import { noteGrantType } from '../noteGrantType';
import { signInRoutes } from '../signIn/routes';
import { bearerTokenOf } from '../signingKey';
import { accessTokenIssuer, nativeApplication, personOf, serverApplication, ssoLifetimeSeconds, upnOf, userInfoResource, type AdfsContext } from './context';
import { pages } from './pages';
import { judgeAuthorizeRequest, scopes } from './requests';
import { rewriteAnswers } from './tokenAnswers';

export function clientMetadata(redirectUris: readonly string[]): ClientMetadata[] {
	const common = { redirect_uris: [...redirectUris], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code' as const] };
	return [
		{ ...common, client_id: serverApplication.clientId, client_secret: serverApplication.clientSecret, client_name: 'Connected Apps for n8n', token_endpoint_auth_method: 'client_secret_post' },
		{ ...common, client_id: nativeApplication.clientId, client_name: 'Connected Apps for n8n (native)', token_endpoint_auth_method: 'none' },
	];
}

export function buildAuthorizationServer(context: AdfsContext, clients: readonly ClientMetadata[], faults: Faults): { app: Express; provider: Provider } {
	const { calls, issuer } = context;
	const provider = new Provider(issuer, providerConfiguration(context));
	rewriteAnswers(context, provider);

	const app = express().disable('x-powered-by');
	app.use(calls.middleware('oauth'));
	app.use(noteGrantType(calls));
	app.use(faults.middleware('oauth'));
	app.use(signInRoutes({ provider, calls, pages, accountIdOf: upnOf, personOf, allow: () => undefined }));
	app.use(withoutTrailingSlash);
	app.get('/adfs/.well-known/openid-configuration', (_request, response) => void response.json(metadata(issuer)));
	app.get('/adfs/userinfo', userInfo(context, provider));
	app.get('/adfs/oauth2/authorize', judgeAuthorizeRequest(context, clients));
	app.use('/adfs', provider.callback());
	return { app, provider };
}

function providerConfiguration({ settings, signingKey, siteUrl, store }: AdfsContext): Configuration {
	return {
		...baseConfiguration({ store, jwk: signingKey.jwk, pages, cookiePrefix: 'adfs' }),
		findAccount: (_ctx, accountId) => (personOf(accountId) ? { accountId, claims: () => ({ sub: accountId }) } : undefined),
		issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
		loadExistingGrant: grantEverything,
		rotateRefreshToken: false,
		routes: { authorization: '/oauth2/authorize', token: '/oauth2/token', jwks: '/discovery/keys' },
		scopes: [...scopes, siteUrl, userInfoResource],
		ttl: {
			AccessToken: () => settings.accessTokenTtlSeconds,
			AuthorizationCode: 600,
			Grant: ssoLifetimeSeconds,
			IdToken: 3_600,
			Interaction: 3_600,
			RefreshToken: ssoLifetimeSeconds,
			Session: ssoLifetimeSeconds,
		},
	};
}

/** Nobody is asked: what a client may do is the administrator's decision. */
async function grantEverything(ctx: KoaContextWithOIDC) {
	const { provider, session, client, params } = ctx.oidc;
	if (!session?.accountId || !client) return undefined;
	const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
	grant.addOIDCScope(String(params?.['scope'] ?? ''));
	await grant.save();
	return grant;
}

/** Its own metadata has a slash at the end of both endpoints. */
const withoutTrailingSlash: RequestHandler = (request, _response, next) => {
	request.url = request.url.replace(/^([^?]+)\/(?=$|\?)/, '$1');
	next();
};

/**
 * The subject and nothing else, and only for a token of its own.
 * @see https://learn.microsoft.com/en-us/windows-server/identity/ad-fs/development/ad-fs-openid-connect-oauth-concepts#ad-fs-endpoints
 */
function userInfo({ calls, signingKey }: AdfsContext, provider: Provider): RequestHandler {
	return async (request, response) => {
		const token = bearerTokenOf(request.headers.authorization);
		const claims = token === undefined ? undefined : await signingKey.open(token);
		const refuse = (description: string) => void response.status(401).set('WWW-Authenticate', `Bearer error="invalid_token", error_description="${description}"`).end();
		if (!claims) return refuse('MSIS9920: Received invalid UserInfo request. Access token is missing or invalid.');
		calls.annotate(request, { user: personOf(claims['upn'] as string)?.name ?? null });
		if (claims.aud !== userInfoResource) return refuse(`MSIS9921: Received invalid UserInfo request. Audience '${String(claims.aud)}' in the access token is not same as the identifier of the UserInfo relying party trust '${userInfoResource}'.`);
		if (!(await provider.AccessToken.find(claims.jti ?? ''))?.isValid) return refuse('MSIS9920: Received invalid UserInfo request. Access token has expired.');
		response.json({ sub: claims.sub });
	};
}

function metadata(issuer: string): Record<string, unknown> {
	return {
		issuer,
		authorization_endpoint: `${issuer}/oauth2/authorize/`,
		token_endpoint: `${issuer}/oauth2/token/`,
		jwks_uri: `${issuer}/discovery/keys`,
		token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
		response_types_supported: ['code'],
		response_modes_supported: ['query', 'fragment', 'form_post'],
		grant_types_supported: ['authorization_code', 'refresh_token'],
		subject_types_supported: ['pairwise'],
		scopes_supported: scopes,
		id_token_signing_alg_values_supported: ['RS256'],
		access_token_issuer: accessTokenIssuer(issuer),
		claims_supported: ['aud', 'iss', 'iat', 'exp', 'auth_time', 'nonce', 'at_hash', 'c_hash', 'sub', 'upn', 'unique_name', 'pwd_url', 'pwd_exp', 'sid'],
		microsoft_multi_refresh_token: true,
		userinfo_endpoint: `${issuer}/userinfo`,
		capabilities: [],
		end_session_endpoint: `${issuer}/oauth2/logout`,
	};
}
