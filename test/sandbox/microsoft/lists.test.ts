import { startGraphWorld, type GraphWorld } from './graphWorld';

let graph: GraphWorld;
let lists: string;
beforeAll(async () => {
	graph = await startGraphWorld();
	lists = `/sites/${(await graph.call('alice', '/sites/127.0.0.1:/sites/everyone')).body.id}/lists`;
});
afterAll(async () => graph.close());
beforeEach(() => graph.set());

const prefer = { Prefer: 'HonorNonIndexedQueriesWarningMayFailRandomly' };
const errorOf = ({ status, body }: { status: number; body: { error: { code: string; message: string; innerError: { code?: string } } } }) => ({ status, code: body.error.code, message: body.error.message });
const create = (fields: Record<string, unknown>, name = 'alice') => graph.call(name, `${lists}/Projects/items`, { method: 'POST', json: { fields } });

describe('lists', () => {
	test('hide those of the system unless they are selected', async () => {
		const names = async (query: string) => (await graph.call('bob', `${lists}${query}`)).body.value.map(({ displayName }: { displayName: string }) => displayName);
		expect(await names('')).toEqual(['Documents', 'Customers', 'Projects', 'Readings', 'Archive & more', 'Workflow Tasks']);
		expect(await names('?$select=displayName,system')).toContain('User Information List');
	});

	test('describe their columns', async () => {
		const { body } = await graph.call('alice', `${lists}/Projects/columns`);
		const facets = Object.fromEntries(body.value.map((column: Record<string, unknown>) => [column['name'], ['text', 'number', 'currency', 'dateTime', 'boolean', 'choice', 'personOrGroup', 'lookup', 'hyperlinkOrPicture', 'calculated'].find((facet) => facet in column)]));
		expect(facets).toMatchObject({ Title: 'text', Notes: 'text', Hours: 'number', Budget: 'currency', Due: 'dateTime', Active: 'boolean', Status: 'choice', Tags: 'choice', Owner: 'personOrGroup', Team: 'personOrGroup', Customer: 'lookup', Partners: 'lookup', Website: 'hyperlinkOrPicture', Total: 'calculated' });
	});
});

describe('items', () => {
	test('have no fields unless they are expanded, and lookups only by their number', async () => {
		const { body } = await graph.call('alice', `${lists}/Projects/items/1`);
		expect(body).not.toHaveProperty('fields');
		const all = (await graph.call('alice', `${lists}/Projects/items/1?$expand=fields`)).body.fields;
		expect(all).toMatchObject({ CustomerLookupId: '2', OwnerLookupId: '11', Team: [{ LookupId: 10, LookupValue: 'Alice Archer', Email: 'alice@example.com' }, { LookupId: 11 }], Tags: ['Green'], Total: 10_005, Website: { Url: 'https://project-1.example/' } });
		expect(all).not.toHaveProperty('Customer');
		const some = (await graph.call('alice', `${lists}/Projects/items/1?$expand=fields($select=Title,Customer,Owner)`)).body.fields;
		expect(some).toEqual({ '@odata.etag': all['@odata.etag'], Title: 'alice project 1', Customer: 'Blue Yonder', Owner: 'Bob Baker' });
	});

	test('filter and sort by indexed columns, and by others only with the header', async () => {
		const codes = async (query: string, headers = {}) => (await graph.call('alice', `${lists}/Projects/items?$expand=fields($select=Code)&${query}`, { headers })).body.value?.map((item: { fields: { Code: string } }) => item.fields.Code);
		expect(await codes('$filter=fields/Hours ge 100 and fields/Due lt \'2026-03-12\'&$orderby=fields/Hours desc')).toEqual(['alice-10']);
		expect(await codes('$filter=fields/CustomerLookupId eq 3&$orderby=fields/Code')).toEqual(['alice-2', 'alice-9']);
		expect(await codes('$filter=fields/Customer eq \'O\'\'Neill GmbH\'')).toEqual(['alice-6']);
		expect(await codes('$filter=not(fields/Status eq \'Open\') and (contains(fields/Title,\'project 1\') or fields/Active eq false)', prefer)).toEqual(['alice-1', 'alice-2', 'alice-4', 'alice-8', 'alice-10', 'alice-11']);
		expect(errorOf(await graph.call('alice', `${lists}/Projects/items?$filter=fields/Status eq 'Open'`))).toMatchObject({ status: 400, code: 'invalidRequest', message: expect.stringContaining('Field \'Status\' cannot be referenced in filter or orderby as it is not indexed.') });
		expect(errorOf(await graph.call('alice', `${lists}/Projects/items?$filter=fields/Nothing eq 1`))).toMatchObject({ status: 400, message: 'Field \'Nothing\' is not recognized' });
		expect((await graph.call('alice', `${lists}/Projects/items?$filter=fields/Status eq`)).status).toBe(400);
	});

	test('come in pages, some of them empty, and never by $skip', async () => {
		graph.set({ graphReadings: 450, graphEmptyPages: true });
		const sizes: number[] = [];
		for (let path: string | undefined = `${lists}/Readings/items`; path; ) {
			const { body }: { body: { value: unknown[]; '@odata.nextLink'?: string } } = await graph.call('alice', path);
			sizes.push(body.value.length);
			path = body['@odata.nextLink'];
		}
		expect(sizes).toEqual([200, 0, 200, 0, 50]);
		expect((await graph.call('alice', `${lists}/Readings/items?$skip=3`)).status).toBe(400);
	});

	test.each([
		['listViewThreshold', 400, 'invalidRequest'],
		['tooManyResources', 422, 'unprocessableEntity'],
		['throttled', 429, 'activityLimitReached'],
	] as const)('above the threshold are refused (%s)', async (graphThresholdAnswer, status, code) => {
		graph.set({ graphThresholdAnswer });
		expect(errorOf(await graph.call('alice', `${lists}/Readings/items?$filter=fields/Value gt 1`, { headers: prefer }))).toMatchObject({ status, code });
		expect((await graph.call('alice', `${lists}/Readings/items?$filter=fields/Sensor eq 'sensor-7'&$top=5000`)).body.value).toHaveLength(400);
	});

	test('are made, changed and deleted by value', async () => {
		const { status, body } = await create({ Title: 'Made', Code: 'made-1', Hours: '2.5', Budget: 4, Due: '2026-05-01', Kickoff: '2026-05-01T10:00:00+02:00', Active: true, 'Tags@odata.type': 'Collection(Edm.String)', Tags: ['Red', 'Blue'], OwnerLookupId: '12', 'TeamLookupId@odata.type': 'Collection(Edm.Int32)', TeamLookupId: [10, 12], CustomerLookupId: 7, 'PartnersLookupId@odata.type': 'Collection(Edm.Int32)', PartnersLookupId: [1, 5] });
		expect(status).toBe(201);
		expect(body.fields).toMatchObject({ Title: 'Made', Hours: 2.5, Total: 10, Due: '2026-05-01T00:00:00Z', Kickoff: '2026-05-01T08:00:00Z', Tags: ['Red', 'Blue'], OwnerLookupId: '12', CustomerLookupId: '7', Status: 'Open', AuthorLookupId: '10', Partners: [{ LookupId: 1 }, { LookupId: 5, LookupValue: 'Emoji 🚀 Traders' }] });
		const item = `${lists}/Projects/items/${body.id}`;
		const changed = await graph.call('bob', `${item}/fields`, { method: 'PATCH', json: { Hours: null, Title: 'Changed' }, headers: { 'If-Match': body.eTag } });
		expect(changed.body).toMatchObject({ Title: 'Changed', EditorLookupId: '11' });
		expect(changed.body).not.toHaveProperty('Hours');
		expect(errorOf(await graph.call('alice', `${item}/fields`, { method: 'PATCH', json: { Title: 'Lost' }, headers: { 'If-Match': body.eTag } }))).toMatchObject({ status: 412, code: 'resourceModified' });
		expect(errorOf(await graph.call('alice', item, { method: 'DELETE', headers: { 'If-Match': body.eTag } }))).toMatchObject({ status: 412 });
		expect((await graph.call('alice', item, { method: 'DELETE' })).status).toBe(204);
		expect((await graph.call('alice', item)).status).toBe(404);
	});

	test.each<[string, Record<string, unknown>, string]>([
		['an unknown column', { Nothing: 1 }, 'Field \'Nothing\' is not recognized'],
		['a column that is calculated', { Total: 1 }, 'Field \'Total\' is read-only'],
		['a hyperlink', { Website: { Url: 'https://a.example/', Description: 'a' } }, 'Invalid request'],
		['several values without their type', { Tags: ['Red'] }, 'A value without a type name was found'],
		['a lookup that leads nowhere', { CustomerLookupId: 99 }, 'malformed'],
		['a number that is none', { Hours: 'many' }, 'malformed'],
		['a value that has to be unique', { Code: 'ALICE-1' }, 'not unique'],
	])('refuse %s', async (_what, fields, words) => {
		const answer = errorOf(await create({ Title: 'Refused', ...fields }));
		expect(answer).toMatchObject({ status: 400, code: 'invalidRequest' });
		expect(answer.message).toContain(words);
	});

	test('tell what changed since a token, and when that can no longer be told', async () => {
		const { body: start } = await graph.call('alice', `${lists}/Customers/items/delta?token=latest`);
		expect(start.value).toEqual([]);
		const { body: made } = await graph.call('alice', `${lists}/Customers/items`, { method: 'POST', json: { fields: { Title: 'Delta' } } });
		await graph.call('alice', `${lists}/Customers/items/1/fields`, { method: 'PATCH', json: { City: 'Oslo' } });
		const { body: changes } = await graph.call('alice', start['@odata.deltaLink']);
		expect(changes.value.map(({ id }: { id: string }) => id)).toEqual([made.id, '1']);
		await graph.call('alice', `${lists}/Customers/items/${made.id}`, { method: 'DELETE' });
		expect((await graph.call('alice', changes['@odata.deltaLink'])).body.value).toEqual([expect.objectContaining({ id: made.id, deleted: { state: 'deleted' } })]);
		graph.set({ graphDeltaTokensExpired: true });
		const gone = await graph.call('alice', changes['@odata.deltaLink']);
		expect(errorOf(gone)).toMatchObject({ status: 410, code: 'resyncRequired' });
		expect((await graph.call('alice', gone.headers.get('location')!)).body.value.length).toBeGreaterThan(5);
	});
});

describe('permissions', () => {
	test('of the token and of the site are both needed', async () => {
		const item = { method: 'POST', json: { fields: { Title: 'x' } } };
		expect(errorOf(await graph.call('alice', `${lists}/Customers/items`, { ...item, scope: 'Sites.Read.All' }))).toMatchObject({ status: 403, code: 'accessDenied' });
		expect((await graph.call('alice', `${lists}/Customers/items`, { scope: 'Sites.Read.All' })).status).toBe(200);
		expect((await graph.call('alice', `${lists}/Customers/items`, { scope: 'User.Read' })).status).toBe(403);
		const marketing = `/sites/${(await graph.call('carol', '/sites/127.0.0.1:/sites/marketing')).body.id}/lists/Customers/items`;
		expect((await graph.call('carol', marketing)).status).toBe(200);
		expect((await graph.call('carol', marketing, item)).status).toBe(403);
		expect((await graph.call('bob', marketing)).status).toBe(403);
		expect((await graph.call('app', marketing)).status).toBe(200);
		graph.set({ graphAppRoles: ['Sites.Selected'] });
		expect((await graph.call('app', marketing)).status).toBe(403);
		graph.set({ graphAppRoles: ['Sites.Selected'], graphSelectedSites: ['/sites/marketing'] });
		expect((await graph.call('app', marketing)).status).toBe(200);
	});
});

test('throttling tells how long to wait, and before that how much is left', async () => {
	graph.set({ graphRequestsPerMinute: 3, graphRetryAfterSeconds: 2 });
	const answers = [];
	for (let index = 0; index < 4; index++) answers.push(await graph.call('alice', '/me', { headers: { 'User-Agent': 'NONISV|Test|Test/1.0' } }));
	expect(answers.map(({ status, headers }) => [status, headers.get('ratelimit-remaining'), headers.get('retry-after')])).toEqual([[200, null, null], [200, null, null], [200, '0', null], [429, '0', '2']]);
	expect(errorOf(answers[3]!)).toMatchObject({ code: 'activityLimitReached' });
	expect(graph.calls.list().at(-1)).toMatchObject({ userAgent: 'NONISV|Test|Test/1.0' });
});
