import { NodeOperationError } from 'n8n-workflow';

import { useSalesforce } from './salesforceNode';

/** The entries of the parameter "Query Parameters". */
const parameters = (...parameter: Record<string, unknown>[]) => ({ queryParameters: { parameter } });

describe('Salesforce Retrieve Data: Query', () => {
	const { rows, failure, api, settings } = useSalesforce({ resource: 'query', operation: 'soql' });

	describe('parameters', () => {
		it('a text cannot change the query, whatever it holds', async () => {
			const soql = 'SELECT Name FROM Account WHERE Name = :name';
			const names = ["Alice Analytics & O'Neill", "' OR Name != '", "\\' OR Name != '", "x\\", 'a\nb\t"c"', ':name'];
			const found = await Promise.all(names.map(async (value) => await rows({ soql, ...parameters({ name: 'name', type: 'text', value }) })));
			expect(found.map((each) => each.length)).toEqual([1, 0, 0, 0, 0, 0]);
			expect((await api()).map((call) => call.soql)).toContain("SELECT Name FROM Account WHERE Name = '\\' OR Name != \\''");
		});

		it.each([
			['number', '40', 'NumberOfEmployees = :value'],
			['number', 40, 'NumberOfEmployees >= :value AND NumberOfEmployees <= :value'],
			['boolean', 'false', "IsDeleted = :value AND Name = 'Alice Aerospace'"],
			['boolean', false, "IsDeleted = :value AND Name = 'Alice Aerospace'"],
			['dateTime', '2025-01-06T10:00:00+01:00', 'CreatedDate = :value'],
			['dateTime', new Date('2025-01-06T09:00:00Z'), 'CreatedDate = :value'],
			['dateTime', { toISO: () => '2025-01-06T10:00:00.000+01:00' }, 'CreatedDate = :value'],
			['dateLiteral', 'today', "CreatedDate < :value AND Name = 'Alice Aerospace'"],
			['number', '400', "CreatedDate < LAST_N_DAYS:value AND Name = 'Alice Aerospace'"],
			['text', null, "Name = 'Alice Aerospace' AND BillingCity != :value"],
		])('a %s %p is written as SOQL takes it', async (type, value, where) => {
			expect(await rows({ soql: `SELECT Name FROM Account WHERE ${where}`, ...parameters({ name: 'value', type, value }) })).toEqual([{ Name: 'Alice Aerospace' }]);
		});

		it('a date is written bare', async () => {
			expect(await rows({ soql: 'SELECT Name FROM Opportunity WHERE CloseDate = :day', ...parameters({ name: 'day', type: 'date', value: '2026-02-15T08:00:00+13:00' }) })).toEqual([{ Name: "Alice Analytics & O'Neill renewal" }]);
		});

		it.each([
			['an array', ['Alice Aerospace', 'Alice Automotive']],
			['JSON', '["Alice Aerospace", "Alice Automotive"]'],
			['text with commas', 'Alice Aerospace, Alice Automotive'],
		])('a list for IN is %s', async (_name, value) => {
			expect(await rows({ soql: 'SELECT Name FROM Account WHERE Name IN :names ORDER BY Name', ...parameters({ name: 'names', isList: true, value }) })).toEqual([{ Name: 'Alice Aerospace' }, { Name: 'Alice Automotive' }]);
		});

		it.each([
			['a name without a parameter', 'Name = :name AND Industry = :industry', [{ name: 'name', value: 'x' }], 'The query names :industry, and there is no query parameter of that name'],
			['a parameter without a place', "Name = 'a :name in quotes'", [{ name: 'name', value: 'x' }], 'The query does not name the query parameter :name'],
			['the same name twice', 'Name = :name', [{ name: 'name' }, { name: ':name' }], 'There are two query parameters "name"'],
			['no name', 'Name = :name', [{ name: 'na me' }], /has no proper name/],
			['a number that is none', 'NumberOfEmployees = :n', [{ name: 'n', type: 'number', value: '1 OR 1=1' }], 'The query parameter "n" is no number: "1 OR 1=1"'],
			['a boolean that is none', 'IsDeleted = :b', [{ name: 'b', type: 'boolean', value: 'yes' }], /"b" is neither true nor false/],
			['an id that is none', 'Id = :id', [{ name: 'id', type: 'id', value: "1' OR '" }], /"id" is no Salesforce id/],
			['a day that is none', 'CreatedDate > :d', [{ name: 'd', type: 'date', value: '2026-02-30' }], /"d" is no date/],
			['a moment without its time zone', 'CreatedDate > :d', [{ name: 'd', type: 'dateTime', value: '2026-02-01T10:00:00' }], /"d" is no date-time with its time zone/],
			['a date literal that is none', 'CreatedDate > :d', [{ name: 'd', type: 'dateLiteral', value: 'TODAY OR Id != null' }], /"d" is no date literal/],
			['an empty list', 'Name IN :names', [{ name: 'names', isList: true, value: [] }], /"names" is an empty list/],
			['a list where one value is meant', 'Name = :name', [{ name: 'name', value: ['a'] }], /"name" must be one value/],
			['a list that is broken JSON', 'Name IN :names', [{ name: 'names', isList: true, value: '["a' }], /begins with \[ and is no JSON array/],
		])('%s is told before any call', async (_name, where, given, message) => {
			const error = await failure({ soql: `SELECT Id FROM Account WHERE ${where}`, ...parameters(...given.map((entry) => ({ type: 'text', ...entry }))) });
			expect(error).toBeInstanceOf(NodeOperationError);
			if (typeof message === 'string') expect(error.message).toBe(message);
			else expect(error.message).toMatch(message);
			expect(await api()).toEqual([]);
		});
	});

	describe('rows', () => {
		it('of sub-queries come whole, over all their pages', async () => {
			await settings({ subqueryPageSize: 500 });
			const found = await rows({ soql: "SELECT Name, (SELECT Id FROM Contacts), (SELECT Name FROM Opportunities) FROM Account WHERE Name = 'Alice Aerospace'" });
			expect(found).toEqual([{ Name: 'Alice Aerospace', Contacts: expect.any(Array), Opportunities: [{ Name: 'Alice Aerospace renewal' }] }]);
			const contacts = found[0]!.Contacts as { Id: string }[];
			expect(new Set(contacts.map(({ Id }) => Id)).size).toBe(1_500);
			expect(await api()).toHaveLength(3);
		});

		it('without children have an empty list, and the wrapping on request', async () => {
			const soql = "SELECT Name, (SELECT Id FROM ChildAccounts) FROM Account WHERE Name LIKE 'Alice%' ORDER BY Name";
			expect((await rows({ soql })).map(({ ChildAccounts }) => (ChildAccounts as unknown[]).length)).toEqual([1, 1, 0]);
			expect((await rows({ soql, options: { keepAttributes: true } })).map(({ ChildAccounts }) => ChildAccounts)).toEqual([expect.objectContaining({ done: true, totalSize: 1 }), expect.objectContaining({ done: true }), null]);
		});

		it.each([
			['none', [{ Name: 'Alice Aerospace', Parent: null }, { Name: "Alice Analytics & O'Neill", Parent: { Name: 'Alice Aerospace', Owner: { Name: expect.any(String) } } }]],
			['dot', [{ Name: 'Alice Aerospace', 'Parent.Name': null, 'Parent.Owner.Name': null }, { Name: "Alice Analytics & O'Neill", 'Parent.Name': 'Alice Aerospace', 'Parent.Owner.Name': expect.any(String) }]],
			['underscore', [{ Name: 'Alice Aerospace', Parent_Name: null, Parent_Owner_Name: null }, { Name: "Alice Analytics & O'Neill", Parent_Name: 'Alice Aerospace', Parent_Owner_Name: expect.any(String) }]],
		])('have their parents as "Flatten Relationships" %s says', async (flattenRelationships, expected) => {
			expect(await rows({ soql: 'SELECT Name, Parent.Name, Parent.Owner.Name FROM Account ORDER BY Name', limit: 2, options: { flattenRelationships } })).toEqual(expected);
		});

		it('have each field once, however the query writes its name', async () => {
			const soql = 'SELECT NAME, parent.name, (SELECT id FROM opportunities) FROM account ORDER BY name';
			expect((await rows({ soql, limit: 2, options: { flattenRelationships: 'dot' } })).map((row) => Object.keys(row).sort())).toEqual([['Name', 'Opportunities', 'parent.name'], ['Name', 'Opportunities', 'Parent.Name']]);
		});

		it('leave out empty fields by option', async () => {
			const soql = 'SELECT Name, Description, Parent.Name FROM Account ORDER BY Name DESC';
			expect(Object.keys((await rows({ soql, options: { dropNulls: true } }))[0]!)).toEqual(['Name', 'Parent']);
			expect((await rows({ soql, options: { dropNulls: true, flattenRelationships: 'dot' } })).at(-1)).toEqual({ Name: 'Alice Aerospace', Description: expect.any(String) });
		});

		it('have moments in ISO 8601 by option, as the object is described, and its description is asked for once', async () => {
			const soql = 'SELECT Name, CreatedDate, Parent.CreatedDate FROM Account ORDER BY Name';
			expect((await rows({ soql }))[0]!.CreatedDate).toBe('2025-01-06T09:00:00.000+0000');
			const items = [{ json: {} }, { json: {} }];
			const found = await rows({ soql, options: { typedValues: true } }, { items });
			expect(found.slice(0, 2)).toEqual([{ Name: 'Alice Aerospace', CreatedDate: '2025-01-06T09:00:00.000Z', Parent: null }, expect.objectContaining({ Parent: { CreatedDate: '2025-01-06T09:00:00.000Z' } })]);
			expect((await api()).filter(({ path }) => path.endsWith('/describe'))).toHaveLength(1);
		});

		it('of an aggregate are taken as they are', async () => {
			expect(await rows({ soql: 'SELECT Industry, COUNT(Id) total FROM Account GROUP BY Industry ORDER BY Industry', options: { typedValues: true } })).toEqual([{ Industry: 'Aerospace', total: 1 }, { Industry: 'Banking', total: 1 }, { Industry: 'Energy', total: 1 }]);
		});

		it('come in pages of the size that is wanted', async () => {
			await rows({ soql: 'SELECT Id FROM Contact', limit: 700, options: { batchSize: 300 } });
			expect(await api()).toHaveLength(3);
			expect((await failure({ soql: 'SELECT Id FROM Contact', options: { batchSize: 100 } })).message).toMatch(/"Batch Size" must be from 200 to 2,000/);
		});
	});

	it('explains a query without running it', async () => {
		const [explained] = await rows({ operation: 'explain', soql: 'SELECT Id FROM Account WHERE Name = :name', ...parameters({ name: 'name', type: 'text', value: 'x' }) });
		expect(explained).toEqual({ plans: expect.arrayContaining([expect.objectContaining({ leadingOperationType: 'Index', sobjectType: 'Account' })]) });
	});
});
