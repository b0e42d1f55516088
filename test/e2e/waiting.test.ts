import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { screenshot, type Page } from '../host/browser';
import { itemsOf, type Execution } from '../host/n8nClient';
import { n8nFolder } from '../host/n8nProcess';
import { code, executeWorkflow, flow, httpRequest, loop, respondToWebhook, subWorkflowTrigger, webhook } from '../host/workflows';
import { createWorld, ownersOf as owners, PORTAL_PATH, waitFor, type Mail, type World } from './world';

let world: World;

beforeAll(async () => {
	world = await createWorld();
}, 300_000);

afterAll(async () => await world?.close());

beforeEach(async () => {
	await world.control('forget-sessions', {});
});

const main = (page: Page) => page.locator('main').innerText();

/** Makes sure that nobody of these is signed in: their grants are dead and the next call of a flow finds out. */
async function forget(...names: string[]): Promise<void> {
	for (const name of names) await world.control('revoke-grants', { user: name });
}

async function waitingExecutions(workflowId: string, count: number): Promise<string[]> {
	return await waitFor(async () => {
		const found = await world.client.executions({ workflowId, status: 'waiting' });
		return found.length === count ? found.map(({ id }) => id) : undefined;
	}, `${count} waiting executions`);
}

/** Opens the personal link of a mail in a browser of its own and signs in. Returns the page that it ends at. */
async function signInByMail(mail: Mail, name: string): Promise<Page> {
	const profile = await world.newProfile();
	const page = await profile.newPage();
	await page.goto(mail.signInUrl ?? '');
	await page.click('main button[type=submit]');
	await world.signInAtProvider(page, name);
	await page.waitForURL((url) => url.pathname.startsWith(`/webhook/${PORTAL_PATH}`));
	return page;
}

/** Of an execution, as an n8n that is dead has left it. */
function statusOnDisk(id: string): unknown {
	const database = new DatabaseSync(join(n8nFolder(world.n8n), 'database.sqlite'));
	try {
		return database.prepare('select status from execution_entity where id = ?').get(id)?.['status'];
	} finally {
		database.close();
	}
}

async function success(id: string): Promise<Execution> {
	return await world.client.waitForExecution(id, 'success');
}

describe('a paused flow goes on by itself', () => {
	test('3. With no browser waiting the event carries the link; one sign-in resumes both executions of the person', async () => {
		const workflowId = await world.publish(flow('report').chain(webhook({ path: 'report', respond: 'onReceived' }), world.salesforce()));
		const started = await fetch(`${world.flowUrl('report')}?user=alice@example.com`);
		expect(started.status).toBe(200);
		await fetch(`${world.flowUrl('report')}?user=alice@example.com`);
		const ids = await waitingExecutions(workflowId, 2);

		const mail = await world.waitForMail({ event: 'authenticationNeeded', user: 'alice@example.com' });
		expect(mail).toMatchObject({ app: 'Salesforce', connectionName: 'salesforce', workflow: { id: workflowId, name: 'report' }, node: 'Salesforce' });
		expect(ids).toContain(mail.executionId);
		expect(mail.signInUrl).toContain(`/webhook/${PORTAL_PATH}/sign-in?link=`);

		// S7: a link scanner's GETs start and consume nothing.
		for (let visit = 0; visit < 2; visit++) expect((await fetch(mail.signInUrl ?? '')).status).toBe(200);
		const page = await signInByMail(mail, 'alice');
		await screenshot(page, '3-done');
		expect(await main(page)).toContain('Salesforce');
		// The page follows both by itself, without a script, until there is nothing left to follow.
		await page.getByText('has gone on').waitFor();
		expect(await main(page)).toMatch(/report\s+2 times\s+Went on/);
		expect(await page.getByText('Stop updating').count()).toBe(0);
		await screenshot(page, '3-gone-on');
		expect((await page.reload())?.headers()).not.toHaveProperty('refresh');
		for (const id of ids) expect(owners(itemsOf(await success(id), 'Salesforce'))).toEqual(['Alice', 'Alice', 'Alice']);
		// A second one would have been sent before what is told later.
		await world.waitForMail({ event: 'connected', user: 'alice@example.com' });
		expect(await world.mails({ event: 'authenticationNeeded', user: 'alice@example.com' })).toHaveLength(1);

		// S39: the personal link works once.
		expect((await fetch(mail.signInUrl ?? '')).status).toBe(404);
		await page.context().close();
	});

	test('5. n8n is killed after the sign-in was stored and before the resume, and once while waiting: the executions finish', async () => {
		await forget('bob');
		const workflowId = await world.browserFlow('killed');
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(`${world.flowUrl('killed')}?user=bob@example.com`);
		await page.waitForURL((url) => url.pathname.endsWith('/sign-in'));
		const [waiting] = await waitingExecutions(workflowId, 1);
		// While waiting.
		await world.n8n.kill();
		await world.n8n.restart();
		await world.client.waitForWebhook(PORTAL_PATH);
		await page.reload();
		expect(await main(page)).toContain('bob@example.com');

		// After the callback: the browser never gets to ask for its answer.
		const devTools = await profile.context.newCDPSession(page);
		await devTools.send('Fetch.enable', { patterns: [{ urlPattern: '*/continue*' }] });
		devTools.on('Fetch.requestPaused', ({ requestId }) => void devTools.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => undefined));
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'bob').catch(() => undefined);
		await world.waitForMail({ event: 'connected', user: 'bob@example.com' });
		await world.n8n.kill();
		// Once it runs again it may have gone on before anybody can ask.
		expect(statusOnDisk(waiting ?? '')).toBe('waiting');
		await world.n8n.restart();
		const finished = await world.client.waitForExecution(waiting ?? '', 'success', { timeoutMs: 90_000 });
		expect(owners(itemsOf(finished, 'Salesforce'))).toEqual(['Bob', 'Bob']);
		await world.client.waitForWebhook(PORTAL_PATH);
		await profile.close();
	});

	test('11. S38 three users in one run: each item gets its own user’s rows, nothing is done twice, no browser is bound to somebody else', async () => {
		await forget('carol');
		const counter = (name: string) => httpRequest({ url: `${world.sandbox.control}/control/counter/${name}`, method: 'POST', name, parameters: { sendBody: true, specifyBody: 'json', jsonBody: '={{ JSON.stringify($json) }}' } });
		const people = code("return ['alice', 'carol', 'bob'].map(name => ({ json: { user: name + '@example.com' } }));", 'People');
		const soql = "=SELECT Id, Name FROM Account WHERE Name != '{{ $json.user }}' ORDER BY Name";
		const draft = flow('three')
			.chain(webhook({ path: 'three' }), people, counter('before'))
			.node(code("return $('People').all().map((item, i) => ({ json: item.json, pairedItem: { item: i } }));", 'Again'))
			.node(world.salesforce({ user: '={{ $json.user }}', soql }))
			.node(world.salesforce({ user: "={{ $('Again').itemMatching($itemIndex).json.user }}", resource: 'record', operation: 'get', objectType: 'Account', recordId: "={{ $json.Id }}" }, 'Record', { executeOnce: true }))
			.node(counter('after'))
			.node(respondToWebhook('={{ { done: true } }}'))
			.connect('before', 'Again')
			.connect('Again', 'Salesforce')
			.connect('Salesforce', 'Record')
			.connect('Record', 'after')
			.connect('after', 'Respond to Webhook');
		const workflowId = await world.publish(draft);
		await world.control('calls', undefined, 'DELETE');
		const profile = await world.newProfile();
		const answer = await profile.context.request.get(world.flowUrl('three'), { maxRedirects: 0 });
		// Alice's browser started it, Carol is missing: no redirect, no link, no cookie.
		expect(answer.status()).toBe(202);
		expect(await answer.json()).toEqual({ authentication: 'needed', app: 'Salesforce' });
		expect(await profile.context.cookies()).toEqual([]);
		const [id] = await waitingExecutions(workflowId, 1);
		expect((await world.calls()).filter((call) => call.server === 'api' && call.status === 200)).toEqual([]);

		const mail = await waitFor(async () => (await world.mails({ event: 'authenticationNeeded', user: 'carol@example.com' })).find((candidate) => candidate.executionId === id), "Carol's mail");
		const page = await signInByMail(mail, 'carol');
		const finished = await success(id ?? '');
		const rows = itemsOf(finished, 'Salesforce');
		expect(owners(rows)).toEqual([...Array<string>(3).fill('Alice'), ...Array<string>(4).fill('Carol'), ...Array<string>(2).fill('Bob')]);
		for (const call of (await world.calls()).filter(({ soql: asked }) => asked !== undefined)) expect(call.soql).toContain(`${call.user}@example.com`);
		expect(await world.control('counter/before')).toMatchObject({ count: 3 });
		expect(await world.control('counter/after')).toMatchObject({ count: 1 });
		await Promise.all([profile.close(), page.context().close()]);
	});

	test('12a. In a sub-workflow the event carries the link, and the parent gets the rows', async () => {
		await forget('carol');
		const { id: childId } = await world.client.createWorkflow(flow('child').chain(subWorkflowTrigger(), world.salesforce({ user: '={{ $json.query.user }}' })).draft());
		await world.client.activate(childId);
		const parentId = await world.publish(flow('parent').chain(webhook({ path: 'parent', respond: 'onReceived' }), executeWorkflow({ id: childId })));
		await fetch(`${world.flowUrl('parent')}?user=carol@example.com`);
		const [parent] = await waitingExecutions(parentId, 1);
		const mail = await waitFor(async () => (await world.mails({ event: 'authenticationNeeded', user: 'carol@example.com' })).find((candidate) => candidate.workflow?.id === childId), "Carol's mail");
		const page = await signInByMail(mail, 'carol');
		const finished = await success(parent ?? '');
		expect(owners(itemsOf(finished, 'Execute Workflow'))).toEqual(['Carol', 'Carol', 'Carol', 'Carol']);
		await page.context().close();
	});

	test('12b. In a *last node* flow the caller gets the link, and the browser that signs in gets the last node’s answer', async () => {
		await forget('bob');
		const workflowId = await world.publish(flow('last').chain(webhook({ path: 'last', respond: 'lastNode', parameters: { responseData: 'allEntries' } }), world.salesforce()));
		const provisional = (await (await fetch(`${world.flowUrl('last')}?user=bob@example.com`)).json()) as { authentication: string; signInUrl: string; user: string }[];
		expect(provisional).toEqual([{ authentication: 'needed', app: 'Salesforce', user: 'bob@example.com', signInUrl: expect.stringContaining('/sign-in?request=') as string }]);
		const [id] = await waitingExecutions(workflowId, 1);

		// The plain link has no authority: it offers to send a personal one.
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(provisional[0]?.signInUrl ?? '');
		// The one that the flow has sent by itself comes first, whenever that is.
		const first = await world.waitForMail({ user: 'bob@example.com', event: 'authenticationNeeded', executionId: id });
		await screenshot(page, '12-unknown-browser', { fullPage: true });
		await page.click('button:has-text("link")');
		await page.waitForURL((url) => url.searchParams.has('told'));
		await screenshot(page, '12-link-sent');
		const asked = await waitFor(async () => (await world.mails({ user: 'bob@example.com', event: 'authenticationNeeded', executionId: id })).find(({ eventId }) => eventId !== first.eventId), 'a new link');
		const signedIn = await signInByMail(asked, 'bob');
		await signedIn.waitForURL((url) => url.pathname.endsWith('/continue'));
		expect(owners(JSON.parse(await signedIn.locator('body').innerText()))).toEqual(['Bob', 'Bob']);
		expect(owners(itemsOf(await success(id ?? ''), 'Salesforce'))).toEqual(['Bob', 'Bob']);
		await Promise.all([profile.close(), signedIn.context().close()]);
	});

	test('12c. With Retry On Fail the node waits once and goes on once', async () => {
		await forget('alice');
		const workflowId = await world.publish(flow('retry').chain(webhook({ path: 'retry', respond: 'onReceived' }), world.salesforce({}, 'Salesforce', { retryOnFail: true, maxTries: 3, waitBetweenTries: 4_000 })));
		// The first try fails at the token endpoint, the second finds that nobody is signed in.
		await world.control('faults', { match: { server: 'oauth', grantType: 'refresh_token' }, kind: 'status', status: 503, body: 'down', times: 1 });
		await world.control('calls', undefined, 'DELETE');
		await fetch(`${world.flowUrl('retry')}?user=alice@example.com`);
		const [id] = await waitingExecutions(workflowId, 1);
		expect((await world.calls()).filter((call) => call.grantType === 'refresh_token').map(({ status }) => status)).toEqual([503, 400]);
		const mail = await waitFor(async () => (await world.mails({ event: 'authenticationNeeded', user: 'alice@example.com' })).find((candidate) => candidate.executionId === id), "Alice's mail");
		const page = await signInByMail(mail, 'alice');
		expect(owners(itemsOf(await success(id ?? ''), 'Salesforce'))).toEqual(['Alice', 'Alice', 'Alice']);
		await page.context().close();
	});

	test('12d. In a loop each round waits for its own user', async () => {
		await forget('alice', 'bob');
		const draft = flow('loop')
			.chain(webhook({ path: 'loop', respond: 'onReceived' }), code("return ['alice', 'bob'].map(name => ({ json: { user: name + '@example.com' } }));", 'People'), loop())
			.node(world.salesforce({ user: '={{ $json.user }}' }))
			.connect('Loop Over Items', 'Salesforce', { output: 1 })
			.connect('Salesforce', 'Loop Over Items');
		const workflowId = await world.publish(draft);
		await fetch(world.flowUrl('loop'));
		for (const name of ['alice', 'bob']) {
			const mail = await waitFor(async () => (await world.mails({ event: 'authenticationNeeded', user: `${name}@example.com` })).find((candidate) => candidate.workflow?.id === workflowId), `${name}'s mail`);
			const page = await signInByMail(mail, name);
			await page.context().close();
		}
		const finished = await world.client.waitForNewestExecution(workflowId, 'success');
		expect(owners(itemsOf(finished, 'Salesforce', { run: 0 }))).toEqual(['Alice', 'Alice', 'Alice']);
		expect(owners(itemsOf(finished, 'Salesforce', { run: 1 }))).toEqual(['Bob', 'Bob']);
	});
});
