/** What the outermost SELECT asks for, as far as rows without a parent or without children would hide it. */
export interface SelectList {
	/** Dotted paths, e.g. `Account.Name`; no functions. */
	paths: string[];
	/** Relationships of the sub-queries, e.g. `Contacts`. */
	children: string[];
}

const NOTHING: SelectList = { paths: [], children: [] };

/** Reads the list between the outermost SELECT and its FROM; what it does not understand it leaves out. */
export function readSelectList(soql: string): SelectList {
	const start = /^\s*select\s+/i.exec(soql);
	if (start === null) return NOTHING;
	const entries: string[] = [];
	let depth = 0;
	let entry = '';
	for (let at = start[0].length; at < soql.length; at += 1) {
		const character = soql[at]!;
		if (depth === 0 && /\s/.test(character) && /^\s+from\s/i.test(soql.slice(at))) {
			entries.push(entry);
			return { paths: entries.map((text) => text.trim()).filter((text) => /^\w+(\.\w+)+$/.test(text)), children: entries.flatMap(childOf) };
		}
		if (character === ',' && depth === 0) {
			entries.push(entry);
			entry = '';
			continue;
		}
		if (character === '(') depth += 1;
		if (character === ')') depth -= 1;
		entry += character;
	}
	return NOTHING;
}

function childOf(entry: string): string[] {
	const found = /^\s*\(\s*select\s[\s\S]*?\sfrom\s+([\w.]+)/i.exec(entry);
	return found === null ? [] : [found[1]!.split('.').at(-1)!];
}
