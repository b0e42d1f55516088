// oidc-provider configured to be Microsoft Entra: one server for all tenants, mounted under each.
import { createPublicKey } from 'node:crypto';
import { Provider, type Adapter, type AdapterPayload, type ClientMetadata, type Configuration, type JWK, type KoaContextWithOIDC } from 'oidc-provider';
import { readAssertion } from '../assertion';
import { baseConfiguration } from '../baseConfiguration';
import { apps, appOf, jwtBearerGrant } from './apps';
import { challenged } from './authorizeRequest';
import { consentedNames } from './consent';
import type { MicrosoftContext } from './context';
import { userOfAccount } from './directory';
import { pages } from './pages';
import { innerOffline, innerToEntra, knownSpellings, namesToConsent, readScopes } from './resources';

export function clientMetadata(redirectUris: readonly string[]): ClientMetadata[] {
	return apps.map(({ clientId, name, isPublic, secret }) => ({
		client_id: clientId,
		client_name: name,
		redirect_uris: [...redirectUris],
		response_types: ['code'],
		grant_types: ['authorization_code', 'refresh_token', ...(isPublic ? [] : ['client_credentials', jwtBearerGrant])],
		token_endpoint_auth_method: isPublic ? ('none' as const) : ('client_secret_post' as const),
		...(secret !== undefined && { client_secret: secret }),
	}));
}

export function providerConfiguration(context: MicrosoftContext): Configuration {
	const { settings, signingKey, resources } = context;
	const ninetyDays = 90 * 86_400;
	const base = baseConfiguration({ store: context.store, jwk: signingKey.jwk, pages, cookiePrefix: 'ms' });
	return {
		...base,
		adapter: (model) => adapterOf(context, model),
		clientAuthMethods: [...base.clientAuthMethods!, 'private_key_jwt'],
		extraParams: [challenged],
		features: { ...base.features, clientCredentials: { enabled: true } },
		findAccount: (_ctx, accountId) => (userOfAccount(accountId) ? { accountId, claims: () => ({ sub: accountId }) } : undefined),
		issueRefreshToken: (_ctx, client, source) => client.grantTypeAllowed('refresh_token') && source.scopes.has(innerOffline),
		loadExistingGrant: (ctx) => loadGrant(ctx, context),
		rotateRefreshToken: true,
		routes: { authorization: '/oauth2/v2.0/authorize', token: '/oauth2/v2.0/token', jwks: '/discovery/v2.0/keys' },
		scopes: ['openid', 'profile', 'email', innerOffline, ...knownSpellings(resources)],
		ttl: {
			AccessToken: () => settings.accessTokenTtlSeconds,
			AuthorizationCode: 600,
			ClientCredentials: () => settings.accessTokenTtlSeconds,
			Grant: ninetyDays,
			IdToken: 3_600,
			Interaction: 3_600,
			RefreshToken: ninetyDays,
			Session: 86_400,
		},
	};
}

function adapterOf({ store }: MicrosoftContext, model: string): Adapter {
	const adapter = store.adapter(model);
	// A refresh answers a new refresh token, and the old one lives on.
	if (model === 'RefreshToken') return { ...adapter, consume: async () => undefined };
	if (model !== 'Client') return adapter;
	return { ...adapter, find: async (clientId) => withCertificate(await adapter.find(clientId)) };
}

/** An app of Entra's may come with a secret or with a certificate, a client of oidc-provider's has one way only: the one of this request. */
function withCertificate(client: AdapterPayload | undefined | void): AdapterPayload | undefined {
	const assertion = Provider.ctx?.oidc?.params?.['client_assertion'];
	if (!client || typeof assertion !== 'string') return client ?? undefined;
	const { certificatePem = '' } = appOf(client['client_id'])!;
	const { kid } = readAssertion(assertion)?.header ?? {};
	const jwk = { ...(createPublicKey(certificatePem).export({ format: 'jwk' }) as JWK), use: 'sig', alg: 'PS256', ...(kid !== undefined && { kid }) };
	return { ...client, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } };
}

/** A grant of its own for every sign-in; consent is remembered beside the grants. */
async function loadGrant(ctx: KoaContextWithOIDC, context: MicrosoftContext) {
	const { provider, session, client, result, params } = ctx.oidc;
	if (result?.consent?.grantId) return provider.Grant.find(result.consent.grantId);
	const user = userOfAccount(session?.accountId);
	if (!user || !client) return undefined;
	const app = appOf(client.clientId)!;
	const scope = String(params?.['scope'] ?? '');
	const consented = new Set(context.resources.flatMap((resource) => consentedNames(context, user, app, resource).map((name) => `${resource.identifier}/${name}`)));
	const remembered = context.store.consentedScopes(user.oid, app.clientId);
	const { oidc, ...asked } = readScopes(innerToEntra(scope), context.resources, app.name);
	const isConsented = namesToConsent({ oidc, ...asked }, context.resources).every((name) => consented.has(name));
	const isKnown = context.settings.microsoftAdminConsent || oidc.every((word) => remembered.has(word));
	if (!isConsented || !isKnown) return undefined;
	const grant = new provider.Grant({ accountId: user.oid, clientId: app.clientId });
	grant.addOIDCScope(scope);
	await grant.save();
	return grant;
}
