// A query's text to its tree, by recursive descent.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
import { readCondition, readExpression } from './conditions';
import { SoqlError } from './errors';
import type { OrderBy, Query, SelectItem } from './syntax';
import { TokenStream } from './tokens';

const longestQuery = 100_000;
const afterFrom = ['USING', 'WHERE', 'WITH', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'FOR', 'UPDATE'];

/** Throws a SoqlError of code MALFORMED_QUERY that names row and column. */
export function parseSoql(soql: string): Query {
	if (soql.length > longestQuery) throw new SoqlError('MALFORMED_QUERY', `SOQL statements cannot be longer than ${longestQuery} characters.`);
	const tokens = new TokenStream(soql);
	const query = readQuery(tokens);
	if (tokens.peek().kind !== 'end') throw tokens.unexpected();
	return query;
}

function readQuery(tokens: TokenStream): Query {
	const inner = (): Query => readQuery(tokens);
	tokens.expectKeyword('SELECT');
	const select = readSelect(tokens, inner);
	tokens.expectKeyword('FROM');
	const from = tokens.path();
	const alias = tokens.peek().kind === 'word' && !tokens.isKeyword(...afterFrom) ? tokens.path().text : undefined;
	const scope = tokens.takeKeyword('USING') ? readScope(tokens) : 'everything';
	const where = tokens.takeKeyword('WHERE') ? readCondition(tokens, inner) : undefined;
	const grouped = tokens.takeKeyword('GROUP');
	if (grouped) tokens.expectKeyword('BY');
	const groupBy = grouped ? tokens.commaList(() => readExpression(tokens)) : [];
	const having = grouped && tokens.takeKeyword('HAVING') ? readCondition(tokens, inner) : undefined;
	const orderBy = tokens.takeKeyword('ORDER') ? readOrderBy(tokens) : [];
	const limit = tokens.takeKeyword('LIMIT') ? tokens.wholeNumber() : undefined;
	const offset = tokens.takeKeyword('OFFSET') ? tokens.wholeNumber() : 0;
	if (tokens.takeKeyword('FOR')) tokens.expectKeyword('VIEW', 'REFERENCE');
	return { select, from, alias, scope, where, groupBy, having, orderBy, limit, offset };
}

function readSelect(tokens: TokenStream, inner: () => Query): SelectItem[] {
	const { offset } = tokens.peek();
	if (tokens.isKeyword('COUNT') && tokens.isSymbol('(', 1) && tokens.isSymbol(')', 2)) {
		tokens.skip(3);
		return [{ kind: 'count', offset }];
	}
	return tokens.commaList(() => readItem(tokens, inner));
}

function readItem(tokens: TokenStream, inner: () => Query): SelectItem {
	const { offset } = tokens.peek();
	if (tokens.takeSymbol('(')) {
		const query = inner();
		tokens.expectSymbol(')');
		return { kind: 'children', query };
	}
	if (tokens.isKeyword('FIELDS') && tokens.isSymbol('(', 1)) {
		tokens.skip(2);
		const group = tokens.expectKeyword('ALL', 'STANDARD', 'CUSTOM') as 'ALL' | 'STANDARD' | 'CUSTOM';
		tokens.expectSymbol(')');
		return { kind: 'fields', group, offset };
	}
	const expression = readExpression(tokens);
	const alias = tokens.peek().kind === 'word' && !tokens.isKeyword('FROM') ? tokens.path() : undefined;
	return { kind: 'expression', expression, alias };
}

function readScope(tokens: TokenStream): Query['scope'] {
	tokens.expectKeyword('SCOPE');
	return tokens.expectKeyword('EVERYTHING', 'MINE').toLowerCase() as Query['scope'];
}

function readOrderBy(tokens: TokenStream): OrderBy[] {
	tokens.expectKeyword('BY');
	return tokens.commaList(() => {
		const expression = readExpression(tokens);
		const descending = tokens.takeKeyword('DESC');
		if (!descending) tokens.takeKeyword('ASC');
		const nullsLast = tokens.takeKeyword('NULLS') && tokens.expectKeyword('FIRST', 'LAST') === 'LAST';
		return { expression, descending, nullsLast };
	});
}
