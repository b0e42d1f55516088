import { NodeApiError, NodeOperationError, type IDataObject } from 'n8n-workflow';

import type { Connection } from '../../lib/connections';
import { SalesforceRetrieveData } from '../../nodes/SalesforceRetrieveData/SalesforceRetrieveData.node';
import { play, useNodes, type Execution, type Traces } from './support/executing';

const node = new SalesforceRetrieveData();
const base = { authentication: 'individualUser', user: 'alice@example.com', ifNotSignedIn: 'stopWithError', resource: 'query', operation: 'soql' };

describe('Salesforce Retrieve Data', () => {
	const world = useNodes();
	let connection: Connection;
	let traces: Traces;
	beforeEach(async () => {
		connection = await world.register();
		await world.signIn(connection, 'alice');
		await world.signIn(connection, 'bob');
		await world.control('DELETE', 'calls');
	});
	async function run(parameters: Record<string, unknown>, more: Partial<Execution> = {}) {
		traces = play({ ...more, parameters: { ...base, ...parameters } }, world.raw());
		const [items] = await node.execute.call(traces.context);
		return items!;
	}
	const rows = async (parameters: Record<string, unknown>, more: Partial<Execution> = {}): Promise<IDataObject[]> => (await run(parameters, more)).map(({ json }) => json);
	const failure = async (parameters: Record<string, unknown>, more: Partial<Execution> = {}) => await run(parameters, more).then(() => { throw new Error('it did not fail'); }, (error: unknown) => error as NodeApiError);
	const api = async () => (await world.calls()).filter(({ server }) => server === 'api');

	describe('a query', () => {
		it('returns all 4,500 rows over all pages, and only the user’s own', async () => {
			const found = await rows({ soql: 'SELECT Id, Name FROM Contact', returnAll: true });
			expect(found).toHaveLength(4_500);
			expect(new Set(found.map(({ Id }) => Id)).size).toBe(4_500);
			expect(Object.keys(found[0]!)).toEqual(['Id', 'Name']);
			expect((await api()).map(({ user, status }) => [user, status])).toEqual([['alice', 200], ['alice', 200], ['alice', 200]]);
		});

		it.each([[1, 1], [50, 1], [200, 1], [2_000, 1], [2_001, 2], [4_400, 3]])('returns %i rows at most and asks for %i pages', async (limit, pages) => {
			expect(await rows({ soql: 'SELECT Id FROM Contact', limit })).toHaveLength(limit);
			expect(await api()).toHaveLength(pages);
		});

		it('includes deleted rows by option only', async () => {
			const soql = 'SELECT Name FROM Account';
			const name = 'Alice Abandoned';
			expect((await rows({ soql })).some((row) => row.Name === name)).toBe(false);
			expect((await rows({ soql, options: { includeDeleted: true } })).some((row) => row.Name === name)).toBe(true);
			expect((await api()).map(({ path }) => path.replace(/^.*v63\.0/, ''))).toEqual(['/query/', '/queryAll/']);
		});

		it('returns the total of COUNT(), also if it is zero', async () => {
			expect(await rows({ soql: 'SELECT COUNT() FROM Contact' })).toEqual([{ totalSize: 4_500 }]);
			expect(await rows({ soql: "select count( ) from Account where Name = 'nobody'" })).toEqual([{ totalSize: 0 }]);
			expect(await rows({ soql: "SELECT Id FROM Account WHERE Name = 'nobody'" })).toEqual([]);
		});

		it('leaves Salesforce’s attributes out, in parents too, unless they are wanted', async () => {
			const soql = 'SELECT Name, Account.Name FROM Contact LIMIT 1';
			expect(JSON.stringify(await rows({ soql }))).not.toContain('attributes');
			expect((await rows({ soql, options: { keepAttributes: true } }))[0]).toMatchObject({ attributes: { type: 'Contact' }, Account: { attributes: { type: 'Account' } } });
		});

		it('sends special characters of a query as they are', async () => {
			const soql = "SELECT Name FROM Account WHERE Name = 'Alice Analytics & O\\'Neill'";
			expect(await rows({ soql })).toEqual([{ Name: "Alice Analytics & O'Neill" }]);
			expect((await api())[0]).toMatchObject({ soql });
		});

		it.each([['63.0', 'v63.0'], ['v60', 'v60.0'], ['60.0', 'v60.0']])('asks API version %p at %s', async (apiVersion, expected) => {
			await rows({ soql: 'SELECT Id FROM Account', options: { apiVersion } });
			expect((await api())[0]!.path).toBe(`/services/data/${expected}/query/`);
		});

		it.each(['../../evil', '63.1', 'newest'])('refuses the API version %p and says what one looks like', async (apiVersion) => {
			expect(await failure({ soql: 'SELECT Id FROM Account', options: { apiVersion } })).toMatchObject({ message: expect.stringContaining('"API Version"'), description: expect.stringContaining('63.0') });
			expect(await api()).toEqual([]);
		});

		it('tells what is wrong with a query, with Salesforce’s code, the item, and the way out', async () => {
			const error = await failure({ soql: 'SELEC Id FROM Account' });
			expect(error).toBeInstanceOf(NodeApiError);
			expect(error.message).toMatch(/^MALFORMED_QUERY: /);
			expect(error).toMatchObject({ httpCode: '400', description: expect.stringMatching(/SOQL/), context: { itemIndex: 0 } });
		});

		it.each([['', 'SOQL'], ['   ', 'SOQL']])('an empty query %p is told without asking anybody', async (soql, name) => {
			const error = await failure({ soql });
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error.message).toContain(name);
			expect(await api()).toEqual([]);
		});

		it.each([0, -1, 'many'])('a limit of %p is refused', async (limit) => {
			expect((await failure({ soql: 'SELECT Id FROM Account', limit })).message).toMatch(/"Limit"/);
		});

		it.each([
			[500, { kind: 'htmlError', status: 500 }, /500/],
			[200, { kind: 'htmlError', status: 200 }, /JSON/],
			[403, { kind: 'status', status: 403, body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }] }, /REQUEST_LIMIT_EXCEEDED/],
		])('an answer %i that is none is a NodeApiError', async (status, fault, message) => {
			await world.fault({ match: { server: 'api' }, ...fault });
			const error = await failure({ soql: 'SELECT Id FROM Account' });
			expect(error).toBeInstanceOf(NodeApiError);
			expect([error.message, error.httpCode]).toEqual([expect.stringMatching(message), String(status)]);
		});
	});

	describe('a record', () => {
		const get = { resource: 'record', operation: 'get', objectType: 'Account' };
		const accountId = async (of = 'alice@example.com') => String((await rows({ soql: 'SELECT Id FROM Account ORDER BY Name', user: of }))[0]!.Id);

		it('is retrieved with all fields, or with those that are named', async () => {
			const recordId = await accountId();
			expect(await rows({ ...get, recordId })).toEqual([expect.objectContaining({ Id: recordId, Name: 'Alice Aerospace', Industry: 'Aerospace' })]);
			expect(await rows({ ...get, recordId: recordId.slice(0, 15), fields: 'Name, Industry' })).toEqual([{ Id: recordId, Name: 'Alice Aerospace', Industry: 'Aerospace' }].map(({ Id: _id, ...row }) => expect.objectContaining(row) as object));
		});

		it('of somebody else is not found', async () => {
			const error = await failure({ ...get, recordId: await accountId('bob@example.com') });
			expect(error).toMatchObject({ httpCode: '404', message: expect.stringMatching(/^NOT_FOUND/), description: expect.stringMatching(/may not see/) });
		});

		it.each([
			[{ objectType: 'Account/../User' }, /Object Type/],
			[{ objectType: '' }, /Object Type/],
			[{ objectType: 'Account?x' }, /Object Type/],
			[{ recordId: '../../limits' }, /Record ID/],
			[{ recordId: '001' }, /Record ID/],
			[{ recordId: '' }, /Record ID/],
		])('%p is refused before any call', async (changes, message) => {
			expect((await failure({ ...get, recordId: '001xx000003DGb1AAG', ...changes })).message).toMatch(message);
			expect(await api()).toEqual([]);
		});
	});

	describe('a token that the API rejects', () => {
		const soql = 'SELECT Id FROM Account';
		it.each([401, 400, 403])('INVALID_SESSION_ID on %i renews it once and repeats the call', async (status) => {
			await world.fault({ match: { server: 'api' }, kind: 'status', status, body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }] });
			expect(await rows({ soql })).toHaveLength(3);
			expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
		});

		it('that ends between two pages is renewed, and no row is lost or doubled', async () => {
			let calls = 0;
			const found = await rows(
				{ soql: 'SELECT Id FROM Contact', returnAll: true },
				{
					onRequest(options) {
						// The second page is asked for with a token that nobody knows.
						if (options.url.includes('/query/01g') && calls++ === 0) Object.assign(options.headers!, { authorization: 'Bearer expired' });
					},
				},
			);
			expect(new Set(found.map(({ Id }) => Id)).size).toBe(4_500);
			expect(found).toHaveLength(4_500);
			expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
		});

		it('is renewed only once: a second rejection is the item’s error', async () => {
			await world.fault({ match: { server: 'api' }, kind: 'status', status: 401, times: 9, body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }] });
			expect((await failure({ soql })).message).toMatch(/^INVALID_SESSION_ID/);
			expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
			expect(await api()).toHaveLength(2);
		});

		it('a 403 for another reason renews nothing', async () => {
			await world.fault({ match: { server: 'api' }, kind: 'status', status: 403, body: [{ message: 'The REST API is not enabled for this Organization.', errorCode: 'API_DISABLED_FOR_ORG' }] });
			expect((await failure({ soql })).message).toMatch(/^API_DISABLED_FOR_ORG/);
			expect(await world.tokenCalls('refresh_token')).toEqual([]);
		});
	});

	it.each(['https://evil.example/services/data/v63.0/query/01g-2000', '//evil.example/x', '/\\evil.example/x', 'http://127.0.0.1:1/services/data'])('S35 a next page at %s is refused, and the token goes nowhere', async (nextRecordsUrl) => {
		await world.fault({ match: { server: 'api' }, kind: 'status', status: 200, body: { done: false, totalSize: 2, nextRecordsUrl, records: [{ Id: '1' }] } });
		const hosts: string[] = [];
		const error = await failure({ soql: 'SELECT Id FROM Account' }, { onRequest: (options) => void hosts.push(new URL(options.url).origin) });
		expect(error.message).toMatch(/is for 127\.0\.0\.1:\d+, not for/);
		expect(hosts.filter((host) => host !== world.sandbox.salesforce.loginUrl)).toEqual([world.sandbox.salesforce.instanceUrl]);
	});

	it('S35 a redirect of the API is not followed', async () => {
		await world.fault({ match: { server: 'api' }, kind: 'status', status: 302, times: 9, headers: { location: `${world.sandbox.control}/control/calls` } });
		expect(await failure({ soql: 'SELECT Id FROM Account' })).toBeInstanceOf(NodeApiError);
	});

	describe('several items', () => {
		const items = [{ json: { n: 0 } }, { json: { n: 1 } }, { json: { n: 2 } }];
		const soqls = ['SELECT Name FROM Account', 'SELEC', 'SELECT Name FROM Opportunity'];

		it('pairs every row with its item and runs each as its own user', async () => {
			const found = await run({ soql: 'SELECT Name FROM Account', user: (index: number) => (index === 1 ? 'bob@example.com' : 'alice@example.com') }, { items });
			expect(found.map(({ pairedItem, json }) => [(pairedItem as { item: number }).item, String(json.Name).split(' ')[0]])).toEqual([...Array.from({ length: 3 }, () => [0, 'Alice']), ...Array.from({ length: 2 }, () => [1, 'Bob']), ...Array.from({ length: 3 }, () => [2, 'Alice'])]);
		});

		it('stops at the item that fails, and says which', async () => {
			expect((await failure({ soql: (index: number) => soqls[index] }, { items })).context.itemIndex).toBe(1);
		});

		it('goes on after the item that fails, where the node is set so', async () => {
			const found = await run({ soql: (index: number) => soqls[index] }, { items, continueOnFail: true });
			const failed = found.filter(({ json }) => json.error !== undefined);
			expect(failed).toEqual([expect.objectContaining({ pairedItem: { item: 1 }, json: expect.objectContaining({ error: expect.stringMatching(/^MALFORMED_QUERY/) }) })]);
			expect(found.filter(({ json }) => json.Name !== undefined)).toHaveLength(6);
		});

		it('takes an item whose user is nobody for failed, and runs the others', async () => {
			const found = await run({ soql: soqls[0], user: (index: number) => (index === 1 ? 'undefined' : 'alice@example.com') }, { items, continueOnFail: true });
			expect(found.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([0, 0, 0, 1, 2, 2, 2]);
			expect(found[3]!.json.error).toMatch(/"User"/);
		});
	});

	it.each([
		[{ user: '' }, {}, /"User" is empty/],
		[{ user: 'service:account' }, {}, /reserved/],
		[{ user: { name: 'alice' } }, {}, /must be a text/],
		[{ user: 'carol@example.com' }, {}, /Authentication needed: carol/],
		[{ authentication: 'serviceAccount' }, {}, /does not allow the service account/],
		[{}, { noCredential: true }, /No credential/],
	])('%p %p is an error before any call', async (changes, more, message) => {
		expect((await failure({ soql: 'SELECT Id FROM Account', ...changes }, more)).message).toMatch(message);
		expect(await api()).toEqual([]);
	});

	it('S26 a credential that only looks like the connection reads nothing', async () => {
		const error = await failure({ soql: 'SELECT Id FROM Account' }, { credential: world.raw({ clientSecret: 'guessed' }) });
		expect(error.message).toMatch(/does not open the connection/);
		expect(await api()).toEqual([]);
	});
});
