import { screenshot, type Page, type Profile } from '../host/browser';
import { openEditor } from '../host/editor';
import { flow, manualTrigger } from '../host/workflows';
import { clients } from '../sandbox/oauth2/clients';
import { genericLogin, keyOf, offerApp, serverLogin, userLoginNode, type App } from './apps';
import { own, withCredentials } from '../host/workflows';
import { createWorld, type World } from './world';

let world: World;
let builder: Profile;
let app: App;

beforeAll(async () => {
	world = await createWorld({ editor: true });
	app = await offerApp(world, 'items', genericLogin(world.sandbox, 'items'));
	builder = await world.browser.newProfile({ viewport: { width: 1600, height: 1200 }, colorScheme: 'light' });
}, 300_000);

afterAll(async () => {
	await builder?.close();
	await world?.close();
});

const panelOf = async (page: Page, name: string) => {
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
	await page.locator('[data-test-id="ndv"], [data-test-id="node-parameters"]').first().waitFor();
	await page.waitForTimeout(800);
};

test('panels', async () => {
	const jwt = await world.client.createCredential({ name: 'JWT', type: 'jwtBearerOAuth2Api', data: serverLogin(world.sandbox, { ...keyOf(clients.jwtBearer, 'RS256'), subject: '={{ $json.email }}' }) });
	const nodes = [
		userLoginNode(app),
		userLoginNode(app, { tokenOutput: 'raw' }, 'Raw Login'),
		own('OAuth Server Login', 'oAuthServerLogin', { authentication: 'clientCredentials', provider: 'oauth2' }),
		withCredentials(own('JWT Login', 'oAuthServerLogin', { authentication: 'jwtBearer', provider: 'oauth2' }), jwt),
		withCredentials(own('OAuth Refresh Token', 'oAuthRefreshToken', { app: 'oauth2' }), app.credential),
		withCredentials(own('Refresh by token', 'oAuthRefreshToken', { app: 'oauth2', refresh: 'token', tokenOutput: 'raw' }), app.credential),
	];
	const { id } = await world.client.createWorkflow(flow('Panels').chain(manualTrigger(), ...nodes).draft());
	const page = await openEditor(builder, world.client, id);
	await screenshot(page, 'oauth-canvas');
	for (const { name } of nodes) {
		await panelOf(page, name);
		await screenshot(page, `oauth-panel-${name}`);
		await page.keyboard.press('Escape');
		await page.waitForTimeout(400);
	}
	await page.close();
});

test('credential forms', async () => {
	for (const [type, data] of [
		['userLoginOAuth2Api', app.data],
		['jwtBearerOAuth2Api', serverLogin(world.sandbox, { ...keyOf(clients.jwtBearer, 'RS256'), subject: '={{ $json.email }}' })],
		['salesforceUserLoginOAuth2Api', world.credentialData],
		['sharePointOnlineUserLoginOAuth2Api', {}],
	] as const) {
		const { id } = await world.client.createCredential({ name: type, type, data });
		const page = await builder.newPage();
		await page.setViewportSize({ width: 1600, height: 3000 });
		await page.goto(`${world.client.url}/home/credentials/${id}`);
		await page.locator('[data-test-id="edit-credential-dialog"], [data-test-id="credential-edit-dialog"]').first().waitFor({ timeout: 30_000 });
		await page.waitForTimeout(1_000);
		await screenshot(page, `oauth-form-${type}`, { fullPage: true });
		await page.close();
	}
});
