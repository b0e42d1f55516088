// Literals of OData v3 as they stand in addresses.
import { badExpression } from '../errors';

export type Literal = string | number | boolean | null;

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A quoted text, guid'…' and datetime'…' become text, the latter in ISO form. */
export function literalOf(text: string): Literal {
	if (/^'(?:[^']|'')*'$/s.test(text)) return text.slice(1, -1).replaceAll("''", "'");
	const typed = /^(guid|datetime|datetimeoffset)'([^']*)'$/i.exec(text);
	if (typed?.[1]?.toLowerCase() === 'guid') {
		if (!guid.test(typed[2]!)) throw badExpression(text);
		return typed[2]!.toLowerCase();
	}
	if (typed) {
		const at = new Date(/[zZ]|[+-]\d\d:\d\d$/.test(typed[2]!) ? typed[2]! : `${typed[2]!}Z`);
		if (Number.isNaN(at.getTime())) throw badExpression(text);
		return isoSeconds(at);
	}
	if (text === 'null') return null;
	if (text === 'true' || text === 'false') return text === 'true';
	if (/^-?\d+(?:\.\d+)?[LlMmDdFf]?$/.test(text)) return Number(text.replace(/[a-z]$/i, ''));
	throw badExpression(text);
}

/** SharePoint keeps no fractions of a second. */
export function isoSeconds(at: Date): string {
	return `${at.toISOString().slice(0, 19)}Z`;
}
