// Every request that the sandbox takes and every answer that it gives, held against Microsoft's description.
import { GraphContract } from './graphContract';
import { startGraphWorld, type GraphAnswer, type GraphWorld } from './graphWorld';
import type { Exchange } from './graph/traffic';

let graph: GraphWorld;
let contract: GraphContract;
let site: string;
let drive: string;

beforeAll(async () => {
	contract = GraphContract.load();
	graph = await startGraphWorld();
	site = (await graph.call('alice', '/sites/127.0.0.1:/sites/alice-projects')).body.id;
	drive = (await graph.call('alice', `/sites/${site}/drive`)).body.id;
});
afterAll(async () => graph.close());
beforeEach(() => {
	graph.set();
	graph.traffic.start();
});

/** All that was said since the test began, and that it was said. */
function expectDescribed(count: number): void {
	expect(graph.traffic.exchanges).toHaveLength(count);
	expect(contract.violationsOf(graph.traffic.exchanges)).toEqual([]);
}

const alice = async (path: string, status = 200, options: Parameters<GraphWorld['call']>[2] = {}): Promise<GraphAnswer> => {
	const answer = await graph.call('alice', path, options);
	expect({ path, status: answer.status, body: answer.status === status ? undefined : answer.body }).toEqual({ path, status, body: undefined });
	return answer;
};

test('sites', async () => {
	for (const path of ['/sites?search=*&$top=2', '/sites/root', `/sites/${site}`, `/sites/${site}/sites`, '/sites/127.0.0.1:/sites/alice-projects/design', '/sites/127.0.0.1:/sites/everyone:/lists', `/sites/${site}/drive`, `/sites/${site}/drives?$select=id,name`]) await alice(path);
	await alice((await alice('/sites?search=archive&$top=20')).body['@odata.nextLink']);
	await alice('/sites/127.0.0.1:/sites/bob-finance', 403);
	await alice('/sites/127.0.0.1:/sites/none', 404);
	expectDescribed(12);
});

test('lists, columns and items', async () => {
	const list = `/sites/${site}/lists/Projects`;
	const { body: made } = await alice(`${list}/items`, 201, { method: 'POST', json: { fields: { Title: 'Contract', Code: 'contract-1', 'Tags@odata.type': 'Collection(Edm.String)', Tags: ['Red'] } } });
	await alice(`${list}/items/${made.id}/fields`, 200, { method: 'PATCH', json: { Hours: 7 }, headers: { 'if-match': made.eTag } });
	await alice(`${list}/items/${made.id}/fields`, 412, { method: 'PATCH', json: { Hours: 8 }, headers: { 'if-match': made.eTag } });
	await alice(`${list}/items/${made.id}/versions`);
	await alice(`${list}/items/${made.id}`, 204, { method: 'DELETE' });
	for (const path of [`/sites/${site}/lists?$select=id,name,system&$expand=columns,contentTypes`, `/sites/${site}/lists`, list, `${list}?$expand=columns`, `${list}/columns`, `${list}/contentTypes`, `${list}/items?$top=3`, `${list}/items/1?$expand=fields($select=Title,Customer,Team)`, `${list}/items?expand=fields&$filter=fields/Hours gt 20&$orderby=fields/Hours desc`, `${list}/items/1/fields`, `${list}/items/delta`, `${list}/items/delta?token=latest`, `/sites/${site}/lists/Documents/items?$expand=fields,driveItem`]) await alice(path);
	await alice(`${list}/items?$filter=fields/Status eq 'Open'`, 400);
	const { body: latest } = await alice(`${list}/items/delta?token=latest`);
	await alice(`${list}/items/2`, 204, { method: 'DELETE' });
	expect((await alice(latest['@odata.deltaLink'])).body.value).toEqual([expect.objectContaining({ id: '2', deleted: { state: 'deleted' } })]);
	expectDescribed(22);
});

test('files and folders', async () => {
	const root = `/drives/${drive}/root`;
	const { body: file } = await alice(`${root}:/contract/a.txt:/content`, 201, { method: 'PUT', body: 'one' });
	await alice(`/drives/${drive}/items/${file.id}/content`, 200, { method: 'PUT', body: 'two' });
	const item = `/drives/${drive}/items/${file.id}`;
	for (const path of ['/drives', `/drives/${drive}`, root, `${root}/children?$top=2&$orderby=name`, `${root}:/contract`, `${root}:/contract:/children`, item, `${item}?$select=id,name,sharepointIds`, `${item}/versions`, `${item}/versions/1.0`, `${item}/permissions`, `${item}/listItem?$expand=fields`, `${item}/listItem/fields`, `${root}/search(q='contract')`, `/drives/${drive}/search(q='a''b')`, `${root}/delta`, `${root}/delta?token=latest`, `/sites/${site}/drive/root/children`, `/drives/${drive}/list`, `/drives/${drive}/list/items`]) await alice(path);
	await alice(`${item}/content`, 302);
	await alice(`${item}/versions/1.0/content`, 302);
	await alice(`${item}/versions/1.0/restoreVersion`, 204, { method: 'POST' });
	await alice(`${root}/children`, 201, { method: 'POST', json: { name: 'made', folder: {}, '@microsoft.graph.conflictBehavior': 'fail' } });
	await alice(`${root}/children`, 409, { method: 'POST', json: { name: 'made', folder: {}, '@microsoft.graph.conflictBehavior': 'fail' } });
	await alice(item, 200, { method: 'PATCH', json: { name: 'b.txt', parentReference: { path: `/drives/${drive}/root:/made` } } });
	await alice(`${item}/copy`, 202, { method: 'POST', json: { name: 'c.txt' } });
	await alice(`${item}/createLink`, 201, { method: 'POST', json: { type: 'view', scope: 'organization' } });
	const { body: session } = await alice(`${root}:/made/large.bin:/createUploadSession`, 200, { method: 'POST', json: { item: { '@microsoft.graph.conflictBehavior': 'replace', fileSize: 10 } } });
	await alice(item, 204, { method: 'DELETE' });
	expectDescribed(32);
	expect(contract.valueViolationsOf('uploadSession', session)).toEqual([]);
	const done = await graph.call(null, session.uploadUrl, { method: 'PUT', body: '0123456789', headers: { 'content-range': 'bytes 0-9/10' } });
	expect(done.status).toBe(201);
	expect(contract.valueViolationsOf('driveItem', done.body)).toEqual([]);
});

test('search, and the people', async () => {
	for (const entityTypes of [['site'], ['list'], ['listItem'], ['driveItem'], ['drive']]) {
		const { body } = await alice('/search/query', 200, { method: 'POST', json: { requests: [{ entityTypes, query: { queryString: 'alice* OR documents OR report*' }, from: 0, size: 3, ...(entityTypes[0] === 'listItem' && { fields: ['Title'] }) }] } });
		const hits = body.value[0].hitsContainers[0].hits as Array<{ resource: Record<string, unknown> }>;
		expect(hits.length).toBeGreaterThan(0);
		expect(hits.flatMap(({ resource }) => contract.valueViolationsOf(entityTypes[0]!, resource))).toEqual([]);
	}
	await alice('/search/query', 400, { method: 'POST', json: { requests: [] } });
	await alice('/me');
	expectDescribed(7);
});

describe('the comparison itself finds', () => {
	const exchange = (changes: Partial<Exchange>): Exchange => ({ method: 'GET', url: '/v1.0/sites/root', contentType: undefined, headers: {}, body: undefined, isBodyUnread: false, status: 200, answer: undefined, ...changes });

	test.each<[string, Partial<Exchange>, string]>([
		['a path that is not there', { url: '/v1.0/sites/root/listz' }, 'no such operation'],
		['a method that is not there', { method: 'PUT' }, 'no such operation'],
		['a query option that is not there', { url: '/v1.0/sites/root?$selct=id' }, 'the query option $selct is not described'],
		['a number that is none', { url: '/v1.0/sites/root/lists?$top=many' }, 'must be integer'],
		['a body with a misspelled property', { method: 'POST', url: '/v1.0/drives/b!1/root/children', body: { nam: 'a', folder: {} } }, 'must NOT have additional properties {"additionalProperty":"nam"}'],
		['a missing body', { method: 'POST', url: '/v1.0/drives/b!1/items/01/copy' }, 'the body is missing'],
		['a property of another type in an answer', { answer: { id: 7 } }, '/id must be string'],
		['a property that is not there in an answer', { answer: { id: 'a', titel: 'b' } }, '"titel"'],
		['an error of another form', { status: 404, answer: { message: 'no' } }, 'must have required property \'error\''],
	])('%s', (_what, changes, words) => {
		expect(contract.violationsOf([exchange(changes)]).join('\n')).toContain(words);
	});
});
