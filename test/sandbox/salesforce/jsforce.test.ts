// An independent client, made for the real Salesforce, against the played one.
import { buffer, text } from 'node:stream/consumers';
import { Connection } from 'jsforce';
import { startApiWorld, type ApiWorld, type Json, type Person } from './support';

let world: ApiWorld;
let alice: Connection;
let bob: Connection;
beforeAll(async () => {
	world = await startApiWorld();
	const connect = async (name: Person) => new Connection({ instanceUrl: world.salesforce.instanceUrl, accessToken: await world.tokenOf(name), version: '62.0' });
	[alice, bob] = [await connect('alice'), await connect('bob')];
});
afterAll(async () => world.close());
afterEach(() => world.set());

describe('jsforce', () => {
	test('queries over all pages, by itself and by hand', async () => {
		const all = await alice.query('SELECT Id, Account.Name FROM Contact', { autoFetch: true, maxFetch: 10_000 });
		expect([all.totalSize, all.records.length]).toEqual([4_500, 4_500]);
		const first = await alice.query('SELECT Id FROM Contact');
		const second = await alice.queryMore(first.nextRecordsUrl!);
		expect([first.records.length, second.records.length, second.done]).toEqual([2_000, 2_000, false]);
	});

	test('streams records, deleted ones too if asked', async () => {
		const names: string[] = [];
		await new Promise<void>((resolve, reject) => {
			const query = alice.query('SELECT Name FROM Account').on('record', (record: Json) => names.push(record.Name));
			query.on('end', () => resolve()).on('error', reject);
			void query.scanAll(true).run({ autoFetch: true });
		});
		expect(names).toContain('Alice Abandoned');
	});

	test('builds queries of its own: conditions, order, children, counts', async () => {
		const accounts = (await alice.sobject('Account').find({ Industry: { $in: ['Energy', 'Banking'] } }, ['Name']).include('Contacts').select(['Id']).limit(2).end().sort({ Name: -1 }).limit(1)) as Json[];
		expect(accounts).toEqual([expect.objectContaining({ Name: 'Alice Automotive', Contacts: expect.objectContaining({ totalSize: 2 }) })]);
		expect(await alice.sobject('Contact').count({ Title: 'Buyer' })).toBe(1_500);
	});

	test('describes', async () => {
		const described = await alice.sobject('Invoice__c').describe();
		expect(described.fields.find(({ name }) => name === 'Status__c')?.picklistValues).toHaveLength(4);
		expect(described.childRelationships).toEqual([]);
		expect((await alice.describeGlobal()).sobjects.map(({ name }) => name)).toContain('Reading__c');
	});

	test('retrieves one, many, and by external id', async () => {
		const { records } = await alice.query('SELECT Id FROM Account ORDER BY Name');
		const ids = records.map(({ Id }) => Id!);
		expect(await alice.retrieve('Account', ids[0]!)).toMatchObject({ Name: 'Alice Aerospace' });
		expect((await alice.retrieve('Account', ids)).map(({ Name }) => Name as string)).toEqual(['Alice Aerospace', "Alice Analytics & O'Neill", 'Alice Automotive']);
		await expect(bob.retrieve('Account', ids[0]!)).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
		await expect(alice.request('/sobjects/Invoice__c/LegacyKey__c/DUP-1')).rejects.toMatchObject({ errorCode: 'MULTIPLE_CHOICES' });
	});

	test('asks for deleted and updated records', async () => {
		const [start, end] = [new Date(Date.now() - 10 * 86_400_000), new Date()];
		expect((await alice.sobject('Invoice__c').deleted(start, end)).deletedRecords).toHaveLength(2);
		expect((await alice.sobject('Invoice__c').updated(start, end)).ids.length).toBeGreaterThan(10);
	});

	test('searches', async () => {
		const { searchRecords } = await alice.search("FIND {O\\'Neill} IN ALL FIELDS RETURNING Account(Id, Name)");
		expect(searchRecords).toEqual([expect.objectContaining({ Name: "Alice Analytics & O'Neill" })]);
		await expect(alice.search('FIND {a}')).rejects.toMatchObject({ errorCode: 'INVALID_SEARCH' });
	});

	test('reads list views', async () => {
		const { listviews } = (await alice.sobject('Account').listviews()) as Json;
		const results = (await alice.sobject('Account').listview(listviews[0]!.id).results()) as Json;
		expect(results.records).toHaveLength(3);
		expect((await alice.sobject('Account').listview(listviews[0]!.id).describe() as Json).query).toContain('FROM Account');
	});

	test('runs reports, now and later, and explains them', async () => {
		const reports = await alice.analytics.reports();
		const report = alice.analytics.report(reports.find(({ name }) => name === 'Open Invoices')!.id);
		expect((await report.describe()).reportMetadata.reportFormat).toBe('TABULAR');
		const metadata = { reportMetadata: { reportFilters: [{ column: 'Invoice__c.Status__c', operator: 'equals', value: 'Paid' }] } } as Json;
		const now = (await report.execute({ details: true, metadata })) as Json;
		expect(now.factMap['T!T'].rows).toHaveLength(15);
		world.set({ reportRunMs: 0 });
		const { id } = await report.executeAsync({ details: true, metadata });
		expect(((await report.instance(id).retrieve()) as Json).factMap).toEqual(now.factMap);
		expect(await report.instances()).toEqual([expect.objectContaining({ id, status: 'Success' })]);
		expect((await report.explain() as Json).plans[0].sobjectType).toBe('Invoice__c');
	});

	test('runs a query job of Bulk API 2.0', async () => {
		alice.bulk2.pollInterval = 5;
		const records = (await (await alice.bulk2.query('SELECT Id, Name, AnnualRevenue FROM Account')).toArray());
		expect(records).toHaveLength(3);
		expect(records[1]).toEqual({ Id: expect.stringMatching(/^001/), Name: "Alice Analytics & O'Neill", AnnualRevenue: '' });
	});

	test('downloads a file', async () => {
		const { records } = await alice.query("SELECT Id FROM ContentVersion WHERE Title = 'offer'");
		expect(await text(alice.sobject('ContentVersion').record(records[0]!.Id!).blob('VersionData'))).toContain('An offer');
		const { records: attachments } = await alice.query("SELECT Id, BodyLength FROM Attachment WHERE Name = 'logo.png'");
		expect((await buffer(alice.sobject('Attachment').record(attachments[0]!.Id!).blob('Body'))).length).toBe(attachments[0]!['BodyLength']);
	});

	test('knows its limits and who it is', async () => {
		const limits = (await alice.limits()) as Json;
		expect(limits.DailyApiRequests.Max).toBe(100_000);
		expect(alice.limitInfo.apiUsage).toEqual({ used: expect.any(Number), limit: 100_000 });
		expect(((await alice.chatter.resource('/users/me').retrieve()) as Json).username).toBe('alice@example.com');
	});

	test('gets errors with their codes', async () => {
		await expect(bob.query('SELECT Margin__c FROM Invoice__c')).rejects.toMatchObject({ errorCode: 'INVALID_FIELD', message: expect.stringContaining('Row:1:Column:8') });
		const job = { operation: 'query', query: 'SELECT Id, (SELECT Id FROM Contacts) FROM Account' };
		await expect(alice.requestPost('/jobs/query', job)).rejects.toMatchObject({ errorCode: 'API_ERROR', message: 'Aggregate Relationships not supported in Bulk Query' });
	});
});
