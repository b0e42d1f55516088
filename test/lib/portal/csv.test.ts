import { csvOf } from '../../../lib/portal/admin/csv';

/** The cells as a spreadsheet sees them whose list separator is this one: only a quotation mark at the beginning of a cell counts. */
function cellsOf(body: string, separator: string): string[] {
	const cells: string[] = [];
	let [cell, isQuoted] = ['', false];
	const text = body.replace(/^\uFEFF/, '');
	for (let at = 0; at < text.length; at++) {
		const letter = text[at]!;
		if (isQuoted) {
			if (letter === '"' && text[at + 1] === '"') cell += text[++at]!;
			else if (letter === '"') isQuoted = false;
			else cell += letter;
		} else if (letter === '"' && cell === '') isQuoted = true;
		else if (letter === separator || letter === '\r' || letter === '\n') {
			cells.push(cell);
			cell = '';
			if (letter === '\r' && text[at + 1] === '\n') at++;
		} else cell += letter;
	}
	return [...cells, cell];
}

const fileOf = (...row: (string | number | undefined)[]): string => String(csvOf('x.csv', ['a', 'b'], [row]).body);

describe('a file of the administration', () => {
	it.each(['=1+1', '+1', '-1', '@SUM(1)', '\t=1+1', ' =1+1', '"=1+1', 'x;=1+1;y', 'x; =1+1;y', 'x;"=1+1;y', 'x\t=1+1', 'x\n=1+1\ny', 'x\r=1+1', '＝1+1', 'x;＋1', 'x,=1+1'])('holds no formula, whatever separates the cells of the spreadsheet: %j', (text) => {
		for (const separator of [',', ';', '\t']) for (const cell of cellsOf(fileOf('alice', text), separator)) expect(cell).not.toMatch(/^["\s]*[=+\-@＝＋－＠]/);
	});

	it('leaves what is none as it is', () => {
		expect(cellsOf(fileOf('Sales – Q3, "north"; a+b=c', 'alice@example.com'), ',').slice(2, 4)).toEqual(['Sales – Q3, "north"; a+b=c', 'alice@example.com']);
		expect(cellsOf(fileOf(-5, undefined), ',').slice(2, 4)).toEqual(['-5', '']);
	});
});
