// oidc-provider configured strictly: PKCE for everybody, single-use refresh tokens, tokens for one resource at a time.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { errors, interactionPolicy, type Configuration, type JWK, type KoaContextWithOIDC } from 'oidc-provider';
import { signInPages } from '../signIn/pages';
import { apiScopes, personOf, type OAuth2Context } from './context';
import { issuerKeyPem } from './testKeys';

export const pages = signInPages('Example ID', {
	openid: 'Know who you are',
	email: 'Know your e-mail address',
	profile: 'Know your name',
	offline_access: 'Do all this while you are away',
	read: 'Read your items',
	write: 'Write items for you',
	reports: 'Read reports',
});

export const issuerJwk = { ...createPrivateKey(issuerKeyPem).export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'sandbox-issuer' } as JWK;

export function providerConfiguration(context: OAuth2Context): Configuration {
	const { settings, store } = context;
	return {
		adapter: store.adapter,
		claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name', 'family_name', 'preferred_username'] },
		clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
		// Claims of the asked scopes in ID tokens, too: most providers do that, whatever the specification says.
		conformIdTokenClaims: false,
		// Cookies ignore ports: names of our own keep clear of the other played providers.
		cookies: { keys: [randomBytes(32).toString('hex')], names: { session: 'sandbox_oauth2_session', interaction: 'sandbox_oauth2_interaction', resume: 'sandbox_oauth2_resume' } },
		expiresWithSession: () => false,
		extraTokenClaims: (ctx, token) => (token.kind === 'ClientCredentials' ? refuseScopes(ctx, context) : undefined),
		features: {
			backchannelLogout: { enabled: true },
			clientCredentials: { enabled: true },
			devInteractions: { enabled: false },
			dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => settings.dpopNonce === 'required' },
			introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
			pushedAuthorizationRequests: { enabled: true },
			resourceIndicators: { enabled: true, defaultResource: (_ctx, _client, oneOf) => oneOf, getResourceServerInfo: (_ctx, resource) => resourceServer(context, resource), useGrantedResource: () => true },
			revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
			rpInitiatedLogout: {
				enabled: true,
				logoutSource: (ctx, form) => {
					ctx.body = pages.logout(form);
				},
				postLogoutSuccessSource: (ctx) => {
					ctx.body = pages.loggedOut();
				},
			},
			userinfo: { enabled: true },
		},
		// Without its guard against addresses of this machine, which is where the portals of tests are.
		fetch: async (url, options) => await fetch(url, { ...options, dispatcher: undefined } as RequestInit),
		findAccount: (_ctx, accountId) => {
			const person = personOf(accountId);
			if (!person) return undefined;
			const { name, givenName, familyName, email, username } = person;
			return { accountId, claims: () => ({ sub: accountId, email, email_verified: true, name: `${givenName} ${familyName}`, given_name: givenName, family_name: familyName, preferred_username: username, nickname: name }) };
		},
		interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}`, policy: policy(context) },
		issueRefreshToken: (_ctx, client, source) => {
			if (!client.grantTypeAllowed('refresh_token') || settings.refreshTokens === 'never') return false;
			return settings.refreshTokens === 'always' || source.scopes.has('offline_access');
		},
		jwks: { keys: [issuerJwk] },
		loadExistingGrant: (ctx) => loadGrant(ctx, context),
		pkce: { required: () => true },
		renderError: (ctx, out) => {
			ctx.type = 'html';
			ctx.body = pages.error(out.error, out.error_description);
		},
		responseTypes: ['code'],
		rotateRefreshToken: () => settings.rotation,
		scopes: ['openid', 'offline_access', 'email', 'profile', ...apiScopes],
		ttl: {
			AccessToken: () => settings.accessTokenTtlSeconds,
			AuthorizationCode: 60,
			ClientCredentials: () => settings.accessTokenTtlSeconds,
			Grant: 90 * 86_400,
			IdToken: () => settings.idTokenTtlSeconds,
			Interaction: 3_600,
			RefreshToken: () => settings.refreshTokenTtlSeconds,
			Session: 86_400,
		},
	};
}

function resourceServer({ apiUrl, otherResource, settings }: OAuth2Context, resource: string) {
	if (resource !== apiUrl && resource !== otherResource) throw new errors.InvalidTarget();
	return { scope: apiScopes.join(' '), audience: resource, accessTokenTTL: settings.accessTokenTtlSeconds, accessTokenFormat: settings.accessTokenFormat, jwt: { sign: { alg: 'RS256' as const } } };
}

/**
 * The last word before a service gets its token: oidc-provider itself leaves out unknown scopes without a word.
 * @see RFC 6749, section 4.4.2 and 3.3
 */
function refuseScopes(ctx: KoaContextWithOIDC, { settings }: OAuth2Context): undefined {
	const asked = String(ctx.oidc.body?.['scope'] ?? '').split(' ').filter(Boolean);
	if (asked.length === 0 && settings.clientCredentialsNeedScope) throw new errors.InvalidScope('a scope is required', '');
	const unknown = asked.find((scope) => !apiScopes.includes(scope));
	if (unknown !== undefined) throw new errors.InvalidScope('requested scope is not known', unknown);
}

function policy({ settings }: OAuth2Context) {
	const prompts = interactionPolicy.base();
	const needsPage = new interactionPolicy.Check('page_needed', 'the user has to see a page first', 'interaction_required', (ctx) => settings.interactionAlways && !ctx.oidc.result?.consent);
	prompts.get('consent')!.checks.add(needsPage, 0);
	return prompts;
}

/**
 * A grant of its own for every sign-in, so that a replay in one connection kills no other of the same person.
 * Consent is remembered beside the grants, for the person, whichever browser it was given in.
 */
async function loadGrant(ctx: KoaContextWithOIDC, { store }: OAuth2Context) {
	const { provider, session, client, result, params } = ctx.oidc;
	if (result?.consent?.grantId) return provider.Grant.find(result.consent.grantId);
	const accountId = session?.accountId;
	if (!accountId || !client) return undefined;
	const asked = String(params?.['scope'] ?? '').split(' ').filter(Boolean);
	const consented = store.consentedScopes(accountId, client.clientId);
	if (!asked.every((scope) => consented.has(scope))) return undefined;
	const grant = new provider.Grant({ accountId, clientId: client.clientId });
	addScopes(grant, asked, params?.['resource']);
	await grant.save();
	return grant;
}

/** `resource` as in the request: absent, one or several. */
export function addScopes(grant: { addOIDCScope(scope: string): void; addResourceScope(resource: string, scope: string): void }, scopes: readonly string[], resource: unknown): void {
	grant.addOIDCScope(scopes.join(' '));
	for (const one of [resource ?? []].flat()) grant.addResourceScope(String(one), scopes.filter((scope) => apiScopes.includes(scope)).join(' '));
}
