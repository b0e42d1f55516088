/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
import { randomUUID } from 'node:crypto';
import { importPKCS8, SignJWT, type JWTPayload } from 'jose';
import * as oidc from 'openid-client';
import { Browser } from '../browser';
import { strangerKey } from '../testKeys';
import { openServers } from '../testServers';
import { startDocuSign, type DocuSignSandbox } from './start';

const redirectUri = 'http://127.0.0.1:9/connected-apps/callback';
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const personOf = (name: string) => ({ username: `${name}@example.com`, password: `${name}-password` });
type Json = Record<string, any>;

let servers: Awaited<ReturnType<typeof openServers>>;
let started: ReturnType<typeof startDocuSign>;
let docuSign: DocuSignSandbox;

beforeAll(async () => {
	servers = await openServers(3, [redirectUri]);
	const [auth, first, second] = servers.servers;
	started = startDocuSign(auth!, first!, second!, servers.options);
	docuSign = started.description;
});
afterAll(async () => servers.close());
beforeEach(() => {
	started.controlled.revokeGrants();
	started.controlled.forgetSessions();
});

function configuration(authentication?: oidc.ClientAuth, clientId = docuSign.clients.confidential.integrationKey): oidc.Configuration {
	const url = docuSign.authServerUrl;
	const config = new oidc.Configuration({ issuer: url, authorization_endpoint: `${url}/oauth/auth`, token_endpoint: `${url}/oauth/token` }, clientId, undefined, authentication ?? oidc.ClientSecretBasic(docuSign.clients.confidential.secretKey));
	oidc.allowInsecureRequests(config);
	return config;
}

async function signIn(name: string, { scope = 'signature', config = configuration(), pkce = true, browser = new Browser() } = {}): Promise<oidc.TokenEndpointResponse> {
	const verifier = oidc.randomPKCECodeVerifier();
	const challenge = pkce ? { code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' } : undefined;
	const back = await browser.signIn(oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope, state: 'st', ...challenge }).href, personOf(name));
	return oidc.authorizationCodeGrant(config, back, { ...(pkce && { pkceCodeVerifier: verifier }), expectedState: 'st' });
}

async function post(form: Record<string, string>, headers: Record<string, string> = {}): Promise<{ status: number; body: Json }> {
	const response = await fetch(`${docuSign.authServerUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form), headers });
	return { status: response.status, body: (await response.json()) as Json };
}
const basic = (secret = docuSign.clients.confidential.secretKey) => ({ authorization: `Basic ${Buffer.from(`${docuSign.clients.confidential.integrationKey}:${secret}`).toString('base64')}` });

async function get(url: string, token?: string): Promise<{ status: number; body: any }> {
	const response = await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
	const text = await response.text();
	return { status: response.status, body: text ? JSON.parse(text) : undefined };
}
const userInfo = (token?: string) => get(`${docuSign.authServerUrl}/oauth/userinfo`, token);

describe('code grant', () => {
	test('answers a token for eight hours, and userinfo the accounts with their servers', async () => {
		const tokens = await signIn('alice', { pkce: false });
		expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 28_800, scope: 'signature', refresh_token: expect.any(String) });
		const [sales, purchasing] = docuSign.accounts;
		const { body } = await userInfo(tokens.access_token);
		expect(body).toEqual({
			...{ sub: docuSign.userIds['alice'], name: 'Alice Archer', given_name: 'Alice', family_name: 'Archer', created: expect.any(String), email: 'alice@example.com' },
			accounts: [
				{ account_id: sales!.accountId, is_default: true, account_name: 'Example Sales', base_uri: sales!.baseUri },
				{ account_id: purchasing!.accountId, is_default: false, account_name: 'Example Purchasing', base_uri: purchasing!.baseUri },
			],
		});
		expect(sales!.baseUri).not.toBe(purchasing!.baseUri);
		expect((await userInfo('nonsense')).status).toBe(401);
	});

	test('a client without a secret needs PKCE', async () => {
		const config = configuration(oidc.None(), docuSign.clients.public.integrationKey);
		expect((await signIn('bob', { config })).access_token).toEqual(expect.any(String));
		const without = oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'signature' });
		const response = await fetch(without, { redirect: 'manual' });
		expect(new URL(response.headers.get('location')!).searchParams.get('error')).toBe('invalid_request');
	});

	test('the redirect has no iss; declining and a wrong redirect URI are told', async () => {
		const url = oidc.buildAuthorizationUrl(configuration(), { redirect_uri: redirectUri, scope: 'signature', state: 'st' });
		expect([...(await new Browser().signIn(url.href, personOf('alice'))).searchParams.keys()]).toEqual(['code', 'state']);
		started.controlled.forgetSessions();
		const denied = await new Browser().signIn(url.href, personOf('alice'), 'deny');
		expect(Object.fromEntries(denied.searchParams)).toEqual({ error: 'access_denied', error_message: 'The user did not consent to connecting the application.', state: 'st' });
		url.searchParams.set('redirect_uri', `${redirectUri}/`);
		expect(await (await fetch(url)).text()).toContain(encodeURIComponent('The redirect URI is not registered properly with DocuSign'));
	});

	test('a refresh answers a new refresh token, which with `extended` lives thirty days more', async () => {
		const [plain, extended] = [await signIn('alice'), await signIn('alice', { scope: 'signature extended' })];
		expect(extended.scope).toBe('signature');
		const dayMs = 86_400_000;
		const start = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(start + 20 * dayMs);
		try {
			const [plainNext, extendedNext] = [await oidc.refreshTokenGrant(configuration(), plain.refresh_token!), await oidc.refreshTokenGrant(configuration(), extended.refresh_token!)];
			expect(plainNext.refresh_token).not.toBe(plain.refresh_token);
			clock.mockReturnValue(start + 40 * dayMs);
			expect(await post({ grant_type: 'refresh_token', refresh_token: plainNext.refresh_token! }, basic())).toEqual({ status: 400, body: { error: 'invalid_grant' } });
			expect((await oidc.refreshTokenGrant(configuration(), extendedNext.refresh_token!)).expires_in).toBe(28_800);
		} finally {
			clock.mockRestore();
		}
	});

	test.each([
		['a wrong secret', {}, () => basic('wrong'), { error: 'invalid_grant', error_description: 'unauthorized_client' }],
		['a secret in the body', () => ({ client_id: docuSign.clients.confidential.integrationKey, client_secret: docuSign.clients.confidential.secretKey }), () => ({}), { error: 'invalid_grant', error_description: 'unauthorized_client' }],
		['an unknown code', {}, () => basic(), { error: 'invalid_grant' }],
		['an unknown grant', { grant_type: 'client_credentials' }, () => basic(), { error: 'invalid_grant', error_description: 'unsupported_grant_type' }],
	])('%s is a 400', async (_what, form, headers, body) => {
		expect(await post({ grant_type: 'authorization_code', code: 'nonsense', redirect_uri: redirectUri, ...(typeof form === 'function' ? form() : form) }, headers() as Record<string, string>)).toEqual({ status: 400, body });
	});

	test('there is no metadata and no revocation', async () => {
		for (const path of ['/.well-known/openid-configuration', '/oauth/revoke']) expect((await fetch(docuSign.authServerUrl + path)).status).toBe(404);
	});
});

describe('JWT grant', () => {
	interface Changes {
		claims?: JWTPayload & { scope?: string };
		key?: string;
		alg?: string;
	}
	const now = () => Math.floor(Date.now() / 1000);

	async function grant(name: string, { claims = {}, key = docuSign.clients.confidential.privateKeyPem, alg = 'RS256' }: Changes = {}): ReturnType<typeof post> {
		const { integrationKey } = docuSign.clients.confidential;
		const assertion = await new SignJWT({ iss: integrationKey, sub: docuSign.userIds[name]!, aud: docuSign.audience, iat: now(), exp: now() + 3_600, scope: 'signature impersonation', ...claims }).setProtectedHeader({ alg, typ: 'JWT' }).sign(await importPKCS8(key, alg));
		return post({ grant_type: jwtBearer, assertion });
	}
	const consent = (name: string) => signIn(name, { scope: 'signature impersonation' });

	test('wants the consent of that very user to impersonation, once', async () => {
		expect(await grant('alice')).toEqual({ status: 400, body: { error: 'consent_required' } });
		await signIn('alice');
		expect((await grant('alice')).body).toEqual({ error: 'consent_required' });
		await consent('alice');
		const { status, body } = await grant('alice');
		expect({ status, body }).toEqual({ status: 200, body: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3_600, scope: 'signature impersonation' } });
		expect((await userInfo(body['access_token'])).body.email).toBe('alice@example.com');
		expect((await grant('bob')).body).toEqual({ error: 'consent_required' });
		started.controlled.revokeGrants('alice');
		expect((await grant('alice')).body).toEqual({ error: 'consent_required' });
		expect((await userInfo(body['access_token'])).status).toBe(401);
	});

	test('further scopes need a further consent', async () => {
		await consent('carol');
		expect((await grant('carol', { claims: { scope: 'signature impersonation click.manage' } })).body).toEqual({ error: 'consent_required' });
	});

	test.each<[string, () => Changes, string]>([
		['another key', () => ({ key: strangerKey.privateKeyPem }), 'no_valid_keys_or_signatures'],
		['another algorithm', () => ({ alg: 'PS256' }), 'no_valid_keys_or_signatures'],
		['an unknown integration key', () => ({ claims: { iss: randomUUID() } }), 'issuer_not_found'],
		['the audience of another environment', () => ({ claims: { aud: 'account-d.docusign.com' } }), 'issuer_not_found'],
		['an address as audience', () => ({ claims: { aud: docuSign.authServerUrl } }), 'no_valid_keys_or_signatures'],
		['an unknown user', () => ({ claims: { sub: randomUUID() } }), 'user_not_found'],
		['a user by e-mail', () => ({ claims: { sub: 'alice@example.com' } }), 'invalid_subject'],
		['a past end', () => ({ claims: { iat: now() - 100, exp: now() - 10 } }), 'expired_grant'],
		['no end', () => ({ claims: { exp: undefined } }), 'no_valid_keys_or_signatures'],
		['more than an hour', () => ({ claims: { exp: now() + 3_700 } }), 'no_valid_keys_or_signatures'],
		['a start in the future', () => ({ claims: { nbf: now() + 60 } }), 'no_valid_keys_or_signatures'],
	])('%s: refused', async (_what, changes, error_description) => {
		await consent('alice');
		expect(await grant('alice', changes())).toEqual({ status: 400, body: { error: 'invalid_grant', error_description } });
	});

	test('text that is no JWT is refused', async () => {
		expect((await post({ grant_type: jwtBearer, assertion: 'text' })).body).toEqual({ error: 'invalid_grant', error_description: 'no_valid_keys_or_signatures' });
	});
});

describe('REST API', () => {
	const account = (index: number) => `${docuSign.accounts[index]!.baseUri}/restapi/v2.1/accounts/${docuSign.accounts[index]!.accountId}`;

	test('answers members of the account, at the account’s own server', async () => {
		const { access_token } = await signIn('alice');
		expect(await get(account(0), access_token)).toMatchObject({ status: 200, body: { accountIdGuid: docuSign.accounts[0]!.accountId, accountName: 'Example Sales' } });
		expect((await get(account(1), access_token)).body.accountName).toBe('Example Purchasing');
		expect((await get(`${account(0)}/users`, access_token)).body.users.map(({ userName }: Json) => userName)).toEqual(['Alice Archer', 'Carol Clark', 'Integration User']);
		expect((await get(`${account(0)}/users/${docuSign.userIds['carol']}`, access_token)).body).toMatchObject({ email: 'carol@example.com', userStatus: 'Active' });
		expect((await get(`${account(0)}/users/${docuSign.userIds['bob']}`, access_token)).body.errorCode).toBe('INVALID_USERID');
		const elsewhere = `${docuSign.accounts[0]!.baseUri}/restapi/v2.1/accounts/${docuSign.accounts[1]!.accountId}`;
		expect(await get(elsewhere, access_token)).toMatchObject({ status: 400, body: { errorCode: 'INVALID_REQUEST_PARAMETER' } });
	});

	test('refuses everybody else', async () => {
		const { access_token } = await signIn('bob');
		expect(await get(account(0), access_token)).toMatchObject({ status: 401, body: { errorCode: 'USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT' } });
		expect(await get(account(0))).toMatchObject({ status: 401, body: { errorCode: 'USER_AUTHENTICATION_FAILED' } });
		started.controlled.expireAccessTokens('bob');
		expect(await get(account(1), access_token)).toMatchObject({ status: 401, body: { errorCode: 'USER_AUTHENTICATION_FAILED' } });
	});
});
