import { bindSearch } from '../../../nodes/SalesforceRetrieveData/actions/search/bindSearch';
import type { Binding } from '../../../nodes/SalesforceRetrieveData/soql/bind';
import { SoqlError } from '../../../nodes/SalesforceRetrieveData/soql/soqlError';

const text = (name: string, value: unknown): Binding => ({ name, type: 'text', value });

describe('a SOSL search with parameters', () => {
	it.each([
		['FIND {:term}', 'Acme', 'FIND {Acme}'],
		['find { :term* } IN NAME FIELDS', 'Acm', 'find { Acm* } IN NAME FIELDS'],
		['FIND {:term OR Beta}', 'Acme', 'FIND {Acme OR Beta}'],
		// All characters that the documentation names as reserved.
		['FIND {:term}', '?&|!{}[]()^~*:\\"\'+-', 'FIND {\\?\\&\\|\\!\\{\\}\\[\\]\\(\\)\\^\\~\\*\\:\\\\\\"\\\'\\+\\-}'],
		['FIND {:term}', 'x} RETURNING User(Id, Email', 'FIND {x\\} RETURNING User\\(Id, Email}'],
		['FIND {:term}', 'Smith and Sons or not', 'FIND {Smith "and" Sons "or" "not"}'],
		['FIND {:term}', 'Andorra Nottingham', 'FIND {Andorra Nottingham}'],
		['FIND {":term"}', 'Rock and "Roll"', 'FIND {"Rock and \\"Roll\\""}'],
		['FIND {a\\:term b\\} :term}', 'Acme', 'FIND {a\\:term b\\} Acme}'],
		['FIND {:term}', 'naïve 日本', 'FIND {naïve 日本}'],
		['FIND {:term}', 42, 'FIND {42}'],
	])('%s with %p is %s', (sosl, value, expected) => {
		expect(bindSearch(sosl, [text('term', value)])).toBe(expected);
	});

	it('writes values after the term as SOQL does', () => {
		const sosl = 'FIND {:term} RETURNING Account(Id WHERE Name = :name AND CreatedDate > :since), Contact(Id WHERE LastName = \':name\' AND Title IN :titles)';
		const bindings: Binding[] = [text('term', "O'Neill"), text('name', "O'Neill"), { name: 'since', type: 'dateTime', value: '2026-01-31T08:00:00Z' }, { name: 'titles', type: 'text', isList: true, value: ['a', 'b'] }];
		expect(bindSearch(sosl, bindings)).toBe("FIND {O\\'Neill} RETURNING Account(Id WHERE Name = 'O\\'Neill' AND CreatedDate > 2026-01-31T08:00:00Z), Contact(Id WHERE LastName = ':name' AND Title IN ('a', 'b'))");
	});

	it('takes the same parameter in the term and after it', () => {
		expect(bindSearch('FIND {:q} RETURNING Account(Id WHERE Name = :q)', [text('q', 'a-b')])).toBe("FIND {a\\-b} RETURNING Account(Id WHERE Name = 'a-b')");
	});

	it.each([
		['FIND {:term}', [], /:term/],
		['FIND {x} RETURNING Account(Id WHERE Name = :name)', [], /:name/],
		['FIND {x}', [text('term', 'y')], /does not name .*:term/],
		['FIND {:term}', [text('term', '  ')], /"term" must be a text/],
		['FIND {:term}', [text('term', null)], /"term" must be a text/],
		['FIND {:term}', [text('term', ['a', 'b'])], /"term" must be a text/],
		['FIND {:n} RETURNING Account(Id WHERE NumberOfEmployees > :n)', [{ name: 'n', type: 'number', value: 'many' }], /"n" is no number/],
		['SELECT Id FROM Account', [text('term', 'y')], /:term/],
	] as const)('%s with %p is refused', (sosl, bindings, message) => {
		expect(() => bindSearch(sosl, bindings)).toThrow(SoqlError);
		expect(() => bindSearch(sosl, bindings)).toThrow(message);
	});
});
