// What Salesforce Retrieve Data does in a real n8n. Longer than 300 lines, because starting n8n takes longer than most of the tests.
import { startChatModel, type ChatModel } from '../host/chatModel';
import { itemsOf, type Execution, type StoredCredential, type WorkflowNode } from '../host/n8nClient';
import { agent, chatModel, flow, manualTrigger, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { largeContent } from '../sandbox/salesforce/data/fileRows';
import { salesforceFaults } from '../sandbox/salesforce/faultBodies';
import { forEverybody, itemsByHand, offerApp, peopleNode, runByHand } from './apps';
import { walkFlow } from './walk';
import { createWorld, ownersOf, waitFor, type World } from './world';

type Parameters = NonNullable<WorkflowNode['parameters']>;
type Rows = Record<string, unknown>[];

let world: World;
let model: ChatModel | undefined;

beforeAll(async () => {
	world = await createWorld();
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

/** One run by hand as that person; what it yields. */
const rowsAs = async (name: string, parameters: Parameters): Promise<Rows> => await itemsByHand(world, [world.salesforce({ user: `${name}@example.com`, ...parameters })]);
const soqlAs = async (name: string, soql: string, parameters: Parameters = {}): Promise<Rows> => await rowsAs(name, { soql, ...parameters });
const bound = (name: string, value: string) => ({ queryParameters: { parameter: [{ name, type: 'text', isList: false, value }] } });
const locator = (value: string, mode = 'name') => ({ __rl: true, mode, value });
const condition = (field: string, operator: string, value: string) => ({ field: locator(field), operator, value, valueType: 'auto' });
const apiCalls = async () => (await world.calls({ provider: 'salesforce' })).filter(({ server }) => server === 'api');
const grants = async () => (await world.calls({ provider: 'salesforce', server: 'oauth', status: 200 })).map(({ grantType }) => grantType?.replace(/^.*:/, ''));

/** The bytes that a flow of these nodes answers with. */
async function downloaded(path: string, ...nodes: WorkflowNode[]): Promise<Buffer> {
	await world.publish(flow(path).chain(webhook({ path }), ...nodes, respondToWebhook('', { parameters: { respondWith: 'binary' } })));
	const answer = await fetch(world.flowUrl(path));
	if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
	return Buffer.from(await answer.arrayBuffer());
}

describe('rows of the person who started the flow', () => {
	test('Get Many with conditions, groups and sort rules gives Alice hers and Bob his, after the sign-in', async () => {
			await world.browserFlow('many', {
			resource: 'record',
			operation: 'getMany',
			objectType: locator('Invoice__c'),
			fields: 'Name, Amount__c, Owner.Name, Account__r.Name',
			conditions: { condition: [condition('Owner.Name', 'contains', '={{ $json.query.user.split("@")[0] }}')] },
			groups: { group: [{ combine: 'or', negate: false, conditions: { condition: [condition('Amount__c', 'lessOrEqual', '200.50'), condition('DueDate__c', 'equal', 'NEXT_N_DAYS:7')] } }] },
			combine: 'and',
			sort: { rule: [{ field: locator('Amount__c'), direction: 'DESC', nulls: 'LAST' }] },
		});
		const seen: Record<string, number> = {};
		for (const name of ['alice', 'bob']) {
			const { status, body } = await walkFlow(world, `${world.flowUrl('many')}?user=${name}@example.com`, name);
			expect(status).toBe(200);
			const rows = JSON.parse(body) as { Amount__c: number; Owner: { Name: string } }[];
			expect(new Set(rows.map(({ Owner }) => Owner.Name.split(' ')[0]?.toLowerCase()))).toEqual(new Set([name]));
			const amounts = rows.map((row) => row.Amount__c);
			expect(amounts).toEqual([...amounts].sort((a, b) => b - a));
			expect(amounts.slice(-2)).toEqual([200.5, 100.25]);
			seen[name] = rows.length;
		}
		expect(seen.alice).toBeGreaterThan(seen.bob ?? 0);
	});

	test('a bound parameter is a value, whatever stands in it', async () => {
		const soql = 'SELECT Name FROM Account WHERE Name = :name';
		expect(await soqlAs('alice', soql, bound('name', "Alice Analytics & O'Neill"))).toEqual([{ Name: "Alice Analytics & O'Neill" }]);
		for (const value of ["' OR Name != '", "x' OR Name LIKE '%", "\\' OR Name != '", 'Name']) expect(await soqlAs('alice', soql, bound('name', value))).toEqual([]);
		// The same text as part of the query would have given all rows.
		expect(await soqlAs('alice', "=SELECT Name FROM Account WHERE Name = '{{ \"' OR Name != '\" }}'")).toHaveLength(3);
	});

	test('pages of rows and pages of child rows are followed to their end; parents come along', async () => {
		await world.control('settings', { queryPageSize: 500, subqueryPageSize: 200 });
		const accounts = await soqlAs('alice', 'SELECT Name, Parent.Name, Owner.Email, (SELECT LastName FROM Contacts) FROM Account ORDER BY Name');
		expect(accounts.map(({ Contacts }) => (Contacts as Rows).length)).toEqual([1_500, 1_500, 1_500]);
		expect(accounts.map(({ Parent }) => (Parent as { Name: string } | null)?.Name)).toEqual([undefined, 'Alice Aerospace', "Alice Analytics & O'Neill"]);
		expect(accounts[0]).toMatchObject({ Owner: { Email: 'alice@example.com' } });
		const contacts = await soqlAs('alice', 'SELECT LastName FROM Contact');
		expect(new Set(contacts.map(({ LastName }) => LastName)).size).toBe(4_500);
	});
});

describe('reports, list views, search', () => {
	test('a summary report with a filter of this run comes as rows with their groups', async () => {
		const reports = await rowsAs('alice', { resource: 'report', operation: 'list' });
		const report = reports.find((row) => (row.name ?? row.Name) === 'Invoices by Account and Status');
		const run = async (name: string) => await rowsAs(name, { resource: 'report', operation: 'run', reportId: locator(String(report?.id ?? report?.Id), 'id'), reportFilters: { filter: [{ column: 'Status', operator: 'equals', value: 'Paid' }] } });
		const [alice, bob] = [await run('alice'), await run('bob')];
		expect(alice.length).toBeGreaterThan(bob.length);
		expect(bob.length).toBeGreaterThan(0);
		for (const row of [...alice, ...bob]) expect(row).toMatchObject({ Status: 'Paid', Amount: expect.any(Number) as number });
		const accounts = (rows: Rows) => new Set(rows.map(({ Account }) => Account).filter((name) => name !== null).map((name) => String(name).split(' ')[0]));
		expect([accounts(alice), accounts(bob)]).toEqual([new Set(['Alice']), new Set(['Bob'])]);
	});

	test('results of a list view, and what a search finds', async () => {
		const rows = await rowsAs('bob', { resource: 'listView', operation: 'results', objectType: locator('Account'), listViewId: locator('AllAccounts') });
		expect(ownersOf(rows)).toEqual(['Bob', 'Bob']);
		const found = async (name: string) => await rowsAs(name, { resource: 'search', operation: 'sosl', sosl: 'FIND {:term} IN NAME FIELDS RETURNING Account(Name)', ...bound('term', "O'Neill") });
		expect(await found('alice')).toEqual([expect.objectContaining({ type: 'Account', Name: "Alice Analytics & O'Neill" })]);
		expect(await found('bob')).toEqual([]);
	});
});

test('a downloaded file is the same, byte by byte', async () => {
	const bytes = 3 * 1024 * 1024 + 17;
	await world.control('settings', { largeFileBytes: bytes });
	const [account] = await soqlAs('alice', "SELECT Id FROM Account WHERE Name = 'Alice Aerospace'");
	const files = await rowsAs('alice', { resource: 'file', operation: 'list', recordId: locator(String(account?.Id), 'id') });
	const large = files.find(({ name }) => name === 'large.bin');
	expect(large).toMatchObject({ size: bytes });
	const body = await downloaded('file', world.salesforce({ user: 'alice@example.com', resource: 'file', operation: 'download', fileId: String(large?.id) }));
	expect(body.equals(Buffer.concat([...largeContent(bytes)]))).toBe(true);
});

describe('many rows through Bulk', () => {
	const count = 30_000;
	const soql = 'SELECT Id, Name, Value__c, Comment__c FROM Reading__c';
	const options = { readWith: 'bulk' };
	const jobs = async (method: string) => (await apiCalls()).filter((call) => call.method === method && call.path.includes('/jobs/query')).map(({ status }) => status);

	beforeEach(async () => await world.control('settings', { readingRows: count }));

	test('as items: all rows, typed as through REST; nothing is left at Salesforce', async () => {
		const rows = await soqlAs('alice', soql, { options });
		expect(rows).toHaveLength(count);
		expect(new Set(rows.map(({ Name }) => Name)).size).toBe(count);
		expect(await jobs('POST')).toEqual([200]);
		expect(await jobs('DELETE')).toEqual([204]);
		const byRest = await soqlAs('alice', `${soql} LIMIT 2000`, { options: { readWith: 'rest' } });
		expect(rows.slice(0, 2_000)).toEqual(byRest);
	});

	test('as one CSV file, where there are many without asking for Bulk', async () => {
		const csv = await downloaded('csv', world.salesforce({ user: 'alice@example.com', soql: 'SELECT Name, Value__c FROM Reading__c', output: 'csv' }));
		const lines = csv.toString('utf8').trimEnd().split(/\r?\n/);
		expect(lines[0]).toBe('Name,Value__c');
		expect(lines[1]).toMatch(/^R-0000001,[\d.]+$/);
		expect(new Set(lines).size).toBe(count + 1);
		expect(await jobs('DELETE')).toEqual([204]);
	});

	test('whoever stops the execution ends the job, too', async () => {
		await world.control('settings', { bulkProcessingMs: 120_000 });
		const { id } = await world.client.createWorkflow(flow('stopped').chain(manualTrigger(), world.salesforce({ user: 'alice@example.com', soql, options })).draft());
		const run = await world.client.runManually(id, { from: 'Manual Trigger', to: 'Salesforce' });
		await waitFor(async () => (await jobs('GET')).length > 0, 'the first look at the job');
		await world.client.stopExecution(run);
		await waitFor(async () => (await jobs('DELETE')).length > 0, 'the end of the job');
		expect([await jobs('PATCH'), await jobs('DELETE')]).toEqual([[200], [204]]);
		expect((await world.client.execution(run)).status).toBe('canceled');
	});
});

describe('without anybody signing in', () => {
	const common = () => ({ environment: 'custom', loginUrl: world.sandbox.salesforce.loginUrl });
	const node = (authentication: string, credential: StoredCredential) => withCredentials(own('Salesforce', 'salesforceRetrieveData', { authentication, resource: 'query', operation: 'soql', soql: 'SELECT Name FROM Account ORDER BY Name', returnAll: true }), credential);
	const create = async (type: string, data: Record<string, unknown>) => await world.client.createCredential({ name: type, type, data });

	test('client credentials: the rows of the user that the administrator chose', async () => {
		const { clientId, clientSecret } = world.sandbox.salesforce.clients.clientCredentials;
		const credential = await create('salesforceClientCredentialsOAuth2Api', { ...common(), clientId, clientSecret });
		const rows = await itemsByHand(world, [node('clientCredentials', credential)]);
		expect([...new Set(ownersOf(rows))]).toEqual(['Alice', 'Bob', 'Carol']);
		expect(new Set((await apiCalls()).map(({ user }) => user))).toEqual(new Set(['integration']));
	});

	test('JWT bearer: two items are two people in one run', async () => {
		const { clientId, privateKeyPem } = world.sandbox.salesforce.clients.jwtPreAuthorized;
		const credential = await create('salesforceJwtBearerOAuth2Api', { ...common(), clientId, privateKey: privateKeyPem, subject: '={{ $json.email }}' });
		const rows = await itemsByHand(world, [peopleNode('bob', 'alice'), node('jwtBearer', credential)]);
		expect(ownersOf(rows)).toEqual(['Bob', 'Bob', 'Alice', 'Alice', 'Alice']);
	});

	test('JWT bearer: whoever has not approved the app is asked in the browser, and the same execution goes on', async () => {
		const { clientId, clientSecret, privateKeyPem } = world.sandbox.salesforce.clients.jwtSelfAuthorized;
		await offerApp(world, 'approve', { ...forEverybody('approve'), ...common(), clientId, clientSecret, clientAuthentication: 'post' }, 'salesforceUserLoginOAuth2Api');
		const credential = await create('salesforceJwtBearerOAuth2Api', { ...common(), clientId, privateKey: privateKeyPem, subject: '={{ $json.query.user }}@example.com' });
		const id = await world.publish(flow('approval').chain(webhook({ path: 'approval' }), node('jwtBearer', credential), respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json)) }}')));
		const { status, body, seen } = await walkFlow(world, `${world.flowUrl('approval')}?user=carol`, 'carol');
		expect([status, [...new Set(ownersOf(JSON.parse(body)))]]).toEqual([200, ['Carol']]);
		expect(seen.some((address) => address.includes('/approve/sign-in'))).toBe(true);
		await world.client.waitForNewestExecution(id, 'success');
		expect(await world.client.executions({ workflowId: id })).toHaveLength(1);
	});
});

describe('what passes and what does not', () => {
	const fault = async (pathIncludes: string, what: object) => await world.control('faults', { match: { provider: 'salesforce', server: 'api', pathIncludes }, times: 1, ...what });
	const queries = async () => (await apiCalls()).map(({ status }) => status);

	test('a token that ends between two pages is renewed once, and no row is lost', async () => {
		// Further pages are asked for at /query/01g….
		await fault('/query/01g', salesforceFaults.sessionInvalidForbidden);
		const contacts = await soqlAs('alice', 'SELECT LastName FROM Contact');
		expect(new Set(contacts.map(({ LastName }) => LastName)).size).toBe(4_500);
		expect(await grants()).toEqual(['refresh_token']);
		expect((await queries()).sort()).toEqual([200, 200, 200, 403]);
	});

	test('a locked row and an overloaded server are tried again', async () => {
		await fault('/query', salesforceFaults.lockedRow);
		await fault('/query', salesforceFaults.serverUnavailable);
		expect(ownersOf(await soqlAs('bob', 'SELECT Name FROM Account'))).toEqual(['Bob', 'Bob']);
		expect(await queries()).toEqual([400, 503, 200]);
	});

	test('a quota that is used up is one clear error after one call', async () => {
		await world.control('settings', { apiRequestsUsed: 100_000 });
		const failed: Execution = await runByHand(world, [world.salesforce({ user: 'bob@example.com' })], 'error');
		expect(failed.data.resultData.error).toMatchObject({ name: 'NodeApiError', message: expect.stringMatching(/^REQUEST_LIMIT_EXCEEDED: /) as string, description: expect.stringContaining('daily API quota') as string });
		expect(await queries()).toEqual([403]);
	});
});

test('as a tool of an AI agent it takes a value from the model as a value', async () => {
	model = await startChatModel({ tool: 'Salesforce', arguments: { company: "Alice Analytics & O'Neill" } }, 'There is one.');
	const tool = own('Salesforce', 'salesforceRetrieveDataTool', { user: 'alice@example.com', resource: 'query', operation: 'soql', soql: 'SELECT Name, Industry FROM Account WHERE Name = :company', ...bound('company', "={{ $fromAI('company', 'Name of the company') }}"), toolDescription: 'Finds a company' });
	const draft = flow('agent')
		.chain(manualTrigger(), agent('In which industry is O’Neill?'))
		.node(chatModel(await world.client.createCredential(model.credential)))
		.node(withCredentials(tool, world.credential))
		.connect('Chat Model', 'AI Agent', { type: 'ai_languageModel' })
		.connect('Salesforce', 'AI Agent', { type: 'ai_tool' });
	const { id } = await world.client.createWorkflow(draft.draft());
	const run = await world.client.runManually(id, { from: 'Manual Trigger', to: 'AI Agent' });
	const ended = await world.client.waitForExecution(run, 'success');
	expect(itemsOf(ended, 'AI Agent')).toEqual([expect.objectContaining({ output: 'There is one.' })]);
	expect(JSON.stringify(model.requests.at(-1))).toContain('Energy');
	expect((await apiCalls()).map(({ user, soql }) => [user, soql])).toEqual([['alice', "SELECT Name, Industry FROM Account WHERE Name = 'Alice Analytics & O\\'Neill'"]]);
});
