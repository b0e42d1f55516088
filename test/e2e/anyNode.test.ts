import type { INodeParameters } from 'n8n-workflow';

import { screenshot } from '../host/browser';
import { startChatModel } from '../host/chatModel';
import type { StoredCredential } from '../host/n8nClient';
import { agent, chatModel, flow, graphQl, httpRequest, manualTrigger, respondToWebhook, webhook, type HttpRequestOptions } from '../host/workflows';
import { clients } from '../sandbox/oauth2/clients';
import { apiHostOf, genericLogin, itemsByHand, keyOf, messageOf, offerApp, peopleNode, runByHand, secretOf, serverLogin, signIn, signInAddress, type App } from './apps';
import { startRecorder, type Recorder } from './recorder';
import { createWorld, waitFor, type World } from './world';

let world: World;
let app: App;
/** An API host of the app, which remembers what it was sent. */
let api: Recorder;
/** Nobody's API. */
let foreign: Recorder;
/** A forward proxy. */
let proxy: Recorder;

const PEOPLE = ['alice', 'bob', 'carol'];

beforeAll(async () => {
	[api, foreign, proxy] = await Promise.all([startRecorder(), startRecorder(), startRecorder()]);
	world = await createWorld();
	// Every token that is given out now is too old already when it is used.
	await world.control('settings', { accessTokenTtlSeconds: 30 });
	const apiHosts = `${apiHostOf(world.sandbox)} ${api.host}`;
	app = await offerApp(world, 'items', genericLogin(world.sandbox, 'items', { useDpop: 'off', apiHosts }));
}, 300_000);

afterAll(async () => {
	await world?.close();
	await Promise.all([api, foreign, proxy].map(async (server) => await server?.close()));
});

const url = (path: string) => `${world.sandbox.oauth2.apiUrl}${path}`;
const request = (address: string, options: Partial<HttpRequestOptions> = {}) => httpRequest({ url: address.startsWith('http') || address.startsWith('=') ? address : url(address), credential: app.credential, ...options });
const tolerant = { settings: { onError: 'continueRegularOutput' as const } };
const posting = { method: 'POST', parameters: { sendBody: true, specifyBody: 'json', jsonBody: '={{ JSON.stringify({ name: $json.email }) }}' } };
const tokenCalls = async () => (await world.calls({ provider: 'oauth2', path: '/token' })).map(({ grantType, user, status }) => ({ grantType, user, status }));
const forgetCalls = async () => await world.control('calls', undefined, 'DELETE');
const credentialOf = async (type: string, data: Record<string, unknown>) => await world.client.createCredential({ name: type, type, data });
const copyOf = async (changes: Record<string, unknown>): Promise<StoredCredential> => await credentialOf(app.credential.type, { ...app.data, ...changes });

describe('HTTP Request as the user of each item', () => {
	test('without a sign-in it fails with "Authentication needed" and the link; with On Error: Continue that is the item’s error', async () => {
		const failed = await runByHand(world, [peopleNode('alice'), request('/me')], 'error');
		const told = `Authentication needed: alice@example.com is not signed in to Example ID. Sign in here: ${app.portalUrl}`;
		expect(failed.data.resultData.error).toMatchObject({ name: 'NodeApiError', message: told, description: expect.stringContaining('OAuth User Login node') as string });
		const [item] = await itemsByHand(world, [peopleNode('alice'), request('/me', tolerant)]);
		expect(messageOf(item)).toBe(told);
		expect(await world.calls({ server: 'api', provider: 'oauth2' })).toEqual([]);
	});

	test('people sign in, one of them in Chromium: from the flow’s address to the flow’s answer', async () => {
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(await signInAddress(world, app, 'alice'));
		await screenshot(page, 'generic-confirm', { fullPage: true });
		const shown = await page.locator('main').innerText();
		expect(shown).toContain('alice@example.com');
		expect(shown).toContain(new URL(world.sandbox.oauth2.issuer).host);
		await page.click('main button[type=submit]');
		await page.fill('#username', 'alice@example.com');
		await page.fill('#password', 'alice-password');
		await page.click('#login');
		await page.click('#allow');
		await page.waitForURL((address) => address.pathname.endsWith('/continue'));
		expect(JSON.parse(await page.locator('body').innerText())).toMatchObject({ statusCode: 0, grantedScopes: ['openid', 'email', 'read', 'write'] });
		await profile.close();
		await signIn(world, app, 'bob', 'carol');
	});

	test('S27 runs of three users at once, while every use renews its token, never share one', async () => {
		await world.publish(flow('storm').chain(webhook({ path: 'storm' }), request('/me', { credential: await copyOf({ user: '={{ $json.query.user }}@example.com' }) }), respondToWebhook()));
		await forgetCalls();
		const users = Array.from({ length: 18 }, (_, index) => PEOPLE[index % 3]!);
		const answers = await Promise.all(users.map(async (user) => ((await (await fetch(`${world.flowUrl('storm')}?user=${user}`)).json()) as { user: string }).user));
		expect(answers).toEqual(users);
		expect(new Set((await tokenCalls()).map(({ grantType, status }) => `${grantType} ${status}`))).toEqual(new Set(['refresh_token 200']));
	});

	test('S27 one run over three items writes as three users, each once, with all tokens expired: three refreshes, each by its owner', async () => {
		await world.control('settings', { accessTokenTtlSeconds: 7_200 });
		await forgetCalls();
		const written = await itemsByHand(world, [peopleNode(...PEOPLE), request('/items', posting)]);
		expect(written.map(({ owner, body }) => ({ owner, body }))).toEqual(PEOPLE.map((name) => ({ owner: name, body: { name: `${name}@example.com` } })));
		const writes = await world.calls({ server: 'api', method: 'POST', path: '/items' });
		expect(writes.map(({ user, status, scheme }) => ({ user, status, scheme })).sort((a, b) => (String(a.user) < String(b.user) ? -1 : 1))).toEqual(PEOPLE.map((user) => ({ user, status: 201, scheme: 'Bearer' })));
		const refreshes = (await tokenCalls()).sort((a, b) => (String(a.user) < String(b.user) ? -1 : 1));
		expect(refreshes).toEqual(PEOPLE.map((user) => ({ grantType: 'refresh_token', user, status: 200 })));
	});

	test('a second run uses the same tokens; each item reads what is its user’s', async () => {
		await forgetCalls();
		const rows = await itemsByHand(world, [peopleNode('carol', 'alice', 'bob', 'alice'), request('/me')]);
		expect(rows.map(({ user }) => user)).toEqual(['carol', 'alice', 'bob', 'alice']);
		expect(await tokenCalls()).toEqual([]);
	});

	test('S27 with pagination n8n knows only the first item: one item is paged through as its user, several are refused', async () => {
		const paged = (pagination: INodeParameters) => request('/me', { ...tolerant, parameters: { options: { pagination: { pagination: { ...pagination, paginationCompleteWhen: 'other', completeExpression: '={{ $pageCount >= 2 }}' } } } } });
		const byPage = { paginationMode: 'updateAParameterInEachRequest', parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] } };
		const pages = await itemsByHand(world, [peopleNode('bob'), paged(byPage)]);
		expect(pages.map(({ user }) => user)).toEqual(['bob', 'bob']);
		await forgetCalls();
		const refused = await itemsByHand(world, [peopleNode('alice', 'bob'), paged(byPage)]);
		expect(refused.map(messageOf)).toEqual(Array(2).fill('n8n would make the requests of all 2 items as the user of the first one'));
		expect(await world.calls()).toEqual([]);
		// S35: an API cannot lead the next page elsewhere.
		const [led] = await itemsByHand(world, [peopleNode('bob'), paged({ paginationMode: 'responseContainsNextURL', nextURL: `${foreign.url}/next` })]);
		expect(messageOf(led)).toContain('not for');
		expect(foreign.requests).toEqual([]);
	});

	test.each([
		['an agent that runs its tools as nodes: each item as its own user', 3.1, ['alice', 'bob']],
		['S27 an older agent, whose tools know only the first item: refused', 2.2, []],
	])('as a tool of %s', async (_what, typeVersion, users) => {
		const call = { tool: 'Me', arguments: {} };
		const model = await startChatModel(...(typeVersion < 3 ? [call, 'Done', call, 'Done'] : [call, call, 'Done', 'Done']));
		const draft = flow('agent')
			.chain(manualTrigger(), peopleNode('alice', 'bob'), agent('={{ "Who is " + $json.email }}', { typeVersion }))
			.node(chatModel(await world.client.createCredential(model.credential)), { ...request('/me', { name: 'Me', parameters: { toolDescription: 'Tells who I am' } }), type: 'n8n-nodes-base.httpRequestTool' })
			.connect('Chat Model', 'AI Agent', { type: 'ai_languageModel' })
			.connect('Me', 'AI Agent', { type: 'ai_tool' });
		await forgetCalls();
		const { id } = await world.client.createWorkflow(draft.draft());
		await world.client.waitForExecution(await world.client.runManually(id, { from: 'Manual Trigger', to: 'AI Agent' }), 'success').finally(async () => await model.stop());
		// Both items' prompts, and both items' tool answers.
		expect(model.requests).toHaveLength(4);
		expect((await world.calls({ server: 'api' })).map(({ user }) => user)).toEqual(users);
	});

	test('GraphQL acts as the user of each item, too', async () => {
		await forgetCalls();
		await runByHand(world, [peopleNode('bob', 'alice'), graphQl({ endpoint: url('/items'), query: 'query { me }', credential: app.credential })]);
		expect((await world.calls({ server: 'api', method: 'POST', path: '/items' })).map(({ user, status }) => [user, status])).toEqual([['bob', 201], ['alice', 201]]);
	});
});

describe('S35 a token goes to its own hosts only', () => {
	test.each([
		['a foreign host', () => `${foreign.url}/me`, 'not for'],
		['the API’s host under another name', () => url('/me').replace('127.0.0.1', 'localhost'), 'not for localhost'],
		['the API’s host with another port', () => 'http://127.0.0.1:9/me', 'not for 127.0.0.1:9'],
		['a host that begins like the API’s', () => `https://${apiHostOf(world.sandbox).replace(':', '.')}.example.com/me`, 'not for'],
		['the API’s host as a user name of another', () => `http://${apiHostOf(world.sandbox)}@${foreign.host}/me`, 'must not hold a user name'],
		['an address without encryption', () => 'http://api.example.com/me', 'must begin with https://'],
	])('%s', async (_what, address, reason) => {
		await forgetCalls();
		const [item] = await itemsByHand(world, [peopleNode('alice'), request(address(), tolerant)]);
		expect(messageOf(item)).toContain(reason);
		expect(foreign.requests).toEqual([]);
		expect(await world.calls({ server: 'api' })).toEqual([]);
	});

	test.each([
		['as the node is set by default', {}],
		['even if the node is set to send credentials along', { parameters: { options: { sendCredentialsOnCrossOriginRedirect: true } } }],
	])('it never goes along a redirect, %s', async (_how, options) => {
		foreign.requests.length = 0;
		for (const status of [302, 307]) await itemsByHand(world, [peopleNode('alice'), request(`/redirect?status=${status}&to=${encodeURIComponent(`${foreign.url}/sink`)}`, options)]);
		expect(foreign.requests.map(({ path, headers }) => [path, headers.authorization, headers.dpop])).toEqual([['/sink', undefined, undefined], ['/sink', undefined, undefined]]);
	});

	test('S12 no token stands in the data of an execution or in the log, whatever the API answers', async () => {
		const runs = [
			await runByHand(world, [peopleNode('alice', 'bob'), request(`${api.url}/ok`)]),
			await runByHand(world, [peopleNode('alice', 'bob'), request(`${api.url}/status/500`, tolerant)]),
			await runByHand(world, [peopleNode('alice', 'bob'), request(`${api.url}/status/401`, { settings: { onError: 'continueErrorOutput' } })]),
			await runByHand(world, [peopleNode('alice', 'bob'), request(`${api.url}/status/403`)], 'error'),
			await runByHand(world, [peopleNode('alice', 'bob'), request(`${api.url}/ok`, { parameters: { options: { response: { response: { fullResponse: true } } } } })]),
		];
		const tokens = [...new Set(api.tokens())];
		expect(tokens).toHaveLength(2);
		// A rejected call is not sent again: a POST would be done twice.
		expect(api.requests).toHaveLength(10);
		const stored = JSON.stringify(runs) + world.n8n.log();
		expect(tokens.filter((token) => stored.includes(token))).toEqual([]);
	});
});

describe('who is the user', () => {
	test.each([
		['nothing', '={{ $json.nobody }}', 'The credential does not say who acts in Example ID here'],
		['an object', '={{ $json }}', 'must be a text'],
		['the service account', 'service:account', 'reserved'],
		['somebody who never signed in', 'somebody', 'Authentication needed: somebody is not signed in to Example ID'],
		['a made-up reference', 'connected-apps:token:AAAA', 'This token reference is not known any more'],
	])('%s gets a clear error', async (_what, user, reason) => {
		const [item] = await itemsByHand(world, [peopleNode('alice'), request('/me', { ...tolerant, credential: await copyOf({ user }) })]);
		expect(messageOf(item)).toContain(reason);
	});

	test.each([
		['another client secret', { clientSecret: 'guessed' }, 'does not open the connection'],
		['another connection key', { connectionKey: 'guessed' }, 'does not open the connection'],
		['another name', { connectionName: 'elsewhere' }, 'No published Connected Apps Trigger offers'],
	])('S26 a copy of the credential with %s opens nothing', async (_what, changes, reason) => {
		await forgetCalls();
		const [item] = await itemsByHand(world, [peopleNode('alice'), request('/me', { ...tolerant, credential: await copyOf(changes) })]);
		expect(messageOf(item)).toContain(reason);
		expect(await world.calls()).toEqual([]);
	});

	test('S26 API hosts come from the registration, not from a copy of the credential that names more', async () => {
		foreign.requests.length = 0;
		const [item] = await itemsByHand(world, [peopleNode('alice'), request(`${foreign.url}/me`, { ...tolerant, credential: await copyOf({ apiHosts: foreign.host }) })]);
		expect(messageOf(item)).toContain(`not for ${foreign.host}`);
		expect(foreign.requests).toEqual([]);
	});
});

describe('without anybody signing in', () => {
	test('client credentials: as the app itself; the token is asked for once', async () => {
		const credential = await credentialOf('clientCredentialsOAuth2Api', serverLogin(world.sandbox, { ...secretOf(clients.service), useDpop: 'off' }));
		await forgetCalls();
		for (let run = 0; run < 2; run++) {
			const items = await itemsByHand(world, [peopleNode('alice', 'bob'), request('/me', { credential })]);
			expect(items).toEqual([0, 1].map(() => expect.objectContaining({ user: null, clientId: clients.service.clientId, scopes: ['read', 'write'] }) as object));
		}
		expect((await tokenCalls()).map(({ grantType }) => grantType)).toEqual(['client_credentials']);
	});

	test('JWT bearer: each item as its own subject; a second run asks for no token', async () => {
		const credential = await credentialOf('jwtBearerOAuth2Api', serverLogin(world.sandbox, { ...keyOf(clients.jwtBearer, 'PS256'), subject: '={{ $json.email }}', useDpop: 'off' }));
		await forgetCalls();
		for (let run = 0; run < 2; run++) {
			const items = await itemsByHand(world, [peopleNode(...PEOPLE), request('/me', { credential })]);
			expect(items.map(({ user }) => user)).toEqual(PEOPLE);
		}
		expect((await tokenCalls()).map(({ user }) => user).sort()).toEqual(PEOPLE);
		const [unnamed] = await itemsByHand(world, [peopleNode('alice'), request('/me', { ...tolerant, credential: await credentialOf('jwtBearerOAuth2Api', serverLogin(world.sandbox, { ...keyOf(clients.jwtBearer, 'PS256'), subject: '={{ $json.nobody }}' })) })]);
		expect(messageOf(unnamed)).toContain('"Subject" is empty');
	});

	test.each([
		['clientCredentialsOAuth2Api', () => secretOf(clients.service), 'OK', 'gives tokens to this client'],
		['clientCredentialsOAuth2Api', () => ({ ...secretOf(clients.service), clientSecret: 'wrong' }), 'Error', 'Client Secret'],
		['clientCredentialsOAuth2Api', () => ({ ...secretOf(clients.service), issuer: 'http://127.0.0.1:9' }), 'Error', '127.0.0.1:9 could not be asked'],
		['jwtBearerOAuth2Api', () => ({ ...keyOf(clients.jwtBearer, 'ES256'), subject: 'alice@example.com' }), 'OK', 'gives tokens to this client'],
		['jwtBearerOAuth2Api', () => ({ ...keyOf(clients.jwtBearer, 'ES256'), subject: '={{ $json.email }}' }), 'Error', 'Test Subject'],
		['jwtBearerOAuth2Api', () => ({ ...keyOf(clients.jwtBearer, 'RS256'), subject: '={{ $json.email }}', testSubject: 'bob@example.com' }), 'OK', 'gives tokens to this client'],
		['jwtBearerOAuth2Api', () => ({ ...keyOf(clients.jwtBearer, 'RS256'), keyId: '', privateKey: clients.jwtBearer.keys.PS256.privateKey, subject: 'alice@example.com' }), 'Error', 'signature'],
	])('the test of a %s credential tells what is wrong (%#)', async (type, data, status, told) => {
		expect(await world.client.testCredential({ name: 'Tested', type, data: serverLogin(world.sandbox, data()) })).toEqual({ status, message: expect.stringContaining(told) as string });
	});
});

describe('the way out is n8n’s own', () => {
	test('S20 n8n’s SSRF protection holds for renewing a token: refused where it is, done where the network is allowed, through n8n’s proxy', async () => {
		const local = (address: string) => address.replace('127.0.0.1', 'localhost');
		const apiHosts = `${app.data.apiHosts as string} ${local(apiHostOf(world.sandbox))}`;
		// Ended by the time that n8n has started again.
		await world.control('settings', { accessTokenTtlSeconds: 3 });
		const here = await offerApp(world, 'here', { ...genericLogin(world.sandbox, 'here'), apiHosts, useDpop: 'off' });
		await signIn(world, here, 'alice');
		const run = async () => await itemsByHand(world, [peopleNode('alice'), request(local(url('/me')), { ...tolerant, credential: here.credential })]);
		await forgetCalls();

		// The API may be called, by its name; the token endpoint is at an address that may not.
		const guarded = { N8N_SSRF_PROTECTION_ENABLED: 'true', N8N_SSRF_ALLOWED_HOSTNAMES: 'localhost' };
		await world.n8n.restart(guarded);
		const [refused] = await run();
		expect(messageOf(refused)).toContain('could not be reached');
		expect(await world.calls({ provider: 'oauth2' })).toEqual([]);

		await world.n8n.restart({ ...guarded, N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.0/8', HTTP_PROXY: proxy.url });
		await waitFor(async () => (await run())[0]?.user === 'alice', 'the renewed token');
		const token = new URL(world.sandbox.oauth2.issuer).host;
		expect(proxy.requests.filter(({ path, target }) => path === '/token' && target === token)).toHaveLength((await tokenCalls()).length);
		expect((await tokenCalls()).at(-1)).toEqual({ grantType: 'refresh_token', user: 'alice', status: 200 });
		// S35: here n8n follows redirects by itself, and sends along what it is not told to leave behind.
		foreign.requests.length = 0;
		await itemsByHand(world, [peopleNode('alice'), request(local(url(`/redirect?to=${encodeURIComponent(`${foreign.url}/sink`)}`)), { credential: here.credential, parameters: { options: { sendCredentialsOnCrossOriginRedirect: true } } })]);
		expect(foreign.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([['/sink', undefined]]);
	});
});
