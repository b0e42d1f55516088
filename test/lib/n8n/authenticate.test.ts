import type { IHttpRequestOptions } from 'n8n-workflow';
import { UnsecuredJWT } from 'jose';

import { createReference, disconnect, serverTokenFor, type Connection } from '../../../lib/connections';
import { authenticateAsUser } from '../../../lib/n8n';
import { useOAuth, USER_LOGIN, type Raw } from '../connections/oauth/oauthWorld';
import { alice, plainFetch, PORTAL_URL, resolveEndpoints } from '../connections/support/world';
import { sqlitePlace } from '../vault/places/sqlite';
import { credentialOf, failure, headersOf, n8nRequests, useRuntimeOf, type Options } from './support';

const PEOPLE = ['alice', 'bob', 'carol'] as const;

describe('any node as the user', () => {
	const world = useOAuth(sqlitePlace);
	useRuntimeOf(world);
	let connection: Connection;
	const api = (path: string) => `${world.oauth2.apiUrl}${path}`;
	const raw = (changes: Raw = {}) => world.login({ apiHosts: `${world.oauth2.apiUrl} api.example.com https://api.example.com:8443`, ...changes });
	const authenticate = async (options: Partial<Options>, changes: Raw = {}): Promise<Options> => await authenticateAsUser(USER_LOGIN)(credentialOf({ ...raw(), user: 'alice@example.com', workflowId: 'flow-1', ...changes }), options as IHttpRequestOptions);
	/** With n8n's own helpers: HTTP Request has the older one. */
	const call = async (options: Options) => await n8nRequests().request({ ...options, json: true });
	const callLegacy = async (options: Options) => await n8nRequests().requestLegacy({ ...options, json: true });
	beforeEach(async () => {
		connection = await world.offer(raw());
	});
	const signedIn = async (...people: string[]) => {
		for (const person of people) await world.walk(connection, person);
		await world.control('DELETE', 'calls');
	};

	it('S27 each request carries the token of its own item’s user, however they interleave', async () => {
		await signedIn(...PEOPLE);
		const order = Array.from({ length: 30 }, (_, index) => PEOPLE[(index * 7) % 3]!);
		const answers = await Promise.all(order.map(async (person, index) => {
			const options = await authenticate(index % 2 === 0 ? { uri: api('/me'), method: 'GET' } : { baseURL: world.oauth2.apiUrl, url: '/me', method: 'GET' }, { user: `${person}@example.com` });
			return (index % 2 === 0 ? await callLegacy(options) : await call(options)) as { user: string; tokenType: string };
		}));
		expect(answers.map(({ user, tokenType }) => [user, tokenType])).toEqual(order.map((person) => [person, 'DPoP']));
		expect(await world.oauthCalls('/token')).toEqual([]);
	});

	it('a token that is about to end is renewed before the call, because nothing is sent twice', async () => {
		await signedIn('alice');
		await world.control('POST', 'expire-access-tokens', { provider: 'oauth2' });
		const grant = await world.vault.grants.find({ connectionId: connection.id, userKey: alice });
		await world.vault.grants.learnExpiry(grant!, grant!.version, grant!.nowMs + 50_000);
		expect(await call(await authenticate({ url: api('/me') }))).toMatchObject({ user: 'alice' });
		expect((await world.calls()).filter(({ server }) => server === 'api').map(({ status }) => status)).toEqual([200]);
	});

	it('a request that comes back with a token that was rejected gets another one, once for all; any other is not looked at', async () => {
		await signedIn('alice');
		const first = await authenticate({ url: api('/me'), method: 'GET' });
		await world.control('POST', 'expire-access-tokens', { provider: 'oauth2' });
		await expect(call(first)).rejects.toMatchObject({ response: { status: 401 } });
		const again = await Promise.all(Array.from({ length: 10 }, async () => await authenticate({ url: api('/me'), method: 'GET', headers: first.headers })));
		expect(await Promise.all(again.map(call))).toEqual(again.map(() => expect.objectContaining({ user: 'alice' })));
		expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
		await authenticate({ url: api('/me'), headers: { authorization: 'Bearer of somebody else' } });
		await authenticate({ url: api('/me'), headers: first.headers });
		expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
	});

	it('what the request brought along to authorize it is replaced, in whatever case it is written; all else stays', async () => {
		await signedIn('alice');
		const { headers, sendCredentialsOnCrossOriginRedirect, qs } = await authenticate({ url: api('/me'), qs: { page: 2 }, headers: { Authorization: 'Basic canary', authorization: 'canary', AUTHORIZATION: 'canary', DPoP: 'canary', 'X-Other': '1', Accept: 'text/csv' }, sendCredentialsOnCrossOriginRedirect: true });
		expect(Object.keys(headers ?? {}).sort()).toEqual(['Accept', 'X-Other', 'authorization', 'dpop']);
		expect(JSON.stringify(headers)).not.toContain('canary');
		expect([sendCredentialsOnCrossOriginRedirect, qs]).toEqual([false, { page: 2 }]);
	});

	it('a proof is for the very request: method and address without its query', async () => {
		await signedIn('alice');
		const { dpop } = headersOf(await authenticate({ url: `${api('/items')}?page=2`, method: 'PUT' }));
		const payload = JSON.parse(Buffer.from(dpop!.split('.')[1]!, 'base64url').toString()) as Raw;
		expect(payload).toMatchObject({ htm: 'PUT', htu: api('/items') });
	});

	describe('S35 a token goes to its own hosts only', () => {
		beforeEach(async () => await signedIn('alice'));

		it.each<[string, Partial<Options>, string]>([
			['as it is entered', { url: 'https://api.example.com/x?y=1' }, 'https://api.example.com/x?y=1'],
			['in capitals, with the port of https', { url: 'HTTPS://API.EXAMPLE.COM:443/x' }, 'https://api.example.com/x'],
			['with the other port that is entered', { url: 'https://api.example.com:8443/x' }, 'https://api.example.com:8443/x'],
			['with a backslash that browsers take for a slash', { url: 'https://api.example.com\\@evil.example/x' }, 'https://api.example.com/@evil.example/x'],
			['with dots in its path', { url: 'https://api.example.com/a/../../x' }, 'https://api.example.com/x'],
			['with full-width dots', { url: 'https://api。example．com/x' }, 'https://api.example.com/x'],
			['as a base', { baseURL: 'https://api.example.com/v1/', url: '/x' }, 'https://api.example.com/v1/x'],
			['as a base alone', { baseURL: 'https://api.example.com', url: '' }, 'https://api.example.com/'],
			['whole, whatever the base', { baseURL: 'https://evil.example', url: 'https://api.example.com/x' }, 'https://api.example.com/x'],
			['in the older helper’s field', { uri: 'https://api.example.com/x' }, 'https://api.example.com/x'],
			['beside an empty one, whatever the base', { url: '', uri: 'https://api.example.com/x', baseURL: 'https://evil.example' }, 'https://api.example.com/x'],
			['as a base, with what looks like a user in the path', { baseURL: 'https://api.example.com', url: '@evil.example/x' }, 'https://api.example.com/@evil.example/x'],
			['as a base, with what looks like the rest of a host in the path', { baseURL: 'https://api.example.com', url: '.evil.example/x' }, 'https://api.example.com/.evil.example/x'],
		])('an own one %s is called, and nothing but what was looked at', async (_how, options, called) => {
			const sent = await authenticate(options);
			expect(headersOf(sent).authorization).toMatch(/^DPoP \S+$/);
			expect([sent.url, sent.uri, sent.baseURL]).toEqual([called, undefined, undefined]);
		});

		it.each<[string, Partial<Options>, RegExp]>([
			['another host', { url: 'https://evil.example/me' }, /not for evil\.example/],
			['a host that begins like it', { url: 'https://api.example.com.evil.example/' }, /not for api\.example\.com\.evil\.example/],
			['a host that begins like it, with an escaped dot', { url: 'https://api.example.com%2eevil.example/' }, /not for api\.example\.com\.evil\.example/],
			['a host that begins like it, with a tab', { url: 'https://api.example.com\t.evil.example/' }, /not for api\.example\.com\.evil\.example/],
			['a host that ends like it', { url: 'https://evil-api.example.com/' }, /not for evil-api/],
			['a host below it', { url: 'https://sub.api.example.com/' }, /not for sub\.api/],
			['a host above it', { url: 'https://example.com/' }, /not for example\.com/],
			['a host with a dot at its end', { url: 'https://api.example.com./' }, /not for api\.example\.com\./],
			['another alphabet', { url: 'https://аpi.example.com/' }, /not for xn--/],
			['another port', { url: 'https://api.example.com:444/' }, /not for api\.example\.com:444/],
			['no encryption', { url: 'http://api.example.com/' }, /must begin with https/],
			['it as the user of another host', { url: 'https://api.example.com@evil.example/' }, /must not hold a user name/],
			['it as the user of another host, with a password', { url: 'https://api.example.com:8443@evil.example/' }, /must not hold a user name/],
			['a user name of its own', { url: 'https://user@api.example.com/' }, /must not hold a user name/],
			['another host before a backslash', { url: 'https://evil.example\\.api.example.com/' }, /not for evil\.example/],
			['it as a fragment', { url: 'https://evil.example/#@api.example.com/' }, /fragment|not for/],
			['it as a query', { url: 'https://evil.example/?https://api.example.com/' }, /not for evil\.example/],
			['an address without a scheme', { url: '//api.example.com/x' }, /not an address/],
			['an address without a scheme, beside a base', { baseURL: 'https://api.example.com', url: '//evil.example/x' }, /not an address/],
			['a base that is only complete with the path', { baseURL: 'https://api.example.co', url: 'm/x' }, /not for api\.example\.co/],
			['a path in place of an address', { url: '/x' }, /not an address/],
			['a file', { url: 'file:///etc/passwd' }, /must begin with https/],
			['a script', { url: 'javascript:alert(1)' }, /must begin with https/],
			['a scheme without slashes', { baseURL: 'https://api.example.com', url: 'https:evil.example/x' }, /not for evil\.example/],
			['nothing', {}, /not an address/],
		])('%s is not', async (_what, options, message) => {
			const error = await failure(authenticate(options));
			expect(error.message).toMatch(message);
			expect(await world.calls()).toEqual([]);
		});

		it.each([
			['a certificate that is not checked, in the older helper', { rejectUnauthorized: false }],
			['a certificate that is not checked', { skipSslCertificateValidation: true }],
			['a certificate that an agent does not check', { agentOptions: { rejectUnauthorized: false } }],
			['a proxy with an authority of the node’s own', { proxy: 'http://evil.example:8080', agentOptions: { ca: 'a CA' } }],
			['a proxy in front of this very machine, which would read it', { url: 'http://127.0.0.1:8099/', proxy: 'http://evil.example:8080' }],
			['a proxy in front of this very machine, with a certificate that is not checked', { url: 'https://localhost:8099/', proxy: 'http://evil.example:8080', rejectUnauthorized: false }],
			['the header "Host" of another site', { headers: { Host: 'evil.example' } }],
			['that header, however it is written', { headers: { ' hOST ': 'api.example.com.evil.example' } }],
			['that header with another port', { headers: { host: 'api.example.com:8443' } }],
		])('nor to whoever stands behind %s', async (_what, options) => {
			await world.offer(raw({ apiHosts: 'api.example.com 127.0.0.1:8099 localhost:8099' }));
			expect((await failure(authenticate({ url: 'https://api.example.com/', ...(options as Partial<Options>) }))).message).toMatch(/no token is sent there/);
		});

		it('a client certificate, or a proxy that cannot pass for the host, may be', async () => {
			for (const options of [{ agentOptions: { ca: 'a CA', cert: 'x', key: 'y' } }, { proxy: 'http://proxy.example:8080' }, { headers: { Host: 'API.example.com' } }] as unknown as Partial<Options>[]) {
				expect(await authenticate({ url: 'https://api.example.com/', ...options })).toMatchObject(options);
			}
		});

		it.each(['older', 'newer'])('never along a redirect to another origin, with n8n’s %s helper', async (helper) => {
			// The same server under another name is another origin.
			const elsewhere = api('/sink').replace('127.0.0.1', 'localhost');
			for (const useDpop of ['on', 'off']) {
				connection = await world.offer(raw({ connectionName: `redirected-${useDpop}`, useDpop }));
				await signedIn('alice');
				const options = await authenticate({ url: `${api('/redirect')}?to=${encodeURIComponent(elsewhere)}`, method: 'GET', sendCredentialsOnCrossOriginRedirect: true }, { connectionName: `redirected-${useDpop}`, useDpop });
				const { headers } = (helper === 'older' ? await callLegacy(options) : await call(options)) as { headers: string[] };
				expect(headers).toContain('host');
				expect(headers).not.toContain('authorization');
			}
		});
	});

	describe('without a grant', () => {
		it('nobody is called, and the error names the person and the link', async () => {
			const error = await failure(authenticate({ url: api('/me') }));
			expect(error.message).toBe(`Authentication needed: alice@example.com is not signed in to OAuth 2.0. Sign in here: ${PORTAL_URL}`);
			expect(error.description).toMatch(/OAuth User Login node before this one/);
			expect(error.description).toContain(`Sign in here: ${PORTAL_URL}`);
			expect((await world.calls()).filter(({ server, path }) => server === 'api' || path === '/token')).toEqual([]);
		});

		it('nor after a disconnect', async () => {
			await signedIn('alice');
			await disconnect(world.vault, connection, alice);
			expect((await failure(authenticate({ url: api('/me') }))).message).toMatch(/^Authentication needed/);
		});

		it('nor with fewer scopes than the connection asks for by now', async () => {
			await signedIn('alice');
			await world.offer(raw({ scopes: 'openid email read write' }));
			const error = await failure(authenticate({ url: api('/me') }));
			expect(error.message).toContain('(write)');
			expect(error.message).toContain(PORTAL_URL);
		});
	});

	it.each<[string, unknown, RegExp]>([
		['nobody', undefined, /does not say who acts/],
		['an empty text', '', /does not say who acts/],
		['what an expression yields that finds nothing', 'undefined', /found nothing/],
		['several', ['alice@example.com', 'bob@example.com'], /must be a text/],
		['the service account', 'service:account', /reserved/],
		['a reference that is none', `connected-apps:token:${'A'.repeat(43)}`, /not known any more/],
	])('%s as the user is told as such', async (_what, user, message) => {
		await signedIn('alice');
		expect((await failure(authenticate({ url: api('/me') }, { user }))).message).toMatch(message);
	});

	it('the user of the first of several items is nobody’s', async () => {
		await signedIn('alice');
		expect((await failure(authenticate({ url: api('/me') }, { sharedItems: 3 }))).message).toMatch(/as the user of the first one/);
		expect(await authenticate({ url: api('/me') }, { sharedItems: 1 })).toMatchObject({ url: api('/me') });
	});

	it('a reference of an OAuth node stands for its person, in the workflow that made it', async () => {
		await signedIn('bob');
		const user = await createReference(world.vault, { kind: 'grant', workflowId: 'flow-1', connectionId: connection.id, userKey: 'bob@example.com' as typeof alice });
		expect(await call(await authenticate({ url: api('/me') }, { user }))).toMatchObject({ user: 'bob' });
		for (const workflowId of ['flow-2', '', undefined]) expect((await failure(authenticate({ url: api('/me') }, { user, workflowId }))).message).toMatch(/another workflow/);
	});

	describe('S26 a credential that only looks like the connection', () => {
		beforeEach(async () => await signedIn('alice'));

		it.each<[string, Raw, RegExp]>([
			['with another secret', { clientSecret: 'guessed' }, /does not open the connection/],
			['with another connection key', { connectionKey: 'guessed' }, /does not open the connection/],
			['of another client', { clientId: 'another' }, /No published Connected Apps Trigger/],
		])('%s opens nothing', async (_what, changes, message) => {
			expect((await failure(authenticate({ url: api('/me') }, changes))).message).toMatch(message);
			expect(await world.calls()).toEqual([]);
		});

		it('with the right secret, but hosts of its own, leads nowhere else', async () => {
			expect((await failure(authenticate({ url: 'https://evil.example/me' }, { apiHosts: 'evil.example' }))).message).toMatch(/not for evil\.example/);
			expect(await call(await authenticate({ url: api('/me') }, { apiHosts: 'evil.example' }))).toMatchObject({ user: 'alice' });
		});

		it('with the right secret, but a policy of its own, is held to the one that is registered', async () => {
			await world.offer(raw({ individualUsers: 'off' }));
			expect((await failure(authenticate({ url: api('/me') }, { individualUsers: 'allowed' }))).message).toMatch(/does not allow individual users/);
		});
	});

	it('on behalf of the caller, their own token is exchanged; nobody is asked to sign in', async () => {
		const credential = raw({ connectionName: 'callers', ...world.oauth2.clients.tokenExchange, userIdentity: 'onBehalfOf', useDpop: 'off' });
		await world.offer(credential);
		await world.control('POST', 'settings', { accessTokenFormat: 'jwt' });
		const tools = { vault: world.vault, fetch: plainFetch, resolveEndpoints };
		for (const person of PEOPLE) {
			const { accessToken } = await serverTokenFor(tools, world.jwtBearer({ subject: `${person}@example.com`, resource: world.oauth2.apiUrl, useDpop: 'off' }));
			expect(await call(await authenticate({ url: api('/me') }, { ...credential, user: `Bearer ${accessToken}` }))).toMatchObject({ user: person });
		}
		const forged = new UnsecuredJWT({ sub: 'user-alice' }).encode();
		const error = await failure(authenticate({ url: api('/me') }, { ...credential, user: forged }));
		expect(error.message).toMatch(/does not exchange the caller’s token/);
		expect(`${error.message} ${error.description} ${error.stack}`).not.toContain(forged);
	});

	it('S12 no error holds a token, a secret or what the provider answered', async () => {
		await signedIn('alice');
		const grant = await world.vault.grants.find({ connectionId: connection.id, userKey: alice });
		const tokens = await world.tokensOf(connection);
		await world.vault.grants.expireAccessToken(grant!, grant!.version);
		await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 400, body: { error: 'invalid_request', refresh_token: tokens.refreshToken, access_token: 'canary-access-token' } });
		const error = await failure(authenticate({ url: api('/me') }));
		const words = JSON.stringify([error.message, error.description, error.stack, error, error.cause]);
		for (const secret of [tokens.refreshToken!, tokens.accessToken, 'canary-access-token', world.oauth2.clients.confidentialBasic.clientSecret]) expect(words).not.toContain(secret);
	});
});
