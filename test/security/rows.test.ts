import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

/** `S6, S7` and `S16–S18` at the beginning of a row. */
function rowsOf(cell: string): string[] {
	return cell.split(',').flatMap((part) => {
		const [first = 0, last = first] = [...part.matchAll(/S(\d+)/g)].map(([, number]) => Number(number));
		return Array.from({ length: last - first + 1 }, (_, index) => `S${first + index}`);
	});
}

const promised = [...readFileSync(join(PROJECT, 'SECURITY.md'), 'utf8').matchAll(/^\| (S\d[^|]*) \|/gm)].flatMap(([, cell = '']) => rowsOf(cell));

const titles = readdirSync(join(PROJECT, 'test'), { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.ts') && !name.endsWith('rows.test.ts'))
	.flatMap((name) => [...readFileSync(join(PROJECT, 'test', name), 'utf8').matchAll(/\b(?:it|test|describe)(?:\.each)?\b[^\n]*\bS\d+\b[^\n]*|^\s*\]\)\(['`"][^\n]*\bS\d+\b[^\n]*/gm)].map(([line]) => line));

it('every security requirement that SECURITY.md promises has a test of that name', () => {
	expect(new Set(promised).size).toBe(promised.length);
	expect(promised.length).toBeGreaterThan(35);
	expect(promised.filter((row) => !titles.some((title) => new RegExp(`\\b${row}\\b`).test(title)))).toEqual([]);
});
