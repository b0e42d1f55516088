/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
import { importPKCS8, SignJWT, type JWTPayload } from 'jose';
import * as oidc from 'openid-client';
import { Browser } from '../browser';
import { strangerKey } from '../testKeys';
import { openServers } from '../testServers';
import type { SalesforceSettings } from './settings';
import { startSalesforce, type SalesforceSandbox } from './start';

const redirectUri = 'http://127.0.0.1:9/connected-apps/callback';
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
type Json = Record<string, any>;

let servers: Awaited<ReturnType<typeof openServers>>;
let started: ReturnType<typeof startSalesforce>;
let salesforce: SalesforceSandbox;

beforeAll(async () => {
	servers = await openServers(2, [redirectUri]);
	started = startSalesforce(servers.servers[0]!, servers.servers[1]!, servers.options);
	salesforce = started.description;
});
afterAll(async () => servers.close());

async function post(form: Record<string, string>): Promise<{ status: number; body: Json }> {
	const response = await fetch(`${salesforce.loginUrl}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
	return { status: response.status, body: (await response.json()) as Json };
}

async function owners(accessToken: string): Promise<{ status: number; names: string[] }> {
	const soql = encodeURIComponent('SELECT Name FROM Account ORDER BY Name');
	const response = await fetch(`${salesforce.instanceUrl}/services/data/v62.0/query?q=${soql}`, { headers: { authorization: `Bearer ${accessToken}` } });
	return { status: response.status, names: ((await response.json()) as Json)['records']?.map(({ Name }: Json) => Name) };
}

async function configuration({ clientId, clientSecret }: { clientId: string; clientSecret: string }): Promise<oidc.Configuration> {
	return oidc.discovery(new URL(salesforce.loginUrl), clientId, undefined, oidc.ClientSecretPost(clientSecret), { execute: [oidc.allowInsecureRequests] });
}

async function signIn(name: string, client: { clientId: string; clientSecret: string }, scope = 'api refresh_token'): Promise<Json> {
	const config = await configuration(client);
	const verifier = oidc.randomPKCECodeVerifier();
	const url = oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope, code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
	const back = await new Browser().signIn(url.href, { username: `${name}@example.com`, password: `${name}-password` });
	return oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
}

describe('JWT bearer', () => {
	interface Changes {
		claims?: JWTPayload;
		key?: string;
		alg?: string;
	}
	const now = () => Math.floor(Date.now() / 1000);

	async function bearer(name: string, client: { clientId: string; privateKeyPem: string }, { claims = {}, key = client.privateKeyPem, alg = 'RS256' }: Changes = {}): ReturnType<typeof post> {
		const jwt = new SignJWT({ iss: client.clientId, sub: `${name}@example.com`, aud: salesforce.loginUrl, exp: now() + 120, ...claims });
		return post({ grant_type: jwtBearer, assertion: await jwt.setProtectedHeader({ alg }).sign(await importPKCS8(key, alg)) });
	}

	test('acts as any pre-authorized user, without secret, refresh token or expires_in', async () => {
		const { status, body } = await bearer('bob', salesforce.clients.jwtPreAuthorized);
		expect({ status, body }).toEqual({ status: 200, body: { access_token: expect.stringMatching(/^00D\w{12}!/), scope: 'api id openid web', instance_url: salesforce.instanceUrl, id: expect.stringContaining(`${salesforce.loginUrl}/id/${salesforce.organizationId}/005`), token_type: 'Bearer' } });
		expect(await owners(body['access_token'])).toEqual({ status: 200, names: ['Bob Bakeries', 'Bob Biotech'] });
		expect(servers.options.calls.list()).toContainEqual(expect.objectContaining({ grantType: jwtBearer, user: 'bob', status: 200 }));
	});

	test('is refused for somebody whom the administrator did not choose', async () => {
		expect(salesforce.preAuthorizedNames).not.toContain('carol');
		expect(await bearer('carol', salesforce.clients.jwtPreAuthorized)).toEqual({ status: 400, body: { error: 'invalid_app_access', error_description: 'user is not admin approved to access this app' } });
	});

	test('of a self-authorized app needs a sign-in that brought a refresh token, and ends with it', async () => {
		const client = salesforce.clients.jwtSelfAuthorized;
		const notApproved = { status: 400, body: { error: 'invalid_grant', error_description: "user hasn't approved this consumer" } };
		expect(await bearer('carol', client)).toEqual(notApproved);
		await signIn('carol', client, 'api');
		expect(await bearer('carol', client)).toEqual(notApproved);
		await signIn('carol', salesforce.clients.confidential);
		expect(await bearer('carol', client)).toEqual(notApproved);
		await signIn('carol', client);
		const { body } = await bearer('carol', client);
		expect(body['scope']).toBe('api');
		expect((await owners(body['access_token'])).names).toContain('Carol Cloud');
		expect(await bearer('alice', client)).toEqual(notApproved);
		started.controlled.revokeGrants('carol');
		expect(await bearer('carol', client)).toEqual(notApproved);
		expect((await owners(body['access_token'])).status).toBe(401);
	});

	test('its tokens can be expired, introspected and revoked like any other', async () => {
		const client = salesforce.clients.jwtPreAuthorized;
		const { body } = await bearer('alice', client);
		const introspect = async () => {
			const response = await fetch(`${salesforce.loginUrl}/services/oauth2/introspect`, { method: 'POST', body: new URLSearchParams({ token: body['access_token'], client_id: client.clientId, client_secret: client.clientSecret }) });
			return (await response.json()) as Json;
		};
		expect(await introspect()).toMatchObject({ active: true, username: 'alice@example.com' });
		started.controlled.expireAccessTokens('alice');
		expect(await introspect()).toEqual({ active: false });
		expect((await owners(body['access_token'])).status).toBe(401);
	});

	test.each<[string, () => Changes, string, string]>([
		['another key', () => ({ key: strangerKey.privateKeyPem }), 'invalid_grant', 'invalid assertion'],
		['another algorithm', () => ({ alg: 'PS256' }), 'invalid_grant', 'invalid assertion'],
		['another audience', () => ({ claims: { aud: salesforce.instanceUrl } }), 'invalid_grant', 'audience is invalid'],
		['a list of audiences', () => ({ claims: { aud: [salesforce.loginUrl] } }), 'invalid_grant', 'audience is invalid'],
		['a past end', () => ({ claims: { exp: now() - 1 } }), 'invalid_grant', 'expired authorization code'],
		['six minutes', () => ({ claims: { exp: now() + 360 } }), 'invalid_grant', 'invalid assertion'],
		['an unknown app', () => ({ claims: { iss: '3MVG9unknown' } }), 'invalid_client_id', 'client identifier invalid'],
		['an unknown user', () => ({ claims: { sub: 'nobody@example.com' } }), 'invalid_grant', "user hasn't approved this consumer"],
	])('with %s: refused', async (_what, changes, error, error_description) => {
		expect(await bearer('alice', salesforce.clients.jwtPreAuthorized, changes())).toEqual({ status: 400, body: { error, error_description } });
	});

	test('text that is no JWT is refused', async () => {
		expect((await post({ grant_type: jwtBearer, assertion: 'text' })).body).toEqual({ error: 'invalid_grant', error_description: 'invalid assertion' });
	});
});

describe('client credentials', () => {
	const grant = (client: { clientId: string; clientSecret?: string }, more: Record<string, string> = {}) => post({ grant_type: 'client_credentials', client_id: client.clientId, ...(client.clientSecret !== undefined && { client_secret: client.clientSecret }), ...more });

	test('act as the user that the app runs as', async () => {
		const { body } = await grant(salesforce.clients.clientCredentials);
		expect(Object.keys(body).sort()).toEqual(['access_token', 'id', 'instance_url', 'issued_at', 'scope', 'signature', 'token_type']);
		expect(body['scope']).toBe('id api');
		expect((await owners(body['access_token'])).names).toHaveLength(9);
		const identity = await fetch(body['id'], { headers: { authorization: `Bearer ${body['access_token']}` } });
		expect(((await identity.json()) as Json)['username']).toBe('integration@example.com');
		const byOpenidClient = await oidc.clientCredentialsGrant(await configuration(salesforce.clients.clientCredentials), { scope: 'api' });
		expect(byOpenidClient.scope).toBe('api');
	});

	test('work on My Domain only', async () => {
		const settings: Partial<SalesforceSettings> = servers.options.settings;
		settings.salesforceLoginIsMyDomain = false;
		const refused = await grant(salesforce.clients.clientCredentials);
		settings.salesforceLoginIsMyDomain = true;
		expect(refused).toEqual({ status: 400, body: { error: 'invalid_grant', error_description: 'request not supported on this domain' } });
	});

	test('are refused to an app that is not enabled, with a wrong secret, without any, and for nothing but refresh_token', async () => {
		const invalidClient = { status: 400, body: { error: 'invalid_client', error_description: 'invalid client credentials' } };
		expect(await grant(salesforce.clients.confidential)).toEqual({ status: 400, body: { error: 'invalid_grant', error_description: 'no client credentials user enabled' } });
		expect(await grant({ ...salesforce.clients.clientCredentials, clientSecret: 'wrong' })).toEqual(invalidClient);
		expect(await grant(salesforce.clients.public)).toEqual(invalidClient);
		expect(await grant(salesforce.clients.clientCredentials, { scope: 'refresh_token full' })).toEqual({ status: 400, body: { error: 'invalid_grant', error_description: 'no valid scopes defined' } });
		expect(await grant({ clientId: 'unknown', clientSecret: 'x' })).toEqual({ status: 400, body: { error: 'invalid_client_id', error_description: 'client identifier invalid' } });
	});
});
