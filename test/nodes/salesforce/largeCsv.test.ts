import fc from 'fast-check';

import { CsvError, CsvReader } from '../../../nodes/SalesforceRetrieveData/transport/large/csvReader';
import { ColumnError, CsvWriter } from '../../../nodes/SalesforceRetrieveData/transport/large/csvWriter';

function read(text: string, cuts: readonly number[] = []): string[][] {
	const reader = new CsvReader();
	const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
	const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
	return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const nasty = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'ä', ' ', '💾'), maxLength: 12 });
const cuts = fc.array(fc.nat({ max: 10_000 }), { maxLength: 20 });

describe('reading CSV', () => {
	it('gives back what was written, wherever the pieces are cut', () => {
		const records = fc.integer({ min: 1, max: 5 }).chain((width) => fc.array(fc.array(nasty, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));
		fc.assert(
			fc.property(records, fc.constantFrom('\n', '\r\n'), fc.boolean(), cuts, (written, newline, isClosed, at) => {
				const text = written.map((cells) => cells.map(quoted).join(',')).join(newline) + (isClosed ? newline : '');
				expect(read(text, at)).toEqual(written);
			}),
			{ numRuns: 500 },
		);
	});

	it('finds the same records in any text, wherever it is cut, or the same mistake', () => {
		const outcome = (text: string, at?: number[]) => {
			try {
				return read(text, at);
			} catch (error) {
				return error instanceof CsvError ? error.message : error;
			}
		};
		fc.assert(
			fc.property(nasty, cuts, (text, at) => expect(outcome(text, at)).toEqual(outcome(text))),
			{ numRuns: 1_000 },
		);
	});

	it.each([
		['', []],
		['a', [['a']]],
		['a,b\n', [['a', 'b']]],
		['a,', [['a', '']]],
		['"",\n', [['', '']]],
		['"a\r\nb","c"\r\nd,e', [['a\r\nb', 'c'], ['d', 'e']]],
		['a\n\nb\n', [['a'], [''], ['b']]],
	])('reads %j', (text, records) => {
		expect(read(text)).toEqual(records);
	});

	it.each([
		['"a"b,c\n', /Record 1: there is text after a closing quote/],
		['a,b\nc"d,e\n', /Record 2: there is a quote in a cell without quotes/],
		['a\rb\n', /Record 1: a carriage return stands alone/],
		['"a', /Record 1: a quoted cell does not end/],
		['"a""', /does not end/],
		['"a"\r', /carriage return/],
	])('%j is no CSV', (text, why) => {
		expect(() => read(text)).toThrow(why);
		expect(() => read(text)).toThrow(CsvError);
	});

	it('does not collect a quote that never ends', () => {
		const reader = new CsvReader();
		reader.push('"');
		const piece = 'x'.repeat(1_000_000);
		expect(() => {
			for (let index = 0; index < 20; index += 1) reader.push(piece);
		}).toThrow(/does not end/);
	});
});

describe('writing CSV', () => {
	it('can be read again, whatever is in the cells', () => {
		const value = fc.oneof(nasty, fc.integer(), fc.boolean(), fc.constant(null));
		fc.assert(
			fc.property(fc.array(fc.record({ Id: nasty, 'Odd, "name"': value, Only: value }), { minLength: 1, maxLength: 10 }), (rows) => {
				const writer = new CsvWriter([]);
				const [names, ...lines] = read(writer.lines(rows));
				expect(names).toEqual(['Id', 'Odd, "name"', 'Only']);
				expect(lines).toEqual(rows.map((row) => Object.values(row).map((cell) => (cell === null ? '' : String(cell)))));
			}),
		);
	});

	it('writes parents beside each other and children as JSON', () => {
		const writer = new CsvWriter([]);
		expect(writer.lines([{ Id: '1', Account: { Name: 'A', Owner: { Name: 'O' } }, Contacts: [{ Name: 'C' }] }])).toBe('Id,Account.Name,Account.Owner.Name,Contacts\n1,A,O,"[{""Name"":""C""}]"\n');
		expect(writer.lines([{ Id: '2', Account: null, Contacts: [] }])).toBe('2,,,[]\n');
	});

	it('has the columns of the query in its order, though a parent is missing in the first rows, and whatever the query’s case', () => {
		const writer = new CsvWriter(['id', 'Account.Owner.Name', 'account.name', 'Name']);
		expect(writer.lines([{ Id: '1', Account: null, Name: 'N' }])).toBe('Id,Account.Owner.Name,account.name,Name\n1,,,N\n');
		expect(writer.lines([{ Id: '2', Account: { Owner: null, Name: 'A' }, Name: null }])).toBe('2,,A,\n');
		expect(writer.end()).toBe('');
	});

	it('joins with another sign where it is told to', () => {
		expect(new CsvWriter([], '_').lines([{ Account: { Name: 'A' } }])).toBe('Account_Name\nA\n');
	});

	it('has a line of names without any row', () => {
		expect(new CsvWriter(['Id', 'Name']).end()).toBe('Id,Name\n');
		expect(new CsvWriter([]).end()).toBe('');
	});

	it('refuses a column that comes too late instead of losing it', () => {
		const writer = new CsvWriter([]);
		writer.lines([{ Id: '1' }]);
		expect(() => writer.lines([{ Id: '2', Phone: '1' }])).toThrow(ColumnError);
	});

	it('writes a line for a row of one empty cell', () => {
		expect(read(new CsvWriter(['Name']).lines([{ Name: null }, { Name: 'a' }]))).toEqual([['Name'], [''], ['a']]);
	});
});
