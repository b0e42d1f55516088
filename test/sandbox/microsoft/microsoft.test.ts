/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
import { randomBytes, randomUUID } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, importPKCS8, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import * as oidc from 'openid-client';
import { sha256Thumbprint } from '../assertion';
import { Browser } from '../browser';
import { strangerKey } from '../testKeys';
import { openServers } from '../testServers';
import type { MicrosoftSettings } from './settings';
import { startMicrosoft, type MicrosoftSandbox } from './start';

const redirectUri = 'http://127.0.0.1:9/connected-apps/callback';
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const alice = { username: 'alice@example.com', password: 'alice-password' };
type Json = Record<string, any>;

let servers: Awaited<ReturnType<typeof openServers>>;
let started: ReturnType<typeof startMicrosoft>;
let entra: MicrosoftSandbox;
let settings: Partial<MicrosoftSettings>;
let app: MicrosoftSandbox['clients']['confidential'];
let graphScope: (name: string) => string;

beforeAll(async () => {
	servers = await openServers(4, [redirectUri]);
	const [login, graph, sharePoint, files] = servers.servers;
	started = startMicrosoft(login!, graph!, sharePoint!, files!, servers.options);
	entra = started.description;
	settings = servers.options.settings;
	app = entra.clients.confidential;
	graphScope = (name) => `${entra.graphUrl}/${name}`;
});
afterAll(async () => servers.close());
beforeEach(() => {
	started.controlled.revokeGrants();
	started.controlled.forgetSessions();
	Object.assign(settings, { microsoftAdminConsent: false, microsoftStepUp: false });
});

async function configuration(tenant: string, authentication: oidc.ClientAuth = oidc.ClientSecretPost(app.clientSecret), clientId = app.clientId): Promise<oidc.Configuration> {
	const issuer = new URL(`${entra.loginUrl}/${tenant}/v2.0`);
	if (tenant === entra.tenants.home.id) return oidc.discovery(issuer, clientId, undefined, authentication, { execute: [oidc.allowInsecureRequests] });
	// Elsewhere the issuer in the metadata is not the one that was asked, and openid-client insists.
	const metadata = (await get(`${issuer.href}/.well-known/openid-configuration`)).body as oidc.ServerMetadata;
	const config = new oidc.Configuration(metadata, clientId, undefined, authentication);
	oidc.allowInsecureRequests(config);
	return config;
}

const secretOf = (value = app.clientSecret) => ({ client_id: app.clientId, client_secret: value });

async function post(form: Record<string, string>, tenant = entra.tenants.home.id, headers: Record<string, string> = {}): Promise<{ status: number; body: Json }> {
	const response = await fetch(`${entra.loginUrl}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form), headers });
	return { status: response.status, body: (await response.json()) as Json };
}

async function get(url: string, token?: string): Promise<{ status: number; body: any }> {
	const response = await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
	const text = await response.text();
	return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}
const me = (token?: string) => get(`${entra.graphUrl}/v1.0/me`, token);
const siteUser = (token?: string) => get(`${entra.sharePointUrl}/_api/web/currentuser`, token);

interface SignInOptions {
	tenant?: string;
	scope?: string;
	person?: { username: string; password: string };
	browser?: Browser;
	more?: Record<string, string>;
}

async function authorizeUrl({ tenant = entra.tenants.home.id, scope = 'openid profile email offline_access User.Read', more = {} }: SignInOptions, verifier = oidc.randomPKCECodeVerifier()): Promise<URL> {
	const config = await configuration(tenant);
	const code_challenge = await oidc.calculatePKCECodeChallenge(verifier);
	return oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope, state: 'st', nonce: 'no', code_challenge, code_challenge_method: 'S256', ...more });
}

/** openid-client does the whole sign-in and checks the answers on its way. */
async function signIn(options: SignInOptions = {}): Promise<oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers> {
	const verifier = oidc.randomPKCECodeVerifier();
	const back = await (options.browser ?? new Browser()).signIn((await authorizeUrl(options, verifier)).href, options.person ?? alice);
	const config = await configuration(options.tenant ?? entra.tenants.home.id);
	return oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: 'st', expectedNonce: 'no' });
}

/** The one form of every error body. @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
function expectError({ status, body }: { status: number; body: Json }, expected: { status?: number; error: string; code: number; suberror?: string; says?: string }): void {
	expect({ status, error: body['error'], error_codes: body['error_codes'] }).toEqual({ status: expected.status ?? 400, error: expected.error, error_codes: [expected.code] });
	expect(body['error_description']).toMatch(new RegExp(`^AADSTS${expected.code}: .+ Trace ID: ${body['trace_id']} Correlation ID: ${body['correlation_id']} Timestamp: ${body['timestamp']}$`));
	expect(body['timestamp']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
	expect(body['error_uri']).toBe(`${entra.loginUrl}/error?code=${expected.code}`);
	expect(body['suberror']).toBe(expected.suberror);
	if (expected.says) expect(body['error_description']).toContain(expected.says);
}

describe('metadata', () => {
	test.each(['common', 'organizations'])('of %s has a template for an issuer', async (tenant) => {
		const { body } = await get(`${entra.loginUrl}/${tenant}/v2.0/.well-known/openid-configuration`);
		expect(body).toMatchObject({ issuer: `${entra.loginUrl}/{tenantid}/v2.0`, token_endpoint: `${entra.loginUrl}/${tenant}/oauth2/v2.0/token` });
		expect(body).not.toHaveProperty('revocation_endpoint');
		expect(body).not.toHaveProperty('authorization_response_iss_parameter_supported');
	});

	test('of a tenant has its GUID, whether it is asked for by GUID or by domain name', async () => {
		const { id, domain } = entra.tenants.home;
		const [byId, byDomain] = [await get(`${entra.loginUrl}/${id}/v2.0/.well-known/openid-configuration`), await get(`${entra.loginUrl}/${domain}/v2.0/.well-known/openid-configuration`)];
		expect(byId.body).toMatchObject({ issuer: `${entra.loginUrl}/${id}/v2.0`, authorization_endpoint: `${entra.loginUrl}/${id}/oauth2/v2.0/authorize` });
		expect(byDomain).toEqual(byId);
	});

	test('of an unknown tenant is an error', async () => {
		expectError(await get(`${entra.loginUrl}/nowhere.example/v2.0/.well-known/openid-configuration`), { error: 'invalid_tenant', code: 90002, says: "Tenant 'nowhere.example' not found" });
	});
});

describe('sign-in', () => {
	test('answers an ID token of the tenant and an access token that Graph accepts', async () => {
		const tokens = await signIn();
		const { id } = entra.tenants.home;
		const { payload, protectedHeader } = await jwtVerify(tokens.id_token!, createRemoteJWKSet(new URL(`${entra.loginUrl}/common/discovery/v2.0/keys`)));
		expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' });
		expect(payload).toMatchObject({ iss: `${entra.loginUrl}/${id}/v2.0`, aud: app.clientId, tid: id, oid: entra.objectIds['alice'], preferred_username: 'alice@example.com', email: 'alice@example.com', name: 'Alice Archer', nonce: 'no', ver: '2.0' });
		expect(payload).not.toHaveProperty('email_verified');
		expect(payload.sub).not.toBe(payload['oid']);
		expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'openid profile email User.Read', expires_in: 7_200, ext_expires_in: 7_200, refresh_token: expect.any(String) });
		expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: entra.graphUrl, scp: 'User.Read', tid: id, appidacr: '1' });
		expect(await me(tokens.access_token)).toMatchObject({ status: 200, body: { id: entra.objectIds['alice'], displayName: 'Alice Archer', mail: 'alice@example.com', userPrincipalName: 'alice@example.com' } });
		expect((await get(`${entra.graphUrl}/oidc/userinfo`, tokens.access_token)).body).toMatchObject({ sub: payload.sub, email: 'alice@example.com' });
	});

	test('has no refresh token without offline_access, and no e-mail without email', async () => {
		const tokens = await signIn({ scope: 'openid User.Read' });
		expect(tokens.refresh_token).toBeUndefined();
		expect(decodeJwt(tokens.id_token!)).not.toHaveProperty('email');
		expect(decodeJwt(tokens.id_token!)).not.toHaveProperty('preferred_username');
	});

	test('comes back without iss, and full names of scopes come back as full names', async () => {
		const scope = `openid offline_access ${entra.graphUrl}/sites.read.all`;
		const back = await new Browser().signIn((await authorizeUrl({ scope })).href, alice);
		expect([...back.searchParams.keys()].sort()).toEqual(['code', 'session_state', 'state']);
		expect((await signIn({ scope })).scope).toBe(`openid ${graphScope('Sites.Read.All')}`);
	});

	test('/.default stands for what the app lists', async () => {
		const tokens = await signIn({ scope: `openid offline_access ${graphScope('.default')}` });
		expect(tokens.scope).toBe(`openid ${['User.Read', 'Files.ReadWrite.All', 'Sites.Read.All', 'Sites.ReadWrite.All', '.default'].map(graphScope).join(' ')}`);
		expect(decodeJwt(tokens.access_token)['scp']).toBe('User.Read Files.ReadWrite.All Sites.Read.All Sites.ReadWrite.All');
	});

	test('consent is remembered, grows, and is not asked for once an administrator gave it', async () => {
		const browser = new Browser();
		await signIn({ browser });
		const isTheEnd = (url: URL): boolean => url.href.startsWith(redirectUri);
		expect((await browser.follow((await authorizeUrl({})).href, isTheEnd)).page).toBeUndefined();
		const more = { scope: 'openid profile email offline_access User.Read Sites.ReadWrite.All' };
		expect((await browser.follow((await authorizeUrl(more)).href, isTheEnd)).page).toContain('id="allow"');
		expect((await browser.follow((await authorizeUrl({ more: { prompt: 'consent' } })).href, isTheEnd)).page).toContain('id="allow"');
		settings.microsoftAdminConsent = true;
		expect((await browser.follow((await authorizeUrl(more)).href, isTheEnd)).page).toBeUndefined();
	});

	test('at common a person of another tenant gets in, with an issuer of that tenant; at ours not', async () => {
		const verifier = oidc.randomPKCECodeVerifier();
		const url = await authorizeUrl({ tenant: 'common' }, verifier);
		const back = await new Browser().signIn(url.href, entra.foreignUser);
		const { body } = await post({ grant_type: 'authorization_code', code: back.searchParams.get('code')!, redirect_uri: redirectUri, code_verifier: verifier, ...secretOf() }, 'common');
		expect(decodeJwt(body['id_token'])).toMatchObject({ iss: `${entra.loginUrl}/${entra.tenants.foreign.id}/v2.0`, tid: entra.tenants.foreign.id, oid: entra.foreignUser.objectId });
		await expect(new Browser().signIn((await authorizeUrl({})).href, entra.foreignUser)).rejects.toThrow('AADSTS50020');
	});

	test('declining, a silent request without a session, and one without consent are told to the app', async () => {
		const browser = new Browser();
		const denied = await browser.signIn((await authorizeUrl({})).href, alice, 'deny');
		expect(Object.fromEntries(denied.searchParams)).toMatchObject({ error: 'access_denied', error_description: expect.stringMatching(/^AADSTS65004: User declined to consent/), state: 'st' });
		const isTheEnd = (url: URL): boolean => url.href.startsWith(redirectUri);
		const silent = (await authorizeUrl({ more: { prompt: 'none' } })).href;
		expect((await new Browser().follow(silent, isTheEnd)).url.searchParams.get('error_description')).toContain('AADSTS50058');
		expect(Object.fromEntries((await browser.follow(silent, isTheEnd)).url.searchParams)).toMatchObject({ error: 'interaction_required', error_description: expect.stringContaining('AADSTS65001') });
	});

	test.each([
		['a redirect URI that is not registered', { more: { redirect_uri: `${redirectUri}/` } }, 'AADSTS50011: The redirect URI'],
		['an app that the tenant does not have', { more: { client_id: randomUUID() } }, 'AADSTS700016: Application with identifier'],
		['a tenant that knows no app of ours', { tenant: 'fabrikam.example' }, 'AADSTS700016'],
	])('%s is shown as a page', async (_what, options, text) => {
		const response = await fetch(await authorizeUrl(options), { redirect: 'manual' });
		expect(response.status).toBe(400);
		expect(await response.text()).toContain(`id="error">${text}`);
	});

	test.each([
		['Sites.Everything', 'invalid_client', "AADSTS650053: The application 'Connected Apps for n8n' asked for scope 'Sites.Everything' that doesn&t exist"],
		['https://unknown.example/Read', 'invalid_resource', 'AADSTS500011: The resource principal named https://unknown.example was not found'],
	])('scope %s is refused on the way back', async (scope, error, text) => {
		const response = await fetch(await authorizeUrl({ scope: `openid ${scope}` }), { redirect: 'manual' });
		const back = new URL(response.headers.get('location')!).searchParams;
		expect(back.get('error')).toBe(error);
		expect(back.get('error_description')).toContain(text.replace('&', "'"));
		expect(back.get('state')).toBe('st');
	});

	test('`resource` is refused on the way back, too', async () => {
		const response = await fetch(await authorizeUrl({ more: { resource: entra.graphUrl } }), { redirect: 'manual' });
		expect(new URL(response.headers.get('location')!).searchParams.get('error_description')).toContain('AADSTS901002');
	});

	test('a public client needs no secret, and may not bring one', async () => {
		const { clientId } = entra.clients.public;
		const verifier = oidc.randomPKCECodeVerifier();
		const back = await new Browser().signIn((await authorizeUrl({ more: { client_id: clientId } }, verifier)).href, alice);
		const config = await configuration(entra.tenants.home.id, oidc.None(), clientId);
		const tokens = await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: 'st', expectedNonce: 'no' });
		const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token!, client_id: clientId };
		expect((await post(form)).status).toBe(200);
		expectError(await post({ ...form, client_secret: 'x' }), { status: 401, error: 'invalid_client', code: 700025 });
	});
});

describe('refresh', () => {
	test('answers a new refresh token, and the old one lives on', async () => {
		const first = await signIn();
		const second = await oidc.refreshTokenGrant(await configuration(entra.tenants.home.id), first.refresh_token!);
		expect(second.refresh_token).not.toBe(first.refresh_token);
		expect(second.id_token).toBeDefined();
		const again = await post({ grant_type: 'refresh_token', refresh_token: first.refresh_token!, ...secretOf() });
		expect(again).toMatchObject({ status: 200, body: { scope: 'openid profile email User.Read' } });
		expect((await me(again.body['access_token'])).status).toBe(200);
		expect((await me(second.access_token)).status).toBe(200);
	});

	test('one refresh token serves several APIs, each access token one of them', async () => {
		const site = `${entra.sharePointUrl}/AllSites.Read`;
		const { access_token, refresh_token } = await signIn({ scope: `openid offline_access User.Read ${site}` });
		const { body } = await post({ grant_type: 'refresh_token', refresh_token: refresh_token!, scope: `${entra.sharePointUrl}/.default`, ...secretOf() });
		expect(body['scope']).toBe(`openid ${site} ${entra.sharePointUrl}/.default`);
		expect(decodeJwt(body['access_token'])['aud']).toBe(entra.sharePointUrl);
		expect(await siteUser(body['access_token'])).toMatchObject({ status: 200, body: { LoginName: 'i:0#.f|membership|alice@example.com', Title: 'Alice Archer', Email: 'alice@example.com' } });
		expect(await siteUser(access_token)).toEqual({ status: 401, body: { error: 'invalid_client', error_description: `Invalid audience Uri '${entra.graphUrl}'.` } });
		expect(await me(body['access_token'])).toMatchObject({ status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: 'Access token validation failure. Invalid audience.', innerError: { 'request-id': expect.any(String) } } } });
	});

	test.each([
		['several resources', () => `User.Read ${entra.sharePointUrl}/AllSites.Read`, { error: 'invalid_request', code: 28000, says: 'contains more than one resource' }],
		['a scope without consent', () => graphScope('Mail.Read'), { error: 'invalid_grant', code: 65001, suberror: 'consent_required', says: 'Send an interactive authorization request' }],
		['an unknown scope', () => 'Sites.Everything', { error: 'invalid_scope', code: 70011 }],
	])('%s: refused', async (_what, scope, expected) => {
		const { refresh_token } = await signIn();
		expectError(await post({ grant_type: 'refresh_token', refresh_token: refresh_token!, scope: scope(), ...secretOf() }), expected);
	});

	test('a revoked grant and a text that never was a token are told apart', async () => {
		const { refresh_token } = await signIn();
		started.controlled.revokeGrants('alice');
		const refresh = (value: string) => post({ grant_type: 'refresh_token', refresh_token: value, ...secretOf() });
		expectError(await refresh(refresh_token!), { error: 'invalid_grant', code: 50173, suberror: 'bad_token', says: 'The provided grant has expired due to it being revoked' });
		expectError(await refresh('nonsense'), { error: 'invalid_grant', code: 9002313 });
		expect(started.controlled.revocations()).toContainEqual(expect.objectContaining({ kind: 'RefreshToken', user: 'alice', reason: 'admin' }));
	});

	test('a refresh token that nobody used for ninety days has expired', async () => {
		const { refresh_token } = await signIn();
		const ninetyDaysAhead = Date.now() + 91 * 86_400_000;
		const clock = jest.spyOn(Date, 'now').mockReturnValue(ninetyDaysAhead);
		try {
			expectError(await post({ grant_type: 'refresh_token', refresh_token: refresh_token!, ...secretOf() }), { error: 'invalid_grant', code: 700082, suberror: 'token_expired' });
		} finally {
			clock.mockRestore();
		}
	});

	test('an expired access token is 401 at both APIs while its refresh token lives', async () => {
		const { access_token, refresh_token } = await signIn();
		started.controlled.expireAccessTokens('alice');
		expect(await me(access_token)).toMatchObject({ status: 401, body: { error: { message: 'Lifetime validation failed, the token is expired.' } } });
		expect((await me()).body.error.message).toBe('Access token is empty.');
		expect((await me('text')).body.error.code).toBe('InvalidAuthenticationToken');
		expect((await post({ grant_type: 'refresh_token', refresh_token: refresh_token!, ...secretOf() })).status).toBe(200);
	});
});

describe('codes', () => {
	async function codeOf(options: SignInOptions = {}): Promise<{ code: string; redeem(more?: Record<string, string>): ReturnType<typeof post> }> {
		const verifier = oidc.randomPKCECodeVerifier();
		const code = (await new Browser().signIn((await authorizeUrl(options, verifier)).href, alice)).searchParams.get('code')!;
		return { code, redeem: (more = {}) => post({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...secretOf(), ...more }) };
	}

	test('work once, with their verifier and redirect URI only', async () => {
		const { redeem } = await codeOf();
		expectError(await redeem({ code_verifier: 'w'.repeat(43) }), { error: 'invalid_grant', code: 501481, says: 'Code_Verifier' });
		expectError(await redeem({ redirect_uri: `${redirectUri}/` }), { error: 'invalid_client', code: 500112 });
		expect((await redeem()).status).toBe(200);
		expectError(await redeem(), { error: 'invalid_grant', code: 54005 });
		expectError(await redeem({ code: 'nonsense' }), { error: 'invalid_grant', code: 9002313 });
	});

	test('of a request for several APIs give a token for the first, or for the one that is named', async () => {
		const scope = `openid User.Read ${entra.sharePointUrl}/AllSites.Read`;
		const first = await (await codeOf({ scope })).redeem();
		const named = await (await codeOf({ scope })).redeem({ scope: `${entra.sharePointUrl}/AllSites.Read` });
		expect(decodeJwt(first.body['access_token'])['aud']).toBe(entra.graphUrl);
		expect(decodeJwt(named.body['access_token'])['aud']).toBe(entra.sharePointUrl);
	});
});

describe('client authentication', () => {
	const appOnly = () => ({ grant_type: 'client_credentials', scope: graphScope('.default') });

	test.each([
		['a wrong secret', { client_secret: 'wrong' }, { status: 401, error: 'invalid_client', code: 7000215, says: 'Ensure the secret being sent in the request is the client secret value, not the client secret ID' }],
		['an empty secret', { client_secret: '' }, { status: 401, error: 'invalid_client', code: 7000215 }],
		['an unknown app', { client_id: '00000000-0000-4000-8000-000000000000' }, { error: 'unauthorized_client', code: 700016, says: "was not found in the directory 'Contoso'" }],
		['an unknown grant', { grant_type: 'password' }, { error: 'unsupported_grant_type', code: 70003 }],
		['`resource`', { resource: 'https://graph.microsoft.com' }, { error: 'invalid_request', code: 901002 }],
	])('%s', async (_what, form, expected) => {
		expectError(await post({ ...appOnly(), ...secretOf(), ...form }), expected);
	});

	test('an expired secret, no credential at all, another tenant, no tenant', async () => {
		expectError(await post({ ...appOnly(), ...secretOf(app.expiredClientSecret) }), { status: 401, error: 'invalid_client', code: 7000222, says: 'are expired' });
		expectError(await post({ ...appOnly(), client_id: app.clientId }), { status: 401, error: 'invalid_client', code: 7000218 });
		expectError(await post({ ...appOnly(), ...secretOf() }, entra.tenants.foreign.domain), { error: 'unauthorized_client', code: 700016, says: "'Fabrikam'" });
		expectError(await post({ ...appOnly(), ...secretOf() }, 'nowhere.example'), { error: 'invalid_request', code: 90002 });
		expectError(await post(appOnly()), { error: 'invalid_request', code: 900144, says: "'client_id'" });
		expectError(await post(secretOf()), { error: 'invalid_request', code: 900144, says: "'grant_type'" });
	});

	test('a secret may come as Basic', async () => {
		const config = await configuration(entra.tenants.home.domain, oidc.ClientSecretBasic(app.clientSecret));
		expect((await oidc.clientCredentialsGrant(config, { scope: graphScope('.default') })).token_type).toBe('bearer');
	});
});

describe('client credentials', () => {
	test('give an app-only token of the one resource, without refresh token', async () => {
		const tokens = await oidc.clientCredentialsGrant(await configuration(entra.tenants.home.id), { scope: graphScope('.default') });
		expect(Object.keys(tokens).sort()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'token_type']);
		expect(decodeJwt(tokens.access_token)).toMatchObject({ idtyp: 'app', roles: ['Sites.ReadWrite.All', 'User.Read.All'], appid: app.clientId });
		expect(await me(tokens.access_token)).toMatchObject({ status: 400, body: { error: { message: '/me request is only valid with delegated authentication flow.' } } });
		expect((await get(`${entra.graphUrl}/v1.0/users/bob@example.com`, tokens.access_token)).body).toMatchObject({ displayName: 'Bob Baker', id: entra.objectIds['bob'] });
	});

	test.each([
		['common', { error: 'invalid_request', code: 9001023 }],
		['organizations', { error: 'invalid_request', code: 50059 }],
	])('are refused at %s', async (tenant, expected) => {
		expectError(await post({ grant_type: 'client_credentials', scope: graphScope('.default'), ...secretOf() }, tenant), expected);
	});

	test('want /.default', async () => {
		expectError(await post({ grant_type: 'client_credentials', scope: graphScope('User.Read.All'), ...secretOf() }), { error: 'invalid_scope', code: 1002012, says: 'Client credential flows must have a scope value with /.default' });
		expectError(await post({ grant_type: 'client_credentials', ...secretOf() }), { error: 'invalid_request', code: 900144, says: "'scope'" });
	});
});

describe('certificate', () => {
	interface Changes {
		claims?: JWTPayload;
		header?: Record<string, unknown>;
		key?: string;
		alg?: string;
	}
	const endpoint = () => `${entra.loginUrl}/${entra.tenants.home.id}/oauth2/v2.0/token`;

	async function assertion({ claims = {}, header = {}, key = app.privateKeyPem, alg = 'PS256' }: Changes = {}): Promise<string> {
		const now = Math.floor(Date.now() / 1000);
		return new SignJWT({ aud: endpoint(), iss: app.clientId, sub: app.clientId, jti: randomBytes(16).toString('hex'), nbf: now, iat: now, exp: now + 300, ...claims })
			.setProtectedHeader({ alg, typ: 'JWT', 'x5t#S256': sha256Thumbprint(app.certificatePem), ...header })
			.sign(await importPKCS8(key, alg));
	}
	const send = async (jwt: string, scope = graphScope('.default')) => post({ grant_type: 'client_credentials', scope, client_id: app.clientId, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: jwt });

	test('gets a token that SharePoint takes, where one got by a secret is refused', async () => {
		const scope = `${entra.sharePointUrl}/.default`;
		const { body } = await send(await assertion(), scope);
		expect(await siteUser(body['access_token'])).toMatchObject({ status: 200, body: { Title: 'SharePoint App' } });
		const bySecret = await post({ grant_type: 'client_credentials', scope, ...secretOf() });
		expect(await siteUser(bySecret.body['access_token'])).toEqual({ status: 401, body: 'Unsupported app only token.' });
	});

	test('may come from openid-client, with a kid, and addressed by the domain name', async () => {
		const header = { 'x5t#S256': sha256Thumbprint(app.certificatePem) };
		const { domain } = entra.tenants.home;
		const authentication = oidc.PrivateKeyJwt(
			{ key: (await importPKCS8(app.privateKeyPem, 'PS256')), kid: header['x5t#S256'] },
			{ [oidc.modifyAssertion]: (head, claims) => Object.assign(head, header) && Object.assign(claims, { aud: `${entra.loginUrl}/${domain}/oauth2/v2.0/token` }) },
		);
		const tokens = await oidc.clientCredentialsGrant(await configuration(domain, authentication), { scope: graphScope('.default') });
		expect(decodeJwt(tokens.access_token)['appidacr']).toBe('2');
	});

	test('signs for a person as well', async () => {
		const verifier = oidc.randomPKCECodeVerifier();
		const back = await new Browser().signIn((await authorizeUrl({}, verifier)).href, alice);
		const answer = await post({ grant_type: 'authorization_code', code: back.searchParams.get('code')!, redirect_uri: redirectUri, code_verifier: verifier, client_id: app.clientId, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: await assertion() });
		expect((await me(answer.body['access_token'])).body.mail).toBe('alice@example.com');
	});

	const now = () => Math.floor(Date.now() / 1000);
	const invalidClient = (code: number, says?: string) => ({ status: 401, error: 'invalid_client', code, says });
	const malformed = { error: 'invalid_request', code: 50027, says: 'JWT token is invalid or malformed.' };
	test.each<[string, () => Changes, Parameters<typeof expectError>[1]]>([
		['another key', () => ({ key: strangerKey.privateKeyPem }), invalidClient(700027, 'Client assertion contains an invalid signature. [Reason - The key was found, but')],
		['another certificate', () => ({ key: strangerKey.privateKeyPem, header: { 'x5t#S256': sha256Thumbprint(strangerKey.certificatePem) } }), invalidClient(700027, 'The key was not found., Thumbprint of key used by client')],
		['no thumbprint', () => ({ header: { 'x5t#S256': undefined } }), invalidClient(5002723)],
		['RS256', () => ({ alg: 'RS256' }), invalidClient(5002738)],
		['somebody else as issuer', () => ({ claims: { iss: 'else' } }), invalidClient(700021)],
		['the issuer as audience', () => ({ claims: { aud: `${entra.loginUrl}/${entra.tenants.home.id}/v2.0` } }), malformed],
		['the endpoint of common as audience', () => ({ claims: { aud: `${entra.loginUrl}/common/oauth2/v2.0/token` } }), malformed],
		['a list of audiences', () => ({ claims: { aud: [endpoint()] } }), malformed],
		['a past end', () => ({ claims: { nbf: now() - 4_000, iat: now() - 4_000, exp: now() - 3_600 } }), invalidClient(700024, 'Client assertion is not within its valid time range')],
		['a life of eleven minutes', () => ({ claims: { exp: now() + 660 } }), invalidClient(700024)],
		['no jti', () => ({ claims: { jti: undefined } }), { error: 'invalid_request', code: 90014, says: "'jti'" }],
	])('with %s: refused', async (_what, changes, expected) => {
		expectError(await send(await assertion(changes())), expected);
	});

	test('an assertion works once, and must be a JWT', async () => {
		const jwt = await assertion();
		expect((await send(jwt)).status).toBe(200);
		expectError(await send(jwt), invalidClient(700027));
		expectError(await send('no.jwt'), malformed);
	});
});

describe('on behalf of', () => {
	const exchange = async (assertion: string, more: Record<string, string> = {}) => post({ grant_type: jwtBearer, assertion, requested_token_use: 'on_behalf_of', scope: graphScope('User.Read'), ...secretOf(), ...more });

	test('a user’s token for our app becomes one for Graph, once the user or an administrator has consented', async () => {
		const assertion = await started.mintUserToken('alice');
		expectError(await exchange(assertion), { error: 'invalid_grant', code: 65001, suberror: 'consent_required' });
		settings.microsoftAdminConsent = true;
		const { body } = await exchange(assertion);
		expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'scope', 'token_type']);
		expect((await me(body['access_token'])).body.mail).toBe('alice@example.com');
		settings.microsoftAdminConsent = false;
		await signIn({ scope: 'openid User.Read', person: { username: 'bob@example.com', password: 'bob-password' } });
		expect((await me((await exchange(await started.mintUserToken('bob'))).body['access_token'])).body.mail).toBe('bob@example.com');
	});

	test('offline_access gives a refresh token as well', async () => {
		settings.microsoftAdminConsent = true;
		const { body } = await exchange(await started.mintUserToken('carol', { audience: app.applicationIdUri }), { scope: `${graphScope('.default')} offline_access` });
		const refreshed = await post({ grant_type: 'refresh_token', refresh_token: body['refresh_token'], ...secretOf() });
		expect((await me(refreshed.body['access_token'])).body.mail).toBe('carol@example.com');
	});

	test('a token that the public app got by a sign-in for our API is an assertion, too', async () => {
		const verifier = oidc.randomPKCECodeVerifier();
		const { clientId } = entra.clients.public;
		const back = await new Browser().signIn((await authorizeUrl({ scope: `openid ${app.applicationIdUri}/access_as_user`, more: { client_id: clientId } }, verifier)).href, alice);
		const own = await post({ grant_type: 'authorization_code', code: back.searchParams.get('code')!, redirect_uri: redirectUri, code_verifier: verifier, client_id: clientId });
		settings.microsoftAdminConsent = true;
		expect((await exchange(own.body['access_token'])).status).toBe(200);
		expectError(await exchange(own.body['id_token']), { error: 'invalid_grant', code: 240002 });
	});

	test.each<[string, () => Promise<string>, Record<string, string>, Parameters<typeof expectError>[1]]>([
		['expired', () => started.mintUserToken('alice', { expiresInSeconds: -60 }), {}, { error: 'invalid_grant', code: 500133, says: 'Assertion is not within its valid time range' }],
		['for Graph', () => started.mintUserToken('alice', { audience: entra.graphUrl }), {}, { error: 'invalid_grant', code: 500131, says: 'Assertion audience does not match the Client app presenting the assertion' }],
		['signed by somebody else', async () => new SignJWT({ aud: app.clientId, scp: 'access_as_user' }).setProtectedHeader({ alg: 'RS256' }).sign(await importPKCS8(strangerKey.privateKeyPem, 'RS256')), {}, { error: 'invalid_grant', code: 50013, says: 'Assertion failed signature validation' }],
		['no JWT', async () => 'text', {}, { error: 'invalid_request', code: 50027 }],
		['without its use', () => started.mintUserToken('alice'), { requested_token_use: '' }, { error: 'invalid_request', code: 900144, says: "'requested_token_use'" }],
	])('an assertion that is %s is refused', async (_what, assertion, more, expected) => {
		expectError(await exchange(await assertion(), more), expected);
	});

	test('a policy that wants a second factor challenges with claims, which a sign-in answers', async () => {
		settings.microsoftStepUp = true;
		const tokens = await signIn({ scope: 'openid offline_access User.Read' });
		const refused = await exchange(await started.mintUserToken('alice'));
		expectError(refused, { error: 'interaction_required', code: 50076, suberror: 'basic_action', says: 'you must use multi-factor authentication' });
		expect(JSON.parse(refused.body['claims'])).toEqual({ access_token: { capolids: { essential: true, values: [expect.any(String)] } } });
		const refresh = () => post({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token!, ...secretOf() });
		expectError(await refresh(), { error: 'interaction_required', code: 50076, suberror: 'basic_action' });
		await signIn({ more: { claims: refused.body['claims'] } });
		expect((await exchange(await started.mintUserToken('alice'))).status).toBe(200);
		expect((await refresh()).status).toBe(200);
	});
});

test('calls are recorded with grant type and person', async () => {
	servers.options.calls.clear();
	await me((await signIn()).access_token);
	expect(servers.options.calls.list()).toContainEqual(expect.objectContaining({ server: 'oauth', grantType: 'authorization_code', user: 'alice', status: 200 }));
	expect(servers.options.calls.list().at(-1)).toMatchObject({ server: 'api', path: '/v1.0/me', user: 'alice', status: 200 });
});
