// `$filter` as a tree.
// @see https://learn.microsoft.com/en-us/graph/filter-query-parameter
import { invalidRequest } from '../errors';

export type Literal = string | number | boolean | null;

export type Condition =
	| { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
	| { readonly kind: 'not'; readonly inner: Condition }
	| { readonly kind: 'compare'; readonly operator: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'; readonly path: string; readonly value: Literal }
	| { readonly kind: 'in'; readonly path: string; readonly values: readonly Literal[] }
	| { readonly kind: 'text'; readonly test: 'startswith' | 'endswith' | 'contains' | 'substringof'; readonly path: string; readonly value: string };

const tokenPattern = /\s*(?:('(?:[^']|'')*')|([(),])|([^\s(),']+))/y;

/** Throws a GraphError 400 that says where the text is wrong. */
export function parseFilter(text: string): Condition {
	const tokens = tokensOf(text);
	let at = 0;
	const fail = (): never => {
		throw invalidRequest(`Invalid filter clause: Syntax error at position ${at} in '${text}'.`, 'invalidQueryOption');
	};
	const take = (): string => tokens[at++] ?? fail();
	const expect = (token: string): void => void (take() === token || fail());
	const isNext = (word: string): boolean => tokens[at]?.toLowerCase() === word;

	const either = (): Condition => {
		let left = both();
		while (isNext('or') && at++ >= 0) left = { kind: 'or', left, right: both() };
		return left;
	};
	const both = (): Condition => {
		let left = single();
		while (isNext('and') && at++ >= 0) left = { kind: 'and', left, right: single() };
		return left;
	};
	const single = (): Condition => {
		if (isNext('not') && at++ >= 0) return { kind: 'not', inner: single() };
		if (isNext('(') && at++ >= 0) {
			const inner = either();
			expect(')');
			return inner;
		}
		const word = take();
		if (tokens[at] === '(') return textTest(word.toLowerCase());
		const operator = take().toLowerCase();
		if (operator === 'in') return { kind: 'in', path: word, values: valuesInParentheses() };
		if (!['eq', 'ne', 'lt', 'le', 'gt', 'ge'].includes(operator)) fail();
		return { kind: 'compare', operator: operator as 'eq', path: word, value: literalOf(take(), fail) };
	};
	const textTest = (test: string): Condition => {
		if (!['startswith', 'endswith', 'contains', 'substringof'].includes(test)) fail();
		const args = valuesOrPaths();
		const [path, value] = test === 'substringof' ? [args[1], args[0]] : args;
		if (path === undefined || value === undefined || args.length !== 2) return fail();
		return { kind: 'text', test: test as 'contains', path, value: String(literalOf(value, fail)) };
	};
	const valuesOrPaths = (): string[] => {
		const found: string[] = [];
		expect('(');
		for (;;) {
			found.push(take());
			if (take() === ')') return found;
		}
	};
	const valuesInParentheses = (): Literal[] => valuesOrPaths().map((token) => literalOf(token, fail));

	const condition = either();
	if (at < tokens.length) fail();
	return condition;
}

function tokensOf(text: string): string[] {
	const tokens: string[] = [];
	tokenPattern.lastIndex = 0;
	while (tokenPattern.lastIndex < text.trimEnd().length) {
		const found = tokenPattern.exec(text);
		if (!found) throw invalidRequest('Invalid filter clause: There is an unterminated string literal.', 'invalidQueryOption');
		tokens.push((found[1] ?? found[2] ?? found[3])!);
	}
	return tokens;
}

function literalOf(token: string, fail: () => never): Literal {
	if (token.startsWith('\'')) return token.slice(1, -1).replaceAll('\'\'', '\'');
	if (/^-?\d+(?:\.\d+)?$/.test(token)) return Number(token);
	if (/^\d{4}-\d\d-\d\d/.test(token)) return token;
	if (token === 'true' || token === 'false') return token === 'true';
	if (token === 'null') return null;
	return fail();
}

/** The properties that a condition looks at. */
export function pathsOf(condition: Condition): string[] {
	switch (condition.kind) {
		case 'and':
		case 'or':
			return [...pathsOf(condition.left), ...pathsOf(condition.right)];
		case 'not':
			return pathsOf(condition.inner);
		default:
			return [condition.path];
	}
}
