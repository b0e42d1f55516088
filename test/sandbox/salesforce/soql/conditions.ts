// WHERE and HAVING, and the expressions in them.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_conditionexpression.htm
import { isDateLiteral } from './dateLiterals';
import { aggregateFunctions, fieldFunctions, type Condition, type Expression, type Literal, type Operator, type Query } from './syntax';
import type { TokenStream } from './tokens';

export function readExpression(tokens: TokenStream): Expression {
	const { text, offset } = tokens.peek();
	if (!tokens.isSymbol('(', 1)) return { kind: 'path', path: tokens.path() };
	const aggregate = aggregateFunctions.find((name) => name === text.toUpperCase());
	const fieldFunction = fieldFunctions.find((name) => name === text.toUpperCase());
	if (!aggregate && !fieldFunction) throw tokens.unexpected();
	tokens.skip(2);
	const path = tokens.path();
	tokens.expectSymbol(')');
	return aggregate ? { kind: 'aggregate', name: aggregate, path, offset } : { kind: 'function', name: fieldFunction!, path, offset };
}

/** `readQuery` reads what is in the parentheses of a semi-join. */
export function readCondition(tokens: TokenStream, readQuery: () => Query): Condition {
	const first = readNegatable(tokens, readQuery);
	for (const kind of ['and', 'or'] as const) {
		if (!tokens.isKeyword(kind.toUpperCase())) continue;
		const parts = [first];
		while (tokens.takeKeyword(kind.toUpperCase())) parts.push(readNegatable(tokens, readQuery));
		// SOQL refuses AND beside OR without parentheses, whatever the order.
		if (tokens.isKeyword('AND', 'OR')) throw tokens.unexpected();
		return { kind, parts };
	}
	return first;
}

function readNegatable(tokens: TokenStream, readQuery: () => Query): Condition {
	if (tokens.takeKeyword('NOT')) return { kind: 'not', part: readNegatable(tokens, readQuery) };
	if (tokens.takeSymbol('(')) {
		const inner = readCondition(tokens, readQuery);
		tokens.expectSymbol(')');
		return inner;
	}
	const left = readExpression(tokens);
	const operator = readOperator(tokens);
	if (!['IN', 'NOT IN', 'INCLUDES', 'EXCLUDES'].includes(operator)) return { kind: 'compare', left, operator, literals: [readLiteral(tokens)] };
	tokens.expectSymbol('(');
	if (operator.endsWith('IN') && tokens.isKeyword('SELECT')) {
		const query = readQuery();
		tokens.expectSymbol(')');
		return { kind: 'semiJoin', left, negated: operator === 'NOT IN', query };
	}
	const literals = tokens.commaList(() => readLiteral(tokens));
	tokens.expectSymbol(')');
	return { kind: 'compare', left, operator, literals };
}

function readOperator(tokens: TokenStream): Operator {
	for (const word of ['LIKE', 'IN', 'INCLUDES', 'EXCLUDES'] as const) if (tokens.takeKeyword(word)) return word;
	if (tokens.takeKeyword('NOT')) {
		tokens.expectKeyword('IN');
		return 'NOT IN';
	}
	const { kind, text } = tokens.peek();
	if (kind !== 'symbol' || '(),'.includes(text)) throw tokens.unexpected();
	tokens.skip();
	return text === '<>' ? '!=' : (text as Operator);
}

function readLiteral(tokens: TokenStream): Literal {
	const { kind, text } = tokens.peek();
	if (kind === 'symbol' || kind === 'end') throw tokens.unexpected();
	if (kind !== 'word') {
		tokens.skip();
		return { kind, text };
	}
	const literal = wordLiteral(text);
	if (!literal) throw tokens.unexpected();
	tokens.skip();
	return literal;
}

function wordLiteral(text: string): Literal | undefined {
	if (/^(true|false)$/i.test(text)) return { kind: 'boolean', text: text.toLowerCase() };
	if (/^null$/i.test(text)) return { kind: 'null', text };
	if (isDateLiteral(text)) return { kind: 'dateLiteral', text: text.toUpperCase() };
	// An amount with its currency, `USD5000`: ours is an org of one currency.
	if (/^[A-Z]{3}\d+(\.\d+)?$/.test(text)) return { kind: 'number', text: text.slice(3) };
	return undefined;
}
