// The generic provider as independent clients see it: openid-client where it speaks the protocol, plain requests elsewhere.
import { createHash, createPrivateKey, createPublicKey, randomUUID, X509Certificate } from 'node:crypto';
import { decodeJwt, importPKCS8, SignJWT } from 'jose';
import * as openid from 'openid-client';
import { Browser } from '../browser';
import type { Call } from '../calls';
import { startSandbox, type Sandbox, type SandboxUser } from '../sandbox';
import { jwtBearerGrant, tokenExchangeGrant, type SigningAlgorithm } from './clients';

const redirectUri = 'http://127.0.0.1:9/connected-apps/callback';
const verifier = openid.randomPKCECodeVerifier();
type Json = Record<string, unknown>;
type ClientName = keyof Sandbox['oauth2']['clients'];

let sandbox: Sandbox;
const user = (name: string): SandboxUser => sandbox.users.find((candidate) => candidate.name === name)!;

beforeAll(async () => {
	sandbox = await startSandbox({ redirectUris: [redirectUri] });
});
afterAll(async () => await sandbox.close());
beforeEach(async () => {
	await control('DELETE', 'settings');
	await control('POST', 'revoke-grants', {});
	await control('POST', 'forget-sessions', {});
	await control('DELETE', 'calls');
});

async function control<T = Json>(method: string, path: string, body?: unknown): Promise<T> {
	const response = await fetch(`${sandbox.control}/control/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body), headers: { 'content-type': 'application/json' } });
	if (!response.ok) throw new Error(await response.text());
	return (await response.json()) as T;
}
const set = (settings: Json) => control('POST', 'settings', settings);
const calls = async (path: string): Promise<Call[]> => (await control<Call[]>('GET', 'calls')).filter((call) => call.provider === 'oauth2' && call.path === path);

async function clientOf(name: ClientName, alg: SigningAlgorithm = 'RS256'): Promise<openid.Configuration> {
	const { clients, issuer } = sandbox.oauth2;
	const client = clients[name];
	const authentication = async (): Promise<openid.ClientAuth> => {
		if (name === 'privateKeyJwt') {
			const { kid, privateKey } = clients.privateKeyJwt.keys[alg];
			return openid.PrivateKeyJwt({ kid, key: await importPKCS8(privateKey, alg) });
		}
		if (!('clientSecret' in client)) return openid.None();
		return name === 'confidentialPost' ? openid.ClientSecretPost(client.clientSecret) : openid.ClientSecretBasic(client.clientSecret);
	};
	return await openid.discovery(new URL(issuer), client.clientId, undefined, await authentication(), { execute: [openid.allowInsecureRequests] });
}

const parameters = async (more: Record<string, string> = {}) => ({ redirect_uri: redirectUri, scope: 'openid email profile read write', code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', state: 'st', ...more });

async function signIn(client: openid.Configuration, name = 'alice', more: Record<string, string> = {}, browser = new Browser()) {
	const url = openid.buildAuthorizationUrl(client, await parameters(more));
	const back = await browser.signIn(url.href, user(name));
	return await openid.authorizationCodeGrant(client, back, { pkceCodeVerifier: verifier, expectedState: 'st' });
}

async function token(form: Record<string, string>, headers: Record<string, string> = {}): Promise<{ status: number; body: Json }> {
	const response = await fetch(sandbox.oauth2.tokenUrl, { method: 'POST', body: new URLSearchParams(form), headers });
	return { status: response.status, body: (await response.json()) as Json };
}
const basic = (name: 'service' | 'tokenExchange'): Record<string, string> => {
	const { clientId, clientSecret } = sandbox.oauth2.clients[name];
	return { authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}` };
};

async function api(path: string, accessToken?: string, init: RequestInit = {}): Promise<{ status: number; body: Json; headers: Headers }> {
	const response = await fetch(sandbox.oauth2.apiUrl + path, { redirect: 'manual', ...init, headers: { ...(accessToken && { authorization: `Bearer ${accessToken}` }), ...(init.headers as Record<string, string>) } });
	const text = await response.text();
	return { status: response.status, headers: response.headers, body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {}) as Json };
}

describe('user login', () => {
	test.each(['confidentialBasic', 'confidentialPost', 'public'] as const)('the %s client signs in with PKCE; ID token and userinfo tell who it was', async (name) => {
		const client = await clientOf(name);
		const tokens = await signIn(client);
		const claims = { sub: 'user-alice', email: 'alice@example.com', email_verified: true, preferred_username: 'alice@example.com', name: 'Alice Archer' };
		expect(tokens.claims()).toMatchObject({ ...claims, iss: sandbox.oauth2.issuer });
		expect(await openid.fetchUserInfo(client, tokens.access_token, 'user-alice')).toMatchObject(claims);
		expect((await api('/me', tokens.access_token)).body).toEqual({ user: 'alice', email: 'alice@example.com', clientId: sandbox.oauth2.clients[name].clientId, scopes: ['openid', 'email', 'profile', 'read', 'write'], tokenType: 'Bearer', audience: null });
		expect(await calls('/token')).toEqual([expect.objectContaining({ server: 'oauth', grantType: 'authorization_code', user: 'alice', clientId: sandbox.oauth2.clients[name].clientId, status: 200 })]);
	});

	test.each(['RS256', 'PS256', 'ES256'] as const)('a client signs in with an assertion by its %s key, and not without', async (alg) => {
		expect((await signIn(await clientOf('privateKeyJwt', alg))).access_token).toEqual(expect.any(String));
		const { body } = await token({ grant_type: 'authorization_code', code: 'x', redirect_uri: redirectUri, client_id: sandbox.oauth2.clients.privateKeyJwt.clientId });
		expect(body).toMatchObject({ error: 'invalid_client' });
	});

	test('the encrypted key and the certificate belong to the RS256 key', () => {
		const { keys, encryptedKey, certificate } = sandbox.oauth2.clients.privateKeyJwt;
		const publicKey = (key: Parameters<typeof createPublicKey>[0]) => createPublicKey(key).export({ type: 'spki', format: 'pem' });
		expect(encryptedKey.privateKey).toContain('ENCRYPTED');
		expect(publicKey(createPrivateKey({ key: encryptedKey.privateKey, passphrase: encryptedKey.passphrase }) as never)).toBe(publicKey(keys.RS256.privateKey));
		expect(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' })).toBe(publicKey(keys.RS256.privateKey));
	});

	test('requests without PKCE, without a push where it is required, and with a foreign redirect URI are refused', async () => {
		const refusal = async (name: ClientName, more: Record<string, string>): Promise<string> => {
			const url = openid.buildAuthorizationUrl(await clientOf(name), await parameters(more));
			for (const [key, value] of [...url.searchParams]) if (value === '') url.searchParams.delete(key);
			const response = await new Browser().request(url.href);
			return new URL(response.headers.get('location') ?? url).searchParams.get('error_description') ?? (await response.text());
		};
		expect(await refusal('confidentialBasic', { code_challenge: '', code_challenge_method: '' })).toContain('PKCE');
		expect(await refusal('parRequired', {})).toBe('Pushed Authorization Request must be used');
		expect(await refusal('public', { redirect_uri: `${redirectUri}/` })).toContain('error=invalid_redirect_uri');
	});

	test('a pushed request signs in once', async () => {
		const client = await clientOf('parRequired');
		const url = await openid.buildAuthorizationUrlWithPAR(client, await parameters());
		expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
		const browser = new Browser();
		const back = await browser.signIn(url.href, user('bob'), 'allow', redirectUri);
		expect(back.searchParams.get('iss')).toBe(sandbox.oauth2.issuer);
		const tokens = await openid.authorizationCodeGrant(client, back, { pkceCodeVerifier: verifier, expectedState: 'st' });
		expect(tokens.claims()?.sub).toBe('user-bob');
		expect((await browser.follow(url.href, (address) => address.href.startsWith(redirectUri))).url.searchParams.get('error')).toBe('invalid_request_uri');
	});

	test('declining is access_denied; a person may keep scopes back', async () => {
		const client = await clientOf('confidentialBasic');
		const url = openid.buildAuthorizationUrl(client, await parameters());
		expect((await new Browser().signIn(url.href, user('carol'), 'deny')).searchParams.get('error')).toBe('access_denied');
		await set({ grantsOnly: ['email', 'read'] });
		const tokens = await signIn(client, 'carol');
		expect(tokens.scope).toBe('openid email read');
		expect((await api('/items', tokens.access_token, { method: 'POST' })).body).toEqual({ error: 'insufficient_scope', scope: 'write' });
	});

	test('prompt=none tells which page it would take', async () => {
		const client = await clientOf('confidentialBasic');
		const browser = new Browser();
		const silent = async (more: Record<string, string> = {}): Promise<string | null> => {
			const url = openid.buildAuthorizationUrl(client, await parameters({ prompt: 'none', ...more }));
			return (await browser.follow(url.href, (address) => address.href.startsWith(redirectUri))).url.searchParams.get('error');
		};
		expect(await silent()).toBe('login_required');
		await signIn(client, 'alice', {}, browser);
		expect(await silent()).toBeNull();
		expect(await silent({ scope: 'openid reports' })).toBe('consent_required');
		await set({ interactionAlways: true });
		expect(await silent()).toBe('interaction_required');
	});

	test('consent is remembered for the person; prompt=consent and prompt=login ask again', async () => {
		const client = await clientOf('confidentialBasic');
		const browser = new Browser();
		await signIn(client, 'alice', {}, browser);
		const next = async (more: Record<string, string> = {}) => {
			const url = openid.buildAuthorizationUrl(client, await parameters(more));
			return (await browser.follow(url.href, (address) => address.href.startsWith(redirectUri))).page;
		};
		expect(await next()).toBeUndefined();
		expect(await next({ prompt: 'consent' })).toContain('id="allow"');
		expect(await next({ prompt: 'login' })).toContain('id="login"');
		await control('POST', 'revoke-grants', { user: 'alice', provider: 'oauth2' });
		expect(await next()).toContain('id="allow"');
	});

	test('the redirect carries iss unless a setting takes it away', async () => {
		await set({ issParameter: false });
		const client = await clientOf('confidentialBasic');
		expect(client.serverMetadata().authorization_response_iss_parameter_supported).toBe(false);
		const url = openid.buildAuthorizationUrl(client, await parameters());
		expect((await new Browser().signIn(url.href, user('alice'))).searchParams.has('iss')).toBe(false);
	});
});

describe('tokens', () => {
	test('a refresh token is good for once, also when it comes twice at the same time; a replay kills the grant', async () => {
		const client = await clientOf('confidentialBasic');
		const tokens = await signIn(client);
		const second = await openid.refreshTokenGrant(client, tokens.refresh_token!);
		expect(second.refresh_token).not.toBe(tokens.refresh_token);
		const answers = await Promise.allSettled([1, 2].map(() => openid.refreshTokenGrant(client, second.refresh_token!)));
		expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect((await api('/me', second.access_token)).status).toBe(401);
		expect(await control('GET', 'revocations')).toContainEqual(expect.objectContaining({ provider: 'oauth2', kind: 'RefreshToken', reason: 'replay', user: 'alice' }));
	});

	test('without rotation a refresh answers no refresh token', async () => {
		await set({ rotation: false });
		const client = await clientOf('public');
		const tokens = await signIn(client);
		for (const _time of [1, 2]) expect((await openid.refreshTokenGrant(client, tokens.refresh_token!)).refresh_token).toBeUndefined();
	});

	test('refresh tokens come always, by offline_access with consent, or never', async () => {
		const client = await clientOf('confidentialBasic');
		await set({ refreshTokens: 'offlineAccess' });
		expect((await signIn(client)).refresh_token).toBeUndefined();
		expect((await signIn(client, 'alice', { scope: 'openid offline_access', prompt: 'consent' })).refresh_token).toEqual(expect.any(String));
		await set({ refreshTokens: 'never' });
		expect((await signIn(client, 'alice', { scope: 'openid offline_access', prompt: 'consent' })).refresh_token).toBeUndefined();
	});

	test('revocation ends the whole grant, introspection tells it to the own client only', async () => {
		const [client, other] = [await clientOf('confidentialBasic'), await clientOf('confidentialPost')];
		const tokens = await signIn(client);
		expect(await openid.tokenIntrospection(client, tokens.access_token)).toMatchObject({ active: true, sub: 'user-alice', token_type: 'Bearer' });
		expect(await openid.tokenIntrospection(other, tokens.access_token)).toEqual({ active: false });
		await openid.tokenRevocation(client, tokens.refresh_token!);
		expect(await openid.tokenIntrospection(client, tokens.access_token)).toEqual({ active: false });
		const revocations = await control<Json[]>('GET', 'revocations');
		for (const [kind, value] of [['RefreshToken', tokens.refresh_token!], ['AccessToken', tokens.access_token]] as const) {
			const sha256Prefix = createHash('sha256').update(value).digest('hex').slice(0, 16);
			expect(revocations).toContainEqual(expect.objectContaining({ provider: 'oauth2', kind, reason: 'revokeEndpoint', user: 'alice', sha256Prefix }));
		}
	});

	test.each(['opaque', 'jwt'] as const)('a token for the API as %s is for the API alone, and ends on demand', async (accessTokenFormat) => {
		await set({ accessTokenFormat });
		const client = await clientOf('confidentialBasic');
		const tokens = await signIn(client, 'alice', { resource: sandbox.oauth2.apiUrl });
		expect((await api('/me', tokens.access_token)).body).toMatchObject({ user: 'alice', audience: sandbox.oauth2.apiUrl, scopes: ['read', 'write'] });
		expect(tokens.access_token.split('.')).toHaveLength(accessTokenFormat === 'jwt' ? 3 : 1);
		await expect(openid.fetchUserInfo(client, tokens.access_token, 'user-alice')).rejects.toThrow();
		expect(await control('POST', 'expire-access-tokens', { user: 'alice', provider: 'oauth2' })).toEqual({ expired: 1 });
		expect((await api('/me', tokens.access_token)).body).toMatchObject({ error: 'invalid_token' });
		const fresh = await openid.refreshTokenGrant(client, tokens.refresh_token!);
		expect((await api('/me', fresh.access_token)).body).toMatchObject({ user: 'alice', audience: sandbox.oauth2.apiUrl });
	});

	test.each(['opaque', 'jwt'] as const)('a token for another resource, as %s, is refused by the API', async (accessTokenFormat) => {
		await set({ accessTokenFormat });
		const tokens = await signIn(await clientOf('public'), 'alice', { resource: sandbox.oauth2.otherResource });
		expect(await api('/me', tokens.access_token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
	});

	test('a resource that nobody knows is invalid_target', async () => {
		const url = openid.buildAuthorizationUrl(await clientOf('public'), await parameters({ resource: 'https://elsewhere.example' }));
		const response = await new Browser().request(url.href);
		expect(new URL(response.headers.get('location')!).searchParams.get('error')).toBe('invalid_target');
	});

	test('token_type and expires_in can be made to say something else', async () => {
		const form = { grant_type: 'client_credentials', scope: 'read' };
		expect((await token(form, basic('service'))).body).toMatchObject({ token_type: 'Bearer', expires_in: 7_200 });
		await set({ tokenType: 'mac', expiresInAs: 'string', accessTokenTtlSeconds: 60 });
		expect((await token(form, basic('service'))).body).toMatchObject({ token_type: 'mac', expires_in: '60' });
		await set({ expiresInAs: 'absent' });
		expect((await token(form, basic('service'))).body).not.toHaveProperty('expires_in');
	});
});

describe('DPoP', () => {
	async function boundTokens() {
		const client = await clientOf('dpopBound');
		const keys = await openid.randomDPoPKeyPair('ES256', { extractable: true });
		const DPoP = openid.getDPoPHandle(client, keys);
		const url = openid.buildAuthorizationUrl(client, await parameters());
		const back = await new Browser().signIn(url.href, user('alice'));
		const tokens = await openid.authorizationCodeGrant(client, back, { pkceCodeVerifier: verifier, expectedState: 'st' }, undefined, { DPoP });
		return { client, keys, DPoP, tokens };
	}
	const me = () => new URL('/me', sandbox.oauth2.apiUrl);

	test.each([false, true])('a bound token works with its proof, at the API and for a refresh (nonces required: %s)', async (needed) => {
		await set({ dpopNonce: needed ? 'required' : 'off', apiDpopNonce: needed });
		const { client, DPoP, tokens } = await boundTokens();
		expect(client.serverMetadata().dpop_signing_alg_values_supported).toContain('ES256');
		expect(tokens.token_type).toBe('dpop');
		const response = await openid.fetchProtectedResource(client, tokens.access_token, me(), 'GET', undefined, undefined, { DPoP });
		expect(await response.json()).toMatchObject({ user: 'alice', tokenType: 'DPoP' });
		expect((await calls('/me')).map(({ status, scheme, user }) => ({ status, scheme, user }))).toEqual([...(needed ? [{ status: 401, scheme: 'DPoP', user: 'alice' }] : []), { status: 200, scheme: 'DPoP', user: 'alice' }]);
		const fresh = await openid.refreshTokenGrant(client, tokens.refresh_token!, undefined, { DPoP });
		expect(fresh.access_token).toEqual(expect.any(String));
	});

	test('a missing nonce is use_dpop_nonce with the nonce to use', async () => {
		await set({ apiDpopNonce: true });
		const { DPoP, tokens, keys } = await boundTokens();
		void DPoP;
		const answer = await fetch(me(), { headers: { authorization: `DPoP ${tokens.access_token}`, dpop: await proof(keys, tokens.access_token) } });
		expect(answer.status).toBe(401);
		expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP .*error="use_dpop_nonce"/);
		const nonce = answer.headers.get('dpop-nonce')!;
		expect((await fetch(me(), { headers: { authorization: `DPoP ${tokens.access_token}`, dpop: await proof(keys, tokens.access_token, { nonce }) } })).status).toBe(200);
	});

	async function proof(keys: openid.DPoPOptions | CryptoKeyPair, accessToken: string, claims: Json = {}, header: Json = {}): Promise<string> {
		const { publicKey, privateKey } = keys as CryptoKeyPair;
		const jwk = await crypto.subtle.exportKey('jwk', publicKey);
		const { kty, crv, x, y } = jwk;
		const ath = createHash('sha256').update(accessToken).digest('base64url');
		return await new SignJWT({ htm: 'GET', htu: me().href, ath, jti: randomUUID(), ...claims })
			.setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y }, ...header })
			.setIssuedAt(claims['iat'] as number | undefined)
			.sign(privateKey);
	}

	test('a token without its proof, as bearer, or with a proof for something else is refused', async () => {
		const { client, keys, tokens } = await boundTokens();
		expect((await api('/me', tokens.access_token)).headers.get('www-authenticate')).toMatch(/^DPoP .*error="invalid_token"/);
		const answer = async (dpop?: string, accessToken = tokens.access_token) => {
			const response = await fetch(me(), { headers: { authorization: `DPoP ${accessToken}`, ...(dpop && { dpop }) } });
			return ((await response.json()) as Json)['error'];
		};
		const good = await proof(keys, tokens.access_token);
		const [refused, invalid] = ['invalid_dpop_proof', 'invalid_token'];
		expect(await answer()).toBe(refused);
		expect(await answer(await proof(keys, tokens.access_token, { htm: 'POST' }))).toBe(refused);
		expect(await answer(await proof(keys, tokens.access_token, { htu: `${sandbox.oauth2.apiUrl}/items` }))).toBe(refused);
		expect(await answer(await proof(keys, tokens.access_token, { iat: 1_700_000_000 }))).toBe(refused);
		expect(await answer(await proof(keys, 'another token'))).toBe(refused);
		expect(await answer(await proof(keys, tokens.access_token, {}, { typ: 'jwt' }))).toBe(refused);
		expect(await answer(await proof(await openid.randomDPoPKeyPair('ES256', { extractable: true }), tokens.access_token))).toBe(invalid);
		expect(await answer(good)).toBeUndefined();
		expect(await answer(good)).toBe(refused);
		const exchange = { grant_type: tokenExchangeGrant, subject_token: tokens.access_token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' };
		expect((await token(exchange, basic('tokenExchange'))).body).toMatchObject({ error: 'invalid_request' });
		const unbound = await signIn(await clientOf('confidentialBasic'));
		expect(await answer(await proof(keys, unbound.access_token), unbound.access_token)).toBe(invalid);
		await expect(openid.refreshTokenGrant(client, tokens.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' });
	});
});

describe('client credentials', () => {
	test('give a service a token with the asked scopes', async () => {
		const client = await clientOf('service');
		const tokens = await openid.clientCredentialsGrant(client, { scope: 'read reports' });
		expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'read reports' });
		expect((await api('/me', tokens.access_token)).body).toMatchObject({ user: null, clientId: 'sandbox-service', scopes: ['read', 'reports'] });
		const forApi = await openid.clientCredentialsGrant(client, { scope: 'read', resource: sandbox.oauth2.apiUrl });
		expect((await api('/me', forApi.access_token)).body).toMatchObject({ audience: sandbox.oauth2.apiUrl });
	});

	test.each(['read nonsense', 'openid'])('refuse the scope "%s"', async (scope) => {
		expect(await token({ grant_type: 'client_credentials', scope }, basic('service'))).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
	});

	test('go without a scope until a setting forbids it', async () => {
		const form = { grant_type: 'client_credentials' };
		expect((await token(form, basic('service'))).status).toBe(200);
		await set({ clientCredentialsNeedScope: true });
		expect((await token(form, basic('service'))).body).toMatchObject({ error: 'invalid_scope' });
	});

	test('a wrong secret is invalid_client, and other grants are not for services', async () => {
		const authorization = `Basic ${Buffer.from('sandbox-service:wrong').toString('base64')}`;
		expect(await token({ grant_type: 'client_credentials', scope: 'read' }, { authorization })).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
		await expect(openid.clientCredentialsGrant(await clientOf('confidentialBasic'))).rejects.toMatchObject({ error: 'invalid_request' });
	});
});

describe('JWT bearer', () => {
	interface Assertion {
		alg?: SigningAlgorithm;
		key?: string;
		claims?: Json;
		lifetimeSeconds?: number;
	}
	async function assertion({ alg = 'RS256', key, claims = {}, lifetimeSeconds = 120 }: Assertion = {}): Promise<string> {
		const { clientId, keys } = sandbox.oauth2.clients.jwtBearer;
		const now = Math.floor(Date.now() / 1000);
		return await new SignJWT({ iss: clientId, sub: 'alice@example.com', aud: sandbox.oauth2.tokenUrl, iat: now, exp: now + lifetimeSeconds, jti: randomUUID(), ...claims })
			.setProtectedHeader({ alg, kid: keys[alg].kid })
			.sign(await importPKCS8(key ?? keys[alg].privateKey, alg));
	}
	const ask = async (text: string, more: Record<string, string> = {}) => await token({ grant_type: jwtBearerGrant, assertion: text, ...more });

	test.each(['RS256', 'PS256', 'ES256'] as const)('an assertion by %s gives a token of its subject, without refresh token', async (alg) => {
		const { status, body } = await ask(await assertion({ alg, claims: { aud: sandbox.oauth2.issuer, sub: 'user-bob' } }), { scope: 'read write' });
		expect(status).toBe(200);
		expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
		expect((await api('/me', String(body['access_token']))).body).toMatchObject({ user: 'bob', scopes: ['read', 'write'], clientId: 'sandbox-jwt-bearer' });
		expect(await calls('/token')).toEqual([expect.objectContaining({ grantType: jwtBearerGrant, user: 'bob', clientId: 'sandbox-jwt-bearer', status: 200 })]);
	});

	test('a client that authenticates may use the grant as well', async () => {
		const client = await clientOf('privateKeyJwt');
		const claims = { iss: client.clientMetadata().client_id };
		const tokens = await openid.genericGrantRequest(client, jwtBearerGrant, { assertion: await assertion({ claims }), scope: 'read', resource: sandbox.oauth2.apiUrl });
		expect((await api('/me', tokens.access_token)).body).toMatchObject({ user: 'alice', clientId: 'sandbox-private-key-jwt', audience: sandbox.oauth2.apiUrl });
	});

	test('an assertion works once', async () => {
		const text = await assertion();
		expect((await ask(text)).status).toBe(200);
		expect((await ask(text)).body).toEqual({ error: 'invalid_grant', error_description: 'the assertion was used before' });
	});

	const bad: Array<[string, () => Assertion, RegExp]> = [
		['by a foreign key', () => ({ key: sandbox.oauth2.clients.jwtBearer.keys.PS256.privateKey }), /signature/],
		['for another audience', () => ({ claims: { aud: 'https://elsewhere.example' } }), /aud/],
		['for a list of audiences', () => ({ claims: { aud: [sandbox.oauth2.tokenUrl] } }), /aud/],
		['that has expired', () => ({ lifetimeSeconds: -1 }), /expired/],
		['that lives too long', () => ({ lifetimeSeconds: 3_600 }), /too far/],
		['of the future', () => ({ claims: { iat: Math.floor(Date.now() / 1000) + 600 } }), /iat/],
		['without a jti', () => ({ claims: { jti: undefined } }), /jti/],
		['for nobody', () => ({ claims: { sub: 'nobody@example.com' } }), /sub/],
	];
	test.each(bad)('an assertion %s is invalid_grant', async (_what, changes, description) => {
		expect((await ask(await assertion(changes()))).body).toEqual({ error: 'invalid_grant', error_description: expect.stringMatching(description) as string });
	});

	test('text that is no assertion, and an unknown issuer, are refused', async () => {
		expect((await ask('nonsense')).body).toMatchObject({ error: 'invalid_request' });
		expect((await ask(await assertion({ claims: { iss: 'somebody' } }))).body).toMatchObject({ error: 'invalid_client' });
		expect((await ask(await assertion(), { scope: 'nonsense' })).body).toMatchObject({ error: 'invalid_scope' });
	});

	test('where consent is needed, a login to the sibling client gives it', async () => {
		await set({ jwtBearerNeedsConsent: true });
		expect((await ask(await assertion())).body).toEqual({ error: 'invalid_grant', error_description: expect.stringContaining('consent_required') as string });
		await signIn(await clientOf('confidentialBasic'));
		expect((await ask(await assertion())).status).toBe(200);
		expect((await ask(await assertion({ claims: { sub: 'bob@example.com' } }))).status).toBe(400);
	});
});

describe('token exchange', () => {
	const type = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;
	const exchange = async (subject_token: string, name: string, more: Record<string, string> = {}) => await token({ grant_type: tokenExchangeGrant, subject_token, subject_token_type: type(name), ...more }, basic('tokenExchange'));

	test.each([
		['ID token', 'id_token', 'opaque'],
		['ID token, called a JWT', 'jwt', 'opaque'],
		['access token', 'access_token', 'opaque'],
		['JWT access token', 'access_token', 'jwt'],
	] as const)('an %s becomes a token of the same person for the API', async (what, name, accessTokenFormat) => {
		await set({ accessTokenFormat });
		const tokens = await signIn(await clientOf('public'), 'carol', { resource: sandbox.oauth2.apiUrl });
		const { body } = await exchange(what.startsWith('ID') ? tokens.id_token! : tokens.access_token, name, { audience: sandbox.oauth2.apiUrl, scope: 'read' });
		expect(body).toMatchObject({ issued_token_type: type('access_token'), token_type: 'Bearer', scope: 'read' });
		expect((await api('/me', String(body['access_token']))).body).toMatchObject({ user: 'carol', clientId: 'sandbox-token-exchange', audience: sandbox.oauth2.apiUrl });
	});

	test('expired, foreign and unsupported tokens, and other targets, are refused', async () => {
		const tokens = await signIn(await clientOf('public'));
		const errorOf = async (...request: Parameters<typeof exchange>) => (await exchange(...request)).body['error'];
		const now = Math.floor(Date.now() / 1000);
		const foreign = await new SignJWT({ ...decodeJwt(tokens.id_token!), exp: now + 60 }).setProtectedHeader({ alg: 'RS256' }).sign(await importPKCS8(sandbox.oauth2.clients.jwtBearer.keys.RS256.privateKey, 'RS256'));
		expect(await errorOf(foreign, 'id_token')).toBe('invalid_request');
		expect(await errorOf(tokens.access_token, 'saml2')).toBe('invalid_request');
		expect(await errorOf(tokens.access_token, 'access_token', { requested_token_type: type('refresh_token') })).toBe('invalid_request');
		expect(await errorOf(tokens.access_token, 'access_token', { audience: 'https://elsewhere.example' })).toBe('invalid_target');
		expect(await errorOf(tokens.access_token, 'access_token', { scope: 'openid' })).toBe('invalid_scope');
		await control('POST', 'expire-access-tokens', {});
		expect(await errorOf(tokens.access_token, 'access_token')).toBe('invalid_request');
		const service = await openid.clientCredentialsGrant(await clientOf('service'), { scope: 'read' });
		expect(await errorOf(service.access_token, 'access_token')).toBe('invalid_request');
	});
});

describe('API', () => {
	test('everybody sees rows of their own, the integration user and services see them all; writes are kept', async () => {
		const owners = async (accessToken: string) => [...new Set(((await api('/items', accessToken)).body as unknown as { name: string }[]).map(({ name }) => name.split(' ')[0]))];
		const client = await clientOf('confidentialBasic');
		const { access_token } = await signIn(client, 'bob');
		expect(await owners(access_token)).toEqual(['Bob']);
		expect(await owners((await signIn(client, 'integration')).access_token)).toEqual(['Alice', 'Bob', 'Carol', 'Integration']);
		const written = await api('/items', access_token, { method: 'POST', body: JSON.stringify({ name: 'Dinghy' }), headers: { 'content-type': 'application/json' } });
		expect(written).toMatchObject({ status: 201, body: { name: 'Bob Dinghy', owner: 'bob', body: { name: 'Dinghy' } } });
		expect((await api('/items', access_token)).body).toContainEqual(written.body);
	});

	test('a missing token and a wrong one are 401 as RFC 6750 has it', async () => {
		const missing = await api('/me');
		expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="sandbox"']);
		const wrong = await api('/me', 'nonsense');
		expect([wrong.status, wrong.body['error']]).toEqual([401, 'invalid_token']);
		expect(wrong.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
	});

	test('redirects and answers as asked, and tells which headers came', async () => {
		const redirect = await api(`/redirect?to=${encodeURIComponent('https://elsewhere.example/x')}&status=307`);
		expect([redirect.status, redirect.headers.get('location')]).toEqual([307, 'https://elsewhere.example/x']);
		expect((await api('/status/418')).status).toBe(418);
		expect((await api('/sink', 'some token')).body['headers']).toContain('authorization');
		expect((await api('/sink')).body['headers']).not.toContain('authorization');
		expect((await calls('/sink')).map(({ scheme, headers }) => [scheme, headers?.includes('authorization')])).toEqual([
			['Bearer', true],
			[null, false],
		]);
		expect(JSON.stringify(await control('GET', 'calls'))).not.toContain('some token');
	});
});

describe('control of several providers', () => {
	test('acts on all or on the named one', async () => {
		const { access_token } = await signIn(await clientOf('confidentialBasic'));
		expect(await control('POST', 'expire-access-tokens', { provider: 'salesforce' })).toEqual({ expired: 0 });
		expect((await api('/me', access_token)).status).toBe(200);
		expect(await control('POST', 'expire-access-tokens', { user: 'alice' })).toEqual({ expired: 1 });
		expect((await api('/me', access_token)).status).toBe(401);
		await expect(control('POST', 'revoke-grants', { provider: 'nobody' })).rejects.toThrow('unknown provider nobody; one of salesforce, oauth2, microsoft, adfs, docusign');
	});

	test('a call is recorded under the name of its provider', async () => {
		const { salesforce, oauth2, microsoft, adfs, docusign } = sandbox;
		const apis = { salesforce: salesforce.instanceUrl, oauth2: oauth2.apiUrl, microsoft: microsoft.graphUrl, adfs: adfs.siteUrl, docusign: `${docusign.accounts[0]!.baseUri}/restapi` };
		for (const url of Object.values(apis)) await (await fetch(`${url}/anything`)).text();
		const recorded = await control<Call[]>('GET', 'calls');
		expect(recorded.map(({ provider, server }) => [provider, server])).toEqual(Object.keys(apis).map((provider) => [provider, 'api']));
	});

	test('a fault strikes the provider that it names', async () => {
		await control('POST', 'faults', { match: { provider: 'oauth2', server: 'oauth' }, kind: 'status', status: 503 });
		expect((await fetch(`${sandbox.salesforce.loginUrl}/.well-known/openid-configuration`)).status).toBe(200);
		expect((await fetch(`${sandbox.oauth2.issuer}/.well-known/openid-configuration`)).status).toBe(503);
		expect(await control('GET', 'faults')).toEqual([]);
	});

	test('unknown settings and wrong values are refused, and a reset takes changes back', async () => {
		await expect(set({ nonsense: 1 })).rejects.toThrow('nonsense');
		await expect(set({ tokenType: 'mac', expiresInAs: 'date' })).rejects.toThrow('expiresInAs');
		expect(await control('GET', 'settings')).toMatchObject({ tokenType: null });
		await set({ tokenType: 'mac' });
		expect(await control('DELETE', 'settings')).toMatchObject({ tokenType: null });
	});

	test('a redirect URI is registered everywhere', async () => {
		const uri = 'http://127.0.0.1:9/another';
		await control('POST', 'redirect-uris', { uri });
		const url = openid.buildAuthorizationUrl(await clientOf('public'), await parameters({ redirect_uri: uri }));
		expect((await new Browser().signIn(url.href, user('alice'))).searchParams.has('code')).toBe(true);
	});
});
