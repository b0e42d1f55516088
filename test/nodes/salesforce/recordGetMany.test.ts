import { NodeOperationError } from 'n8n-workflow';

import { useSalesforce } from './salesforceNode';

const condition = (field: string, operator: string, value?: unknown, more: Record<string, unknown> = {}) => ({ field: { __rl: true, mode: 'name', value: field }, operator, value, ...more });
const conditions = (...condition: Record<string, unknown>[]) => ({ conditions: { condition } });

describe('Salesforce Retrieve Data: Record, Get Many', () => {
	const under = useSalesforce({ resource: 'record', operation: 'getMany', objectType: 'Account', fieldNames: ['Name'], returnAll: true });
	const { rows, failure, api } = under;
	const names = async (parameters: Record<string, unknown>) => (await rows({ sort: { rule: [{ field: 'Name' }] }, ...parameters })).map(({ Name }) => String(Name).replace('Alice ', ''));
	const soql = async () => (await api()).map((call) => call.soql).filter((text) => text !== undefined);

	describe.each([
		['Name', 'equal', 'Alice Aerospace', ['Aerospace']],
		['Name', 'notEqual', 'Alice Aerospace', ["Analytics & O'Neill", 'Automotive']],
		['Name', 'in', ['Alice Aerospace', 'Alice Automotive'], ['Aerospace', 'Automotive']],
		['Name', 'in', 'Alice Aerospace, Alice Automotive', ['Aerospace', 'Automotive']],
		['Name', 'notIn', '["Alice Aerospace"]', ["Analytics & O'Neill", 'Automotive']],
		['Name', 'startsWith', 'alice a', ['Aerospace', "Analytics & O'Neill", 'Automotive']],
		['Name', 'startsWith', 'Alice %', []],
		['Name', 'endsWith', "o'neill", ["Analytics & O'Neill"]],
		['Name', 'contains', "& O'", ["Analytics & O'Neill"]],
		['Name', 'contains', '_', []],
		['Name', 'doesNotContain', 'auto', ['Aerospace', "Analytics & O'Neill"]],
		['Name', 'like', 'Alice A_ro%', ['Aerospace']],
		['Name', 'notLike', 'Alice A_ro%', ["Analytics & O'Neill", 'Automotive']],
		['NumberOfEmployees', 'greater', '40', ["Analytics & O'Neill", 'Automotive']],
		['NumberOfEmployees', 'greaterOrEqual', 40, ['Aerospace', "Analytics & O'Neill", 'Automotive']],
		['AnnualRevenue', 'less', 1_250_001, ['Aerospace']],
		['AnnualRevenue', 'lessOrEqual', '1250000.5', ['Aerospace']],
		['AnnualRevenue', 'isEmpty', undefined, ["Analytics & O'Neill"]],
		['AnnualRevenue', 'isNotEmpty', undefined, ['Aerospace', 'Automotive']],
		['IsDeleted', 'equal', false, ['Aerospace', "Analytics & O'Neill", 'Automotive']],
		['CreatedDate', 'greater', '2025-01-06T09:30:00Z', ["Analytics & O'Neill", 'Automotive']],
		['CreatedDate', 'less', 'LAST_N_DAYS:2', ['Aerospace', "Analytics & O'Neill", 'Automotive']],
		['CreatedDate', 'equal', 'TODAY', []],
		['Segments__c', 'includes', ['Retail;Export', 'Nothing'], ['Aerospace']],
		['Segments__c', 'includes', 'Public', ["Analytics & O'Neill"]],
		['Segments__c', 'excludes', 'Public', ['Aerospace', 'Automotive']],
		['Parent.Name', 'equal', 'Alice Aerospace', ["Analytics & O'Neill"]],
		['Parent.Parent.NumberOfEmployees', 'equal', '40', ['Automotive']],
	])('the condition %s %s %p', (field, operator, value, expected) => {
		it(`finds ${expected.length}`, async () => {
			expect(await names(conditions(condition(field, operator, value)))).toEqual(expected);
		});
	});

	it('the type of a value can be set, where the field’s own is not meant', async () => {
		expect(await names(conditions(condition('CreatedDate', 'less', 'today', { valueType: 'dateLiteral' })))).toHaveLength(3);
	});

	it('takes ids and references as such', async () => {
		const [first] = await rows({ fieldNames: ['Id'], ...conditions(condition('Name', 'equal', 'Alice Aerospace')) });
		expect(await names(conditions(condition('ParentId', 'equal', first!.Id)))).toEqual(["Analytics & O'Neill"]);
		expect((await failure(conditions(condition('ParentId', 'equal', "1' OR Name != '")))).message).toMatch(/^The value of the condition on ParentId of Account is no Salesforce id/);
	});

	it('joins conditions and groups by AND and OR, in brackets, and negates groups', async () => {
		const groups = { group: [{ combine: 'or', conditions: { condition: [condition('Industry', 'equal', 'Energy'), condition('Industry', 'equal', 'Banking')] } }] };
		expect(await names({ ...conditions(condition('NumberOfEmployees', 'greater', 40)), groups })).toEqual(["Analytics & O'Neill", 'Automotive']);
		expect(await names({ ...conditions(condition('NumberOfEmployees', 'greater', 100)), groups, combine: 'and' })).toEqual(['Automotive']);
		expect(await names({ ...conditions(condition('NumberOfEmployees', 'less', 50)), groups, combine: 'or' })).toEqual(['Aerospace', "Analytics & O'Neill", 'Automotive']);
		expect(await names({ groups: { group: [{ ...groups.group[0], negate: true }, { combine: 'and', conditions: {} }] } })).toEqual(['Aerospace']);
		expect((await soql()).at(-1)).toBe("SELECT Name FROM Account WHERE (NOT (Industry = 'Energy' OR Industry = 'Banking')) ORDER BY Name ASC");
	});

	it('takes a condition in SOQL as well, with parameters, whatever the others are joined by', async () => {
		const queryParameters = { parameter: [{ name: 'stage', type: 'text', value: 'Prospecting' }] };
		const where = 'Id IN (SELECT AccountId FROM Opportunity WHERE StageName = :stage)';
		expect(await names({ ...conditions(condition('Industry', 'equal', 'Energy'), condition('Industry', 'equal', 'Aerospace')), combine: 'or', where, queryParameters })).toEqual(["Analytics & O'Neill"]);
		expect((await failure({ where, queryParameters: {} })).message).toBe('The query names :stage, and there is no query parameter of that name');
	});

	it('sorts, with empty values where they are wanted', async () => {
		const sort = (direction: string, nulls: string) => ({ sort: { rule: [{ field: 'AnnualRevenue', direction, nulls }, { field: { __rl: true, mode: 'list', value: 'Name' }, direction: 'DESC' }] } });
		expect(await names(sort('DESC', 'LAST'))).toEqual(['Automotive', 'Aerospace', "Analytics & O'Neill"]);
		expect(await names(sort('DESC', 'FIRST'))).toEqual(["Analytics & O'Neill", 'Automotive', 'Aerospace']);
		expect(await names(sort('ASC', 'default'))).toEqual(["Analytics & O'Neill", 'Aerospace', 'Automotive']);
	});

	it('returns as many as are wanted, and asks for no more', async () => {
		expect(await rows({ objectType: 'Contact', returnAll: false, limit: 3 })).toHaveLength(3);
		expect(await soql()).toEqual(['SELECT Name FROM Contact LIMIT 3']);
	});

	it('returns deleted ones by option', async () => {
		expect(await names({ ...conditions(condition('Name', 'contains', 'Abandoned')), options: { includeDeleted: true } })).toEqual(['Abandoned']);
	});

	it('without fields returns all that this user may see', async () => {
		const all = { objectType: 'Invoice__c', fieldNames: [], returnAll: false, limit: 1 };
		expect((await rows(all))[0]).toMatchObject({ Id: expect.any(String), Margin__c: expect.any(Number), Account__c: expect.anything() });
		expect((await rows({ ...all, user: 'bob@example.com' }))[0]).not.toHaveProperty('Margin__c');
	});

	it('brings related fields, and children over all their pages', async () => {
		await under.settings({ subqueryPageSize: 400 });
		const children = { child: [{ relationship: { __rl: true, mode: 'list', value: 'Contacts' }, fields: 'Id, LastName', where: 'Email != :none', sortBy: '-LastName', maxRecords: 1_000 }, { relationship: 'Opportunities' }] };
		const queryParameters = { parameter: [{ name: 'none', type: 'text', value: null }] };
		const [found] = await rows({ fields: 'Owner.Name', children, queryParameters, ...conditions(condition('Name', 'equal', 'Alice Aerospace')) });
		expect(found).toEqual({ Name: 'Alice Aerospace', Owner: { Name: expect.any(String) }, Contacts: expect.any(Array), Opportunities: [{ Id: expect.any(String) }] });
		const lastNames = (found!.Contacts as { LastName: string }[]).map(({ LastName }) => LastName);
		expect(lastNames).toHaveLength(1_000);
		expect(lastNames).toEqual([...lastNames].sort().reverse());
	});

	it.each([
		['a field that is not there', condition('Nonsense', 'equal', 'x'), 'alice@example.com cannot see the field Nonsense of Account, or it does not exist'],
		['a field of a parent that is not there', condition('Owner.Nonsense', 'equal', 'x'), 'alice@example.com cannot see the field Nonsense of User, or it does not exist'],
		['a relationship that is not there', condition('Nonsense.Name', 'equal', 'x'), 'alice@example.com cannot follow the relationship Nonsense of Account, or it does not exist'],
		['a field that is not filtered by', condition('Description', 'equal', 'x'), /^The field Description of Account cannot stand in a condition/],
		['an operator that does not fit', condition('NumberOfEmployees', 'contains', '4'), '"Contains" does not fit the field NumberOfEmployees of Account: it is of the type int'],
		['a range of what has none', condition('IsDeleted', 'greater', 'true'), /"Greater Than" does not fit the field IsDeleted/],
		['picks of what has none', condition('Name', 'includes', 'a'), /"Includes" does not fit the field Name/],
		['a value that is missing', condition('Name', 'equal', ''), 'The value of the condition on Name of Account is missing. To look for fields without a value, choose "Is Empty"'],
		['a value of another type', condition('NumberOfEmployees', 'equal', 'many'), 'The value of the condition on NumberOfEmployees of Account is no number: "many"'],
		['an empty list', condition('Name', 'in', []), /on Name of Account is an empty list/],
		['a list where one value is meant', condition('Name', 'contains', ['a']), /must be one text/],
		['no field', condition('', 'equal', 'x'), /field is not the name of a field: ""/],
		['SOQL in the name of a field', condition("Name != null OR Name", 'equal', 'x'), /is not the name of a field/],
		['an unknown operator', condition('Name', 'between', 'x'), /unknown operator: "between"/],
	])('tells of %s before the query', async (_name, wrong, message) => {
		const error = await failure(conditions(wrong));
		expect(error).toBeInstanceOf(NodeOperationError);
		if (typeof message === 'string') expect(error.message).toBe(message);
		else expect(error.message).toMatch(message);
		expect(await soql()).toEqual([]);
	});

	it('asks for the description of an object once for all items', async () => {
		await rows(conditions(condition('Name', 'equal', 'Alice Aerospace')), { items: [{ json: {} }, { json: {} }, { json: {} }] });
		expect((await api()).filter(({ path }) => path.endsWith('/describe'))).toHaveLength(1);
	});

	describe('Count', () => {
		it.each([
			[{ objectType: 'Contact' }, 4_500],
			[conditions(condition('Industry', 'in', ['Energy', 'Banking'])), 2],
			[{ where: 'Name = :n', queryParameters: { parameter: [{ name: 'n', type: 'text', value: 'nobody' }] } }, 0],
		])('%p', async (parameters, count) => {
			expect(await rows({ operation: 'count', ...parameters })).toEqual([{ objectType: (parameters as { objectType?: string }).objectType ?? 'Account', count }]);
		});

		it('counts deleted ones by option', async () => {
			expect(await rows({ operation: 'count', options: { includeDeleted: true } })).toEqual([{ objectType: 'Account', count: 4 }]);
		});
	});
});
