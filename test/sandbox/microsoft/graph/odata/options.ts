// The query options of a request. Graph takes them with and without the dollar sign.
// @see https://learn.microsoft.com/en-us/graph/query-parameters
import { invalidRequest } from '../errors';

export interface ODataOptions {
	readonly select?: readonly string[];
	/** Of each expanded relation its own `$select`. */
	readonly expand: ReadonlyMap<string, { readonly select?: readonly string[] }>;
	readonly filter?: string;
	readonly orderBy: ReadonlyArray<{ readonly path: string; readonly descending: boolean }>;
	readonly top?: number;
	readonly skipToken?: string;
	readonly search?: string;
	readonly count: boolean;
}

/** Throws a GraphError 400 for options that cannot be read. */
export function readOptions(query: URLSearchParams): ODataOptions {
	const option = (name: string): string | undefined => query.get(`$${name}`) ?? query.get(name) ?? undefined;
	const top = option('top');
	if (top !== undefined && !/^\d+$/.test(top)) throw invalidRequest(`Invalid value '${top}' for $top query option found. The $top query option requires a non-negative integer value.`, 'invalidQueryOption');
	return {
		select: namesOf(option('select')),
		expand: readExpand(option('expand')),
		filter: option('filter'),
		orderBy: (option('orderby') ?? '').split(',').filter((term) => term.trim() !== '').map(readOrder),
		top: top === undefined ? undefined : Number(top),
		skipToken: query.get('$skiptoken') ?? undefined,
		search: option('search'),
		count: option('count') === 'true',
	};
}

function namesOf(text: string | undefined): string[] | undefined {
	const names = text?.split(',').map((name) => name.trim()).filter(Boolean);
	return names?.length ? names : undefined;
}

function readOrder(term: string): { path: string; descending: boolean } {
	const found = /^\s*(\S+?)(?:\s+(asc|desc))?\s*$/i.exec(term);
	if (!found) throw invalidRequest(`Syntax error in the $orderby clause '${term}'.`, 'invalidQueryOption');
	return { path: found[1]!, descending: found[2]?.toLowerCase() === 'desc' };
}

/** `fields($select=Title,Due;$expand=…),driveItem`; columns may also be named in a path: `fields/Title` is not known here. */
function readExpand(text = ''): Map<string, { select?: string[] }> {
	const expand = new Map<string, { select?: string[] }>();
	for (const term of splitOutside(text, ',')) {
		const found = /^\s*([A-Za-z]+)\s*(?:\((.*)\))?\s*$/.exec(term);
		if (!found) throw invalidRequest(`Parsing OData Select and Expand failed: Syntax error in '${term}'.`, 'invalidQueryOption');
		const inner = splitOutside(found[2] ?? '', ';').map((part) => /^\s*\$?select\s*=(.*)$/i.exec(part)?.[1]).find((names) => names !== undefined);
		expand.set(found[1]!, { select: namesOf(inner) });
	}
	return expand;
}

function splitOutside(text: string, separator: string): string[] {
	const parts = [''];
	let depth = 0;
	for (const letter of text) {
		if (letter === '(') depth++;
		if (letter === ')') depth--;
		if (letter === separator && depth === 0) parts.push('');
		else parts[parts.length - 1] += letter;
	}
	return parts.filter((part) => part.trim() !== '');
}
