import { screenshot, type Page, type Profile } from '../host/browser';
import { openEditor } from '../host/editor';
import { itemsOf } from '../host/n8nClient';
import { flow, manualTrigger, noOp, own, withCredentials } from '../host/workflows';
import { createWorld, PORTAL_PATH, waitFor, type World } from './world';

let world: World;
let builder: Profile;

beforeAll(async () => {
	world = await createWorld({ editor: true });
	builder = await world.newProfile();
}, 300_000);

afterAll(async () => {
	await builder?.close();
	await world?.close();
});

const canvasNode = (page: Page, name: string) => page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);

/** The link that the node's panel shows while it waits; opened, it only offers to send a personal link. Returns the page after sign-in. */
async function signInFromPanel(page: Page, user: string, executionId: string): Promise<void> {
	const link = page.locator('a[href*="/sign-in?request="]').first();
	await link.waitFor();
	const address = (await link.getAttribute('href')) ?? '';
	expect(address).toContain(`/webhook/${PORTAL_PATH}/sign-in?request=`);
	const person = await world.newProfile();
	const tab = await person.newPage();
	await tab.goto(address);
	const wanted = { event: 'authenticationNeeded', user: `${user}@example.com`, executionId };
	// The one that the flow has sent by itself comes first, whenever that is.
	const first = await world.waitForMail(wanted);
	await tab.click('button:has-text("link")');
	const asked = await waitFor(async () => (await world.mails(wanted)).find(({ eventId }) => eventId !== first.eventId), 'a personal link');
	await tab.goto(asked.signInUrl ?? '');
	await tab.click('main button[type=submit]');
	await world.signInAtProvider(tab, user);
	await tab.waitForURL((url) => url.pathname.startsWith(`/webhook/${PORTAL_PATH}`));
	await person.close();
}

async function waitingExecution(workflowId: string): Promise<string> {
	return await waitFor(async () => (await world.client.executions({ workflowId, status: 'waiting' }))[0]?.id, 'a waiting execution');
}

describe('10. in the n8n editor by hand', () => {
	test('Execute workflow waits, the node shows the link, sign-in resumes it, the editor shows the rows', async () => {
		const { id } = await world.client.createWorkflow(flow('By hand').chain(manualTrigger(), world.salesforce({ user: 'alice@example.com' }), noOp('After')).draft());
		const page = await openEditor(builder, world.client, id);
		await page.locator('[data-test-id="execute-workflow-button"]').click();
		const executionId = await waitingExecution(id);
		await screenshot(page, '10-waiting-canvas');
		await canvasNode(page, 'Salesforce').dblclick();
		await page.locator('text=Authentication needed').first().waitFor();
		await screenshot(page, '10-waiting-panel');

		await signInFromPanel(page, 'alice', executionId);
		await page.locator('text=Alice').first().waitFor();
		await screenshot(page, '10-rows');
		const finished = await world.client.waitForExecution(executionId, 'success');
		expect(itemsOf(finished, 'After')).toHaveLength(3);
		await page.close();
	});

	test('Execute step of one node alone waits and goes on likewise', async () => {
		const { id } = await world.client.createWorkflow(flow('One step').chain(manualTrigger(), world.salesforce({ user: 'bob@example.com' })).draft());
		const page = await openEditor(builder, world.client, id);
		await canvasNode(page, 'Salesforce').dblclick();
		await page.locator('[data-test-id="node-execute-button"]').first().click();
		const executionId = await waitingExecution(id);
		await signInFromPanel(page, 'bob', executionId);
		await page.locator('text=Bob').first().waitFor();
		expect(itemsOf(await world.client.waitForExecution(executionId, 'success'), 'Salesforce')).toHaveLength(2);
		await page.close();
	});

	test('Execute step on the owner trigger shows portal address, redirect URI, state and a one-time link that signs in the service account', async () => {
		const page = await openEditor(builder, world.client, world.triggerId);
		await canvasNode(page, 'Connected Apps Trigger').dblclick();
		await page.getByText('See what to register').first().waitFor();
		await screenshot(page, '10-trigger-panel');
		await page.locator('[data-test-id="node-execute-button"], [data-test-id="trigger-execute-button"]').first().click();
		await page.locator(`text=${world.portalUrl}/salesforce/callback`).first().waitFor();
		await screenshot(page, '10-trigger-set-up');
		const shown = await waitFor(async () => (await world.client.executions({ workflowId: world.triggerId, status: 'success' })).find(({ mode }) => mode === 'manual'), 'the step by hand to be put down');
		const [item] = itemsOf(await world.client.execution(shown.id), 'Connected Apps Trigger');
		expect(item).toMatchObject({ portalAddress: world.portalUrl, redirectUri: `${world.portalUrl}/salesforce/callback`, app: 'Salesforce', state: 'published', serviceAccount: 'not signed in' });

		const admin = await world.newProfile();
		const tab = await admin.newPage();
		await tab.goto(String(item?.serviceAccountSignInLink));
		await screenshot(tab, '10-service-account');
		await tab.click('main button[type=submit]');
		await world.signInAtProvider(tab, 'integration');
		await tab.waitForURL((url) => url.searchParams.has('told'));
		await screenshot(tab, '10-service-account-done');

		const { id } = await world.client.createWorkflow(flow('As service').chain(manualTrigger(), world.salesforce({ authentication: 'serviceAccount' })).draft());
		const run = await world.client.runManually(id, { from: 'Manual Trigger', to: 'Salesforce' });
		expect(itemsOf(await world.client.waitForExecution(run, 'success'), 'Salesforce').length).toBeGreaterThan(8);
		await Promise.all([admin.close(), page.close()]);
	});
});

/** What the panel of *Connected Apps* shows for each operation, and what it does not. */
const OPERATIONS: Record<string, { shown: string[]; hidden: string[] }> = {
	requireSignIn: { shown: ['User', 'If Not Signed In', 'Options'], hidden: [] },
	getStatus: { shown: ['User'], hidden: ['If Not Signed In', 'Options'] },
	list: { shown: ['User'], hidden: ['If Not Signed In', 'Options'] },
	getSignInLink: { shown: ['User'], hidden: ['If Not Signed In', 'Options'] },
	disconnect: { shown: ['User'], hidden: ['If Not Signed In', 'Options'] },
	test: { shown: ['User'], hidden: ['If Not Signed In', 'Options'] },
};

describe('what the editor offers', () => {
	test('Connected Apps: each operation shows its own parameters, and a node with a user and a credential has no issue', async () => {
		const nodes = Object.keys(OPERATIONS).map((operation) => withCredentials(own(operation, 'connectedApps', { operation, user: 'alice@example.com' }), world.credential));
		const { id } = await world.client.createWorkflow(flow('Panels').chain(manualTrigger(), ...nodes).draft());
		const page = await openEditor(builder, world.client, id);
		await screenshot(page, 'editor-canvas');
		expect(await page.locator('[data-test-id="node-issues"], [data-test-id="node-setup-required"]').count()).toBe(0);
		for (const words of ['Require Sign-In', 'Get Sign-In Link']) await page.getByText(words, { exact: true }).first().waitFor();
		await page.setViewportSize({ width: 1280, height: 1_100 });
		for (const [operation, { shown, hidden }] of Object.entries(OPERATIONS)) {
			await canvasNode(page, operation).dblclick();
			const panel = page.locator('[data-test-id="node-parameters"]:visible');
			for (const label of shown) await panel.getByText(label, { exact: true }).first().waitFor();
			for (const label of hidden) expect(await panel.getByText(label, { exact: true }).count()).toBe(0);
			expect(await page.locator('a:visible', { hasText: 'Docs' }).first().getAttribute('href')).toMatch(/\/docs\/connected-apps-node\.md(\?|$)/);
			await screenshot(page, `editor-connected-apps-${operation}`);
			await page.keyboard.press('Escape');
		}
		await page.close();
	});

	test('Connected Apps Trigger: what it is, what it offers, then what is rare', async () => {
		const { id } = await world.client.createWorkflow(flow('Offers nothing yet').chain(own('Connected Apps Trigger', 'connectedAppsTrigger', { path: 'not-yet', signInMethod: 'openId', flowsToRun: { flow: [{ name: 'My open opportunities', description: '', url: 'https://n8n.example.com/webhook/mine', audience: '' }] }, sessions: { absoluteHours: 12, idleMinutes: 60 }, look: { accentColor: '#2453d6', logo: '' } })).draft());
		const page = await openEditor(builder, world.client, id);
		await page.setViewportSize({ width: 1280, height: 1_900 });
		await canvasNode(page, 'Connected Apps Trigger').dblclick();
		const panel = page.locator('[data-test-id="node-parameters"]:visible');
		await panel.getByText('Webhook Address', { exact: true }).waitFor();
		const lines = (await panel.innerText()).split('\n').map((line) => line.trim());
		const order = ['Path', 'Portal Name', 'Sign-In Method', 'Mode', 'Salesforce', 'SharePoint Online', 'SharePoint Server', 'DocuSign', 'OAuth 2.0', 'Events', 'Allowed Users', 'Administrators', 'Flows to Run', 'Sessions', 'Look'];
		await screenshot(page, 'editor-trigger');
		expect(lines.filter((line) => order.includes(line))).toEqual(order);
		await page.close();
	});

	test('the list of nodes finds both by their name, and shows what Connected Apps does', async () => {
		const { id } = await world.client.createWorkflow(flow('Something').chain(manualTrigger(), noOp('After')).draft());
		const page = await openEditor(builder, world.client, id);
		await page.locator('[data-test-id="node-creator-plus-button"]').click();
		await page.locator('[data-test-id="node-creator-search-bar"]').fill('connected apps');
		const found = page.locator('[data-test-id="node-creator-item-name"]');
		await found.getByText('Connected Apps', { exact: true }).first().waitFor();
		await screenshot(page, 'editor-creator');
		await found.getByText('Connected Apps', { exact: true }).first().click();
		await page.getByText('Require users to sign in').first().waitFor();
		await screenshot(page, 'editor-creator-actions');
		await page.close();
	});
});
