import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';

import { itemsOf, type StoredCredential } from '../host/n8nClient';
import { n8nFolder } from '../host/n8nProcess';
import { startChatModel } from '../host/chatModel';
import { agent, chatModel, flow, manualTrigger, own, withCredentials } from '../host/workflows';
import { CREDENTIAL_TYPE, createWorld, credentialData, ownerFlow, PORTAL_PATH, waitFor, type World } from './world';

let world: World;

beforeAll(async () => {
	world = await createWorld();
}, 300_000);

afterAll(async () => await world?.close());

interface Told {
	message: string;
	description: string;
	name: string;
}

/** Runs one Salesforce node by hand and returns the error that the editor shows. */
async function errorOf(parameters: Record<string, string> = {}, credential: StoredCredential = world.credential): Promise<Told> {
	const node = withCredentials(own('Salesforce', 'salesforceRetrieveData', { user: 'alice@example.com', resource: 'query', operation: 'soql', soql: 'SELECT Id FROM Account', ...parameters }), credential);
	const { id } = await world.client.createWorkflow(flow('bad input').chain(manualTrigger(), node).draft());
	const run = await world.client.runManually(id, { from: 'Manual Trigger', to: 'Salesforce' });
	const failed = await world.client.waitForExecution(run, 'error');
	const { message, description, name } = failed.data.resultData.error as unknown as Told;
	if (process.env.SHOW_MESSAGES) console.log(`${name}: ${message}\n${description}`);
	return { message, description: description ?? '', name };
}

async function otherCredential(changes: Record<string, unknown>): Promise<StoredCredential> {
	return await world.client.createCredential({ name: 'Another', type: CREDENTIAL_TYPE, data: { ...world.credentialData, ...changes } });
}

/** n8n tries five times over 15 s before it gives up. */
async function activationError(draft: ReturnType<typeof flow>): Promise<string> {
	const { id } = await world.client.createWorkflow(draft.draft());
	return await world.client.activate(id).then(
		() => 'published',
		(error: unknown) => {
			if (process.env.SHOW_MESSAGES) console.log((error as Error).message);
			return (error as Error).message;
		},
	);
}

describe('bad input gets a clear error that names the thing and the way out', () => {
	test('a credential that no published trigger serves', async () => {
		const { message, description } = await errorOf({}, await otherCredential({ connectionName: 'nobody-offers-me' }));
		expect(message).toContain('No published Connected Apps Trigger offers the connection "nobody-offers-me"');
		expect(description).toContain('publish its workflow');
	});

	test('S26 a credential that only looks like the connection opens nothing', async () => {
		const { message, description } = await errorOf({}, await otherCredential({ connectionKey: 'guessed' }));
		expect(message).toContain('does not open the connection "salesforce"');
		expect(description).toContain('Connected apps');
	});

	describe('at publishing', () => {
		let refused: { rogue: string; empty: string; undecided: string };

		beforeAll(async () => {
			const credential = await otherCredential({ connectionName: 'undecided', userIdentity: '' });
			// Side by side: each takes as long as n8n tries.
			const [rogue, empty, undecided] = await Promise.all([
				activationError(ownerFlow(world.credential, world.sandbox.control, 'rogue', 'Rogue')),
				activationError(flow('empty').chain(own('Connected Apps Trigger', 'connectedAppsTrigger', { path: 'empty' }))),
				activationError(ownerFlow(credential, world.sandbox.control, 'undecided', 'Undecided')),
			]);
			refused = { rogue, empty, undecided };
		});

		test('S34 a second trigger with the same connection is refused and told who owns it', () => {
			expect(refused.rogue).toContain('Connected apps');
			expect(refused.rogue).toContain('Connected Apps Trigger');
		});

		test('a trigger without any credential', () => expect(refused.empty).toContain('offers no app'));

		test('a credential without a choice of User Identity', () => {
			expect(refused.undecided).toContain('User Identity');
			expect(refused.undecided).toContain('has no choice yet');
		});
	});

	test.each([
		['nothing', '={{ "" }}', 'is empty'],
		['an expression that finds nothing', '={{ $json.nobody }}', 'is empty'],
		['an object', '={{ { name: "alice" } }}', 'must be a text'],
		['the service account', 'service:account', 'reserved'],
	])('a user that is %s', async (_what, user, reason) => {
		expect((await errorOf({ user })).message).toContain(reason);
	});

	test('an unpublished trigger: nothing waits that nobody could end', async () => {
		await world.client.deactivate(world.triggerId);
		const { message, description } = await errorOf();
		expect(message).toContain('not published');
		expect(description).toContain('Publish the workflow "Connected apps"');
		await world.client.activate(world.triggerId);
		await world.client.waitForWebhook(PORTAL_PATH);
	});

	test('a wrong client secret is told by the credential test, on the page and to the node', async () => {
		const wrong = { ...credentialData(world.sandbox), clientSecret: 'wrong' };
		expect(await world.client.testCredential({ name: 'Wrong', type: CREDENTIAL_TYPE, data: wrong })).toMatchObject({ status: 'Error', message: expect.stringContaining('consumer secret') as string });
		expect(await world.client.testCredential({ name: 'Right', type: CREDENTIAL_TYPE, data: world.credentialData })).toMatchObject({ status: 'OK' });

		const right = world.credentialData.clientSecret;
		await world.changeCredential({ clientSecret: 'wrong' });
		const path = 'wrong-secret';
		await world.browserFlow(path);
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(`${world.flowUrl(path)}?user=alice@example.com`);
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await page.locator('main').innerText()).toContain('does not accept this n8n');
		await world.changeCredential({ clientSecret: right });
		await profile.close();
	});

	test('an unreachable provider: the credential test and the page say so, and the request stays open', async () => {
		const tested = await world.client.testCredential({ name: 'Nowhere', type: CREDENTIAL_TYPE, data: { ...world.credentialData, loginUrl: 'http://127.0.0.1:9' } });
		expect(tested).toMatchObject({ status: 'Error', message: expect.stringContaining('could not be reached') as string });

		const path = 'unreachable';
		const workflowId = await world.browserFlow(path);
		await world.control('faults', { match: { server: 'oauth', pathIncludes: '/token' }, kind: 'status', status: 503, body: 'down', times: 1 });
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(`${world.flowUrl(path)}?user=alice@example.com`);
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await page.locator('main').innerText()).toContain('does not answer');
		expect((await world.client.executions({ workflowId }))[0]?.status).toBe('waiting');
		// The way on is on the page.
		await page.click('main a:has-text("Try again")');
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		await profile.close();
	});

	test('12e. As a tool of an AI agent the node errors with the link instead of hanging', async () => {
		await world.control('revoke-grants', { user: 'carol' });
		const model = await startChatModel({ tool: 'Salesforce', arguments: {} }, 'It needs a sign-in.');
		const credential = await world.client.createCredential(model.credential);
		const draft = flow('agent')
			.chain(manualTrigger(), agent('Which accounts are there?', { typeVersion: 2.2 }))
			.node(chatModel(credential))
			.node(withCredentials(own('Salesforce', 'salesforceRetrieveDataTool', { user: 'carol@example.com', resource: 'query', operation: 'soql', soql: 'SELECT Id FROM Account', toolDescription: 'Lists accounts' }), world.credential))
			.connect('Chat Model', 'AI Agent', { type: 'ai_languageModel' })
			.connect('Salesforce', 'AI Agent', { type: 'ai_tool' });
		const { id } = await world.client.createWorkflow(draft.draft());
		const run = await world.client.runManually(id, { from: 'Manual Trigger', to: 'AI Agent' });
		const ended = await waitFor(async () => {
			const execution = await world.client.execution(run).catch(() => undefined);
			return execution !== undefined && ['success', 'error'].includes(execution.status) ? execution : undefined;
		}, 'the agent to end');
		const told = JSON.stringify(ended.data.resultData);
		expect(told).toContain('Authentication needed: carol@example.com is not signed in to Salesforce');
		expect(told).toContain(`/webhook/${PORTAL_PATH}`);
		expect(await world.client.executions({ workflowId: id, status: 'waiting' })).toEqual([]);
		await model.stop();
	});

	test('a vault that another process keeps locked, an unusable database and another key: the node says which and what to do', async () => {
		const file = join(n8nFolder(world.n8n), 'connected-apps.sqlite');
		const locked = new DatabaseSync(file);
		locked.exec('BEGIN EXCLUSIVE');
		// Readers go on; whoever must write is told, and n8n's event loop never waits.
		const busy = await errorOf({ user: 'dave@example.com' });
		locked.exec('ROLLBACK');
		locked.close();
		expect(busy.message).toMatch(/connected-apps\.sqlite/);

		await world.n8n.kill();
		await world.n8n.restart({ CONNECTED_APPS_DATABASE_URL: 'sqlite:/proc/connected-apps.sqlite' });
		expect((await errorOf()).message).toContain('/proc/connected-apps.sqlite');

		await world.n8n.kill();
		await world.n8n.restart({ CONNECTED_APPS_DATABASE_URL: undefined, CONNECTED_APPS_ENCRYPTION_KEY: 'another key altogether' });
		const wrongKey = await errorOf();
		expect(`${wrongKey.message} ${wrongKey.description}`).toContain('CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS');

		// Nothing is lost: with its own key everything is there again.
		await world.n8n.kill();
		await world.n8n.restart({ CONNECTED_APPS_ENCRYPTION_KEY: undefined });
		const { id } = await world.client.createWorkflow(flow('again').chain(manualTrigger(), world.salesforce({ user: 'alice@example.com' })).draft());
		const run = await world.client.runManually(id, { from: 'Manual Trigger', to: 'Salesforce' });
		expect(itemsOf(await world.client.waitForExecution(run, 'success'), 'Salesforce')).toHaveLength(3);
	});
});
