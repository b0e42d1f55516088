/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { Browser } from '../browser';
import { openServers } from '../testServers';
import { startAdfs, type AdfsSandbox } from './start';

const redirectUri = 'http://127.0.0.1:9/connected-apps/callback';
const alice = { username: 'alice@example.com', password: 'alice-password' };
type Json = Record<string, any>;

let servers: Awaited<ReturnType<typeof openServers>>;
let started: ReturnType<typeof startAdfs>;
let adfs: AdfsSandbox;
let config: oidc.Configuration;

beforeAll(async () => {
	servers = await openServers(2, [redirectUri]);
	started = startAdfs(servers.servers[0]!, servers.servers[1]!, servers.options);
	adfs = started.description;
	const { clientId, clientSecret } = adfs.clients.confidential;
	config = await oidc.discovery(new URL(adfs.issuer), clientId, undefined, oidc.ClientSecretPost(clientSecret), { execute: [oidc.allowInsecureRequests] });
});
afterAll(async () => servers.close());

async function authorizeUrl(more: Record<string, string> = {}, verifier = oidc.randomPKCECodeVerifier()): Promise<URL> {
	const code_challenge = await oidc.calculatePKCECodeChallenge(verifier);
	return oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid', resource: adfs.siteUrl, state: 'st', nonce: 'no', code_challenge, code_challenge_method: 'S256', ...more });
}

async function signIn(more: Record<string, string> = {}, browser = new Browser()): Promise<oidc.TokenEndpointResponse> {
	const verifier = oidc.randomPKCECodeVerifier();
	const back = await browser.signIn((await authorizeUrl(more, verifier)).href, alice);
	return oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: 'st', expectedNonce: 'no' });
}

async function get(url: string, token?: string): Promise<{ status: number; headers: Headers; body: any }> {
	const response = await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
	const text = await response.text();
	return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}
const siteUser = (token?: string) => get(`${adfs.siteUrl}/_api/web/currentuser`, token);

async function post(form: Record<string, string>): Promise<{ status: number; body: Json }> {
	const { clientId, clientSecret } = adfs.clients.confidential;
	const response = await fetch(`${adfs.issuer}/oauth2/token/`, { method: 'POST', body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }) });
	return { status: response.status, body: (await response.json()) as Json };
}
const refresh = (refresh_token: string, more: Record<string, string> = {}) => post({ grant_type: 'refresh_token', refresh_token, ...more });

describe('sign-in', () => {
	test('needs a login and no consent, and names the person by upn and domain account', async () => {
		const tokens = await signIn();
		const { payload } = await jwtVerify(tokens.id_token!, createRemoteJWKSet(new URL(`${adfs.issuer}/discovery/keys`)), { issuer: adfs.issuer, audience: adfs.clients.confidential.clientId });
		expect(payload).toMatchObject({ upn: 'alice@example.com', unique_name: 'CONTOSO\\alice', nonce: 'no', sub: expect.any(String) });
		expect(payload).not.toHaveProperty('email');
		expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 7_200, resource: adfs.siteUrl, refresh_token: expect.any(String), refresh_token_expires_in: 28_800, scope: 'openid' });
		expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: adfs.siteUrl, iss: `${adfs.issuer}/services/trust`, upn: 'alice@example.com', appid: adfs.clients.confidential.clientId });
	});

	test('the metadata has what AD FS has, and the redirect no iss', async () => {
		const { body } = await get(`${adfs.issuer}/.well-known/openid-configuration`);
		expect(body).toMatchObject({ issuer: adfs.issuer, token_endpoint: `${adfs.issuer}/oauth2/token/`, access_token_issuer: `${adfs.issuer}/services/trust`, microsoft_multi_refresh_token: true });
		expect(body).not.toHaveProperty('revocation_endpoint');
		const back = await new Browser().signIn((await authorizeUrl()).href, alice);
		expect([...back.searchParams.keys()].sort()).toEqual(['code', 'state']);
	});

	test('a login is remembered, until the next one is asked for', async () => {
		const browser = new Browser();
		await signIn({}, browser);
		const isTheEnd = (url: URL): boolean => url.href.startsWith(redirectUri);
		expect((await browser.follow((await authorizeUrl({ prompt: 'consent' })).href, isTheEnd)).page).toBeUndefined();
		expect((await browser.follow((await authorizeUrl({ prompt: 'login' })).href, isTheEnd)).page).toContain('id="login"');
	});

	test('the relying party may stand in front of a scope', async () => {
		const url = await authorizeUrl({ scope: `${adfs.siteUrl}/openid email` });
		url.searchParams.delete('resource');
		const verifier = oidc.randomPKCECodeVerifier();
		url.searchParams.set('code_challenge', await oidc.calculatePKCECodeChallenge(verifier));
		const tokens = await oidc.authorizationCodeGrant(config, await new Browser().signIn(url.href, alice), { pkceCodeVerifier: verifier, expectedState: 'st', expectedNonce: 'no' });
		expect(decodeJwt(tokens.access_token)['aud']).toBe(adfs.siteUrl);
		expect(decodeJwt(tokens.id_token!)['email']).toBe('alice@example.com');
	});

	test('a native application signs in with PKCE alone', async () => {
		const { clientId } = adfs.clients.public;
		const verifier = oidc.randomPKCECodeVerifier();
		const back = await new Browser().signIn((await authorizeUrl({ client_id: clientId }, verifier)).href, alice);
		const response = await fetch(`${adfs.issuer}/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', code: back.searchParams.get('code')!, redirect_uri: redirectUri, code_verifier: verifier, client_id: clientId }) });
		expect(decodeJwt(((await response.json()) as Json)['access_token'])['apptype']).toBe('Public');
	});

	test.each([
		['an unknown client', { client_id: randomUUID() }, 'MSIS9223'],
		['a redirect URI that is not registered', { redirect_uri: `${redirectUri}/` }, 'MSIS9224'],
	])('%s is shown as a page', async (_what, more, code) => {
		const response = await fetch(await authorizeUrl(more), { redirect: 'manual' });
		expect(response.status).toBe(400);
		expect(await response.text()).toContain(`id="error">${code}: Received invalid OAuth authorization request.`);
	});

	test.each([
		['an unknown relying party', { resource: 'https://unknown.example' }, 'invalid_resource', 'MSIS9602'],
		['an unknown scope', { scope: 'openid api' }, 'invalid_scope', 'MSIS9605'],
	])('%s is told on the way back', async (_what, more, error, code) => {
		const response = await fetch(await authorizeUrl(more), { redirect: 'manual' });
		const back = new URL(response.headers.get('location')!).searchParams;
		expect(Object.fromEntries(back)).toMatchObject({ error, error_description: expect.stringContaining(code), state: 'st' });
	});
});

describe('tokens', () => {
	test('for the site are good there and not at userinfo; without a relying party it is the other way round', async () => {
		const site = await signIn();
		expect(await siteUser(site.access_token)).toMatchObject({ status: 200, body: { Title: 'Alice Archer', LoginName: 'i:05.t|contoso ad fs|alice@example.com', UserPrincipalName: 'alice@example.com' } });
		expect((await get(`${adfs.issuer}/userinfo`, site.access_token)).headers.get('www-authenticate')).toContain('MSIS9921');

		const url = await authorizeUrl();
		url.searchParams.delete('resource');
		const verifier = oidc.randomPKCECodeVerifier();
		url.searchParams.set('code_challenge', await oidc.calculatePKCECodeChallenge(verifier));
		const plain = await oidc.authorizationCodeGrant(config, await new Browser().signIn(url.href, alice), { pkceCodeVerifier: verifier, expectedState: 'st', expectedNonce: 'no' });
		expect((await get(`${adfs.issuer}/userinfo`, plain.access_token)).body).toEqual({ sub: decodeJwt(plain.id_token!).sub });
		expect(await siteUser(plain.access_token)).toMatchObject({ status: 401, body: { error: 'invalid_client', error_description: "Invalid audience Uri 'urn:microsoft:userinfo'." } });
	});

	test('a refresh answers no refresh token, and the first works on, for other relying parties too', async () => {
		const { refresh_token } = await signIn();
		const { status, body } = await refresh(refresh_token!);
		expect({ status, keys: Object.keys(body).sort() }).toEqual({ status: 200, keys: ['access_token', 'expires_in', 'id_token', 'resource', 'scope', 'token_type'] });
		expect((await siteUser(body['access_token'])).status).toBe(200);
		const other = await refresh(refresh_token!, { resource: 'urn:microsoft:userinfo' });
		expect(decodeJwt(other.body['access_token'])['aud']).toBe('urn:microsoft:userinfo');
		expect(await refresh(refresh_token!, { resource: 'https://unknown.example' })).toMatchObject({ status: 400, body: { error: 'invalid_resource' } });
	});

	test('expired and revoked from outside', async () => {
		const { access_token, refresh_token } = await signIn();
		expect(started.controlled.expireAccessTokens('alice')).toBeGreaterThan(0);
		const refused = await siteUser(access_token);
		expect(refused).toMatchObject({ status: 401, body: { error_description: 'The token is expired.' } });
		expect(refused.headers.get('www-authenticate')).toContain('NTLM');
		expect((await refresh(refresh_token!)).status).toBe(200);
		started.controlled.revokeGrants('alice');
		expect(await refresh(refresh_token!)).toEqual({ status: 400, body: { error: 'invalid_grant', error_description: "MSIS9614: The refresh token received in 'refresh_token' parameter is invalid." } });
	});

	test('the refresh token ends with the single sign-on, after eight hours', async () => {
		const { refresh_token } = await signIn();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 28_801_000);
		try {
			expect(await refresh(refresh_token!)).toEqual({ status: 401, body: { error: 'invalid_grant', error_description: "MSIS9615: The refresh token received in 'refresh_token' parameter has expired." } });
		} finally {
			clock.mockRestore();
		}
	});

	test.each([
		['a wrong secret', { client_secret: 'wrong' }, 'invalid_client', 'MSIS9622: Client authentication failed. Please verify the credential provided for client authentication is valid.'],
		['an unknown client', { client_id: 'unknown' }, 'invalid_client', "MSIS9607: The 'client_id' parameter in the request is invalid. No registered client is found with this identifier. Received client_id: 'unknown'."],
		['an unknown code', {}, 'invalid_grant', "MSIS9612: The authorization code received in 'code' parameter is invalid. "],
		['an unknown grant', { grant_type: 'password' }, 'unsupported_grant_type', expect.stringContaining('MSIS9611')],
	])('%s is a 400', async (_what, form, error, description) => {
		expect(await post({ grant_type: 'authorization_code', code: 'nonsense', redirect_uri: redirectUri, ...form })).toEqual({ status: 400, body: { error, error_description: description } });
	});
});
