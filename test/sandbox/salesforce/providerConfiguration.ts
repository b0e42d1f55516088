// oidc-provider configured to be Salesforce: routes, scopes, lifetimes.
// @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_endpoints.htm
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Configuration, JWK, KoaContextWithOIDC } from 'oidc-provider';
import { userOfAccount, type SalesforceContext } from './context';
import { salesforcePages } from './interactionPages';

/** Cookies ignore ports: a name of our own keeps clear of whatever else runs on 127.0.0.1. */
export const sessionCookie = 'sandbox_sf_session';
/** Salesforce grants these when a request names no scope. */
export const defaultScope = 'api id openid refresh_token web';

export function providerConfiguration({ settings, store }: SalesforceContext): Configuration {
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const neverSoon = 90 * 86_400;
	return {
		adapter: store.adapter,
		clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
		cookies: { keys: [randomBytes(32).toString('hex')], names: { session: sessionCookie, interaction: 'sandbox_sf_interaction', resume: 'sandbox_sf_resume' } },
		claims: { openid: ['sub'] },
		// Salesforce tokens do not end with the browser session that approved them.
		expiresWithSession: () => false,
		formats: { bitsOfOpaqueRandomness: 512 },
		features: {
			introspection: { enabled: true, allowedPolicy: (_context, client, token) => client.clientId === token.clientId },
			// Ours, in identity.ts: Salesforce's differ in answers and in client authentication.
			revocation: { enabled: false },
			userinfo: { enabled: false },
			// Not at Salesforce.
			devInteractions: { enabled: false },
			dPoP: { enabled: false },
			pushedAuthorizationRequests: { enabled: false },
			rpInitiatedLogout: { enabled: false },
		},
		findAccount: (_context, accountId) => (userOfAccount(accountId) ? { accountId, claims: () => ({ sub: accountId }) } : undefined),
		interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
		issueRefreshToken: (_context, client, source) => client.grantTypeAllowed('refresh_token') && source.scopes.has('refresh_token'),
		jwks: { keys: [{ ...(privateKey.export({ format: 'jwk' }) as JWK), use: 'sig', alg: 'RS256', kid: '218' }] },
		loadExistingGrant: (context) => loadGrant(context, store),
		pkce: { required: () => true },
		renderError: (context, out) => {
			context.type = 'html';
			context.body = salesforcePages.error(out.error, out.error_description);
		},
		responseTypes: ['code'],
		rotateRefreshToken: () => settings.rotation,
		routes: { authorization: '/services/oauth2/authorize', token: '/services/oauth2/token', introspection: '/services/oauth2/introspect', jwks: '/id/keys' },
		scopes: ['openid', 'api', 'refresh_token', 'id', 'web', 'full', 'profile', 'email'],
		ttl: {
			AccessToken: () => settings.accessTokenTtlSeconds,
			// @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm (15 minutes)
			AuthorizationCode: 900,
			IdToken: 120,
			Interaction: 3_600,
			RefreshToken: neverSoon,
			Grant: neverSoon,
			Session: 86_400,
		},
	};
}

/**
 * A grant of its own for every sign-in: Salesforce's approvals are independent, so a replay in one connection
 * must not kill another of the same user. Consent is remembered beside the grants.
 */
async function loadGrant(context: KoaContextWithOIDC, store: SalesforceContext['store']) {
	const { provider, session, client, result, params } = context.oidc;
	if (result?.consent?.grantId) return provider.Grant.find(result.consent.grantId);
	const accountId = session?.accountId;
	if (!accountId || !client) return undefined;
	const requested = String(params?.['scope'] ?? '').split(' ');
	const consented = store.consentedScopes(accountId, client.clientId);
	if (!requested.every((scope) => consented.has(scope))) return undefined;
	const grant = new provider.Grant({ accountId, clientId: client.clientId });
	grant.addOIDCScope(requested.join(' '));
	await grant.save();
	return grant;
}
