// A part of the Keyword Query Language: words (all of them, `*` at the end), quoted phrases, `AND`, `OR`, `NOT`,
// and the properties title, path, filetype, filename and isDocument.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/general-development/keyword-query-language-kql-syntax-reference

export interface Searchable {
	readonly title: string;
	readonly text: string;
	readonly path: string;
	readonly isDocument: boolean;
}

type Test = (thing: Searchable) => boolean;

export function compileKql(query: string): Test {
	const words = query.match(/[A-Za-z]+[:=]"[^"]*"|"[^"]*"|[^\s()]+/g) ?? [];
	const groups: Test[][] = [[]];
	let isNegated = false;
	for (const word of words) {
		if (word === 'OR') groups.push([]);
		else if (word === 'NOT') isNegated = true;
		else if (word !== 'AND') {
			const test = testOf(word);
			const negated = isNegated;
			groups.at(-1)!.push((thing) => test(thing) !== negated);
			isNegated = false;
		}
	}
	return (thing) => groups.some((tests) => tests.length > 0 && tests.every((test) => test(thing)));
}

function testOf(word: string): Test {
	const property = /^([A-Za-z]+)[:=](.*)$/.exec(word);
	const value = (property?.[2] ?? word).replaceAll('"', '').toLowerCase();
	const isPrefix = value.endsWith('*');
	const wanted = isPrefix ? value.slice(0, -1) : value;
	if (wanted === '') return () => true;
	switch (property?.[1]?.toLowerCase()) {
		case 'path':
			return ({ path }) => path.toLowerCase().startsWith(wanted.replace(/\/$/, ''));
		case 'filetype':
			return ({ title }) => title.toLowerCase().endsWith(`.${wanted}`);
		case 'isdocument':
			return ({ isDocument }) => isDocument === (wanted === 'true' || wanted === '1');
		case 'title':
		case 'filename':
			return ({ title }) => has(title, wanted, isPrefix);
		default:
			return ({ text }) => has(text, wanted, isPrefix);
	}
}

/** Whole words, or their beginnings. */
function has(text: string, wanted: string, isPrefix: boolean): boolean {
	const lower = ` ${text.toLowerCase().split(/[^\p{L}\p{N}]+/u).join(' ')} `;
	const words = wanted.split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(' ');
	return lower.includes(isPrefix ? ` ${words}` : ` ${words} `);
}
