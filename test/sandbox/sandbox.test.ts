/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
import { createHash, randomBytes } from 'node:crypto';
import { Connection, OAuth2 } from 'jsforce';
import { Browser } from './browser';
import { normalizeId, withChecksum } from './salesforce/ids';
import { startSandbox, type Sandbox, type SandboxUser } from './sandbox';

const redirectUri = 'http://127.0.0.1:9/connected-apps/callback';
const verifier = randomBytes(32).toString('base64url');
type Json = Record<string, any>;

let sandbox: Sandbox;
const user = (name: string): SandboxUser => sandbox.users.find((candidate) => candidate.name === name)!;

beforeAll(async () => {
	sandbox = await startSandbox({ redirectUris: [redirectUri] });
});
afterAll(async () => sandbox.close());

async function control(method: string, path: string, body?: unknown): Promise<any> {
	const response = await fetch(`${sandbox.control}/control/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body), headers: { 'content-type': 'application/json' } });
	return response.json();
}

async function post(path: string, form: Record<string, string>): Promise<{ status: number; body: Json }> {
	const response = await fetch(sandbox.salesforce.loginUrl + path, { method: 'POST', body: new URLSearchParams(form) });
	const text = await response.text();
	return { status: response.status, body: text ? JSON.parse(text) : {} };
}

function authorizeUrl(verifier: string, more: Record<string, string> = {}): string {
	const url = new URL('/services/oauth2/authorize', sandbox.salesforce.loginUrl);
	const code_challenge = createHash('sha256').update(verifier).digest('base64url');
	const parameters = { response_type: 'code', client_id: sandbox.salesforce.clients.confidential.clientId, redirect_uri: redirectUri, scope: 'openid api refresh_token id', state: 'st', code_challenge, code_challenge_method: 'S256', ...more };
	for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value);
	return url.href;
}

const client = (): Record<string, string> => ({ client_id: sandbox.salesforce.clients.confidential.clientId, client_secret: sandbox.salesforce.clients.confidential.clientSecret });

async function tokensOf(name: string, more: Record<string, string> = {}, browser = new Browser()): Promise<Json> {
	const back = await browser.signIn(authorizeUrl(verifier, more), user(name));
	const answer = await post('/services/oauth2/token', { grant_type: 'authorization_code', code: back.searchParams.get('code')!, redirect_uri: redirectUri, code_verifier: verifier, ...client() });
	expect(answer.status).toBe(200);
	return answer.body;
}

const refresh = (refresh_token: string) => post('/services/oauth2/token', { grant_type: 'refresh_token', refresh_token, ...client() });

async function api(accessToken: string, path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: any; headers: Headers }> {
	const response = await fetch(`${sandbox.salesforce.instanceUrl}/services/data/v62.0${path}`, { headers: { authorization: `Bearer ${accessToken}`, ...headers } });
	return { status: response.status, body: await response.json(), headers: response.headers };
}
const query = (accessToken: string, soql: string, headers?: Record<string, string>) => api(accessToken, `/query?q=${encodeURIComponent(soql)}`, headers);

describe('sign-in', () => {
	test('jsforce signs in by authorization code with PKCE and reads 4,500 rows page by page', async () => {
		const { loginUrl, instanceUrl, clients } = sandbox.salesforce;
		const oauth2 = new OAuth2({ loginUrl, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, redirectUri });
		// Not jsforce's own `useVerifier`: its verifiers are longer than RFC 7636 allows and come without a method.
		const challenge = createHash('sha256').update(verifier).digest('base64url');
		const back = await new Browser().signIn(oauth2.getAuthorizationUrl({ scope: 'api id refresh_token', state: 'x', code_challenge: challenge, code_challenge_method: 'S256' }), user('alice'));
		const connection = new Connection({ oauth2, version: '62.0' });
		const info = await connection.authorize(back.searchParams.get('code')!, { code_verifier: verifier });
		expect(info).toEqual(expect.objectContaining({ id: user('alice').userId, organizationId: sandbox.salesforce.organizationId }));
		expect(connection.instanceUrl).toBe(instanceUrl);

		const records = await connection.query('SELECT Id, Name, Account.Name FROM Contact', { autoFetch: true, maxFetch: 10_000 });
		expect(records.records).toHaveLength(4_500);
		expect(new Set(records.records.map((record) => record['Id'])).size).toBe(4_500);
		expect((await connection.sobject('Account').describe()).keyPrefix).toBe('001');
		expect((await connection.identity()).username).toBe('alice@example.com');
	});

	test('the token answer has the documented fields and no expires_in', async () => {
		const tokens = await tokensOf('alice');
		expect(Object.keys(tokens).sort()).toEqual(['access_token', 'id', 'id_token', 'instance_url', 'issued_at', 'refresh_token', 'scope', 'signature', 'token_type']);
		expect(tokens).toMatchObject({ instance_url: sandbox.salesforce.instanceUrl, token_type: 'Bearer', id: `${sandbox.salesforce.loginUrl}/id/${sandbox.salesforce.organizationId}/${user('alice').userId}`, issued_at: expect.stringMatching(/^\d{13}$/) });
		expect(tokens['access_token']).toMatch(/^00D\w{12}!/);
		const identity = await fetch(tokens['id'], { headers: { authorization: `Bearer ${tokens['access_token']}` } });
		expect(await identity.json()).toMatchObject({ username: 'alice@example.com', organization_id: sandbox.salesforce.organizationId });
		const userinfo = await fetch(`${sandbox.salesforce.loginUrl}/services/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens['access_token']}` } });
		expect(await userinfo.json()).toMatchObject({ sub: tokens['id'], user_id: user('alice').userId, preferred_username: 'alice@example.com', email_verified: true });
	});

	test('a public client signs in with PKCE alone, and offline_access is another name of refresh_token', async () => {
		const { clientId } = sandbox.salesforce.clients.public;
		const back = await new Browser().signIn(authorizeUrl(verifier, { client_id: clientId, scope: 'api offline_access' }), user('bob'));
		const { body } = await post('/services/oauth2/token', { grant_type: 'authorization_code', code: back.searchParams.get('code')!, redirect_uri: redirectUri, code_verifier: verifier, client_id: clientId });
		expect(body).toMatchObject({ scope: 'api refresh_token', refresh_token: expect.any(String) });
	});

	test('declining sends access_denied back', async () => {
		const back = await new Browser().signIn(authorizeUrl(verifier), user('carol'), 'deny');
		expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', error_description: 'end-user denied authorization', state: 'st', iss: sandbox.salesforce.loginUrl });
	});

	test('consent and login are remembered until they are asked for again or forgotten', async () => {
		const browser = new Browser();
		await tokensOf('bob', {}, browser);
		const isTheEnd = (url: URL): boolean => url.href.startsWith(redirectUri);
		expect((await browser.follow(authorizeUrl(verifier), isTheEnd)).page).toBeUndefined();
		expect((await browser.follow(authorizeUrl(verifier, { prompt: 'consent' }), isTheEnd)).page).toContain('id="allow"');
		expect((await browser.follow(authorizeUrl(verifier, { prompt: 'login' }), isTheEnd)).page).toContain('id="login"');
		await control('POST', 'forget-sessions');
		expect((await browser.follow(authorizeUrl(verifier), isTheEnd)).page).toContain('id="login"');
	});

	test('another person may log in on a browser that remembers somebody', async () => {
		const browser = new Browser();
		await tokensOf('bob', {}, browser);
		const tokens = await tokensOf('carol', { prompt: 'login' }, browser);
		expect(tokens['id']).toContain(user('carol').userId);
	});

	test('a redirect URI that is not registered, a missing challenge and a wrong password are refused', async () => {
		const mismatch = await (await fetch(authorizeUrl(verifier, { redirect_uri: `${redirectUri}/` }))).text();
		expect(mismatch).toContain('error=redirect_uri_mismatch&amp;error_description=redirect_uri%20must%20match%20configuration');
		const noChallenge = await fetch(authorizeUrl(verifier, { code_challenge: '', code_challenge_method: '' }), { redirect: 'manual' });
		expect(new URL(noChallenge.headers.get('location')!).searchParams.get('error_description')).toBe('missing required code challenge');
		await expect(new Browser().signIn(authorizeUrl(verifier), { username: 'alice@example.com', password: 'guess' })).rejects.toThrow('check your username');
	});

	test('the redirect carries iss only while the setting says so', async () => {
		await control('POST', 'settings', { issParameter: false });
		const back = await new Browser().signIn(authorizeUrl(verifier), user('alice'));
		const metadata = await (await fetch(`${sandbox.salesforce.loginUrl}/.well-known/openid-configuration`)).json();
		await control('POST', 'settings', { issParameter: true });
		expect(back.searchParams.has('iss')).toBe(false);
		expect(metadata).toMatchObject({ authorization_response_iss_parameter_supported: false });
	});
});

describe('tokens', () => {
	test('a refresh rotates; a replay kills the grant with its access tokens, but no other connection of the user', async () => {
		const browser = new Browser();
		const [first, other] = [await tokensOf('alice', {}, browser), await tokensOf('alice', {}, browser)];
		const second = (await refresh(first['refresh_token'])).body;
		expect(second['refresh_token']).not.toBe(first['refresh_token']);
		expect((await query(second['access_token'], 'SELECT Id FROM Account')).status).toBe(200);

		const expired = { status: 400, body: { error: 'invalid_grant', error_description: 'expired access/refresh token' } };
		expect(await refresh(first['refresh_token'])).toEqual(expired);
		expect(await refresh(second['refresh_token'])).toEqual(expired);
		expect((await query(second['access_token'], 'SELECT Id FROM Account')).status).toBe(401);
		expect((await query(other['access_token'], 'SELECT Id FROM Account')).status).toBe(200);
	});

	test('a parallel refresh is told that one is being processed, and nothing is lost', async () => {
		const tokens = await tokensOf('bob');
		const answers = await Promise.all([refresh(tokens['refresh_token']), refresh(tokens['refresh_token'])]);
		const [won, lost] = answers.sort((a, b) => a.status - b.status);
		expect(lost).toEqual({ status: 400, body: { error: 'invalid_grant', error_description: 'token request is already being processed' } });
		expect((await refresh(won.body['refresh_token'])).status).toBe(200);
	});

	test('without rotation a refresh answers no refresh token, and omits instance_url on request', async () => {
		const tokens = await tokensOf('carol');
		await control('POST', 'settings', { rotation: false, omitInstanceUrlOnRefresh: true });
		const answers = [await refresh(tokens['refresh_token']), await refresh(tokens['refresh_token'])];
		await control('POST', 'settings', { rotation: true, omitInstanceUrlOnRefresh: false });
		for (const { status, body } of answers) {
			expect(status).toBe(200);
			expect(body).not.toHaveProperty('refresh_token');
			expect(body).not.toHaveProperty('instance_url');
		}
	});

	test('revoking a refresh token takes its access tokens along, without client authentication', async () => {
		const tokens = await tokensOf('alice');
		expect((await post('/services/oauth2/revoke', { token: tokens['refresh_token'] })).status).toBe(200);
		expect((await query(tokens['access_token'], 'SELECT Id FROM Account')).body).toEqual([{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
		expect((await refresh(tokens['refresh_token'])).status).toBe(400);
		expect(await post('/services/oauth2/revoke', { token: tokens['refresh_token'] })).toMatchObject({ status: 400, body: { error: 'invalid_token' } });
		const revocations = (await control('GET', 'revocations')) as Json[];
		expect(revocations.slice(-2)).toEqual(['AccessToken', 'RefreshToken'].map((kind) => expect.objectContaining({ kind, user: 'alice', reason: 'revokeEndpoint', sha256Prefix: expect.stringMatching(/^[0-9a-f]{16}$/) })));
	});

	test('revoking an access token leaves the refresh token alive', async () => {
		const tokens = await tokensOf('alice');
		expect((await post('/services/oauth2/revoke', { token: tokens['access_token'] })).status).toBe(200);
		expect((await refresh(tokens['refresh_token'])).status).toBe(200);
	});

	test('introspection tells expiry and user; a wrong secret is a 400', async () => {
		const tokens = await tokensOf('bob');
		const { body } = await post('/services/oauth2/introspect', { token: tokens['access_token'], ...client() });
		expect(body).toMatchObject({ active: true, username: 'bob@example.com', sub: tokens['id'], token_type: 'access_token', client_id: client()['client_id'] });
		expect(body['exp'] - body['iat']).toBe(7_200);
		await control('POST', 'expire-access-tokens', { user: 'bob' });
		expect((await post('/services/oauth2/introspect', { token: tokens['access_token'], ...client() })).body).toEqual({ active: false });
		expect(await post('/services/oauth2/token', { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'], ...client(), client_secret: 'wrong' })).toEqual({ status: 400, body: { error: 'invalid_client', error_description: 'invalid client credentials' } });
	});

	test('a code works once and with its own verifier only', async () => {
		const back = await new Browser().signIn(authorizeUrl(verifier), user('bob'));
		const exchange = (code_verifier: string) => post('/services/oauth2/token', { grant_type: 'authorization_code', code: back.searchParams.get('code')!, redirect_uri: redirectUri, code_verifier, ...client() });
		expect((await exchange('w'.repeat(43))).body).toEqual({ error: 'invalid_grant', error_description: 'invalid code verifier' });
		expect((await exchange(verifier)).status).toBe(200);
		expect((await exchange(verifier)).body).toEqual({ error: 'invalid_grant', error_description: 'expired authorization code' });
	});

	test('the sixth sign-in of a user revokes the oldest approval', async () => {
		await control('POST', 'revoke-grants', { user: 'carol' });
		const browser = new Browser();
		const approvals: Json[] = [];
		for (let count = 0; count < 6; count++) approvals.push(await tokensOf('carol', {}, browser));
		expect((await refresh(approvals[0]!['refresh_token'])).status).toBe(400);
		expect((await refresh(approvals[1]!['refresh_token'])).status).toBe(200);
	});
});

describe('REST API', () => {
	let alice: string, bob: string, integration: string;
	beforeAll(async () => {
		[alice, bob, integration] = [(await tokensOf('alice'))['access_token'], (await tokensOf('bob'))['access_token'], (await tokensOf('integration'))['access_token']];
	});
	const names = (answer: { body: any }): string[] => answer.body.records.map((record: Json) => record['Name']);

	test('everybody reads rows of their own; the integration user reads them all', async () => {
		const soql = 'SELECT Id, Name FROM Account ORDER BY Name';
		expect(names(await query(alice, soql))).toEqual(['Alice Aerospace', "Alice Analytics & O'Neill", 'Alice Automotive']);
		expect(names(await query(bob, soql))).toEqual(['Bob Bakeries', 'Bob Biotech']);
		expect(names(await query(integration, soql))).toHaveLength(9);
		expect((await api(alice, `/queryAll?q=${encodeURIComponent('SELECT Name FROM Account WHERE IsDeleted = true')}`)).body.records[0].Name).toBe('Alice Abandoned');
	});

	test('pages hold 2,000 rows or the asked batch size, and a locator belongs to its user', async () => {
		const first = await query(alice, 'SELECT Id FROM Contact', { 'Sforce-Query-Options': 'batchSize=500' });
		expect(first.body).toMatchObject({ totalSize: 4_500, done: false, nextRecordsUrl: expect.stringMatching(/^\/services\/data\/v62\.0\/query\/01g\w{15}-500$/) });
		expect(first.headers.get('sforce-limit-info')).toMatch(/^api-usage=\d+\/100000$/);
		const next = first.body.nextRecordsUrl.replace('/services/data/v62.0', '');
		expect((await api(alice, next)).body.records).toHaveLength(500);
		expect(await api(bob, next)).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }] });
		expect((await query(alice, 'SELECT Id FROM Contact')).body.records).toHaveLength(2_000);
	});

	test.each([
		["Name LIKE 'alice a%o%'", ['Alice Aerospace', "Alice Analytics & O'Neill", 'Alice Automotive']],
		["Name = 'Alice Analytics & O\\'Neill'", ["Alice Analytics & O'Neill"]],
		['AnnualRevenue = null', ["Alice Analytics & O'Neill"]],
		['AnnualRevenue > 1000000 AND NumberOfEmployees < 100', ['Alice Aerospace']],
		["NOT (Industry = 'Energy' OR Industry = 'Banking')", ['Alice Aerospace']],
		["Industry NOT IN ('Energy', 'Banking') AND IsDeleted = false", ['Alice Aerospace']],
		["Owner.Username = 'alice@example.com' AND CreatedDate >= 2025-01-06T09:00:00Z AND BillingCity != 'Lyon'", ["Alice Analytics & O'Neill", 'Alice Automotive']],
		["BillingCity = 'são paulo'", ["Alice Analytics & O'Neill"]],
		['CreatedDate = TODAY', []],
	])('WHERE %s', async (where, expected) => {
		expect(names(await query(alice, `SELECT Name FROM Account WHERE ${where} ORDER BY Name`))).toEqual(expected);
	});

	test('ORDER BY, NULLS, LIMIT, OFFSET, COUNT() and FIELDS(ALL)', async () => {
		expect(names(await query(alice, 'SELECT Name FROM Account ORDER BY AnnualRevenue DESC NULLS LAST'))).toEqual(['Alice Automotive', 'Alice Aerospace', "Alice Analytics & O'Neill"]);
		expect(names(await query(alice, 'select name from account order by annualrevenue limit 1 offset 1'))).toEqual(['Alice Aerospace']);
		expect((await query(alice, 'SELECT COUNT() FROM Contact')).body).toEqual({ totalSize: 4_500, done: true, records: [] });
		expect((await query(bob, 'SELECT COUNT(Email) FROM Contact')).body.records).toEqual([{ attributes: { type: 'AggregateResult' }, expr0: 5 }]);
		const all = (await query(alice, 'SELECT FIELDS(ALL) FROM Account LIMIT 1')).body.records[0];
		expect(Object.keys(all)[0]).toBe('attributes');
		expect(all).toMatchObject({ attributes: { type: 'Account', url: `/services/data/v62.0/sobjects/Account/${all.Id}` }, OwnerId: user('alice').userId, CreatedDate: '2025-01-06T09:00:00.000+0000' });
	});

	test.each([
		['SELECT Id, From Account', 'MALFORMED_QUERY', "\nSELECT Id, From Account\n           ^\nERROR at Row:1:Column:12\nunexpected token: 'From'"],
		['SELECT Id\nFROM Account WHERE', 'MALFORMED_QUERY', "\nFROM Account WHERE\n                  ^\nERROR at Row:2:Column:19\nunexpected token: '<EOF>'"],
		["SELECT Id FROM Account WHERE Name = 'x' AND Name = 'y' OR Id = null", 'MALFORMED_QUERY', "unexpected token: 'OR'"],
		['SELECT Id, Foo__c FROM Account', 'INVALID_FIELD', "No such column 'Foo__c' on entity 'Account'."],
		['SELECT Id FROM Accountz LIMIT 2', 'INVALID_TYPE', "\nSELECT Id FROM Accountz LIMIT 2\n               ^\nERROR at Row:1:Column:16\nsObject type 'Accountz' is not supported."],
		["SELECT Id FROM Account WHERE AnnualRevenue = '1'", 'INVALID_FIELD', "value of filter criterion for field 'AnnualRevenue' must be of type double and should not be enclosed in quotes"],
		["SELECT Id FROM Account WHERE Id = 'nonsense'", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid ID field: nonsense'],
	])('refuses %j', async (soql, errorCode, message) => {
		expect(await query(alice, soql)).toMatchObject({ status: 400, body: [{ errorCode, message: expect.stringContaining(message) }] });
	});

	test('a record is there for whoever may see it', async () => {
		const { Id } = (await query(alice, "SELECT Id FROM Account WHERE Name = 'Alice Aerospace'")).body.records[0];
		expect((await api(alice, `/sobjects/Account/${Id}?fields=Name`)).body).toEqual({ attributes: { type: 'Account', url: `/services/data/v62.0/sobjects/Account/${Id}` }, Name: 'Alice Aerospace', Id });
		expect(await api(bob, `/sobjects/Account/${Id.slice(0, 15)}`)).toMatchObject({ status: 404, body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }] });
		expect((await api(bob, `/composite/sobjects/Account?ids=${Id}&fields=Name`)).body).toEqual([null]);
	});

	test.each(['003RO0000035WQgYAM', '001D000000IRFmaIAH', '01gRO0000016PIAYA2'])('computes the checksum of the documented id %s', (id) => {
		expect(withChecksum(id.slice(0, 15))).toBe(id);
		expect(normalizeId(`${id.slice(0, 17)}5`)).toBeUndefined();
	});

	test('an expired token is INVALID_SESSION_ID while its refresh token lives', async () => {
		const tokens = await tokensOf('carol');
		await control('POST', 'expire-access-tokens', { user: 'carol' });
		expect(await query(tokens['access_token'], 'SELECT Id FROM Account')).toMatchObject({ status: 401, body: [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }] });
		const fresh = (await refresh(tokens['refresh_token'])).body;
		expect((await query(fresh['access_token'], 'SELECT Id FROM Account')).body.totalSize).toBe(4);
	});

	test('an address beyond 16,384 bytes is a 414', async () => {
		const response = await fetch(`${sandbox.salesforce.instanceUrl}/services/data/v62.0/query?q=${'x'.repeat(17_000)}`);
		expect(response.status).toBe(414);
	});
});

describe('control', () => {
	test('lists calls with user and status and without any token', async () => {
		await control('DELETE', 'calls');
		const tokens = await tokensOf('bob');
		await refresh(tokens['refresh_token']);
		await query(tokens['access_token'], 'SELECT Id FROM Account');
		const calls = (await control('GET', 'calls')) as Json[];
		expect(calls.slice(-3)).toEqual([
			expect.objectContaining({ server: 'oauth', method: 'POST', path: '/services/oauth2/token', grantType: 'authorization_code', user: 'bob', status: 200 }),
			expect.objectContaining({ grantType: 'refresh_token', user: 'bob', status: 200 }),
			expect.objectContaining({ server: 'api', method: 'GET', path: '/services/data/v62.0/query', user: 'bob', status: 200 }),
		]);
		expect(JSON.stringify(calls)).not.toContain(tokens['access_token']);
	});

	test('an answer dropped after commit leaves the refresh token used', async () => {
		const tokens = await tokensOf('alice');
		await control('POST', 'faults', { match: { grantType: 'refresh_token' }, kind: 'dropAfterCommit', times: 1 });
		await expect(refresh(tokens['refresh_token'])).rejects.toThrow('fetch failed');
		expect((await refresh(tokens['refresh_token'])).body).toMatchObject({ error: 'invalid_grant' });
	});

	test('status, HTML and hang faults hit the asked number of matching requests', async () => {
		const { access_token } = await tokensOf('alice');
		await control('POST', 'faults', { match: { server: 'api', pathIncludes: '/query' }, kind: 'status', status: 503, headers: { 'Retry-After': '1' }, times: 2 });
		const soql = 'SELECT COUNT() FROM Account';
		const answers = [await query(access_token, soql), await query(access_token, soql), await query(access_token, soql)];
		expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
		expect(answers[0]!.headers.get('retry-after')).toBe('1');
		await control('POST', 'faults', { match: { server: 'api' }, kind: 'htmlError' });
		expect((await fetch(`${sandbox.salesforce.instanceUrl}/services/data`)).headers.get('content-type')).toContain('text/html');
		await control('POST', 'faults', { match: { server: 'api' }, kind: 'hang' });
		await expect(fetch(`${sandbox.salesforce.instanceUrl}/services/data`, { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout');
		expect(await control('GET', 'faults')).toEqual([]);
	});

	test('an admin revocation kills refresh and access tokens and asks for consent again', async () => {
		const browser = new Browser();
		const tokens = await tokensOf('bob', {}, browser);
		await control('POST', 'revoke-grants', { user: 'bob' });
		expect((await refresh(tokens['refresh_token'])).body['error_description']).toBe('expired access/refresh token');
		expect((await query(tokens['access_token'], 'SELECT Id FROM Account')).status).toBe(401);
		expect((await browser.follow(authorizeUrl(verifier), (url) => url.href.startsWith(redirectUri))).page).toContain('id="allow"');
	});

	test('counts writes, keeps mails and shows them as an escaped page', async () => {
		await control('POST', 'counter/orders', { order: 1 });
		expect(await control('GET', 'counter/orders')).toMatchObject({ count: 1, bodies: [{ order: 1 }] });
		await control('POST', 'mailbox', { subject: '<b>', signInUrl: 'http://127.0.0.1/x?a=1&b=2' });
		await control('POST', 'mailbox', { signInUrl: 'javascript:alert(1)' });
		expect(await control('GET', 'mailbox')).toHaveLength(2);
		const shown = await (await fetch(`${sandbox.control}/control/mailbox.html`)).text();
		expect(shown).toContain('href="http://127.0.0.1/x?a=1&#38;b=2"');
		expect(shown).not.toContain('<b>"');
		expect(shown).not.toContain('href="javascript');
		await control('DELETE', 'mailbox');
		expect(await control('GET', 'mailbox')).toEqual([]);
	});
});
