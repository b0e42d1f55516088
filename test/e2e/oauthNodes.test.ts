// Longer than 300 lines: the three nodes share one n8n, and every status code has a real cause of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeParameters } from 'n8n-workflow';

import { screenshot } from '../host/browser';
import { itemsOf, type Execution, type StoredCredential, type WorkflowNode } from '../host/n8nClient';
import { n8nFolder } from '../host/n8nProcess';
import { code, flow, httpRequest, loop, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { Browser } from '../sandbox/browser';
import { clients } from '../sandbox/oauth2/clients';
import { genericLogin, itemsByHand, keyOf, offerApp, peopleNode, runByHand, secretOf, serverLogin, signIn, userLoginNode, type App } from './apps';
import { answerOf, walkFlow, type WalkOptions } from './walk';
import { createWorld, waitFor, type World } from './world';

let world: World;
/** Two connections of one client: whoever consents to one has consented to both. */
let app: App;
let sibling: App;
let service: StoredCredential;

beforeAll(async () => {
	world = await createWorld();
	const { sandbox } = world;
	app = await offerApp(world, 'login', genericLogin(sandbox, 'login', { useDpop: 'off' }));
	sibling = await offerApp(world, 'sibling', genericLogin(sandbox, 'sibling', { useDpop: 'off' }));
	service = await world.client.createCredential({ name: 'Service', type: 'clientCredentialsOAuth2Api', data: serverLogin(sandbox, { ...secretOf(clients.service), useDpop: 'off' }) });
}, 300_000);

afterAll(async () => await world?.close());

afterEach(async () => {
	await world.control('faults', undefined, 'DELETE');
	await world.control('settings', undefined, 'DELETE');
});

interface Output {
	accessToken?: string;
	expiresIn?: number;
	tokenType?: string;
	refreshToken?: string;
	grantedScopes?: string[];
	statusCode: number;
	statusMessage?: string;
	signInUrl?: string;
}

const REFERENCE = /^connected-apps:token:[\w-]{43}$/;
const me = (credential: StoredCredential, name: string) => httpRequest({ url: `${world.sandbox.oauth2.apiUrl}/me`, name, credential });
const copyOf = async ({ credential, data }: Pick<App, 'credential' | 'data'>, changes: Record<string, unknown>) => await world.client.createCredential({ name: 'Copy', type: credential.type, data: { ...data, ...changes } });
const serverLoginNode = (parameters: INodeParameters = {}, credential: StoredCredential | undefined = service): WorkflowNode => {
	const node = own('OAuth Server Login', 'oAuthServerLogin', { authentication: 'clientCredentials', provider: 'oauth2', ...parameters });
	return credential === undefined ? node : withCredentials(node, credential);
};
const refreshNode = (parameters: INodeParameters, credential: StoredCredential | undefined = app.credential): WorkflowNode => {
	const node = own('OAuth Refresh Token', 'oAuthRefreshToken', { app: 'oauth2', ...parameters });
	return credential === undefined ? node : withCredentials(node, credential);
};
const answering = (path: string, ...nodes: WorkflowNode[]) => flow(path).chain(webhook({ path }), ...nodes, respondToWebhook());
const codeExchanges = async () => (await world.calls({ provider: 'oauth2', grantType: 'authorization_code' })).length;
const outputByHand = async (node: WorkflowNode, ...people: string[]) => (await itemsByHand(world, [peopleNode(...(people.length > 0 ? people : ['alice'])), node]))[0] as unknown as Output;

/** Whoever was asked, it stayed one execution, and it succeeded. */
async function onlyExecution(workflowId: string): Promise<Execution> {
	const execution = await world.client.waitForNewestExecution(workflowId, 'success');
	expect(await world.client.executions({ workflowId })).toHaveLength(1);
	return execution;
}

let flows = 0;

/** One flow with this OAuth User Login node, called by a browser. */
async function callLogin(name: string, of: App, parameters: INodeParameters = {}, options: WalkOptions = {}): Promise<Output & { seen: string[]; status: number }> {
	const path = `login-${++flows}`;
	const id = await world.publish(answering(path, userLoginNode(of, parameters)));
	const walked = await walkFlow(world, `${world.flowUrl(path)}?user=${name}`, name, options);
	const output = answerOf<Output>(walked);
	await onlyExecution(id);
	return { ...output, seen: walked.seen, status: walked.status };
}

describe('the three nodes in one flow', () => {
	let reference = '';
	let executionId = '';

	test('a person signs in, their token is renewed and used, the app logs in as itself; one browser walk, one execution, references all the way', async () => {
		const asUser = await copyOf(app, { user: '={{ $json.accessToken }}' });
		const asService = await copyOf({ credential: service, data: serverLogin(world.sandbox, { ...secretOf(clients.service), useDpop: 'off' }) }, { accessToken: '={{ $json.accessToken }}' });
		const all = "={{ { login: $('OAuth User Login').first().json, renewed: $('OAuth Refresh Token').first().json, user: $('As the user').first().json, server: $('OAuth Server Login').first().json, service: $json } }}";
		const workflowId = await world.publish(flow('all').chain(webhook({ path: 'all' }), userLoginNode(app), refreshNode({ refresh: 'token', refreshToken: '={{ $json.refreshToken }}' }), me(asUser, 'As the user'), serverLoginNode({ scope: 'read' }), me(asService, 'As the service'), respondToWebhook(all)));
		await world.control('calls', undefined, 'DELETE');
		const told = answerOf<Record<'login' | 'renewed' | 'server', Output> & Record<'user' | 'service', unknown>>(await walkFlow(world, `${world.flowUrl('all')}?user=alice`, 'alice'));
		const login = { accessToken: expect.stringMatching(REFERENCE) as string, expiresIn: expect.any(Number) as number, tokenType: 'Bearer', refreshToken: expect.stringMatching(REFERENCE) as string, grantedScopes: ['openid', 'email', 'read', 'write'], statusCode: 0 };
		expect(told.login).toEqual(login);
		expect(told.login.expiresIn).toBeGreaterThan(7_000);
		expect(told.renewed).toEqual(login);
		expect(told.user).toMatchObject({ user: 'alice' });
		expect(told.server).toEqual({ accessToken: expect.stringMatching(REFERENCE) as string, expiresIn: expect.any(Number) as number, tokenType: 'Bearer', grantedScopes: ['read'], statusCode: 0 });
		expect(told.service).toMatchObject({ user: null, clientId: clients.service.clientId, scopes: ['read'] });
		const tokenCalls = (await world.calls({ provider: 'oauth2', path: '/token' })).map(({ grantType }) => grantType);
		expect(tokenCalls).toEqual(['authorization_code', 'refresh_token', 'client_credentials']);
		reference = told.login.accessToken ?? '';
		executionId = (await onlyExecution(workflowId)).id;
	});

	test('S12 no token stands in the execution’s data; with Raw Token it does', async () => {
		const path = 'raw';
		const workflowId = await world.publish(answering(path, userLoginNode(app, { usePrompt: false, tokenOutput: 'raw' })));
		const raw = (await (await fetch(`${world.flowUrl(path)}?user=alice`)).json()) as Output;
		expect(raw).toMatchObject({ statusCode: 0, tokenType: 'Bearer' });
		const tokens = [raw.accessToken ?? '', raw.refreshToken ?? ''];
		for (const token of tokens) expect(token.length).toBeGreaterThan(20);
		const stored = async (id: string) => JSON.stringify(await world.client.execution(id));
		const withReferences = await stored(executionId);
		expect(withReferences).toContain(reference);
		expect(tokens.filter((token) => withReferences.includes(token))).toEqual([]);
		const withRaw = await stored((await onlyExecution(workflowId)).id);
		expect(tokens.filter((token) => withRaw.includes(token))).toEqual(tokens);
		const folder = n8nFolder(world.n8n);
		const vault = readdirSync(folder).filter((name) => name.startsWith('connected-apps.sqlite')).map((name) => readFileSync(join(folder, name), 'latin1')).join('');
		expect(vault.length).toBeGreaterThan(10_000);
		expect(tokens.filter((token) => vault.includes(token) || world.n8n.log().includes(token))).toEqual([]);
	});

	test('a reference opens only in the workflow that made it, and only with its credential', async () => {
		const asUser = await copyOf(app, { user: '={{ $json.accessToken }}' });
		const given = code(`return [{ json: ${JSON.stringify({ accessToken: reference })} }];`, 'Given');
		const failed = await runByHand(world, [given, me(asUser, 'As the user')], 'error');
		expect(failed.data.resultData.error?.message).toBe('This token reference was made in another workflow');
		const [renewed] = await itemsByHand(world, [given, refreshNode({ refresh: 'token', refreshToken: '={{ $json.accessToken }}' })]);
		expect(renewed).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('another workflow') as string });

		const path = 'foreign-credential';
		const id = await world.publish(answering(path, userLoginNode(app, { usePrompt: false }), me(await copyOf(sibling, { user: '={{ $json.accessToken }}' }), 'As the user')));
		await fetch(`${world.flowUrl(path)}?user=alice`);
		const refused = await world.client.waitForNewestExecution(id, 'error');
		expect(refused.data.resultData.error?.message).toBe('This token reference belongs to another credential');
	});
});

describe('OAuth User Login', () => {
	test('-1: with Use Prompt off, whoever has no session at the provider is shown no page; the browser gets the flow’s own answer', async () => {
		const { seen, ...output } = await callLogin('bob', app, { usePrompt: false });
		expect(output).toEqual({ status: 200, statusCode: -1, statusMessage: expect.stringContaining('would have to be shown a page') as string });
		expect(seen.filter((address) => address.includes('/interaction/'))).toEqual([]);
	});

	test('0: with Use Prompt off, a session and a consent at the provider are enough; no page of it is shown', async () => {
		const browser = new Browser();
		expect(await callLogin('carol', app, {}, { browser })).toMatchObject({ statusCode: 0 });
		const { seen, statusCode } = await callLogin('carol', sibling, { usePrompt: false }, { browser });
		expect(statusCode).toBe(0);
		expect(seen.filter((address) => address.includes('/interaction/'))).toEqual([]);
	});

	test('-2: whoever declines at the provider ends the wait; the browser gets the flow’s own answer', async () => {
		expect(await callLogin('bob', app, {}, { decision: 'deny' })).toMatchObject({ status: 200, statusCode: -2, statusMessage: expect.stringContaining('bob@example.com did not want to sign in') as string });
	});

	test('-2: so does "Not now" on our own page, in Chromium', async () => {
		await world.publish(answering('not-now', userLoginNode(app)));
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(`${world.flowUrl('not-now')}?user=bob`);
		await screenshot(page, 'oauth-confirm', { fullPage: true });
		await page.click('main button:has-text("Not now")');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		await screenshot(page, 'oauth-not-now');
		expect(JSON.parse(await page.locator('body').innerText())).toMatchObject({ statusCode: -2 });
		await profile.close();
	});

	test('-3: the token endpoint is away', async () => {
		await world.control('faults', { match: { provider: 'oauth2', pathIncludes: '/token' }, kind: 'status', status: 503, body: 'down' });
		expect(await callLogin('bob', app)).toMatchObject({ status: 200, statusCode: -3, statusMessage: expect.stringContaining('the provider did not answer') as string });
	});

	test('-5: the token is of another type than bearer', async () => {
		await world.control('settings', { tokenType: 'mac' });
		expect(await callLogin('bob', app)).toMatchObject({ status: 200, statusCode: -5 });
	});

	test('-1: no credential is selected', async () => {
		expect(await outputByHand(own('OAuth User Login', 'oAuthUserLogin', { app: 'oauth2', user: '={{ $json.email }}' }))).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('No credential is selected') as string });
	});

	test('On Failure: Stop fails natively, with the way out', async () => {
		const id = await world.publish(answering('stops', userLoginNode(app, { onFailure: 'stop' })));
		await walkFlow(world, `${world.flowUrl('stops')}?user=bob`, 'bob', { decision: 'deny' });
		const failed = await world.client.waitForNewestExecution(id, 'error');
		expect(failed.data.resultData.error).toMatchObject({ name: 'NodeOperationError', message: expect.stringContaining('bob@example.com did not want to sign in') as string });
	});

	test('the node’s scopes override the credential’s', async () => {
		expect(await callLogin('alice', app, { scope: 'openid email reports' })).toMatchObject({ statusCode: 0, grantedScopes: expect.arrayContaining(['reports']) as string[] });
	});

	test('Use Prompt asks in every new execution, once; off, it does not ask again', async () => {
		await world.publish(answering('prompt', userLoginNode(app)));
		await world.control('calls', undefined, 'DELETE');
		const browser = new Browser();
		for (const asked of [1, 2]) {
			const walked = await walkFlow(world, `${world.flowUrl('prompt')}?user=alice`, 'alice', { browser });
			expect(answerOf(walked)).toMatchObject({ statusCode: 0 });
			expect(walked.seen.some((address) => address.includes('/interaction/'))).toBe(true);
			expect(await codeExchanges()).toBe(asked);
		}
		const quiet = await callLogin('alice', app, { usePrompt: false }, { browser });
		expect(quiet.statusCode).toBe(0);
		expect(quiet.seen).toHaveLength(1);
		expect(await codeExchanges()).toBe(2);
	});

	test('two people in one run, none of them at a browser: each is asked once by a link of their own, and one may decline', async () => {
		// An app of its own: links go out at most once an hour for one person and app.
		const links = await offerApp(world, 'links', genericLogin(world.sandbox, 'links'));
		const people = code("return ['alice', 'bob'].map((user) => ({ json: { query: { user } } }));", 'People');
		const id = await world.publish(flow('two').chain(webhook({ path: 'two', respond: 'onReceived' }), people, userLoginNode(links)));
		await world.control('calls', undefined, 'DELETE');
		await fetch(world.flowUrl('two'));
		for (const [name, decision] of [['alice', 'allow'], ['bob', 'deny']] as const) {
			const mail = await waitFor(async () => (await world.mails({ event: 'authenticationNeeded', user: `${name}@example.com` })).find(({ workflow }) => workflow?.id === id), `the link for ${name}`);
			const { status, seen } = await walkFlow(world, mail.signInUrl ?? '', name, { decision });
			expect([status, seen.some((address) => address.includes('/interaction/'))]).toEqual([200, true]);
		}
		const outputs = itemsOf(await onlyExecution(id), 'OAuth User Login');
		expect(outputs.map(({ statusCode }) => statusCode)).toEqual([0, -2]);
		expect(await codeExchanges()).toBe(1);
	});

	test('Use Prompt asks in each round of a loop; an execution’s earlier sign-in does not count for the next round', async () => {
		const draft = flow('rounds')
			.chain(webhook({ path: 'rounds' }), code("return ['alice', 'alice'].map((user) => ({ json: { query: { user } } }));", 'Twice'), loop())
			.node(userLoginNode(app), respondToWebhook('={{ JSON.stringify($input.all().map((item) => item.json.statusCode)) }}'))
			.connect('Loop Over Items', 'OAuth User Login', { output: 1 })
			.connect('OAuth User Login', 'Loop Over Items')
			.connect('Loop Over Items', 'Respond to Webhook');
		const id = await world.publish(draft);
		await world.control('calls', undefined, 'DELETE');
		expect(answerOf(await walkFlow(world, world.flowUrl('rounds'), 'alice'))).toEqual([0, 0]);
		expect(await codeExchanges()).toBe(2);
		await onlyExecution(id);
	});
});

describe('OAuth Server Login', () => {
	test('0: a reference to a token of the app itself', async () => {
		expect(await outputByHand(serverLoginNode())).toMatchObject({ statusCode: 0, grantedScopes: ['read', 'write'], accessToken: expect.stringMatching(REFERENCE) as string });
	});

	test('-1: the server is away', async () => {
		await world.control('faults', { match: { provider: 'oauth2', pathIncludes: '/token' }, kind: 'status', status: 503, body: 'down' });
		expect(await outputByHand(serverLoginNode({ scope: 'write' }))).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('503') as string });
	});

	test('-1: the client secret is wrong', async () => {
		const wrong = await world.client.createCredential({ name: 'Wrong', type: 'clientCredentialsOAuth2Api', data: serverLogin(world.sandbox, { ...secretOf(clients.service), clientSecret: 'wrong' }) });
		expect(await outputByHand(serverLoginNode({}, wrong))).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('refused the client') as string });
	});

	test.each([
		['no credential is selected', undefined, 'No credential is selected'],
		['the credential is not complete', { clientId: '' }, '"Client ID" is empty'],
	])('-2: %s', async (_what, changes, told) => {
		const credential = changes && (await world.client.createCredential({ name: 'Incomplete', type: 'clientCredentialsOAuth2Api', data: serverLogin(world.sandbox, { ...secretOf(clients.service), ...changes }) }));
		const node = credential === undefined ? own('OAuth Server Login', 'oAuthServerLogin', { authentication: 'clientCredentials', provider: 'oauth2' }) : serverLoginNode({}, credential);
		expect(await outputByHand(node)).toMatchObject({ statusCode: -2, statusMessage: expect.stringContaining(told) as string });
	});

	test('-3: no scope, neither in the node nor in the credential; and one that the server does not know', async () => {
		const scopeless = await world.client.createCredential({ name: 'Scopeless', type: 'clientCredentialsOAuth2Api', data: serverLogin(world.sandbox, { ...secretOf(clients.service), scopes: '' }) });
		expect(await outputByHand(serverLoginNode({}, scopeless))).toMatchObject({ statusCode: -3, statusMessage: expect.stringContaining('No scope is given') as string });
		expect(await outputByHand(serverLoginNode({ scope: 'nonsense' }))).toMatchObject({ statusCode: -3, statusMessage: expect.stringContaining('invalid_scope') as string });
	});

	test('On Failure: Stop fails natively', async () => {
		const failed = await runByHand(world, [peopleNode('alice'), serverLoginNode({ scope: 'nonsense', onFailure: 'stop' })], 'error');
		expect(failed.data.resultData.error).toMatchObject({ message: expect.stringContaining('invalid_scope') as string });
	});

	test('JWT bearer: each item as its subject; one who has not approved is asked in the browser, and the same execution goes on with a JWT token', async () => {
		await world.control('settings', { jwtBearerNeedsConsent: true });
		const data = serverLogin(world.sandbox, { ...keyOf(clients.jwtBearer, 'RS256'), scopes: 'read', subject: '={{ $json.query.user }}@example.com', useDpop: 'off' });
		const credential = await world.client.createCredential({ name: 'JWT bearer', type: 'jwtBearerOAuth2Api', data });
		const node = withCredentials(own('OAuth Server Login', 'oAuthServerLogin', { authentication: 'jwtBearer', provider: 'oauth2' }), credential);
		const asSubject = await world.client.createCredential({ name: 'JWT bearer', type: 'jwtBearerOAuth2Api', data: { ...data, subject: 'nobody', accessToken: '={{ $json.accessToken }}' } });
		const id = await world.publish(flow('approval').chain(webhook({ path: 'approval' }), node, me(asSubject, 'As the subject'), respondToWebhook()));

		// Nobody here can be asked: there is no connection of this client.
		const quiet = withCredentials(own('OAuth Server Login', 'oAuthServerLogin', { authentication: 'jwtBearer', provider: 'oauth2' }), await world.client.createCredential({ name: 'JWT bearer', type: 'jwtBearerOAuth2Api', data: { ...data, subject: 'integration@example.com' } }));
		expect(await outputByHand(quiet)).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('has not approved this app') as string });

		await offerApp(world, 'approvals', genericLogin(world.sandbox, 'approvals', { clientId: clients.jwtBearer.clientId, clientSecret: '', clientAuthentication: 'none', scopes: 'openid email read', useDpop: 'off' }));
		await world.control('calls', undefined, 'DELETE');
		const walked = await walkFlow(world, `${world.flowUrl('approval')}?user=integration`, 'integration');
		expect(answerOf(walked)).toMatchObject({ user: 'integration', clientId: clients.jwtBearer.clientId });
		expect(walked.seen.some((address) => address.includes('/approvals/sign-in'))).toBe(true);
		await onlyExecution(id);
		const grants = (await world.calls({ provider: 'oauth2', path: '/token' })).map(({ grantType = '', status }) => [grantType.replace(/^.*:/, ''), status]);
		expect(grants).toEqual([['jwt-bearer', 400], ['authorization_code', 200], ['jwt-bearer', 200]]);
	});
});

describe('OAuth Refresh Token', () => {
	test('0: the tokens of a person who is signed in', async () => {
		await signIn(world, app, 'alice');
		await world.control('calls', undefined, 'DELETE');
		expect(await outputByHand(refreshNode({ refresh: 'signedInUser', user: '={{ $json.email }}' }))).toMatchObject({ statusCode: 0, tokenType: 'Bearer', accessToken: expect.stringMatching(REFERENCE) as string, refreshToken: expect.stringMatching(REFERENCE) as string });
		expect((await world.calls({ provider: 'oauth2', path: '/token' })).map(({ grantType, user }) => [grantType, user])).toEqual([['refresh_token', 'alice']]);
	});

	test('0: a refresh token from elsewhere, with Raw Token; nothing is kept of it', async () => {
		const { refreshToken } = await callLogin('bob', sibling, { tokenOutput: 'raw' });
		const raw = refreshNode({ refresh: 'token', refreshToken: refreshToken ?? '', tokenOutput: 'raw' });
		const output = await outputByHand(raw);
		expect(output).toMatchObject({ statusCode: 0, tokenType: 'Bearer', accessToken: expect.not.stringMatching(REFERENCE) as string });
		expect(output.refreshToken).not.toBe(refreshToken);
		// Single use: the same one again is worth nothing.
		expect(await outputByHand(raw)).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('invalid_grant') as string });
	});

	test('-1: a person who is not signed in, with the link', async () => {
		expect(await outputByHand(refreshNode({ refresh: 'signedInUser', user: 'dave@example.com' }))).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('Authentication needed') as string, signInUrl: app.portalUrl });
	});

	test('-2: no credential; a credential that no published trigger offers', async () => {
		expect(await outputByHand(own('OAuth Refresh Token', 'oAuthRefreshToken', { app: 'oauth2', refresh: 'signedInUser', user: 'alice@example.com' }))).toMatchObject({ statusCode: -2, statusMessage: expect.stringContaining('No credential is selected') as string });
		expect(await outputByHand(refreshNode({ refresh: 'signedInUser', user: 'alice@example.com' }, await copyOf(app, { connectionName: 'unoffered' })))).toMatchObject({ statusCode: -2, statusMessage: expect.stringContaining('No published Connected Apps Trigger') as string });
	});

	test.each([
		['the refresh token', { refresh: 'token', refreshToken: '={{ $json.nothing }}' }],
		['the user', { refresh: 'signedInUser', user: '={{ $json.nothing }}' }],
	])('-3: %s is missing', async (_what, parameters) => {
		expect(await outputByHand(refreshNode(parameters))).toMatchObject({ statusCode: -3 });
	});
});

test('disconnecting ends what a reference leads to', async () => {
	await signIn(world, app, 'carol');
	const path = 'after-the-end';
	const asUser = await copyOf(app, { user: "={{ $('OAuth User Login').first().json.accessToken }}" });
	const id = await world.publish(answering(path, userLoginNode(app, { usePrompt: false }), httpRequest({ url: `${world.sandbox.control}/control/revoke-grants`, method: 'POST', name: 'Revoke', parameters: { sendBody: true, specifyBody: 'json', jsonBody: '{"user":"carol"}' } }), refreshNode({ refresh: 'token', refreshToken: "={{ $('OAuth User Login').first().json.refreshToken }}" }), me(asUser, 'As the user')));
	await fetch(`${world.flowUrl(path)}?user=carol`);
	const failed = await waitFor(async () => (await world.client.executions({ workflowId: id, status: 'error' }))[0], 'the failed execution');
	const execution = await world.client.execution(failed.id);
	expect(itemsOf(execution, 'OAuth Refresh Token')).toEqual([expect.objectContaining({ statusCode: -1, signInUrl: app.portalUrl })]);
	expect(execution.data.resultData.error?.message).toContain('Authentication needed: carol@example.com');
});
