// SOSL's text to what is searched and returned.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_syntax.htm
import { badRequest } from '../apiErrors';

export type SearchGroup = 'ALL' | 'NAME' | 'EMAIL' | 'PHONE' | 'SIDEBAR';

export interface Returning {
	readonly object: string;
	/** As in a SELECT; the id alone without any. */
	readonly fields: string;
	/** WHERE, ORDER BY, LIMIT, OFFSET, as written. */
	readonly clauses: string;
}

export interface SearchRequest {
	readonly term: string;
	/** A parameterized search has no operators. */
	readonly verbatim: boolean;
	readonly group: SearchGroup;
	/** Empty: every searchable object. */
	readonly returning: readonly Returning[];
	readonly limit: number;
}

export const mostResults = 2_000;
const clauseStart = /\b(?:WHERE|ORDER\s+BY|LIMIT|OFFSET)\b/i;

/** Throws an ApiError of code MALFORMED_SEARCH. */
export function parseSosl(sosl: string): SearchRequest {
	const found = /^\s*FIND\s*\{((?:\\[\s\S]|[^\\}])*)\}([\s\S]*)$/i.exec(sosl);
	if (!found) throw badRequest('MALFORMED_SEARCH', 'No search term found. The search term must be enclosed in braces.');
	const [, term = '', rest = ''] = found;
	const parts = /^\s*(?:IN\s+(ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS\b)?\s*(?:RETURNING\s+([\s\S]*?))?\s*(?:\bLIMIT\s+(\d+))?\s*$/i.exec(rest);
	if (!parts) throw badRequest('MALFORMED_SEARCH', `unexpected token: ${rest.trim().split(/\s/)[0] ?? ''}`);
	const [, group = 'ALL', returning, limit] = parts;
	return {
		term,
		verbatim: false,
		group: group.toUpperCase() as SearchGroup,
		returning: returning === undefined ? [] : topLevelParts(returning).map(parseReturning),
		limit: limit === undefined ? mostResults : Math.min(mostResults, Number(limit)),
	};
}

function parseReturning(text: string): Returning {
	const found = /^\s*(\w+)\s*(?:\(([\s\S]*)\))?\s*$/.exec(text);
	if (!found) throw badRequest('MALFORMED_SEARCH', `unexpected token: ${text.trim()}`);
	const [, object = '', inside] = found;
	if (inside === undefined) return { object, fields: 'Id', clauses: '' };
	const start = clauseStart.exec(inside)?.index ?? inside.length;
	const fields = inside.slice(0, start).trim();
	if (fields === '') throw badRequest('MALFORMED_SEARCH', `${object} needs a field before ${inside.trim()}`);
	return { object, fields, clauses: inside.slice(start) };
}

/** Split at the commas outside of parentheses and quotes. */
function topLevelParts(text: string): string[] {
	return text.match(/(?:'(?:\\.|[^'\\])*'|\((?:'(?:\\.|[^'\\])*'|\([^()]*\)|[^()'])*\)|[^,()'])+/g) ?? [];
}
