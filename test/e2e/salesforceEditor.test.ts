// How Salesforce Retrieve Data looks and answers in n8n's editor.
import { screenshot, type Page, type Profile } from '../host/browser';
import { openEditor, openExecution } from '../host/editor';
import type { WorkflowNode } from '../host/n8nClient';
import { flow, manualTrigger } from '../host/workflows';
import { runByHand } from './apps';
import { walkFlow } from './walk';
import { createWorld, waitFor, type World } from './world';

type Parameters = NonNullable<WorkflowNode['parameters']>;

let world: World;

beforeAll(async () => {
	world = await createWorld({ editor: true });
}, 300_000);

afterAll(async () => await world?.close());

const locator = (value: string, mode = 'name') => ({ __rl: true, mode, value });
const condition = (field: string, operator: string, value: string) => ({ field: locator(field), operator, value, valueType: 'auto' });
const apiCalls = async () => (await world.calls({ provider: 'salesforce' })).filter(({ server }) => server === 'api');

/** The panel of a node, by its name. */
async function openPanel(page: Page, name: string): Promise<void> {
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
	await page.locator('[data-test-id="node-parameters"]:visible').waitFor();
}

test('the condition builder stands in the panel; its lists load as the service account, never as a person, and can be searched', async () => {
	const node = world.salesforce({
		user: 'alice@example.com',
		resource: 'record',
		operation: 'getMany',
		objectType: locator('Account', 'list'),
		fieldNames: ['Name', 'Industry'],
		conditions: { condition: [{ ...condition('Industry', 'equal', 'Energy'), field: locator('', 'list') }, condition('CreatedDate', 'greaterOrEqual', 'LAST_N_DAYS:30')] },
		groups: { group: [{ combine: 'or', negate: false, conditions: { condition: [condition('Owner.Name', 'startsWith', '={{ $json.name }}')] } }] },
		sort: { rule: [{ field: locator('Name'), direction: 'DESC', nulls: 'default' }] },
	});
	const { id } = await world.client.createWorkflow(flow('Panel').chain(manualTrigger(), node).draft());
	const builder = await world.newProfile();
	const open = async (): Promise<Page> => {
		const page = await openEditor(builder, world.client, id);
		await page.setViewportSize({ width: 1400, height: 2_700 });
		await page.locator('[data-test-id="canvas-node"][data-node-name="Salesforce"]').dblclick();
		await page.locator('text="Add Condition"').first().waitFor();
		return page;
	};
	const openList = async (page: Page, parameter: string) => await page.locator(`[data-test-id="resource-locator-${parameter}"] input`).last().click();

	const before = await open();
	await openList(before, 'objectType');
	const told = before.locator('[data-test-id="rlc-error-container"]:visible');
	await told.waitFor();
	await before.setViewportSize({ width: 1400, height: 1_000 });
	await screenshot(before, 'salesforce-object-picker-nobody');
	expect(await apiCalls()).toEqual([]);
	await before.close();

	await world.signInServiceAccount();
	await world.control('calls', undefined, 'DELETE');
	const page = await open();
	const items = page.locator('[data-test-id="rlc-item"]:visible');
	const search = page.locator('[data-test-id="rlc-search"]:visible');
	await waitFor(async () => (await apiCalls()).some(({ path }) => path.endsWith('/describe')), 'the fields of the object');
	await screenshot(page, 'salesforce-condition-builder');

	await page.setViewportSize({ width: 1400, height: 1_100 });
	await page.locator('[data-test-id="resource-locator-field"] input').nth(1).click();
	await items.first().waitFor();
	await screenshot(page, 'salesforce-field-picker');
	await search.fill('Owner.ema');
	await waitFor(async () => (await items.count()) === 1, 'the one field');
	expect(await items.innerText()).toBe('Owner.Email');
	await screenshot(page, 'salesforce-field-search');
	await items.click();

	await openList(page, 'objectType');
	await items.first().waitFor();
	await screenshot(page, 'salesforce-object-picker');
	await search.fill('invoi');
	await waitFor(async () => (await items.count()) === 1, 'the one object');
	expect(await items.innerText()).toContain('Invoice__c');
	await items.click();
	const stored = async () => JSON.stringify((await world.client.workflow(id)).nodes);
	await waitFor(async () => (await stored()).includes('"Invoice__c"'), 'the chosen object');
	expect(await stored()).toContain('"Owner.Email"');
	expect(new Set((await apiCalls()).map(({ user }) => user))).toEqual(new Set(['integration']));
	await builder.close();
});

const PANELS: Record<string, { parameters: Parameters; labels: string[] }> = {
	File: { parameters: { resource: 'file', operation: 'download', fileOptions: { fileName: 'offer.pdf' } }, labels: ['File ID', 'Put Output in Field', 'File Options'] },
	'List View': { parameters: { resource: 'listView', operation: 'results', objectType: locator('Account', 'list') }, labels: ['Object Type', 'List View', 'Return All', 'List View Options'] },
	Object: { parameters: { resource: 'object', operation: 'describe', objectType: locator('Account', 'list') }, labels: ['Object Type', 'Output'] },
	Organization: { parameters: { resource: 'organization', operation: 'getLimits' }, labels: ['Output'] },
	Query: { parameters: { soql: 'SELECT Id, Name FROM Account WHERE Industry = :industry', queryParameters: { parameter: [{ name: 'industry', type: 'text', isList: false, value: '={{ $json.industry }}' }] }, returnAll: false, output: 'csv', options: { readWith: 'automatic', bulkFrom: 10_000, typedValues: true } }, labels: ['SOQL', 'Query Parameters', 'Return All', 'Limit', 'Put Output File in Field', 'Read With', 'Bulk From (Rows)'] },
	Record: { parameters: { resource: 'record', operation: 'getManyByIds', objectType: locator('Account', 'list'), recordIds: '={{ $json.ids }}' }, labels: ['Object Type', 'Record IDs', 'Missing Records', 'Field Names or IDs', 'Further Fields'] },
	Report: { parameters: { resource: 'report', operation: 'run', reportFilters: { filter: [{ column: 'Status', operator: 'equals', value: 'Paid' }] }, reportOptions: { filterLogic: '1', subtotals: true } }, labels: ['Report', 'Output', 'Run', 'Filters', 'Report Options', 'Filter Logic'] },
	Search: { parameters: { resource: 'search', operation: 'parameterized', searchTerm: 'Acme', searchObjects: { object: [{ name: 'Account', fields: 'Name', where: '', orderBy: '', maxResults: 0 }] } }, labels: ['Search For', 'Objects', 'Search In', 'Search Options'] },
};

describe('the panel', () => {
	let profile: Profile;
	let page: Page;
	beforeAll(async () => {
		const nodes = Object.entries(PANELS).map(([name, { parameters }]) => world.salesforce({ user: 'alice@example.com', ...parameters }, name));
		const { id } = await world.client.createWorkflow(flow('Panels').chain(manualTrigger(), ...nodes).draft());
		profile = await world.newProfile();
		page = await openEditor(profile, world.client, id);
		await page.setViewportSize({ width: 1400, height: 1_500 });
	});
	afterAll(async () => await profile?.close());
	afterEach(async () => await page.keyboard.press('Escape'));

	test.each(Object.entries(PANELS))('of %s shows its parameters', async (name, { labels }) => {
		await openPanel(page, name);
		const panel = page.locator('[data-test-id="node-parameters"]:visible');
		for (const label of labels) await panel.getByText(label, { exact: true }).first().waitFor();
		await screenshot(page, `salesforce-panel-${name}`);
		expect(await panel.getByText('[object Object]').count()).toBe(0);
	});

	test('of a report lets one search for it', async () => {
		await openPanel(page, 'Report');
		await page.locator('[data-test-id="resource-locator-reportId"] input').last().click();
		const items = page.locator('[data-test-id="rlc-item"]:visible');
		await items.first().waitFor();
		await screenshot(page, 'salesforce-report-picker');
		await page.locator('[data-test-id="rlc-search"]:visible').fill('open inv');
		await waitFor(async () => (await items.count()) === 1, 'the one report');
		expect(await items.innerText()).toContain('Open Invoices');
		await items.click();
	});
});

test('an error says in the panel who may not see what', async () => {
	await world.browserFlow('bob-signs-in');
	await walkFlow(world, `${world.flowUrl('bob-signs-in')}?user=bob@example.com`, 'bob');
	const { id } = await runByHand(world, [world.salesforce({ user: 'bob@example.com', soql: 'SELECT Id, Margin__c FROM Invoice__c' })], 'error');
	const { workflowId } = await world.client.execution(id);
	const profile = await world.newProfile();
	const page = await openExecution(profile, world.client, { id, workflowId: String(workflowId) });
	await page.setViewportSize({ width: 1400, height: 1_000 });
	const shown = page.locator('[data-test-id="workflow-preview-iframe"]');
	const canvas = (await shown.count()) > 0 ? page.frameLocator('[data-test-id="workflow-preview-iframe"]') : page;
	await canvas.locator('[data-test-id="canvas-node"][data-node-name="Salesforce"]').dblclick();
	await canvas.getByText('bob@example.com cannot see the field Margin__c of Invoice__c, or it does not exist').first().waitFor();
	await screenshot(page, 'salesforce-error');
	await profile.close();
});
