import { screenshot, type Page, type Profile } from '../host/browser';
import { openEditor } from '../host/editor';
import { flow, manualTrigger, own } from '../host/workflows';
import type { WorkflowNode } from '../host/n8nClient';
import { clients } from '../sandbox/oauth2/clients';
import { genericLogin, keyOf, offerApp, secretOf, serverLogin, userLoginNode, type App } from './apps';
import { createWorld, waitFor, type World } from './world';

let world: World;
let builder: Profile;
let app: App;

beforeAll(async () => {
	world = await createWorld({ editor: true });
	app = await offerApp(world, 'items', genericLogin(world.sandbox, 'items'));
	await world.client.createCredential({ name: 'Any service', type: 'clientCredentialsOAuth2Api', data: serverLogin(world.sandbox, secretOf(clients.service)) });
	const { clientId, privateKeyPem } = world.sandbox.salesforce.clients.jwtPreAuthorized;
	await world.client.createCredential({ name: 'Salesforce as a subject', type: 'salesforceJwtBearerOAuth2Api', data: { environment: 'custom', loginUrl: world.sandbox.salesforce.loginUrl, clientId, privateKey: privateKeyPem, subject: '={{ $json.email }}' } });
	builder = await world.newProfile();
}, 300_000);

afterAll(async () => {
	await builder?.close();
	await world?.close();
});

async function openPanel(node: WorkflowNode): Promise<{ page: Page; stored: () => Promise<WorkflowNode | undefined> }> {
	const { id } = await world.client.createWorkflow(flow(`Panel of ${node.name}`).chain(manualTrigger(), node).draft());
	const page = await openEditor(builder, world.client, id);
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${node.name}"]`).dblclick();
	await page.locator('[data-test-id="node-parameters"]').first().waitFor();
	return { page, stored: async () => (await world.client.workflow(id)).nodes.find(({ name }) => name === node.name) };
}

async function choose(page: Page, parameter: string, option: string): Promise<void> {
	await page.locator(`[data-test-id="parameter-input-${parameter}"]`).first().click();
	await page.locator(`[role=option]:visible:has-text("${option}"), .el-select-dropdown__item:visible:has-text("${option}")`).first().click();
}

async function selectCredential(page: Page, name: string): Promise<void> {
	await page.locator('[data-test-id="node-credentials-select"]').first().click();
	await page.locator(`text="${name}"`).last().click();
}

test('OAuth Server Login: both choices stand in the panel, and the credentials follow them', async () => {
	const { page, stored } = await openPanel(own('OAuth Server Login', 'oAuthServerLogin'));
	await page.locator('[data-test-id="parameter-input-authentication"]').first().waitFor();
	await choose(page, 'authentication', 'JWT Bearer');
	await choose(page, 'provider', 'Salesforce');
	await selectCredential(page, 'Salesforce as a subject');
	await screenshot(page, 'oauth-server-login');
	const node = await waitFor(async () => {
		const found = await stored();
		return found?.credentials?.salesforceJwtBearerOAuth2Api === undefined ? undefined : found;
	}, 'the node with its credential');
	expect(node.parameters).toMatchObject({ authentication: 'jwtBearer', provider: 'salesforce' });
	await page.close();
});

test('OAuth User Login: the app follows the credential; Raw Token warns, Reference does not', async () => {
	const { page, stored } = await openPanel(userLoginNode(app));
	const warning = page.locator('text=n8n stores execution data in clear: whoever');
	await selectCredential(page, 'Salesforce (users)');
	await waitFor(async () => (await stored())?.parameters.app === 'salesforce', 'the app of the credential');
	expect(await warning.count()).toBe(0);
	await choose(page, 'tokenOutput', 'Raw Token');
	await warning.waitFor();
	await screenshot(page, 'oauth-user-login');
	await page.close();
});

test('OAuth Refresh Token tells what becomes of a refresh token from elsewhere', async () => {
	const { page } = await openPanel(own('OAuth Refresh Token', 'oAuthRefreshToken', { app: 'oauth2', refresh: 'token' }));
	await page.locator('text=A reference renews the sign-in in the vault').waitFor();
	await screenshot(page, 'oauth-refresh-token');
	await page.close();
});

test('a connector still lets the builder choose between the person and the service account, which share a credential', async () => {
	const { page } = await openPanel(world.salesforce());
	await choose(page, 'authentication', 'Service Account');
	await page.locator('[data-test-id="parameter-input-user"]').waitFor({ state: 'hidden' });
	await screenshot(page, 'connector-authentication');
	await page.close();
});

test.each(['userLoginOAuth2Api', 'jwtBearerOAuth2Api', 'sharePointOnlineUserLoginOAuth2Api'])('the form of a %s credential opens with all its fields', async (type) => {
	const data = { userLoginOAuth2Api: app.data, jwtBearerOAuth2Api: serverLogin(world.sandbox, { ...keyOf(clients.jwtBearer, 'RS256'), subject: '={{ $json.email }}' }) }[type] ?? {};
	const { id } = await world.client.createCredential({ name: `Form of ${type}`, type, data });
	const page = await builder.newPage();
	await page.goto(`${world.client.url}/home/credentials/${id}`);
	const form = page.locator('[role=dialog]:visible').first();
	await form.locator('text="Client Authentication"').waitFor();
	// The dialog scrolls; the picture shall have it whole.
	await page.addStyleTag({ content: '[role=dialog], [role=dialog] * { max-height: none !important; overflow: visible !important; height: auto !important } [role=dialog] svg { height: 16px !important }' });
	await page.setViewportSize({ width: 1280, height: 3_600 });
	await screenshot(page, `form-${type}`);
	expect(await form.innerText()).not.toMatch(/undefined|\[object/);
	await page.close();
});
