// Salesforce's own answers, body by body as the pages of its documentation have them. The sandbox plays its own data in these shapes.
import nock from 'nock';

import { useSalesforce } from './salesforceNode';

// nock is at work from its import on, in sockets that all test files of a process share.
nock.restore();

const DATA = '/services/data/v63.0';
const attributes = (type: string, id: string) => ({ type, url: `${DATA}/sobjects/${type}/${id}` });

describe('Salesforce’s own answers', () => {
	const { world, rows, failure } = useSalesforce({ resource: 'query', operation: 'soql', soql: 'SELECT Id, Name FROM Contact' });
	beforeEach(() => {
		nock.activate();
		nock.enableNetConnect('127.0.0.1');
	});
	afterEach(() => {
		expect(nock.pendingMocks()).toEqual([]);
		nock.cleanAll();
		nock.enableNetConnect();
		nock.restore();
	});
	const instance = () => nock(world.sandbox.salesforce.instanceUrl);

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_queryall_more_results.htm (v63.0) */
	it('in two pages are one list, with the usage that they tell', async () => {
		const record = { attributes: attributes('Contact', '003RO0000035WQgYAM'), Id: '003RO0000035WQgYAM', Name: 'John Smith' };
		instance()
			.get(`${DATA}/query/`)
			.query(true)
			.reply(200, { totalSize: 3_222, done: false, nextRecordsUrl: `${DATA}/query/01gRO0000016PIAYA2-500`, records: [record] }, { 'Sforce-Limit-Info': 'api-usage=10018/100000', 'Content-Type': 'application/json;charset=UTF-8' })
			.get(`${DATA}/query/01gRO0000016PIAYA2-500`)
			.reply(200, { totalSize: 3_222, done: true, records: [] }, { 'Sforce-Limit-Info': 'api-usage=10019/100000; per-app-api-usage=17/250(appName=sample-connected-app)' });
		expect(await rows({ returnAll: true, options: { addApiUsage: true } })).toEqual([{ Id: '003RO0000035WQgYAM', Name: 'John Smith', apiUsage: { used: 10_019, limit: 100_000, percent: 10 } }]);
	});

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm */
	it('to Explain are one item with the plans', async () => {
		const answer = { plans: [{ cardinality: 1, fields: ['CreatedDate'], leadingOperationType: 'Index', notes: [{ description: 'Not considering filter for optimization because unindexed', fields: ['IsDeleted'], tableEnumOrId: 'Merchandise__c' }], relativeCost: 0, sobjectCardinality: 3, sobjectType: 'Merchandise__c' }] };
		const soql = 'SELECT Name FROM Merchandise__c WHERE CreatedDate = TODAY AND Price__c > 10.0';
		instance().get(`${DATA}/query/`).query({ explain: soql }).reply(200, answer);
		expect(await rows({ operation: 'explain', soql })).toEqual([answer]);
	});

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm */
	it('to a collection keep the order of the ids, and tell of the one that is not accessible', async () => {
		const ids = ['001xx000003DGb1AAG', '001xx000003DGb0AAG', '001xx000003DGb9AAG'];
		instance()
			.post(`${DATA}/composite/sobjects/Account`, { ids, fields: ['id', 'name'] })
			.reply(200, [{ attributes: attributes('Account', ids[0]!), Id: ids[0], Name: 'Acme' }, { attributes: attributes('Account', ids[1]!), Id: ids[1], Name: 'Global Media' }, null]);
		expect(await rows({ resource: 'record', operation: 'getManyByIds', objectType: 'Account', recordIds: ids, fields: 'id, name' })).toEqual([{ Id: ids[0], Name: 'Acme' }, { Id: ids[1], Name: 'Global Media' }, { Id: ids[2], found: false }]);
	});

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_get_deleted.htm */
	it('about deleted and updated records are an item for each', async () => {
		const span = { start: '2013-05-05T00:00:00Z', end: '2013-05-10T00:00:00Z' };
		const deleted = { id: 'a00D0000008pQRAIA2', deletedDate: '2013-05-07T22:07:19.000+0000' };
		const dates = { earliestDateAvailable: '2013-05-03T15:57:00.000+0000', latestDateCovered: '2013-05-08T21:20:00.000+0000' };
		instance().get(`${DATA}/sobjects/Merchandise__c/deleted/`).query(span).reply(200, { deletedRecords: [deleted], ...dates });
		expect(await rows({ resource: 'record', operation: 'getDeleted', objectType: 'Merchandise__c', ...span })).toEqual([deleted]);
		const ids = ['a00D0000008pQR5IAM', 'a00D0000008pQRGIA2', 'a00D0000008pQRFIA2'];
		instance().get(`${DATA}/sobjects/Merchandise__c/updated/`).query(span).reply(200, { ids, latestDateCovered: dates.latestDateCovered });
		expect(await rows({ resource: 'record', operation: 'getUpdated', objectType: 'Merchandise__c', ...span })).toEqual(ids.map((id) => ({ id })));
	});

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_search.htm */
	it('to a search are rows that tell their object', async () => {
		const ids = ['001D000000IqhSLIAZ', '001D000000IomazIAB'];
		const found = ids.map((id) => ({ attributes: attributes('Account', id), Id: id }));
		const expected = ids.map((Id) => ({ type: 'Account', Id }));
		instance().get(`${DATA}/search/`).query({ q: 'FIND {Acme}' }).reply(200, { searchRecords: found });
		expect(await rows({ resource: 'search', operation: 'sosl', sosl: 'FIND {Acme}' })).toEqual(expected);
		// Before version 37.0.
		instance().get('/services/data/v36.0/search/').query({ q: 'FIND {Acme}' }).reply(200, found);
		expect(await rows({ resource: 'search', operation: 'sosl', sosl: 'FIND {Acme}', options: { apiVersion: '36.0' } })).toEqual(expected);
		instance()
			.post(`${DATA}/parameterizedSearch/`, { q: 'Acme', in: 'ALL', sobjects: [{ name: 'Account', fields: ['id', 'name'], limit: 10 }] })
			.reply(200, { searchRecords: found });
		expect(await rows({ resource: 'search', operation: 'parameterized', searchTerm: 'Acme', searchObjects: { object: [{ name: 'Account', fields: 'id,name', maxResults: 10 }] } })).toEqual(expected);
	});

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviewresults.htm */
	it('to a list view are rows of its columns', async () => {
		const column = (fieldNameOrPath: string, label: string, type: string, hidden = false) => ({ ascendingLabel: null, descendingLabel: null, fieldNameOrPath, hidden, label, selectListItem: fieldNameOrPath, sortDirection: null, sortIndex: null, sortable: true, type });
		const value = (fieldNameOrPath: string, text: string | null) => ({ fieldNameOrPath, value: text });
		const columns = [column('Name', 'Account Name', 'string'), column('Site', 'Account Site', 'string'), column('Phone', 'Phone', 'phone'), column('Owner.Alias', 'Account Owner Alias', 'string'), column('Id', 'Account ID', 'id', true), column('CreatedDate', 'Created Date', 'datetime', true)];
		const record = { columns: [value('Name', 'Burlington Textiles Corp of America'), value('Site', null), value('Phone', '(336) 222-7000'), value('Owner.Alias', 'TUser'), value('Id', '001D000000JliSTIAZ'), value('CreatedDate', 'Fri Aug 01 21:15:46 GMT 2014')] };
		instance().get(`${DATA}/sobjects/Account/listviews/00BD0000005WcCN/results`).query(true).reply(200, { columns, developerName: 'MyAccounts', done: true, id: '00BD0000005WcCN', label: 'My Accounts', records: [record], size: 1 });
		const given = await rows({ resource: 'listView', operation: 'results', objectType: 'Account', listViewId: '00BD0000005WcCN', listViewOptions: { includeHidden: true } });
		expect(given).toEqual([{ Id: '001D000000JliSTIAZ', Name: 'Burlington Textiles Corp of America', Site: null, Phone: '(336) 222-7000', 'Owner.Alias': 'TUser', CreatedDate: '2014-08-01T21:15:46.000Z' }]);
	});

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_limits.htm */
	it('about limits tell what is used up', async () => {
		instance().get(`${DATA}/limits`).reply(200, { ConcurrentSyncReportRuns: { Max: 20, Remaining: 20 }, DailyApiRequests: { Max: 15_000, Remaining: 14_998 } });
		expect(await rows({ resource: 'organization', operation: 'getLimits' })).toEqual([
			{ name: 'ConcurrentSyncReportRuns', max: 20, remaining: 20, used: 0, usedPercent: 0 },
			{ name: 'DailyApiRequests', max: 15_000, remaining: 14_998, used: 2, usedPercent: 0 },
		]);
	});

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_describe.htm */
	it('about an object come as they are', async () => {
		const described = { name: 'Account', fields: [{ length: 18, name: 'Id', type: 'id', defaultValue: { value: null }, updateable: false, label: 'Account ID' }], updateable: true, label: 'Account', keyPrefix: '001', custom: false, urls: { sobject: `${DATA}/sobjects/Account` }, childRelationships: [{ field: 'ParentId', deprecatedAndHidden: false }], createable: true, customSetting: false };
		instance().get(`${DATA}/sobjects/Account/describe`).reply(200, described);
		expect(await rows({ resource: 'object', operation: 'describe', objectType: 'Account' })).toEqual([described]);
	});

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_job_results.htm */
	it('to a Bulk job are read page by page up to the locator "null", and the job is deleted', async () => {
		const job = { id: '750R0000000zlh9IAA', operation: 'query', object: 'User', createdById: '005R0000000GiwjIAC', createdDate: '2018-12-10T17:50:19.000+0000', systemModstamp: '2018-12-10T17:50:19.000+0000', state: 'UploadComplete', concurrencyMode: 'Parallel', contentType: 'CSV', apiVersion: 63, lineEnding: 'LF', columnDelimiter: 'COMMA' };
		const path = `${DATA}/jobs/query/${job.id}`;
		const csv = (...lines: string[]) => ['"Id","Name"', ...lines, ''].join('\n');
		instance()
			.get(`${DATA}/sobjects/User/describe`)
			.reply(200, { name: 'User', label: 'User', fields: [{ name: 'Id', label: 'User ID', type: 'id' }, { name: 'Name', label: 'Full Name', type: 'string' }], childRelationships: [] })
			.post(`${DATA}/jobs/query`, { operation: 'query', query: 'SELECT Id, Name FROM User' })
			.reply(200, job)
			.get(path)
			.reply(200, { ...job, state: 'JobComplete', jobType: 'V2Query', numberRecordsProcessed: 4, retries: 0, totalProcessingTime: 334, isPkChunkingSupported: true })
			.get(`${path}/results`)
			.query({ maxRecords: 50_000 })
			.reply(200, csv('"005R0000000UyrWIAS","Jane Dunn"', '"005R0000000GiwjIAC","George Wright"', '"005R0000000GiwoIAC","Pat Wilson"'), { 'Content-Type': 'text/csv', 'Sforce-NumberOfRecords': '3', 'Sforce-Locator': 'MTAwMDA' })
			.get(`${path}/results`)
			.query({ maxRecords: 50_000, locator: 'MTAwMDA' })
			.reply(200, csv('"005R0000000UyrXIAS",""'), { 'Content-Type': 'text/csv', 'Sforce-NumberOfRecords': '1', 'Sforce-Locator': 'null' })
			.delete(path)
			.reply(204);
		expect(await rows({ soql: 'SELECT Id, Name FROM User', returnAll: true, options: { readWith: 'bulk' } })).toEqual([
			{ Id: '005R0000000UyrWIAS', Name: 'Jane Dunn' },
			{ Id: '005R0000000GiwjIAC', Name: 'George Wright' },
			{ Id: '005R0000000GiwoIAC', Name: 'Pat Wilson' },
			{ Id: '005R0000000UyrXIAS', Name: null },
		]);
	});

	it.each([
		// The SOQL and SOSL reference, "MALFORMED_QUERY".
		[400, [{ message: "\nLastModifiedById, LastModifiedDate, From Account \n                                   ^\nERROR at Row:1:Column:78\nunexpected token: 'From'", errorCode: 'MALFORMED_QUERY' }], "MALFORMED_QUERY: unexpected token: 'From' (row 1, column 78)"],
		[404, [{ message: 'The requested resource does not exist', errorCode: 'NOT_FOUND' }], 'NOT_FOUND: The requested resource does not exist'],
		[400, [{ message: 'invalid query locator', errorCode: 'INVALID_QUERY_LOCATOR' }], 'INVALID_QUERY_LOCATOR: invalid query locator'],
		[404, [{ message: 'invalid query locator', errorCode: 'INVALID_QUERY_LOCATOR' }], 'INVALID_QUERY_LOCATOR: invalid query locator'],
	])('of %i %p are told', async (status, body, message) => {
		instance().get(`${DATA}/query/`).query(true).reply(status, body);
		expect(await failure({})).toMatchObject({ message, httpCode: String(status) });
	});
});
