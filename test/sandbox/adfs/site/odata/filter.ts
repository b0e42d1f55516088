// `$filter` as SharePoint's lists take it: comparisons, `and`, `or`, `not`, `startswith`, `substringof`, paths into what is expanded.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/use-odata-query-operations-in-sharepoint-rest-requests
import { badExpression } from '../errors';
import { literalOf, type Literal } from './literals';

export type Filter =
	| { readonly op: 'and'; readonly left: Filter; readonly right: Filter }
	| { readonly op: 'or'; readonly left: Filter; readonly right: Filter }
	| { readonly op: 'not'; readonly inner: Filter }
	| { readonly op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'startswith' | 'substringof'; readonly field: string; readonly value: Literal };

const comparisons = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
type Comparison = (typeof comparisons)[number];

function tokensOf(text: string): string[] {
	const tokens: string[] = [];
	const pattern = /\s*((?:guid|datetime|datetimeoffset)?'(?:[^']|'')*'|[(),]|[^\s(),']+)/giy;
	while (pattern.lastIndex < text.trimEnd().length) {
		const match = pattern.exec(text);
		if (match === null) throw badExpression(text);
		tokens.push(match[1]!);
	}
	return tokens;
}

/** @throws SiteError 400 */
export function readFilter(text: string): Filter {
	const tokens = tokensOf(text);
	let at = 0;
	const take = (): string => {
		const token = tokens[at++];
		if (token === undefined) throw badExpression(text);
		return token;
	};
	const expect = (token: string): void => {
		if (take() !== token) throw badExpression(text);
	};
	const primary = (): Filter => {
		const token = take();
		if (token === 'not') return { op: 'not', inner: primary() };
		if (token === '(') {
			const inner = or();
			expect(')');
			return inner;
		}
		const name = token.toLowerCase();
		if (tokens[at] === '(') {
			if (name !== 'startswith' && name !== 'substringof') throw badExpression(text);
			at++;
			const first = take();
			expect(',');
			const second = take();
			expect(')');
			// "… eq true" is allowed behind a function.
			if (tokens[at] === 'eq' && tokens[at + 1] === 'true') at += 2;
			return name === 'startswith' ? { op: name, field: first, value: literalOf(second) } : { op: name, field: second, value: literalOf(first) };
		}
		const op = take();
		if (!comparisons.includes(op as Comparison)) throw badExpression(text);
		return { op: op as Comparison, field: token, value: literalOf(take()) };
	};
	const and = (): Filter => {
		let left = primary();
		while (tokens[at] === 'and') {
			at++;
			left = { op: 'and', left, right: primary() };
		}
		return left;
	};
	const or = (): Filter => {
		let left = and();
		while (tokens[at] === 'or') {
			at++;
			left = { op: 'or', left, right: and() };
		}
		return left;
	};
	const filter = or();
	if (at !== tokens.length) throw badExpression(text);
	return filter;
}

export function fieldsOf(filter: Filter): string[] {
	if (filter.op === 'and' || filter.op === 'or') return [...fieldsOf(filter.left), ...fieldsOf(filter.right)];
	return filter.op === 'not' ? fieldsOf(filter.inner) : [filter.field];
}

/** @param valueOf what a row has at a path; a list counts as a match if one of its members does */
export function matches(filter: Filter, valueOf: (field: string) => unknown): boolean {
	if (filter.op === 'and') return matches(filter.left, valueOf) && matches(filter.right, valueOf);
	if (filter.op === 'or') return matches(filter.left, valueOf) || matches(filter.right, valueOf);
	if (filter.op === 'not') return !matches(filter.inner, valueOf);
	const { op, value } = filter;
	const found = valueOf(filter.field);
	if (Array.isArray(found)) return op === 'ne' ? found.every((one) => compare(op, one, value)) : found.some((one) => compare(op, one, value));
	return compare(op, found, value);
}

/** Texts compare without regard to case, as SharePoint's databases do. */
function compare(op: Comparison | 'startswith' | 'substringof', found: unknown, value: Literal): boolean {
	const left = normal(found, value);
	const right = normal(value, value);
	if (op === 'eq') return left === right;
	if (op === 'ne') return left !== right;
	if (left === null || right === null) return false;
	if (op === 'startswith') return String(left).startsWith(String(right));
	if (op === 'substringof') return String(left).includes(String(right));
	if (op === 'lt') return left < right;
	if (op === 'le') return left <= right;
	return op === 'gt' ? left > right : left >= right;
}

function normal(found: unknown, against: Literal): string | number | boolean | null {
	if (found === null || found === undefined) return null;
	if (typeof against === 'number') return Number(found);
	if (typeof found === 'boolean') return typeof against === 'boolean' ? found : found ? 1 : 0;
	return typeof against === 'boolean' ? Boolean(found) : String(found).toLowerCase();
}
