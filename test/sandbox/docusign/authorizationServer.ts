// DocuSign's account server: oidc-provider behind DocuSign's manners.
// @see https://developers.docusign.com/platform/auth/reference
import express, { type Express, type RequestHandler } from 'express';
import { Provider, type ClientMetadata, type Configuration, type KoaContextWithOIDC, type RefreshToken } from 'oidc-provider';
import { baseConfiguration } from '../baseConfiguration';
import type { Faults } from '../faults';
import { peekForm } from '../formBody';
import { noteGrantType } from '../noteGrantType';
import { signInPages } from '../signIn/pages';
import { scopesOf, signInRoutes } from '../signIn/routes';
import { createSigningKey } from '../signingKey';
import { confidentialApp, publicApp, scopeLabels, thirtyDays, type DocuSignContext } from './context';
import { docuSignUsers, userOfId, type DocuSignUser } from './directory';
import { jwtGrant } from './jwtGrant';
import { rewriteAnswers } from './tokenAnswers';
import { userInfoHandler } from './userInfo';

const pages = {
	...signInPages('DocuSign', scopeLabels),
	error: (error: string, description?: string) =>
		error === 'invalid_redirect_uri'
			? signInPages('DocuSign').error('invalid_request', 'The redirect URI is not registered properly with DocuSign')
			: signInPages('DocuSign').error(error, description),
};

export function clientMetadata(redirectUris: readonly string[]): ClientMetadata[] {
	const common = { redirect_uris: [...redirectUris], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code' as const] };
	return [
		{ ...common, client_id: confidentialApp.integrationKey, client_secret: confidentialApp.secretKey, client_name: 'Connected Apps for n8n', token_endpoint_auth_method: 'client_secret_basic' },
		{ ...common, client_id: publicApp.integrationKey, client_name: 'Connected Apps for n8n (public)', token_endpoint_auth_method: 'none' },
	];
}

export function buildAuthorizationServer(context: DocuSignContext, faults: Faults): { app: Express; provider: Provider } {
	const { authServerUrl, calls, store } = context;
	const provider = new Provider(authServerUrl, providerConfiguration(context));
	rewriteAnswers(context, provider);

	const app = express().disable('x-powered-by');
	app.use(calls.middleware('oauth'));
	app.use(noteGrantType(calls));
	app.use(faults.middleware('oauth'));
	app.use(
		signInRoutes({
			provider,
			calls,
			pages,
			people: docuSignUsers,
			accountIdOf: (person) => (person as DocuSignUser).userId,
			personOf: userOfId,
			allow: (grant, interaction) => {
				grant.addOIDCScope(scopesOf(interaction).join(' '));
				store.rememberConsent(interaction.session!.accountId, String(interaction.params['client_id']), scopesOf(interaction));
			},
		}),
	);
	app.get('/oauth/userinfo', userInfoHandler(context, provider));
	app.post('/oauth/token', jwtGrant(context, provider), onlyBasic);
	app.use(onlyDocuSignPaths, provider.callback());
	return { app, provider };
}

function providerConfiguration({ settings, store }: DocuSignContext): Configuration {
	const base = baseConfiguration({ store, jwk: createSigningKey('sandbox-docusign').jwk, pages, cookiePrefix: 'ds' });
	return {
		...base,
		// A refresh answers a new refresh token; nothing says that the old one ends.
		adapter: (model) => ({ ...store.adapter(model), ...(model === 'RefreshToken' && { consume: async () => undefined }) }),
		findAccount: (_ctx, accountId) => (userOfId(accountId) ? { accountId, claims: () => ({ sub: accountId }) } : undefined),
		issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
		loadExistingGrant: (ctx) => loadGrant(ctx, store),
		// Whoever has no secret needs it.
		pkce: { required: (_ctx, client) => client.clientId === publicApp.integrationKey },
		rotateRefreshToken: true,
		routes: { authorization: '/oauth/auth', token: '/oauth/token', jwks: '/oauth/jwks' },
		scopes: Object.keys(scopeLabels),
		ttl: {
			AccessToken: () => settings.docuSignAccessTokenTtlSeconds,
			AuthorizationCode: 120,
			Grant: 10 * 365 * 86_400,
			IdToken: 3_600,
			Interaction: 3_600,
			RefreshToken: (_ctx, token) => refreshTokenTtl(token),
			Session: 86_400,
		},
	};
}

/** Thirty days from the sign-in, or with `extended` from the last refresh. */
function refreshTokenTtl({ iiat, scope }: RefreshToken): number {
	const now = Math.floor(Date.now() / 1000);
	return scope?.split(' ').includes('extended') ? thirtyDays : Math.max((iiat ?? now) + thirtyDays - now, 1);
}

/** A grant of its own for every sign-in; consent is remembered beside the grants. */
async function loadGrant(ctx: KoaContextWithOIDC, store: DocuSignContext['store']) {
	const { provider, session, client, result, params } = ctx.oidc;
	if (result?.consent?.grantId) return provider.Grant.find(result.consent.grantId);
	const accountId = session?.accountId;
	if (!accountId || !client) return undefined;
	const scopes = String(params?.['scope'] ?? '').split(' ').filter(Boolean);
	const consented = store.consentedScopes(accountId, client.clientId);
	if (!scopes.every((scope) => consented.has(scope))) return undefined;
	const grant = new provider.Grant({ accountId, clientId: client.clientId });
	grant.addOIDCScope(scopes.join(' '));
	await grant.save();
	return grant;
}

/** The secret comes in the header or not at all. */
const onlyBasic: RequestHandler = async (request, response, next) => {
	if (!(await peekForm(request)).has('client_secret')) return next();
	response.status(400).set('Cache-Control', 'no-store').json({ error: 'invalid_grant', error_description: 'unauthorized_client' });
};

/** oidc-provider would serve a metadata document of its own, and say in it what DocuSign does not. */
const onlyDocuSignPaths: RequestHandler = (request, response, next) => {
	if (request.path.startsWith('/oauth/')) return next();
	response.status(404).end();
};
