import { json, startApiWorld, type Answer, type ApiWorld, type Json, type Person } from './support';

let world: ApiWorld;
let ids: Record<string, string>;
beforeAll(async () => {
	world = await startApiWorld();
	const { body } = await world.call('alice', '/analytics/reports');
	ids = Object.fromEntries(body.map(({ name, id }: Json) => [name, id]));
});
afterAll(async () => world.close());
afterEach(() => world.set());

const run = (name: string, more: RequestInit & { details?: boolean; person?: Person } = {}): Promise<Answer> => {
	const { details = true, person = 'alice', ...init } = more;
	return world.call(person, `/analytics/reports/${ids[name]}?includeDetails=${details}`, init);
};
const filtered = (name: string, reportMetadata: Json) => run(name, json('POST', { reportMetadata }));

test('reports are listed, and are rows of Report, too', async () => {
	const { body } = await world.call('bob', '/analytics/reports');
	const url = `/services/data/v62.0/analytics/reports/${body[0].id}`;
	expect(body[0]).toEqual({ describeUrl: `${url}/describe`, id: expect.stringMatching(/^00O\w{15}$/), instancesUrl: `${url}/instances`, name: 'Open Invoices', url });
	const { body: rows } = await world.query('bob', "SELECT Id, DeveloperName FROM Report WHERE Format = 'MATRIX' ORDER BY Id ASC NULLS FIRST");
	expect(rows.records).toEqual([expect.objectContaining({ Id: ids['Invoices by Status and Quarter'], DeveloperName: 'Invoices_by_Status_and_Quarter' })]);
});

test('describe tells the columns of the report and of its type', async () => {
	const { body } = await world.call('alice', `/analytics/reports/${ids['Open Invoices']}/describe`);
	expect(Object.keys(body).sort()).toEqual(['reportExtendedMetadata', 'reportMetadata', 'reportTypeMetadata']);
	expect(body.reportTypeMetadata.categories[0].columns['Invoice__c.Status__c']).toMatchObject({ dataType: 'picklist', filterable: true, filterValues: expect.arrayContaining([{ apiName: 'Paid', label: 'Paid', name: 'Paid' }]) });
	expect((await world.call('alice', '/analytics/reports/00OgL0000000000AAA/describe')).status).toBe(404);
});

describe('a tabular report', () => {
	test('has all rows and totals under T!T', async () => {
		const { body } = await run('Open Invoices');
		expect(Object.keys(body.factMap)).toEqual(['T!T']);
		expect(body.attributes).toMatchObject({ reportId: ids['Open Invoices'], reportName: 'Open Invoices', type: 'Report' });
		const { rows, aggregates } = body.factMap['T!T'];
		expect([rows.length, aggregates[1]]).toEqual([30, { label: '30', value: 30 }]);
		expect(aggregates[0]).toEqual({ label: '$90,225.00', value: 90_225 });
		expect(rows[0].dataCells).toEqual([
			{ label: 'INV-00001', value: expect.stringMatching(/^a00/) },
			{ label: '$100.25', value: { amount: 100.25, currency: null } },
			{ label: expect.stringMatching(/^\d+\/\d+\/\d{4}$/), value: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
			{ label: '-', value: null },
			{ label: '1%', value: 1 },
			{ label: 'false', value: false },
			{ label: '$10.00', value: { amount: 10, currency: null } },
		]);
		expect(body.reportMetadata.detailColumns).toHaveLength(7);
	});

	test('has totals only unless details are asked for', async () => {
		const { body } = await run('Open Invoices', { details: false });
		expect([body.hasDetailRows, body.factMap['T!T'].rows]).toEqual([false, undefined]);
	});

	test('leaves out columns that the person may not see, and rows of others', async () => {
		const { body } = await run('Open Invoices', { person: 'bob' });
		expect(body.reportMetadata.detailColumns).not.toContain('Invoice__c.Margin__c');
		expect(body.factMap['T!T'].rows).toHaveLength(2);
		expect(body.factMap['T!T'].rows[0].dataCells).toHaveLength(6);
	});

	test('ends at 2,000 rows and says so; totals count all', async () => {
		const { body } = await run('All Contacts');
		expect([body.allData, body.factMap['T!T'].rows.length, body.factMap['T!T'].aggregates]).toEqual([false, 2_000, [{ label: '4,500', value: 4_500 }]]);
		const { body: grouped } = await run('Contacts by Title');
		const shown = Object.values(grouped.factMap).flatMap((fact: Json) => fact.rows);
		expect([grouped.allData, shown.length]).toEqual([false, 2_000]);
	});
});

describe('a summary report', () => {
	test('has groups in groups, with the rows in the innermost', async () => {
		const { body } = await run('Invoices by Account and Status');
		const [nobody, aerospace] = body.groupingsDown.groupings;
		expect(nobody).toMatchObject({ key: '0', label: '-', value: null });
		expect(aerospace).toMatchObject({ key: '1', label: 'Alice Aerospace', value: expect.stringMatching(/^001/) });
		expect(aerospace.groupings.map(({ key, label }: Json) => [key, label])).toEqual([['1_0', 'Draft'], ['1_1', 'Sent'], ['1_2', 'Paid'], ['1_3', 'Overdue']]);
		expect(body.groupingsAcross).toEqual({ groupings: [] });
		expect(body.factMap['1!T'].rows).toEqual([]);
		const leaves = aerospace.groupings.map(({ key }: Json) => body.factMap[`${key}!T`]);
		const count = (fact: Json): number => fact.aggregates[2].value;
		expect(leaves.map(({ rows }: Json) => rows.length)).toEqual(leaves.map(count));
		expect(leaves.map(count).reduce((sum: number, one: number) => sum + one)).toBe(count(body.factMap['1!T']));
		expect(body.factMap['T!T'].aggregates[2]).toEqual({ label: '60', value: 60 });
		expect(body.reportExtendedMetadata.groupingColumnInfo['Invoice__c.Status__c']).toMatchObject({ groupingLevel: 1, dataType: 'picklist' });
		expect(body.reportExtendedMetadata.aggregateColumnInfo['a!Invoice__c.Amount__c']).toMatchObject({ dataType: 'currency', label: 'Average Amount' });
	});
});

describe('a matrix report', () => {
	test('has a fact for every pair of groups', async () => {
		const { body } = await run('Invoices by Status and Quarter');
		const keys = (groupings: Json[]): string[] => groupings.flatMap((one) => [one.key, ...keys(one.groupings)]);
		const [down, across] = [['T', ...keys(body.groupingsDown.groupings)], ['T', ...keys(body.groupingsAcross.groupings)]];
		expect(Object.keys(body.factMap).sort()).toEqual(down.flatMap((one) => across.map((other) => `${one}!${other}`)).sort());
		expect(body.groupingsAcross.groupings[0]).toMatchObject({ label: expect.stringMatching(/^Q[1-4] CY\d{4}$/), value: expect.stringMatching(/^\d{4}-(01|04|07|10)-01$/) });
		const details = Object.entries(body.factMap as Record<string, Json>).filter(([, { rows }]) => rows.length > 0);
		expect(details.every(([key]) => /^\d!\d+_\d$/.test(key))).toBe(true);
		expect(details.reduce((sum, [, { rows }]) => sum + rows.length, 0)).toBe(60);
	});
});

describe('filters at run time', () => {
	const countOf = async (reportMetadata: Json): Promise<number> => (await filtered('Open Invoices', reportMetadata)).body.factMap['T!T'].rows.length;
	const filter = (column: string, operator: string, value: string) => ({ column: `Invoice__c.${column}`, operator, value });

	test.each([
		[{ reportFilters: [] }, 60],
		[{ reportFilters: [filter('Status__c', 'equals', 'Paid,Sent')] }, 30],
		[{ reportFilters: [filter('Amount__c', 'greaterThan', '"5,000"')] }, 11],
		[{ reportFilters: [filter('Account__c', 'contains', 'aero')] }, 18],
		[{ reportFilters: [filter('Discount__c', 'equals', '')] }, 20],
		[{ reportFilters: [filter('DueDate__c', 'equals', 'TODAY')] }, 6],
		[{ reportFilters: [filter('IsDisputed__c', 'equals', 'True')] }, 7],
		[{ reportFilters: [filter('Status__c', 'equals', 'Paid'), filter('Status__c', 'equals', 'Sent'), filter('Amount__c', 'lessOrEqual', '1002.5')], reportBooleanFilter: '(1 OR 2) AND 3' }, 6],
	])('%j', async (metadata, count) => {
		expect(await countOf(metadata)).toBe(count);
	});

	test('appear in the answer', async () => {
		const reportFilters = [filter('Status__c', 'equals', 'Paid')];
		expect((await filtered('Open Invoices', { reportFilters })).body.reportMetadata).toMatchObject({ reportFilters, reportBooleanFilter: null });
	});

	test.each([
		[{ reportFilters: [filter('Nope__c', 'equals', 'x')] }, 'Specify a valid filterable column because Invoice__c.Nope__c is invalid.'],
		[{ reportFilters: [filter('Status__c', 'resembles', 'x')] }, 'Specify a valid condition because resembles is invalid.'],
		[{ reportFilters: [filter('DueDate__c', 'equals', 'soon')] }, "Filter the date in the correct format. Accepted formats are yyyy-MM-dd'T'HH:mm:ss'Z' and yyyy-MM-dd."],
		[{ reportFilters: [], reportBooleanFilter: '1 AND 2' }, 'The filter logic 1 AND 2 is invalid.'],
	])('%j is refused', async (metadata, message) => {
		expect(await filtered('Open Invoices', metadata)).toMatchObject({ status: 400, body: [{ errorCode: 'BAD_REQUEST', message }] });
	});

	test('want a body, in JSON', async () => {
		expect((await run('Open Invoices', json('POST', {}))).body[0].message).toBe('The request is invalid because there is no metadata. Specify metadata in the request body.');
		expect((await run('Open Invoices', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
	});
});

describe('an asynchronous run', () => {
	const instances = (path = '', init?: RequestInit) => world.call('alice', `/analytics/reports/${ids['Invoices by Account and Status']}/instances${path}`, init);

	test('is new at first and has the same results in the end', async () => {
		const { body: started } = await instances('?includeDetails=true', { method: 'POST' });
		expect(started).toEqual({ completionDate: null, hasDetailRows: true, id: expect.stringMatching(/^0LG\w{15}$/), ownerId: expect.stringMatching(/^005/), queryable: false, requestDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), status: 'New', url: expect.stringMatching(/^\/services\/data\/v62\.0\/analytics\/reports\/00O\w+\/instances\/0LG\w+$/) });
		let answer: Answer;
		do answer = await instances(`/${started.id}`);
		while (['New', 'Running'].includes(answer.body.attributes.status));
		expect(answer.body.attributes.status).toBe('Success');
		expect(answer.body.attributes).toMatchObject({ id: started.id, reportName: 'Invoices by Account and Status', type: 'ReportInstance', completionDate: expect.any(String) });
		expect(answer.body.factMap).toEqual((await run('Invoices by Account and Status')).body.factMap);
		expect((await instances()).body[0]).toMatchObject({ id: started.id, status: 'Success' });
		expect((await world.call('bob', `/analytics/reports/${ids['Invoices by Account and Status']}/instances/${started.id}`)).status).toBe(404);
		expect((await instances(`/${started.id}`, { method: 'DELETE' })).status).toBe(204);
		expect((await instances(`/${started.id}`)).status).toBe(404);
	});

	test('has no results before its end', async () => {
		world.set({ reportRunMs: 60_000 });
		const { body } = await instances('', { method: 'POST' });
		expect((await instances(`/${body.id}`)).body).toMatchObject({ attributes: { status: 'New', completionDate: null }, factMap: null });
	});

	test('may fail', async () => {
		world.set({ reportRunMs: 0, asyncReportsFail: true });
		const { body } = await instances('', json('POST', { reportMetadata: { reportFilters: [] } }));
		expect((await instances(`/${body.id}`)).body).toMatchObject({ attributes: { status: 'Error' }, factMap: null });
	});
});

test('more synchronous runs than an hour allows are refused; asynchronous ones go on', async () => {
	world.set({ syncReportRunsPerHour: 0 });
	expect(await run('Open Invoices')).toMatchObject({ status: 403, body: [{ errorCode: 'FORBIDDEN', message: "You can't run more than 0 reports synchronously every 60 minutes. Try again later." }] });
	expect((await world.call('alice', `/analytics/reports/${ids['Open Invoices']}/instances`, { method: 'POST' })).status).toBe(200);
});
