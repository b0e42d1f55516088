// How the SharePoint node looks and answers in n8n's editor: its panels, the pickers, the resource mapper, an error.
import type { INodeParameters } from 'n8n-workflow';

import { screenshot, type Page, type Profile } from '../host/browser';
import { openEditor, openExecution } from '../host/editor';
import { flow, manualTrigger } from '../host/workflows';
import { runByHand, signIn, type App } from './apps';
import { entered, mapped, offerOnline, offerServer, sharePoint, signInAt } from './sharePointApps';
import { createWorld, waitFor, type World } from './world';

let world: World;
let online: App;
let server: App;

beforeAll(async () => {
	world = await createWorld({ editor: true });
	online = await offerOnline(world, 'sharepoint');
	server = await offerServer(world, 'farm');
	await signIn(world, online, 'bob');
}, 300_000);

afterAll(async () => await world?.close());

const graphCalls = async () => (await world.calls({ provider: 'microsoft' })).filter(({ server: kind }) => kind === 'api');
const chosen = (value: string, cachedResultName: string) => ({ __rl: true, mode: 'list', value, cachedResultName });

async function openPanel(page: Page, name: string): Promise<void> {
	// Beside its middle, where n8n may lay a hint over the canvas.
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick({ position: { x: 10, y: 10 } });
	await page.locator('[data-test-id="node-parameters"]:visible').waitFor();
}

/** The service account's one-time link, opened by the administrator. */
async function signInServiceAccount(): Promise<void> {
	const [item] = await world.executeStep(online.triggerId);
	const profile = await world.newProfile();
	const page = await profile.newPage();
	await page.goto(String(item?.serviceAccountSignInLink));
	await signInAt(page, new URL(world.sandbox.microsoft.loginUrl).origin, 'integration');
	await page.waitForURL((url) => url.searchParams.has('told'));
	await profile.close();
}

test('the pickers load as the service account, never as a person: site, list, columns; the resource mapper shows what can be written', async () => {
	const create = sharePoint(online, { user: 'alice@example.com', resource: 'item', operation: 'create', site: chosen('', ''), list: chosen('', ''), columns: { mappingMode: 'defineBelow', value: null } }, 'Create');
	const download = sharePoint(online, { user: 'alice@example.com', resource: 'file', operation: 'download', site: entered('/sites/alice-projects', 'url'), library: chosen('', ''), file: chosen('', '') }, 'Download');
	let id = '';
	const builder = await world.newProfile();
	// A flow of its own each time: n8n lets only one page write in a flow, and a page that was closed keeps that for a while.
	const open = async (name: string): Promise<Page> => {
		({ id } = await world.client.createWorkflow(flow('Pickers').chain(manualTrigger(), create, download).draft()));
		const page = await openEditor(builder, world.client, id);
		await page.setViewportSize({ width: 1400, height: 1_500 });
		await openPanel(page, name);
		return page;
	};
	const openList = async (page: Page, parameter: string) => await page.locator(`[data-test-id="resource-locator-${parameter}"] input`).last().click();
	await world.control('calls', undefined, 'DELETE');

	const before = await open('Create');
	await openList(before, 'site');
	await before.locator('[data-test-id="rlc-error-container"]:visible').waitFor();
	await screenshot(before, 'sharepoint-site-picker-nobody');
	expect(await graphCalls()).toEqual([]);
	await before.close();

	await signInServiceAccount();
	await world.control('calls', undefined, 'DELETE');
	const page = await open('Create');
	const items = page.locator('[data-test-id="rlc-item"]:visible');
	const search = page.locator('[data-test-id="rlc-search"]:visible');
	await openList(page, 'site');
	await items.first().waitFor();
	await screenshot(page, 'sharepoint-site-picker');
	await search.fill('alice');
	await waitFor(async () => (await items.allInnerTexts()).some((text) => text.includes('Alice Projects')) && !(await items.allInnerTexts()).some((text) => text.includes('Bob Finance')), 'the sites that match');
	await screenshot(page, 'sharepoint-site-search');
	await items.filter({ hasText: 'Alice Projects' }).first().click();

	await openList(page, 'list');
	await items.first().waitFor();
	await screenshot(page, 'sharepoint-list-picker');
	await search.fill('proj');
	await waitFor(async () => (await items.count()) === 1, 'the one list');
	await items.click();

	const panel = page.locator('[data-test-id="node-parameters"]:visible');
	await panel.getByText('Project Owner (Owner)').first().waitFor();
	for (const label of ['Title', 'Hours', 'Due', 'Status', 'Tags', 'Team', 'Customer', 'Partners']) await panel.getByText(label, { exact: true }).first().waitFor();
	await page.setViewportSize({ width: 1400, height: 2_700 });
	await screenshot(page, 'sharepoint-resource-mapper');
	expect(await panel.getByText('Website', { exact: true }).count()).toBe(0);
	expect(await panel.getByText('[object Object]').count()).toBe(0);
	const stored = async () => JSON.stringify((await world.client.workflow(id)).nodes);
	await waitFor(async () => (await stored()).includes('"Project_x0020_Region"'), 'the columns in the stored flow');
	await page.close();

	const file = await open('Download');
	const files = file.locator('[data-test-id="rlc-item"]:visible');
	await openList(file, 'library');
	await files.first().waitFor();
	await screenshot(file, 'sharepoint-library-picker');
	await files.filter({ hasText: 'Documents' }).first().click();
	await openList(file, 'file');
	await files.first().waitFor();
	await screenshot(file, 'sharepoint-file-picker');
	await file.locator('[data-test-id="rlc-search"]:visible').fill('/Odd names/');
	await waitFor(async () => (await files.allInnerTexts()).some((text) => text.includes("O'Neill 100% #1 🚀.txt")), 'the file in that folder');
	await screenshot(file, 'sharepoint-file-search');
	await files.first().click();
	expect(new Set((await graphCalls()).map(({ user }) => user))).toEqual(new Set(['integration']));
	await builder.close();
}, 300_000);

const ITEM = { resource: 'item', site: entered('/sites/alice-projects', 'url'), list: entered('Projects') };
const FILE = { resource: 'file', site: entered('/sites/alice-projects', 'url') };
const PANELS: Record<string, { service?: 'server'; parameters: INodeParameters; labels: string[] }> = {
	'Get Many Items': { parameters: { ...ITEM, operation: 'getMany', filterMode: 'conditions', conditions: { condition: [{ column: 'Hours', operator: 'greater', value: '10' }] }, sort: { rule: [{ column: 'Hours', descending: true }] } }, labels: ['Service', 'Authentication', 'User', 'Site', 'List', 'Return All', 'Filter', 'Operator'] },
	Upsert: { parameters: { ...ITEM, operation: 'upsert', columns: mapped({ Code: 'a' }, ['Code']) }, labels: ['Site', 'List', 'Mapping Column Mode'] },
	Upload: { parameters: { ...FILE, operation: 'upload', folder: entered('/Reports', 'path') }, labels: ['Library', 'Folder', 'Input Binary Field', 'File Name', 'If the Name Is Taken'] },
	Download: { parameters: { ...FILE, operation: 'download', file: entered('/readme.txt', 'path'), fileOptions: { versionId: '1.0' } }, labels: ['File', 'Put Output in Field', 'File Options', 'Version ID'] },
	Search: { parameters: { resource: 'search', operation: 'query', query: 'budget' }, labels: ['Search For', 'Query'] },
	'Server Item': { service: 'server', parameters: { ...ITEM, site: entered('/sites/shared', 'url'), operation: 'get', itemId: '1' }, labels: ['Service', 'Authentication', 'User', 'Item ID'] },
};

describe('the panel', () => {
	let profile: Profile;
	let page: Page;
	beforeAll(async () => {
		const nodes = Object.entries(PANELS).map(([name, { service, parameters }]) => sharePoint(service === 'server' ? server : online, { user: 'alice@example.com', ...parameters }, name));
		const { id } = await world.client.createWorkflow(flow('Panels').chain(manualTrigger(), ...nodes).draft());
		profile = await world.newProfile();
		page = await openEditor(profile, world.client, id);
		await page.setViewportSize({ width: 1400, height: 1_700 });
	});
	afterAll(async () => await profile?.close());
	afterEach(async () => await page.keyboard.press('Escape'));

	test.each(Object.entries(PANELS))('of %s shows its parameters', async (name, { labels }) => {
		await openPanel(page, name);
		const panel = page.locator('[data-test-id="node-parameters"]:visible');
		for (const label of labels) await panel.getByText(label, { exact: true }).first().waitFor();
		await screenshot(page, `sharepoint-panel-${name}`);
		expect(await panel.getByText('[object Object]').count()).toBe(0);
	});

	test('of SharePoint Server offers no search across sites and no changes', async () => {
		await openPanel(page, 'Server Item');
		const panel = page.locator('[data-test-id="node-parameters"]:visible');
		const options = page.locator('.el-select-dropdown__item:visible');
		await panel.locator('[data-test-id="parameter-input-resource"] input').click();
		await options.filter({ hasText: 'Item' }).first().waitFor();
		const resources = await options.allInnerTexts();
		expect(resources.map((text) => text.trim())).toEqual(expect.arrayContaining(['File', 'Item', 'Site']));
		expect(resources.join()).not.toContain('Search');
		await page.keyboard.press('Escape');
		await panel.locator('[data-test-id="parameter-input-operation"] input').click();
		await options.filter({ hasText: 'Create or Update' }).first().waitFor();
		const operations = (await options.allInnerTexts()).join();
		expect(operations).toContain('Get Many');
		expect(operations).not.toContain('Get Changes');
		await screenshot(page, 'sharepoint-server-operations');
		await page.keyboard.press('Escape');
		await panel.locator('[data-test-id="parameter-input-authentication"] input').click();
		await options.filter({ hasText: 'Password' }).first().waitFor();
		expect((await options.allInnerTexts()).join()).not.toContain('Client Credentials');
		await screenshot(page, 'sharepoint-server-authentication');
		await page.keyboard.press('Escape');
	});
});

test('an error says in the panel who may not see what', async () => {
	const { id } = await runByHand(world, [sharePoint(online, { user: 'bob@example.com', ...ITEM, operation: 'getMany', returnAll: true })], 'error');
	const { workflowId } = await world.client.execution(id);
	const profile = await world.newProfile();
	const page = await openExecution(profile, world.client, { id, workflowId: String(workflowId) });
	await page.setViewportSize({ width: 1400, height: 1_000 });
	const shown = page.locator('[data-test-id="workflow-preview-iframe"]');
	const canvas = (await shown.count()) > 0 ? page.frameLocator('[data-test-id="workflow-preview-iframe"]') : page;
	await canvas.locator('[data-test-id="canvas-node"][data-node-name="SharePoint"]').dblclick();
	await canvas.getByText('bob@example.com may not do this').first().waitFor();
	await screenshot(page, 'sharepoint-error');
	await profile.close();
});
