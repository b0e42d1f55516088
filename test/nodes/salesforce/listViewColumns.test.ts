import { rowReader, type ViewColumn } from '../../../nodes/SalesforceRetrieveData/actions/listView/columns';

const column = (fieldNameOrPath: string, type: string, more: Partial<ViewColumn> = {}): ViewColumn => ({ fieldNameOrPath, type, label: fieldNameOrPath, hidden: false, ...more });
const read = (columns: ViewColumn[], values: Record<string, unknown>, options: Partial<Parameters<typeof rowReader>[1]> = {}) => rowReader(columns, { keys: 'name', includeHidden: false, ...options })((path) => values[path]);

describe('a row of a list view', () => {
	it.each([
		['currency', '1250000.5', 1_250_000.5],
		['int', '40', 40],
		['percent', '12', 12],
		['double', '', ''],
		['boolean', 'true', true],
		['boolean', 'false', false],
		['string', 'true', 'true'],
		['string', '40', '40'],
		['phone', '+1 415', '+1 415'],
		['date', '2026-01-31', '2026-01-31'],
		['date', 'Sat Jan 31 00:00:00 GMT 2026', '2026-01-31'],
		['datetime', 'Fri Aug 01 21:15:46 GMT 2014', '2014-08-01T21:15:46.000Z'],
		['datetime', '2014-08-01T21:15:46.000+0000', '2014-08-01T21:15:46.000Z'],
		['currency', null, null],
		['string', undefined, null],
		// As a query gives them.
		['currency', 12.5, 12.5],
		['boolean', true, true],
	])('has a value of type %s typed: %p is %p', (type, value, expected) => {
		expect(read([column('Field', type)], { Field: value })).toEqual({ Field: expected });
	});

	const columns = [column('Name', 'string', { label: 'Account Name' }), column('Owner.Alias', 'string', { label: 'Alias' }), column('Alias__c', 'string', { label: 'Alias' }), column('Id', 'id', { hidden: true, label: 'Account ID' }), column('CreatedDate', 'datetime', { hidden: true, label: 'Created Date' })];
	const values = { Name: 'Acme', 'Owner.Alias': 'al', Alias__c: 'x', Id: '001', CreatedDate: null };

	it('has the id first, and hidden columns only if they are wanted', () => {
		expect(Object.entries(read(columns, values))).toEqual([['Id', '001'], ['Name', 'Acme'], ['Owner.Alias', 'al'], ['Alias__c', 'x']]);
		expect(Object.keys(read(columns, values, { includeHidden: true }))).toEqual(['Id', 'Name', 'Owner.Alias', 'Alias__c', 'CreatedDate']);
	});

	it('has labels for names, if they are wanted, and keeps the same ones apart', () => {
		expect(read(columns, values, { keys: 'label' })).toEqual({ 'Account ID': '001', 'Account Name': 'Acme', 'Alias (Owner.Alias)': 'al', 'Alias (Alias__c)': 'x' });
	});
});
