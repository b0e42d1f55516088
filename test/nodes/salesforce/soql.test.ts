import { bind, namesIn } from '../../../nodes/SalesforceRetrieveData/soql/bind';
import { buildQuery } from '../../../nodes/SalesforceRetrieveData/soql/buildQuery';
import { isDateLiteral, literal, quoteForLike } from '../../../nodes/SalesforceRetrieveData/soql/literals';
import { readSelectList } from '../../../nodes/SalesforceRetrieveData/soql/selectList';
import { LiteralError } from '../../../nodes/SalesforceRetrieveData/soql/soqlError';

describe('SOQL: parameters and values', () => {
	it('are found outside of quotes only, and not in moments', () => {
		expect(namesIn("WHERE A = :one AND B = 'it\\'s :no' AND C > 2026-01-31T08:00:00Z AND D = LAST_N_DAYS:30 AND E IN :two AND F = :one")).toEqual(['one', 'two']);
		expect(bind("A = ':x' AND B = :x", [{ name: 'x', type: 'text', value: ':x' }])).toBe("A = ':x' AND B = ':x'");
	});

	it.each([
		['text', "a'b\\c\r\n", "'a\\'b\\\\c\\r\\n'"],
		['text', 5, "'5'"],
		['time', '08:30', '08:30'],
		['id', '001xx000003DGb1AAG', "'001xx000003DGb1AAG'"],
		['dateTime', '2026-01-31', '2026-01-31T00:00:00Z'],
		['dateTime', '2026-01-31T08:00:00.250+0100', '2026-01-31T07:00:00.250Z'],
		['number', '-1.5e3', '-1.5e3'],
		['text', undefined, 'null'],
	] as const)('literal %s %p is %s', (type, value, expected) => {
		expect(literal(type, value)).toBe(expected);
	});

	it.each([
		['number', 'Infinity'],
		['number', '0x10'],
		['number', ''],
		['date', ''],
		['date', new Date(Number.NaN)],
		['time', '8 pm'],
		['text', { a: 1 }],
	] as const)('literal %s %p is refused', (type, value) => {
		expect(() => literal(type, value)).toThrow(LiteralError);
	});

	it.each(['TODAY', 'this_month', 'LAST_N_DAYS:30', 'NEXT_N_FISCAL_QUARTERS:2', 'N_MONTHS_AGO:3', 'LAST_90_DAYS', 'LAST_FISCAL_YEAR'])('%s is a date literal', (text) => {
		expect(isDateLiteral(text)).toBe(true);
	});

	it.each(['LAST_N_DAYS:', 'LAST_N_DAYS:x', 'TODAY ', 'THIS_CENTURY', "TODAY' OR", 5])('%p is one or not', (text) => {
		expect(isDateLiteral(text)).toBe(text === 'TODAY ');
	});

	it('wildcards of LIKE in a text are ordinary characters', () => {
		expect(quoteForLike('%', "100%_'\\", '%')).toBe("'%100\\%\\_\\'\\\\%'");
	});
});

describe('the list after SELECT', () => {
	it.each([
		["SELECT Id, Account.Name, (SELECT Id, Owner.Name FROM Contacts), toLabel(Status) FROM X WHERE a = 'from '", { paths: ['Account.Name'], children: ['Contacts'] }],
		['select\n Account.Owner.Name\nfrom Contact', { paths: ['Account.Owner.Name'], children: [] }],
		['SELECT COUNT() FROM Account', { paths: [], children: [] }],
		['FIND {x}', { paths: [], children: [] }],
		['SELECT (SELECT Id FROM Account.Contacts) FROM Account', { paths: [], children: ['Contacts'] }],
	])('of %p is read', (soql, expected) => {
		expect(readSelectList(soql)).toEqual(expected);
	});
});

describe('a query is built of names only', () => {
	const query = { fields: ['Id'], children: [], objectType: 'Account', where: [], sort: [] };
	it.each([
		[{ fields: ['Id FROM User--'] }, /"Id FROM User--" is not the name of a field/],
		[{ fields: ['(SELECT Id FROM Contacts)'] }, /is not the name of a field/],
		[{ sort: [{ field: 'Name LIMIT 1', direction: 'ASC' as const }] }, /sort rule’s field is not the name of a field/],
		[{ children: [{ relationship: 'Contacts LIMIT 1', fields: [], sort: [] }] }, /is not the name of a child relationship/],
		[{ children: [{ relationship: 'Contacts', fields: ['Id)'], sort: [] }] }, /"Id\)" is not the name of a field/],
	])('%p is refused', (changes, message) => {
		expect(() => buildQuery({ ...query, ...changes })).toThrow(message);
	});

	it('with conditions that all hold, in brackets, and everything in its place', () => {
		const soql = buildQuery({
			...query,
			fields: ['Id', 'Owner.Name', 'toLabel(Type) kind', 'FIELDS(CUSTOM)'],
			children: [{ relationship: 'Contacts', fields: ['LastName'], where: 'Email != null', sort: [{ field: 'LastName', direction: 'DESC' }], limit: 3 }],
			where: ["A = 'x' OR B = 1", '', 'C = 2'],
			sort: [{ field: 'Name', direction: 'ASC', nulls: 'LAST' }, { field: 'Owner.Name', direction: 'DESC' }],
			limit: 5,
		});
		expect(soql).toBe("SELECT Id, Owner.Name, toLabel(Type) kind, FIELDS(CUSTOM), (SELECT LastName FROM Contacts WHERE Email != null ORDER BY LastName DESC LIMIT 3) FROM Account WHERE (A = 'x' OR B = 1) AND (C = 2) ORDER BY Name ASC NULLS LAST, Owner.Name DESC LIMIT 5");
	});
});
