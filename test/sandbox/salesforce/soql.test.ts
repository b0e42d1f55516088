import { dateSpan } from './soql/dateLiterals';
import { startApiWorld, type Answer, type ApiWorld, type Json, type Person } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());
afterEach(() => world.set());

const records = async (soql: string, name: Person = 'alice'): Promise<Json[]> => {
	const { status, body } = await world.query(name, soql);
	expect([status, status === 200 ? '' : body]).toEqual([200, '']);
	return body.records;
};
const names = async (soql: string, name?: Person): Promise<string[]> => (await records(soql, name)).map(({ Name }: Json) => Name);
const values = async (soql: string, name?: Person): Promise<Json[]> => (await records(soql, name)).map(({ attributes: _attributes, ...rest }: Json) => rest);

describe('aggregates', () => {
	test('count, sum, average, least, most and distinct, with aliases and without', async () => {
		expect(await values('SELECT COUNT(Id), COUNT_DISTINCT(Status__c) kinds, SUM(Amount__c), AVG(Quantity__c) average, MIN(Amount__c) least, MAX(DueDate__c) FROM Invoice__c WHERE Amount__c < 400')).toEqual([
			{ expr0: 3, kinds: 3, expr1: 601.5, average: 0.5, least: 100.25, expr2: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
		]);
	});

	test('groups, of null too, in an order, and those that HAVING leaves', async () => {
		expect(await values('SELECT Status__c, COUNT(Id) n FROM Invoice__c GROUP BY Status__c ORDER BY Status__c')).toEqual(['Draft', 'Sent', 'Paid', 'Overdue'].map((Status__c) => ({ Status__c, n: 15 })));
		expect(await values('SELECT Account__r.Name, COUNT(Id) n FROM Invoice__c GROUP BY Account__r.Name HAVING COUNT(Id) < 10 ORDER BY COUNT(Id)')).toEqual([{ Name: null, n: 6 }]);
		expect(await values("SELECT Title, COUNT(Id) FROM Contact WHERE LastName LIKE 'Bobson%' GROUP BY Title ORDER BY COUNT(Id) DESC, Title NULLS LAST LIMIT 1", 'bob')).toEqual([{ Title: 'Engineer', expr0: 4 }]);
		expect(await values('SELECT CALENDAR_YEAR(CreatedDate) year, COUNT(Id) n FROM Opportunity GROUP BY CALENDAR_YEAR(CreatedDate)')).toEqual([{ year: 2025, n: 3 }]);
	});

	test('without rows there is one record of nothing, or no group at all', async () => {
		const none = "FROM Account WHERE Name = 'nobody'";
		expect(await values(`SELECT COUNT(Id) n, SUM(AnnualRevenue) total ${none}`)).toEqual([{ n: 0, total: null }]);
		expect(await values(`SELECT Industry, COUNT(Id) n ${none} GROUP BY Industry`)).toEqual([]);
	});

	test('more groups than a page holds are refused', async () => {
		expect(await world.query('alice', 'SELECT Name, COUNT(Id) FROM Contact GROUP BY Name')).toMatchObject({ status: 400, body: [{ errorCode: 'EXCEEDED_ID_LIMIT', message: 'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch' }] });
	});
});

describe('child sub-queries', () => {
	test('nest an answer of their own, or null where there is no child', async () => {
		const [first, ...others] = await records("SELECT Name, (SELECT Id, Name, Owner.Alias FROM Opportunities), (SELECT Name FROM Attachments) FROM Account WHERE OwnerId != null ORDER BY Name");
		expect(first.Opportunities).toEqual({ totalSize: 1, done: true, records: [{ attributes: { type: 'Opportunity', url: expect.stringContaining('/sobjects/Opportunity/006') }, Id: expect.any(String), Name: 'Alice Aerospace renewal', Owner: { attributes: expect.anything(), Alias: 'alice' } }] });
		expect(first.Attachments.totalSize).toBe(2);
		expect(others.map(({ Attachments }) => Attachments)).toEqual([null, null]);
	});

	test('page by themselves', async () => {
		world.set({ subqueryPageSize: 700 });
		const [account] = await records("SELECT Id, (SELECT Id FROM Contacts ORDER BY LastName) FROM Account WHERE Name = 'Alice Automotive'");
		expect(account.Contacts).toMatchObject({ totalSize: 1_500, done: false, nextRecordsUrl: expect.stringMatching(/^\/services\/data\/v62\.0\/query\/01g\w{15}-700$/) });
		const ids = account.Contacts.records.map(({ Id }: Json) => Id);
		for (let next = account.Contacts.nextRecordsUrl; next; ) {
			const { body } = await world.call('alice', next.replace('/services/data/v62.0', ''));
			ids.push(...body.records.map(({ Id }: Json) => Id));
			next = body.nextRecordsUrl;
		}
		expect(new Set(ids).size).toBe(1_500);
	});

	test('have filters, orders, bounds and children of their own', async () => {
		const [parent] = await records("SELECT (SELECT Name, (SELECT Name FROM ChildAccounts) FROM ChildAccounts), (SELECT Name FROM Invoices__r WHERE Status__c = 'Paid' ORDER BY Amount__c DESC LIMIT 1) FROM Account WHERE Name = 'Alice Aerospace'");
		expect(parent.ChildAccounts.records[0]).toMatchObject({ Name: "Alice Analytics & O'Neill", ChildAccounts: { records: [{ Name: 'Alice Automotive' }] } });
		expect(parent.Invoices__r.records).toHaveLength(1);
	});
});

describe('conditions', () => {
	test.each([
		["Tags__c INCLUDES ('urgent;export') AND Amount__c < 1000", ['INV-00002', 'INV-00006']],
		["Tags__c EXCLUDES ('urgent', 'export') AND Amount__c < 500", ['INV-00004']],
		['DueDate__c = TODAY AND Amount__c < 1000', ['INV-00005']],
		['DueDate__c < LAST_N_DAYS:365 AND Amount__c < 1100', ['INV-00010']],
		['DueDate__c = NEXT_N_DAYS:7 AND Amount__c < 800', ['INV-00006', 'INV-00007']],
		['PaidAt__c != null AND PaidAt__c = LAST_N_DAYS:1 AND Amount__c < 700', ['INV-00002', 'INV-00006']],
		['IsDisputed__c = true AND Amount__c <= USD1000.5', ['INV-00008']],
		["Number__c IN ('n00003', 'N00001') AND Discount__c = null", ['INV-00003']],
		['(NOT Amount__c > 150) AND Quantity__c = 0.25', ['INV-00001']],
		['Account__r.Parent.Parent.Owner.Alias = \'alice\' AND Amount__c < 300', ['INV-00002']],
		['Account__c = null AND Amount__c < 1100', ['INV-00010']],
		['CALENDAR_YEAR(CreatedDate) > 2024 AND Amount__c = 100.25', ['INV-00001']],
	])('%s', async (where, expected) => {
		const soql = `SELECT Name FROM Invoice__c WHERE ${where} ORDER BY Name`;
		expect(await names(soql)).toEqual(expected);
	});

	test('semi-joins and anti-joins', async () => {
		expect(await names("SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE StageName = 'Closed Won')")).toEqual(['Alice Aerospace']);
		expect(await names('SELECT Name FROM Account WHERE Id NOT IN (SELECT Account__c FROM Invoice__c WHERE Amount__c > 100) ORDER BY Name', 'bob')).toEqual([]);
		expect(await names("SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Opportunity WHERE StageName = 'Closed Won') ORDER BY Name")).toHaveLength(2);
	});

	test('scope, alias and prefixes of the object itself', async () => {
		expect(await names('SELECT Name FROM Account USING SCOPE mine', 'integration')).toEqual([]);
		expect(await names("SELECT a.Name, a.Owner.Name FROM Account a WHERE a.Owner.Name = 'Alice Archer' AND Account.Industry = 'Energy' ORDER BY a.Name")).toEqual(["Alice Analytics & O'Neill"]);
		expect(await names('SELECT Name, toLabel(Industry) FROM Account WHERE Industry != null ORDER BY Industry DESC')).toEqual(["Alice Analytics & O'Neill", 'Alice Automotive', 'Alice Aerospace']);
	});
});

describe('date literals', () => {
	const now = Date.UTC(2026, 1, 18, 13);
	const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
	test.each([
		['TODAY', '2026-02-18', '2026-02-18'],
		['YESTERDAY', '2026-02-17', '2026-02-17'],
		['THIS_WEEK', '2026-02-15', '2026-02-21'],
		['LAST_MONTH', '2026-01-01', '2026-01-31'],
		['THIS_QUARTER', '2026-01-01', '2026-03-31'],
		['NEXT_YEAR', '2027-01-01', '2027-12-31'],
		['LAST_N_DAYS:1', '2026-02-17', '2026-02-18'],
		['LAST_90_DAYS', '2025-11-20', '2026-02-18'],
		['NEXT_N_DAYS:3', '2026-02-19', '2026-02-21'],
		['LAST_N_WEEKS:2', '2026-02-01', '2026-02-14'],
		['NEXT_N_MONTHS:2', '2026-03-01', '2026-04-30'],
		['LAST_N_FISCAL_QUARTERS:2', '2025-07-01', '2025-12-31'],
		['N_DAYS_AGO:18', '2026-01-31', '2026-01-31'],
		['N_YEARS_AGO:2', '2024-01-01', '2024-12-31'],
	])('%s', (literal, from, to) => {
		expect(dateSpan(literal, now).map(day)).toEqual([from, to]);
	});
});

describe('FIELDS()', () => {
	test('ALL, STANDARD and CUSTOM, beside other names, and never what is hidden', async () => {
		expect(Object.keys((await records('SELECT Name, FIELDS(CUSTOM) FROM Account LIMIT 1'))[0])).toEqual(['attributes', 'Name', 'Segments__c', 'ExternalKey__c']);
		expect(Object.keys((await records('SELECT FIELDS(STANDARD) FROM Invoice__c'))[0])).not.toContain('Amount__c');
		expect((await records('SELECT FIELDS(ALL) FROM Invoice__c LIMIT 1'))[0]).toHaveProperty('Margin__c');
		expect((await records('SELECT FIELDS(ALL) FROM Invoice__c LIMIT 1', 'bob'))[0]).not.toHaveProperty('Margin__c');
	});
});

describe('is refused:', () => {
	const noColumn = (name: string, entity: string) => `No such column '${name}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`;
	test.each<[soql: string, errorCode: string, message: string, name?: Person]>([
		['SELECT Id, Margin__c FROM Invoice__c', 'INVALID_FIELD', `\nSELECT Id, Margin__c FROM Invoice__c\n           ^\nERROR at Row:1:Column:12\n${noColumn('Margin__c', 'Invoice__c')}`, 'bob'],
		['SELECT Id FROM Invoice__c WHERE Margin__c > 1', 'INVALID_FIELD', 'ERROR at Row:1:Column:33', 'bob'],
		['SELECT (SELECT Margin__c FROM Invoices__r) FROM Account', 'INVALID_FIELD', noColumn('Margin__c', 'Invoice__c'), 'bob'],
		['SELECT Id, (SELECT Id FROM Contactz) FROM Account', 'INVALID_TYPE', "\nERROR at Row:1:Column:28\nDidn't understand relationship 'Contactz' in FROM part of query call."],
		['SELECT Name, COUNT(Id) FROM Account', 'MALFORMED_QUERY', 'Field must be grouped or aggregated: Name'],
		['SELECT COUNT(Id) FROM Account ORDER BY Name', 'MALFORMED_QUERY', 'Ordered field must be grouped or aggregated: Name'],
		['SELECT SUM(Name) FROM Account', 'MALFORMED_QUERY', 'field Name does not support aggregate operator SUM'],
		['SELECT AnnualRevenue FROM Account GROUP BY AnnualRevenue', 'MALFORMED_QUERY', "field 'AnnualRevenue' can not be grouped in a query call"],
		["SELECT Id FROM Account WHERE Description = 'x'", 'INVALID_FIELD', "field 'Description' can not be filtered in a query call"],
		['SELECT Id FROM Account ORDER BY Description', 'MALFORMED_QUERY', "field 'Description' can not be sorted in a query call"],
		['SELECT Id, FIELDS(ALL) FROM User LIMIT 200', 'INVALID_FIELD', 'duplicate field selected: Id'],
		['SELECT FIELDS(ALL) FROM Account', 'MALFORMED_QUERY', 'The SOQL FIELDS function must have a LIMIT of at most 200'],
		['SELECT Name n FROM Account', 'MALFORMED_QUERY', 'only aggregate expressions use field aliasing'],
		['SELECT Id, (SELECT COUNT(Id) FROM Contacts) FROM Account', 'MALFORMED_QUERY', 'only root queries support aggregate expressions'],
		['SELECT Id FROM Account LIMIT 1 OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000'],
		['SELECT Account.Parent.Parent.Parent.Parent.Owner.Name FROM Contact', 'MALFORMED_QUERY', 'more than 5 levels'],
		['SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Contact)', 'MALFORMED_QUERY', "semi join sub selects can only query id fields, cannot use: 'Name'"],
		['SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)', 'MALFORMED_QUERY', 'The inner and outer selects should not be on the same object type'],
		["SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)", 'MALFORMED_QUERY', "Semi join sub-selects are not allowed with the 'OR' operator"],
		['SELECT Id FROM ContentDocumentLink', 'MALFORMED_QUERY', 'Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId'],
		["SELECT Id FROM Account WHERE AnnualRevenue LIKE '1%'", 'INVALID_FIELD', 'must be of type double and should not be enclosed in quotes'],
		["SELECT Id FROM Account WHERE Name INCLUDES ('x')", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid operator on string field'],
		['SELECT Id FROM Opportunity WHERE CloseDate = 2026-01-01T00:00:00Z', 'INVALID_FIELD', "value of filter criterion for field 'CloseDate' must be of type date and should not be enclosed in quotes"],
		['SELECT Id FROM Account WHERE', 'MALFORMED_QUERY', "unexpected token: '<EOF>'"],
		[`SELECT Id FROM Account WHERE Name = '${'x'.repeat(16)}' AND Foo.Name = 'y'`, 'INVALID_FIELD', "Didn't understand relationship 'Foo' in field path."],
	])('%s', async (soql, errorCode, message, name = 'alice') => {
		expect(await world.query(name, soql)).toMatchObject({ status: 400, body: [{ errorCode, message: expect.stringContaining(message) }] });
	});

	test('a whole object that is kept from somebody', async () => {
		world.set({ objectsHiddenFrom: { bob: ['Opportunity'] } });
		expect((await world.query('bob', 'SELECT Id FROM Opportunity')).body[0].errorCode).toBe('INVALID_TYPE');
		expect((await world.query('bob', 'SELECT (SELECT Id FROM Opportunities) FROM Account')).body[0].errorCode).toBe('INVALID_TYPE');
		expect((await world.query('alice', 'SELECT Id FROM Opportunity')).status).toBe(200);
	});
});

describe('pages', () => {
	test('may be smaller than asked for', async () => {
		world.set({ queryPageSize: 1 });
		const first = await world.query('bob', 'SELECT Id FROM Account');
		expect(first.body).toMatchObject({ totalSize: 2, done: false, records: [expect.anything()] });
		expect((await world.call('bob', first.body.nextRecordsUrl.replace('/services/data/v62.0', ''))).body).toEqual({ totalSize: 2, done: true, records: [expect.anything()] });
	});

	test('of a million rows are made as they are asked for', async () => {
		world.set({ readingRows: 1_000_000 });
		const { body } = await world.query('bob', 'SELECT Id, Name, Value__c, Owner.Name FROM Reading__c');
		expect(body).toMatchObject({ totalSize: 1_000_000, done: false, records: { length: 2_000 } });
		const last = body.nextRecordsUrl.replace('/services/data/v62.0', '').replace('-2000', '-998000');
		const { body: page } = await world.call('bob', last);
		expect(page).toMatchObject({ done: true, records: { length: 2_000 } });
		expect(page.records.at(-1)).toMatchObject({ Name: 'R-1000000', Owner: { Name: expect.any(String) } });
		expect(await values("SELECT COUNT() FROM Reading__c")).toEqual([]);
		const { Id } = page.records.at(-1);
		expect(await names(`SELECT Name FROM Reading__c WHERE Id = '${Id.slice(0, 15)}'`)).toEqual(['R-1000000']);
		expect((await world.call('alice', `/sobjects/Reading__c/${Id}?fields=Sensor__c`)).body).toMatchObject({ Id, Sensor__c: 'sensor-01' });
	});
});

describe('explain', () => {
	const explain = (what: string): Promise<Answer> => world.call('alice', `/query/?explain=${encodeURIComponent(what)}`);

	test('has the documented plans', async () => {
		const { body } = await explain('SELECT Name FROM Invoice__c WHERE CreatedDate = TODAY AND Amount__c > 10.0');
		expect(body.plans).toEqual([
			{ cardinality: expect.any(Number), fields: ['CreatedDate'], leadingOperationType: 'Index', notes: [{ description: 'Not considering filter for optimization because unindexed', fields: ['IsDeleted'], tableEnumOrId: 'Invoice__c' }], relativeCost: expect.any(Number), sobjectCardinality: 62, sobjectType: 'Invoice__c' },
			expect.objectContaining({ fields: [], leadingOperationType: 'TableScan', relativeCost: 0.65 }),
		]);
	});

	test('takes a report or a list view, and refuses other ids and queries that are none', async () => {
		const [{ Id }] = await records("SELECT Id FROM ListView WHERE DeveloperName = 'MyAccounts'");
		expect((await explain(Id)).body.plans[0]).toMatchObject({ sobjectType: 'Account', cardinality: 3 });
		expect(await explain('00OgL0000000000AAA')).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_ID' }] });
		expect((await explain('SELECT')).body[0].errorCode).toBe('MALFORMED_QUERY');
	});
});
