// Bodies from the vendor's documentation, shortened to one of each kind: ours have the same keys with the same types.
import { json, shapeOf, startApiWorld, type ApiWorld, type Json } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());
afterEach(() => world.set());

const get = async (path: string): Promise<Json> => (await world.call('alice', path)).body;
const reportAt = async (name: string): Promise<string> => (await get('/analytics/reports')).find((report: Json) => report.name === name).url.slice('/services/data/v62.0'.length);

test('a page of a query (resources_query.htm)', async () => {
	world.set({ queryPageSize: 500 });
	const sample = { totalSize: 3222, done: false, nextRecordsUrl: '/services/data/v66.0/query/01gRO0000016PIAYA2-500', records: [{ attributes: { type: 'Contact', url: '/services/data/v66.0/sobjects/Contact/003RO0000035WQgYAM' }, Id: '003RO0000035WQgYAM', Name: 'John Smith' }] };
	expect(shapeOf((await world.query('alice', 'SELECT Id, Name FROM Contact')).body)).toEqual(shapeOf(sample));
});

test('plans (dome_query_explain.htm)', async () => {
	const sample = { plans: [{ cardinality: 1, fields: ['CreatedDate'], leadingOperationType: 'Index', notes: [{ description: 'Not considering filter for optimization because unindexed', fields: ['IsDeleted'], tableEnumOrId: 'Merchandise__c' }], relativeCost: 0, sobjectCardinality: 3, sobjectType: 'Merchandise__c' }] };
	expect(shapeOf(await get(`/query?explain=${encodeURIComponent('SELECT Name FROM Invoice__c WHERE CreatedDate = TODAY')}`))).toEqual(shapeOf(sample));
});

test('deleted and updated records (dome_get_deleted.htm, dome_get_updated.htm)', async () => {
	const span = `start=${new Date(Date.now() - 10 * 86_400_000).toISOString()}&end=${new Date().toISOString()}`;
	expect(shapeOf(await get(`/sobjects/Invoice__c/deleted/?${span}`))).toEqual(shapeOf({ deletedRecords: [{ id: 'a00D0000008pQRAIA2', deletedDate: '2013-05-07T22:07:19.000+0000' }], earliestDateAvailable: '2013-05-03T15:57:00.000+0000', latestDateCovered: '2013-05-08T21:20:00.000+0000' }));
	expect(shapeOf(await get(`/sobjects/Invoice__c/updated/?${span}`))).toEqual(shapeOf({ ids: ['a00D0000008pQR5IAM'], latestDateCovered: '2013-05-08T21:20:00.000+0000' }));
});

test('a list view (resources_listviewdescribe.htm, resources_listviewresults.htm)', async () => {
	const column = { ascendingLabel: 'Z-A', descendingLabel: 'A-Z', fieldNameOrPath: 'Name', hidden: false, label: 'Account Name', selectListItem: 'Name', sortDirection: 'ascending', sortIndex: 0, sortable: true, type: 'string' };
	const described = { columns: [column], id: '00BD0000005WcBe', orderBy: [{ fieldNameOrPath: 'Name', nullsPosition: 'first', sortDirection: 'ascending' }], query: 'SELECT …', scope: null, sobjectType: 'Account', whereCondition: { field: 'CreatedDate', operator: 'equals', values: ['THIS_WEEK'] } };
	const results = { columns: [column], developerName: 'MyAccounts', done: true, id: '00BD0000005WcCN', label: 'My Accounts', records: [{ columns: [{ fieldNameOrPath: 'Name', value: 'Burlington Textiles Corp of America' }] }], size: 12 };
	const { listviews } = await get('/sobjects/Account/listviews');
	const view = (name: string) => listviews.find(({ developerName }: Json) => developerName === name).url.slice('/services/data/v62.0'.length);
	expect(shapeOf(await get(`${view('NewThisWeek')}/describe`))).toEqual(shapeOf(described));
	expect(shapeOf(await get(`${view('AllAccounts')}/results`))).toEqual(shapeOf(results));
});

test('a query job (query_get_one_job.htm, query_abort_job.htm)', async () => {
	world.set({ bulkQueuedMs: 0, bulkProcessingMs: 0 });
	const sample = { id: '750R0000000zlh9IAA', operation: 'query', object: 'Account', createdById: '005R0000000GiwjIAC', createdDate: '2018-12-10T17:50:19.000+0000', systemModstamp: '2018-12-10T17:51:27.000+0000', state: 'JobComplete', concurrencyMode: 'Parallel', contentType: 'CSV', apiVersion: 46, jobType: 'V2Query', lineEnding: 'LF', columnDelimiter: 'COMMA', numberRecordsProcessed: 500, retries: 0, totalProcessingTime: 334, isPkChunkingSupported: true };
	const { body } = await world.call('alice', '/jobs/query', json('POST', { operation: 'query', query: 'SELECT Id FROM Account' }));
	expect(shapeOf(await get(`/jobs/query/${body.id}`))).toEqual(shapeOf(sample));
});

test('a report run (sforce_analytics_rest_api_get_reportdata.htm)', async () => {
	const group = { groupings: [], key: '0', label: 'Acme', value: '001R0000002GuzsIAC' };
	const sample = {
		attributes: { describeUrl: '/services/data/v35.0/analytics/reports/00OR0000000K2UeMAK/describe', instancesUrl: '/services/data/v35.0/analytics/reports/00OR0000000K2UeMAK/instances', reportId: '00OR0000000K2UeMAK', reportName: 'Deals Closing This Quarter', type: 'Report' },
		allData: true,
		groupingsDown: { groupings: [group] },
		hasDetailRows: true,
		reportMetadata: { aggregates: ['s!AMOUNT'], currency: null, detailColumns: ['OPPORTUNITY_NAME'], developerName: 'Deals_Closing_This_Quarter', division: null, folderId: '00lR0000000M8IiIAK', groupingsDown: [{ dateGranularity: 'None', name: 'ACCOUNT_NAME', sortAggregate: null, sortOrder: 'Asc' }], hasDetailRows: true, hasRecordCount: true, historicalSnapshotDates: [], id: '00OR0000000K2UeMAK', name: 'Deals Closing This Quarter', reportBooleanFilter: null, reportFormat: 'MATRIX', reportType: { label: 'Opportunities', type: 'Opportunity' }, scope: 'organization', showGrandTotal: true, showSubtotals: true, sortBy: [] },
	};
	const fact = { aggregates: [{ label: '$16,000.01', value: 16_000.01 }], rows: [{ dataCells: [{ label: 'Acme - 200 Widgets', value: '006R00000023IDYIA2' }] }] };
	const ours = await get(`${await reportAt('Invoices by Status and Quarter')}?includeDetails=true`);
	expect(shapeOf(ours)).toMatchObject(shapeOf(sample) as object);
	const facts: Json[] = Object.values(ours.factMap);
	expect(shapeOf(facts.find(({ rows }) => rows.length > 0))).toEqual(shapeOf(fact));
	for (const key of Object.keys(ours.factMap)) expect(key).toMatch(/^(T|\d+)!(T|\d+(_\d+)?)$/);
});

test('an asynchronous run (sforce_analytics_rest_api_get_reportdata.htm)', async () => {
	world.set({ reportRunMs: 0 });
	const report = await reportAt('Open Invoices');
	const started = await world.call('alice', `${report}/instances`, { method: 'POST' });
	expect(shapeOf(started.body)).toEqual(shapeOf({ completionDate: null, hasDetailRows: true, id: '0LGR00000000He3OAE', ownerId: '005R0000000Hv5rIAC', queryable: false, requestDate: '2015-08-12T16:05:43Z', status: 'New', url: '/services/data/v35.0/analytics/reports/00OR0000000K2UeMAK/instances/0LGR00000000He3OAE' }));
	const attributes = { completionDate: '2015-08-12T16:05:44Z', id: '0LGR00000000He3OAE', ownerId: '005R0000000Hv5rIAC', queryable: false, reportId: '00OR0000000K2UeMAK', reportName: 'Deals Closing This Quarter', requestDate: '2015-08-12T16:05:43Z', status: 'Success', type: 'ReportInstance' };
	expect(shapeOf((await get(`${report}/instances/${started.body.id}`)).attributes)).toEqual(shapeOf(attributes));
});
