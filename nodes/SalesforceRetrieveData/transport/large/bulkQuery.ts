// What a SOQL text asks for, as far as Bulk must know it beforehand. It parses no conditions: Salesforce does.

/** A query of plain fields, which Bulk can answer as far as its text tells. */
export interface PlainQuery {
	soql: string;
	/** As the query names it. */
	object: string;
	/** Dotted paths in the order of the query, without the alias of the object. */
	paths: string[];
	/** The query's own LIMIT. */
	limit?: number;
	/** Where the list of fields ends. */
	selectEnd: number;
}

/** @param obstacle what is in the query that Bulk does not answer, in words */
export type BulkQuery = { plain: PlainQuery } | { obstacle: string };

/** Behind the object's name. @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_create_job.htm */
const OBSTACLES: ReadonlyArray<readonly [RegExp, string]> = [
	[/\bGROUP\s+BY\b/i, 'GROUP BY'],
	[/\bOFFSET\s+\d/i, 'OFFSET'],
	[/\bFOR\s+(?:VIEW|REFERENCE|UPDATE)\b/i, 'FOR VIEW, REFERENCE or UPDATE'],
	[/\bUPDATE\s+(?:TRACKING|VIEWSTAT)\b/i, 'UPDATE TRACKING or VIEWSTAT'],
	[/\bALL\s+ROWS\b/i, 'ALL ROWS'],
];
const CLAUSE_WORDS = /^(?:USING|WHERE|WITH|GROUP|HAVING|ORDER|LIMIT|OFFSET|FOR|UPDATE|ALL)$/i;

/** What stands in quotes and parentheses becomes blanks; everything else keeps its place. */
function outermost(soql: string): string {
	let depth = 0;
	return soql.replace(/'(?:\\[\s\S]|[^'\\])*'?|[()]|[^'()]+/g, (piece) => {
		if (piece === '(') return (depth += 1) === 1 ? '(' : ' ';
		if (piece === ')') return (depth -= 1) === 0 ? ')' : ' ';
		return depth > 0 || piece.startsWith("'") ? ' '.repeat(piece.length) : piece;
	});
}

export function readBulkQuery(soql: string): BulkQuery {
	const outer = outermost(soql);
	const found = /^\s*SELECT\s+(\S[\s\S]*?)\s+FROM\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?/i.exec(outer);
	const [head = '', list = '', object = '', word = ''] = found ?? [];
	if (found === null) return { obstacle: 'what is not SELECT … FROM one object' };
	const alias = CLAUSE_WORDS.test(word) ? undefined : word.toLowerCase();
	const selectStart = head.search(/SELECT/i) + head.slice(head.search(/SELECT/i)).indexOf(list);
	const tail = outer.slice(head.length - word.length);
	if (/\bTYPEOF\b/i.test(list)) return { obstacle: 'TYPEOF' };
	if (/^\s*,/.test(outer.slice(head.length))) return { obstacle: 'several objects in FROM' };
	const clause = OBSTACLES.find(([pattern]) => pattern.test(tail));
	if (clause !== undefined) return { obstacle: clause[1] };
	const paths: string[] = [];
	for (const entry of soql.slice(selectStart, selectStart + list.length).split(',')) {
		const path = entry.trim();
		if (path.includes('(') || path.includes(')')) return { obstacle: /\(\s*SELECT\b/i.test(path) ? 'a sub-query in SELECT' : `a function in SELECT (${path})` };
		if (!/^\w+(?:\.\w+)*$/.test(path)) return { obstacle: `"${path}" in SELECT` };
		const [first = '', ...rest] = path.split('.');
		const isOwn = rest.length > 0 && [object.toLowerCase(), alias].includes(first.toLowerCase());
		paths.push(isOwn ? rest.join('.') : path);
	}
	const limit = /\bLIMIT\s+(\d+)/i.exec(tail)?.[1];
	return { plain: { soql, object, paths, selectEnd: selectStart + list.length, ...(limit !== undefined && { limit: Number(limit) }) } };
}

/** The query with more fields, and for not more rows than are wanted. */
export function extendQuery({ soql, selectEnd, limit }: PlainQuery, more: readonly string[], wanted: number): string {
	const list = more.map((path) => `, ${path}`).join('');
	// A LIMIT keeps Salesforce from dividing the work, but all the rows of a large object would take longer.
	const bound = limit === undefined && Number.isFinite(wanted) ? ` LIMIT ${wanted}` : '';
	return `${soql.slice(0, selectEnd)}${list}${soql.slice(selectEnd)}${bound}`;
}
