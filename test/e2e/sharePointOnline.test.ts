// What the SharePoint node does with SharePoint Online in a real n8n, as Alice and as Bob.
import type { INodeParameters } from 'n8n-workflow';

import { screenshot } from '../host/browser';
import { startChatModel, type ChatModel } from '../host/chatModel';
import { itemsOf, type Execution } from '../host/n8nClient';
import { n8nProcessId, residentMb, watchMemory } from '../host/processMemory';
import { agent, chatModel, code, flow, manualTrigger, node, respondToWebhook, webhook } from '../host/workflows';
import { graphFaults } from '../sandbox/microsoft/graph/faultBodies';
import { itemsByHand, runByHand, signIn, type App } from './apps';
import { entered, mapped, offerOnline, sharePoint, signInAt } from './sharePointApps';
import { answerOf, walkFlow } from './walk';
import { createWorld, ownersOf, waitFor, type World } from './world';

type Rows = Record<string, unknown>[];

const MEGABYTE = 1024 * 1024;
const ODD_NAME = "O'Hara 100% #1 & co 🚀.txt";

let world: World;
let app: App;
let model: ChatModel | undefined;

beforeAll(async () => {
	// Days must stay days also where local midnight is yesterday in UTC.
	world = await createWorld({ env: { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem', GENERIC_TIMEZONE: 'Europe/Berlin' } });
	app = await offerOnline(world, 'sharepoint');
	await signIn(world, app, 'alice', 'bob');
}, 300_000);

afterAll(async () => {
	await model?.stop();
	await world?.close();
});

beforeEach(async () => {
	await world.control('settings', undefined, 'DELETE');
	await world.control('faults', undefined, 'DELETE');
	await world.control('calls', undefined, 'DELETE');
});

const graphCalls = async () => (await world.calls({ provider: 'microsoft' })).filter(({ server }) => server === 'api');
const asUser = (name: string, parameters: INodeParameters, nodeName?: string) => sharePoint(app, { user: `${name}@example.com`, ...parameters }, nodeName);
const rowsAs = async (name: string, parameters: INodeParameters): Promise<Rows> => await itemsByHand(world, [asUser(name, parameters)]);
const fault = async (match: { pathIncludes: string; method?: string }, what: object) => await world.control('faults', { match: { provider: 'microsoft', ...match }, ...what });
/** A piece of an upload, at the host of files. */
const piece = { pathIncludes: '/_api/v2.0/uploadSession', method: 'PUT' };
const errorOf = ({ data }: Execution) => data.resultData.error as unknown as { name: string; message: string; description: string; context?: { itemIndex?: number } };

describe('files', () => {
	const library = { resource: 'file', site: entered('/sites/alice-projects', 'url') };
	const text = (content: string) => code(`return [{ json: {}, binary: { data: { data: Buffer.from(${JSON.stringify(content)}).toString('base64'), mimeType: 'text/plain', fileName: ${JSON.stringify(ODD_NAME)} } } }];`, 'Text');
	const hash = (name = 'Hash') => node(name, 'n8n-nodes-base.crypto', 1, { action: 'hash', type: 'SHA256', binaryData: true, binaryPropertyName: 'data', dataPropertyName: 'sha256', encoding: 'hex' });

	// First of all: memory that others have left free would hide what it takes.
	test('of 300 MB go up in spite of a broken connection, come down in spite of another, are the same, and never lie in memory', async () => {
		const size = 300 * MEGABYTE;
		const large = { resource: 'file', operation: 'download', site: entered('/sites/everyone', 'url'), file: entered('/large.bin', 'path') };
		await rowsAs('alice', large);
		const processId = n8nProcessId(world.n8n.userFolder);
		const before = residentMb(processId);
		await world.control('settings', { graphLargeFileBytes: size });
		await world.control('calls', undefined, 'DELETE');
		// In the middle of the source's bytes, and at the beginning of the upload's first piece.
		await fault({ pathIncludes: '/_layouts/15/download.aspx' }, { kind: 'breakAnswer', bytes: 140 * MEGABYTE });
		await fault(piece, { kind: 'breakRequest', bytes: MEGABYTE });

		const chain = [
			asUser('alice', large, 'Source'),
			asUser('alice', { ...library, operation: 'upload', folder: entered('', 'path'), fileName: "300 MB, 100% #1 'copy' 🚀.bin" }, 'Upload'),
			asUser('alice', { ...library, operation: 'download', file: entered('={{ $json.id }}', 'id') }, 'Back'),
			hash(),
		];
		const { id } = await world.client.createWorkflow(flow('Large').chain(manualTrigger(), ...chain).draft());
		const highest = watchMemory(processId);
		const run = await world.client.runManually(id, { from: 'Manual Trigger', to: 'Hash' });
		const puts = async () => (await graphCalls()).filter(({ method, path }) => method === 'PUT' && path.includes('uploadSession'));
		await waitFor(async () => (await puts()).length >= 10, 'the tenth piece', 150_000);
		await fault(piece, { kind: 'breakRequest', bytes: 3 * MEGABYTE });
		const ended = await world.client.waitForExecution(run, 'success', { timeoutMs: 240_000 });
		const peak = highest() - before;

		const [source] = itemsOf(ended, 'Source');
		const [uploaded] = itemsOf(ended, 'Upload');
		const [{ sha256 } = { sha256: undefined }] = itemsOf(ended, 'Hash');
		const kept = (row: typeof source) => world.sandbox.graphContentOf(String(row?.driveId), String(row?.id));
		expect(uploaded).toMatchObject({ name: "300 MB, 100% #1 'copy' 🚀.bin", size });
		expect(kept(uploaded)).toMatchObject({ size, sha256: kept(source)?.sha256 });
		expect(sha256).toBe(kept(source)?.sha256);
		expect(await world.control('faults')).toEqual([]);
		// Beyond its thirty pieces only the two that broke were sent again.
		expect((await puts()).length).toBe(Math.ceil(size / (32 * 320 * 1024)) + 2);
		process.stdout.write(`memory of n8n during 300 MB: ${before.toFixed(0)} MB idle, ${peak.toFixed(0)} MB more at the most\n`);
		expect(peak).toBeLessThan(150);
	}, 400_000);

	test('with quotes, per cent, hash and emoji in their names and folders go there, come back and are taken away', async () => {
		const folderName = "50% of #2 'x' 🚀";
		await rowsAs('alice', { ...library, resource: 'folder', operation: 'create', folder: entered('/Reports', 'path'), folderName });
		const folder = entered(`/Reports/${folderName}`, 'path');
		const path = `/Reports/${folderName}/${ODD_NAME}`;
		const [uploaded] = await itemsByHand(world, [text('Hello, 🚀'), asUser('alice', { ...library, operation: 'upload', folder })]);
		expect(uploaded).toMatchObject({ name: ODD_NAME, path, size: Buffer.byteLength('Hello, 🚀') });
		expect((await rowsAs('alice', { ...library, resource: 'folder', operation: 'list', folder, returnAll: true })).map(({ name }) => name)).toEqual([ODD_NAME]);

		await world.publish(flow('odd').chain(webhook({ path: 'odd' }), asUser('alice', { ...library, operation: 'download', file: entered(path, 'path') }), respondToWebhook('', { parameters: { respondWith: 'binary' } })));
		expect(await (await fetch(world.flowUrl('odd'))).text()).toBe('Hello, 🚀');

		const taken = await runByHand(world, [text('Other'), asUser('alice', { ...library, operation: 'upload', folder })], 'error');
		expect(errorOf(taken).message).toMatch(/The name is taken/);
		await rowsAs('alice', { ...library, resource: 'folder', operation: 'delete', folder });
		expect(await rowsAs('alice', { ...library, operation: 'search', searchText: 'Hara', returnAll: true })).toEqual([]);
	});
});

describe('whoever starts the flow', () => {
	test('signs in at Entra, and the flow answers with the sites that they may see', async () => {
		const sites = await offerOnline(world, 'sites-app');
		await world.publish(flow('sites').chain(webhook({ path: 'sites' }), sharePoint(sites, { user: '={{ $json.query.user }}@example.com', resource: 'site', operation: 'search', searchText: '', returnAll: true }), respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json.title)) }}')));
		const seen: Record<string, string[]> = {};
		for (const name of ['alice', 'bob']) {
			const walked = await walkFlow(world, `${world.flowUrl('sites')}?user=${name}`, name);
			seen[name] = answerOf<string[]>(walked);
			expect(walked.seen.some((address) => address.startsWith(`${world.sandbox.microsoft.loginUrl}/`))).toBe(true);
		}
		expect(seen.alice).toEqual(expect.arrayContaining(['Everyone', 'Alice Projects']));
		expect(seen.alice).not.toContain('Bob Finance');
		expect(seen.bob).toEqual(expect.arrayContaining(['Everyone', 'Bob Finance']));
		expect(seen.bob).not.toContain('Alice Projects');
		expect(new Set((await graphCalls()).map(({ user }) => user))).toEqual(new Set(['alice', 'bob']));
	});

	test('is asked for what an operation needs beyond what they have granted, and the same execution goes on', async () => {
		const least = await offerOnline(world, 'least-app', { scopes: ['User.Read'] });
		const asCarol = { user: 'carol@example.com' };
		const answer = (expression: string) => respondToWebhook(`={{ JSON.stringify(${expression}) }}`);
		await world.publish(flow('who').chain(webhook({ path: 'who' }), sharePoint(least, { ...asCarol, resource: 'site', operation: 'getCurrentUser' }), answer('$input.all().map(item => item.json.email)')));
		const workflowId = await world.publish(flow('more').chain(webhook({ path: 'more' }), sharePoint(least, { ...asCarol, resource: 'site', operation: 'getLists', site: entered('/sites/everyone', 'url'), returnAll: true }), answer('$input.all().map(item => item.json.title)')));
		expect(answerOf<string[]>(await walkFlow(world, world.flowUrl('who'), 'carol'))).toEqual(['carol@example.com']);
		await world.control('calls', undefined, 'DELETE');
		const walked = await walkFlow(world, world.flowUrl('more'), 'carol');
		expect(answerOf<string[]>(walked)).toEqual(expect.arrayContaining(['Documents', 'Projects']));
		expect(walked.seen.some((address) => address.startsWith(`${world.sandbox.microsoft.loginUrl}/`))).toBe(true);
		expect(await world.client.executions({ workflowId })).toHaveLength(1);
		expect(new Set((await graphCalls()).map(({ user, status }) => `${String(user)} ${status}`))).toEqual(new Set(['carol 200']));
		// Nobody is asked twice.
		expect(answerOf<string[]>(await walkFlow(world, world.flowUrl('more'), 'carol'))).toContain('Projects');
	});

	test('one flow from Salesforce to SharePoint asks for both sign-ins in one browser walk', async () => {
		const both = await offerOnline(world, 'documents');
		const user = "={{ $('Webhook').first().json.query.user }}";
		const lists = sharePoint(both, { user, resource: 'site', operation: 'getLists', site: entered('/sites/alice-projects', 'url'), returnAll: true }, 'SharePoint', { executeOnce: true });
		const answer = respondToWebhook("={{ JSON.stringify({ accounts: $('Salesforce').all().map(item => item.json), lists: $input.all().map(item => item.json.title) }) }}", { parameters: { options: {} } });
		const workflowId = await world.publish(flow('both').chain(webhook({ path: 'both' }), world.salesforce({ user }), lists, answer));
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(`${world.flowUrl('both')}?user=alice@example.com`);
		expect(await page.locator('main').innerText()).toContain('Salesforce');
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.includes('/documents/sign-in'));
		expect(await page.locator('main').innerText()).toContain('SharePoint Online');
		await screenshot(page, 'sharepoint-second-sign-in');
		await signInAt(page, new URL(world.sandbox.microsoft.loginUrl).origin, 'alice');
		await page.waitForURL((url) => url.pathname.includes('/documents/continue'));
		const { accounts, lists: titles } = JSON.parse(await page.locator('body').innerText()) as { accounts: Rows; lists: string[] };
		expect(ownersOf(accounts)).toEqual(['Alice', 'Alice', 'Alice']);
		expect(titles).toEqual(expect.arrayContaining(['Documents', 'Customers', 'Projects']));
		expect(await world.client.executions({ workflowId })).toHaveLength(1);
		expect(profile.addresses.containing('webhook-waiting')).toEqual([]);
		await profile.close();
	});
});

describe('items of a list', () => {
	const list = { resource: 'item', site: entered('/sites/alice-projects', 'url'), list: entered('Projects') };
	const fieldsOf = (rows: Rows) => rows.map(({ fields }) => fields as Record<string, unknown>);

	test('are created, read, changed and deleted by value: people, lookups, choices, several of them, days and times', async () => {
		const values = { Title: ODD_NAME, Code: 'e2e-1', Hours: 12.5, Budget: '7', Due: '2026-12-24', Kickoff: '2026-12-24T09:00:00+01:00', Active: true, Status: 'Done', Tags: '={{ ["Red", "Blue"] }}', Owner: 'bob@example.com', Team: 'alice@example.com; carol@example.com', Customer: "O'Neill GmbH", Partners: '={{ [1, "Datum"] }}' };
		const [made] = await rowsAs('alice', { ...list, operation: 'create', columns: mapped(values) });
		const itemId = String(made?.id);
		const read = async () => fieldsOf(await rowsAs('alice', { ...list, operation: 'get', itemId }))[0];
		expect(await read()).toMatchObject({
			Title: ODD_NAME,
			Hours: 12.5,
			Budget: 7,
			Due: '2026-12-24',
			Kickoff: '2026-12-24T08:00:00Z',
			Active: true,
			Status: 'Done',
			Tags: ['Red', 'Blue'],
			Owner: { email: 'bob@example.com' },
			Team: [{ email: 'alice@example.com' }, { email: 'carol@example.com' }],
			Customer: { value: "O'Neill GmbH" },
			Partners: [{ id: 1 }, { value: 'Datum' }],
		});

		await rowsAs('alice', { ...list, operation: 'update', itemId, columns: mapped({ Status: 'Open', Due: '2027-01-31', Team: 'bob@example.com', Partners: '' }) });
		const changed = await read();
		expect(changed).toMatchObject({ Title: ODD_NAME, Status: 'Open', Due: '2027-01-31', Team: [{ email: 'bob@example.com' }] });
		expect(changed?.Partners ?? []).toEqual([]);

		expect(await rowsAs('alice', { ...list, operation: 'delete', itemId })).toEqual([{ id: itemId, deleted: true }]);
		expect(errorOf(await runByHand(world, [asUser('alice', { ...list, operation: 'get', itemId })], 'error')).message).toContain(`alice@example.com cannot see the item ${itemId} of the list "Projects", or it does not exist`);
	});

	test('come out of the flow’s own items, made or changed by their key', async () => {
		const incoming = (hours: number[]) => code(`return ${JSON.stringify(hours)}.map((Hours, index) => ({ json: { Title: 'Row ' + index, Code: 'key-' + index, Hours, unknown: true } }));`, 'Incoming');
		const upsert = { ...list, operation: 'upsert', columns: { mappingMode: 'autoMapInputData', value: null, matchingColumns: ['Code'], schema: [] } };
		const run = async (...hours: number[]) => await itemsByHand(world, [incoming(hours), asUser('alice', upsert)]);
		expect((await run(1, 2)).map(({ wasCreated }) => wasCreated)).toEqual([true, true]);
		const again = await run(10, 20, 30);
		expect(again.map(({ wasCreated }) => wasCreated)).toEqual([false, false, true]);
		expect(fieldsOf(again).map(({ Hours }) => Hours)).toEqual([10, 20, 30]);
		const filtered = { ...list, operation: 'getMany', returnAll: true, columnNames: ['Title', 'Hours'], filterMode: 'conditions', conditions: { condition: [{ column: 'Code', operator: 'startsWith', value: 'key-' }, { column: 'Hours', operator: 'greater', value: '10' }] }, sort: { rule: [{ column: 'Hours', descending: true }] } };
		expect(fieldsOf(await rowsAs('alice', filtered)).map(({ Hours }) => Hours)).toEqual([30, 20]);
	});

	test('of a long list come page by page, also when Graph throttles', async () => {
		await world.control('settings', { graphReadings: 6_000 });
		await fault({ pathIncludes: '/items' }, { ...graphFaults.throttled, times: 2 });
		const readings = await rowsAs('bob', { resource: 'item', operation: 'getMany', site: entered('/sites/everyone', 'url'), list: entered('Readings'), returnAll: true, columnNames: ['Title'] });
		expect(new Set(fieldsOf(readings).map(({ Title }) => Title)).size).toBe(6_000);
		expect((await graphCalls()).filter(({ status }) => status === 429)).toHaveLength(2);
	});

	test('fail one by one, in words, where the flow goes on', async () => {
		const people = code("return [{ json: { id: '2' } }, { json: { id: '999' } }, { json: { id: '3' } }];", 'Ids');
		const items = await itemsByHand(world, [people, { ...asUser('alice', { ...list, operation: 'get', itemId: '={{ $json.id }}' }), onError: 'continueRegularOutput' }]);
		expect(items.map(({ id, error }) => id ?? error)).toEqual(['2', expect.stringContaining('alice@example.com cannot see the item 999'), '3']);
	});
});

test('an error says whose right is missing for what', async () => {
	const parameters = { resource: 'item', operation: 'getMany', site: entered('/sites/alice-projects', 'url'), list: entered('Projects') };
	expect(errorOf(await runByHand(world, [asUser('bob', parameters)], 'error'))).toMatchObject({ name: 'NodeApiError', message: expect.stringMatching(/^accessDenied: bob@example\.com may not do this \(.*alice-projects/) as string });
	const unknown = errorOf(await runByHand(world, [asUser('alice', { ...parameters, columnNames: ['Colour'] })], 'error'));
	expect([unknown.name, unknown.message, unknown.description]).toEqual(['NodeOperationError', 'The list "Projects" has no column "Colour" that this user may see', expect.stringContaining('Hours')]);
});

test('without anybody signing in, an app acts as itself', async () => {
	const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
	const { clientId, clientSecret } = clients.confidential;
	const credential = await world.client.createCredential({ name: 'App', type: 'sharePointOnlineClientCredentialsOAuth2Api', data: { tenant: tenants.home.id, cloud: 'custom', authorityUrl: loginUrl, graphUrl, clientId, clientSecret, clientAuthentication: 'post' } });
	const rows = await itemsByHand(world, [sharePoint({ credential }, { authentication: 'clientCredentials', resource: 'item', operation: 'getMany', site: entered('/sites/bob-finance', 'url'), list: entered('Invoices'), returnAll: true })]);
	expect(rows).toHaveLength(5);
});

test('as a tool of an AI agent it takes a value from the model as a value', async () => {
	model = await startChatModel({ tool: 'SharePoint', arguments: { customer: "O'Neill GmbH" } }, 'One project.');
	const tool = sharePoint(app, { user: 'alice@example.com', resource: 'item', operation: 'getMany', site: entered('/sites/alice-projects', 'url'), list: entered('Projects'), returnAll: true, columnNames: ['Title', 'Customer'], filterMode: 'conditions', conditions: { condition: [{ column: 'Customer', operator: 'equals', value: "={{ $fromAI('customer', 'Name of the customer') }}" }] }, toolDescription: 'Finds projects' });
	const draft = flow('agent')
		.chain(manualTrigger(), agent('Which projects are for O’Neill?'))
		.node(chatModel(await world.client.createCredential(model.credential)))
		.node({ ...tool, type: `${tool.type}Tool` })
		.connect('Chat Model', 'AI Agent', { type: 'ai_languageModel' })
		.connect('SharePoint', 'AI Agent', { type: 'ai_tool' });
	const { id } = await world.client.createWorkflow(draft.draft());
	const ended = await world.client.waitForExecution(await world.client.runManually(id, { from: 'Manual Trigger', to: 'AI Agent' }), 'success');
	expect(itemsOf(ended, 'AI Agent')).toEqual([expect.objectContaining({ output: 'One project.' })]);
	expect(JSON.stringify(model.requests.at(-1))).toContain('alice project 6');
	expect(JSON.stringify(model.requests.at(-1))).not.toContain('alice project 5');
	expect(new Set((await graphCalls()).map(({ user }) => user))).toEqual(new Set(['alice']));
});
