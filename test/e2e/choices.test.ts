import { screenshot } from '../host/browser';
import { itemsOf } from '../host/n8nClient';
import { code, flow, own, respondToWebhook, set, webhook, withCredentials } from '../host/workflows';
import { CREDENTIAL_TYPE, createWorld, ownerFlow, ownersOf as owners, waitFor, type World } from './world';

let world: World;

beforeAll(async () => {
	world = await createWorld();
}, 300_000);

afterAll(async () => await world?.close());

const responding = (path: string, ...nodes: Parameters<ReturnType<typeof flow>['chain']>) => flow(path).chain(webhook({ path }), ...nodes, respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json)) }}'));
const call = async (path: string, user: string) => await fetch(`${world.flowUrl(path)}?user=${user}@example.com`, { redirect: 'manual' });

async function signInServiceAccount(): Promise<void> {
	const link = await world.serviceAccountLink();
	const profile = await world.newProfile();
	const page = await profile.newPage();
	await page.goto(link);
	await page.click('main button[type=submit]');
	await world.signInAtProvider(page, 'integration');
	await page.waitForURL((url) => url.searchParams.has('told'));
	await profile.close();
}

describe('If Not Signed In', () => {
	test('Stop With Error fails with an error that holds the link', async () => {
		const id = await world.publish(responding('stop', world.salesforce({ ifNotSignedIn: 'stopWithError' })));
		await call('stop', 'alice');
		const failed = await world.client.waitForNewestExecution(id, 'error');
		expect(failed.data.resultData.error).toMatchObject({ name: 'NodeOperationError', message: expect.stringContaining('Authentication needed') as string, description: expect.stringContaining(world.portalUrl) as string });
	});

	test('Continue (Error Output) gives the item to the error output, with the link', async () => {
		const draft = flow('fork')
			.chain(webhook({ path: 'fork' }), world.salesforce({ ifNotSignedIn: 'continueErrorOutput' }, 'Salesforce', { onError: 'continueErrorOutput' }))
			.node(set('={{ { "caught": $json.error, "told": $json.message } }}', 'Caught'))
			.node(respondToWebhook())
			.connect('Salesforce', 'Caught', { output: 1 })
			.connect('Caught', 'Respond to Webhook');
		await world.publish(draft);
		expect(await (await call('fork', 'alice')).json()).toEqual({ caught: expect.stringContaining('Authentication needed: alice@example.com') as string, told: `Sign in here: ${world.portalUrl}` });
	});

	test('Use Service Account acts as the one account that an admin signed in, and refuses where the credential does not allow it', async () => {
		await signInServiceAccount();
		await world.publish(responding('fallback', world.salesforce({ ifNotSignedIn: 'useServiceAccount' })));
		const rows: unknown = await (await call('fallback', 'alice')).json();
		expect(new Set(owners(rows)).size).toBeGreaterThan(2);

		await world.changeCredential({ serviceAccountUse: 'explicit' });
		const id = await world.publish(responding('refused', world.salesforce({ ifNotSignedIn: 'useServiceAccount' })));
		await call('refused', 'alice');
		const failed = await world.client.waitForNewestExecution(id, 'error');
		expect(failed.data.resultData.error?.message).toContain('does not allow the service account as a fallback');
	});

	test('Wait for Sign-In fails with a clear error when its time limit has passed', async () => {
		const id = await world.publish(responding('limited', world.salesforce({ options: { timeLimit: { limit: { amount: 0.03, unit: 'minutes' } } } })));
		expect((await call('limited', 'alice')).status).toBe(302);
		const failed = await world.client.waitForNewestExecution(id, 'error');
		expect(failed.data.resultData.error?.message).toContain('alice@example.com did not sign in to Salesforce in time');
	});
});

describe('Answer the Caller', () => {
	test('401 With JSON holds a link that works for whoever called, Nothing answers 202', async () => {
		await world.publish(responding('json', world.salesforce({ options: { answerTheCaller: 'json' } })));
		const answer = await call('json', 'bob');
		expect(answer.status).toBe(401);
		const { signInUrl, ...rest } = (await answer.json()) as { signInUrl: string };
		expect(rest).toEqual({ authentication: 'needed', app: 'Salesforce', user: 'bob@example.com' });

		await world.publish(responding('nothing', world.salesforce({ options: { answerTheCaller: 'nothing' } })));
		const silent = await call('nothing', 'bob');
		expect(silent.status).toBe(202);
		expect(await silent.text()).not.toContain('http');

		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(signInUrl);
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'bob');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		expect(owners(JSON.parse(await page.locator('body').innerText()))).toEqual(['Bob', 'Bob']);
		await profile.close();
	});
});

describe('the first connection', () => {
	test('Execute step shows the redirect URI before there is a client id to enter', async () => {
		const unfinished = await world.client.createCredential({ name: 'Unfinished', type: CREDENTIAL_TYPE, data: { ...world.credentialData, clientId: '', clientSecret: '' } });
		const { id } = await world.client.createWorkflow(ownerFlow(unfinished, world.sandbox.control, 'unfinished', 'Unfinished').draft());
		expect(await world.executeStep(id)).toEqual([expect.objectContaining({ redirectUri: `${world.n8n.url}/webhook/unfinished/salesforce/callback`, state: expect.stringContaining('"Client ID" is empty') as string })]);
	});
});

describe('what must hold while a flow waits', () => {
	let earlyId: string;

	test('S36 the resume URL is refused while nobody has signed in, and the execution goes on waiting', async () => {
		const id = await world.browserFlow('early');
		earlyId = id;
		await call('early', 'carol');
		const waiting = await world.client.waitForNewestExecution(id, 'waiting');
		const token = waiting.data.resumeToken as string;
		for (const path of ['', '/respond', '/last', '/last-all']) {
			const answer = await fetch(`${world.n8n.url}/webhook-waiting/${waiting.id}${path}?signature=${token}`);
			expect(answer.status).toBe(403);
		}
		expect((await world.client.execution(waiting.id)).status).toBe('waiting');
	});

	test('S38 a grant that is lost in mid-run is that item’s error with the link; nothing is done twice', async () => {
		const people = code("return ['bob', 'carol'].map(name => ({ json: { user: name + '@example.com' } }));", 'People');
		const id = await world.publish(flow('midrun').chain(webhook({ path: 'midrun', respond: 'onReceived' }), people, world.salesforce({ user: '={{ $json.user }}' }, 'Salesforce', { onError: 'continueRegularOutput' })));
		const profile = await world.newProfile();
		await world.walk(await profile.newPage(), `${world.flowUrl('early')}?user=carol@example.com`, 'carol');
		// The execution that waited since the test before goes on by itself: not after the grant is lost.
		await waitFor(async () => (await world.client.executions({ workflowId: earlyId, status: 'success' })).length === 2, 'the earlier execution');
		await world.control('revoke-grants', { user: 'carol' });
		await world.control('calls', undefined, 'DELETE');
		await fetch(world.flowUrl('midrun'));
		const items = itemsOf(await world.client.waitForNewestExecution(id, 'success'), 'Salesforce');
		expect(owners(items.slice(0, 2))).toEqual(['Bob', 'Bob']);
		expect(items[2]).toMatchObject({ error: expect.stringContaining('Authentication needed: carol@example.com') as string, message: `Sign in here: ${world.portalUrl}` });
		expect((await world.calls()).filter((made) => made.server === 'api' && made.user === 'bob')).toHaveLength(1);
		await profile.close();
	});

	test('two apps that both need a sign-in chain in one browser walk', async () => {
		const second = await world.client.createCredential({ name: 'Second app', type: CREDENTIAL_TYPE, data: { ...world.credentialData, connectionName: 'second', appName: 'Second CRM' } });
		await world.control('redirect-uris', { uri: `${world.n8n.url}/webhook/second-portal/salesforce/callback` });
		await world.publish(ownerFlow(second, world.sandbox.control, 'second-portal', 'Second portal'));
		await world.client.waitForWebhook('second-portal');
		const other = withCredentials(own('Second', 'salesforceRetrieveData', { user: "={{ $('Webhook').first().json.query.user }}", resource: 'query', operation: 'soql', soql: 'SELECT Id, Name FROM Account ORDER BY Name', returnAll: true }, { executeOnce: true }), second);
		const workflowId = await world.publish(responding('chained', world.salesforce(), other));
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(`${world.flowUrl('chained')}?user=alice@example.com`);
		expect(await page.locator('main').innerText()).toContain('Salesforce');
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.includes('/second-portal/sign-in'));
		await screenshot(page, 'chain-second-app');
		expect(await page.locator('main').innerText()).toContain('Second CRM');
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.includes('/second-portal/continue'));
		expect(owners(JSON.parse(await page.locator('body').innerText()))).toEqual(['Alice', 'Alice', 'Alice']);
		expect(await world.client.executions({ workflowId })).toHaveLength(1);
		expect(profile.addresses.containing('webhook-waiting')).toEqual([]);
		await profile.close();
	});
});
