// Tokens to a query tree, by recursive descent.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
import { soqlErrorAt, type SoqlError } from './errors';
import { tokenize, type Token } from './lexer';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN';
export type Literal = { readonly kind: 'string' | 'number' | 'date' | 'datetime' | 'boolean' | 'null' | 'dateLiteral'; readonly text: string };
export interface Path {
	readonly text: string;
	readonly offset: number;
}
export type Condition =
	| { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
	| { readonly kind: 'not'; readonly part: Condition }
	| { readonly kind: 'compare'; readonly path: Path; readonly operator: Operator; readonly literals: readonly Literal[] };
export interface OrderBy {
	readonly path: Path;
	readonly descending: boolean;
	readonly nullsLast: boolean;
}
export interface Query {
	/** `count`: SELECT COUNT(). `countOf`: SELECT COUNT(Field), an aggregate row. */
	readonly select: { readonly kind: 'fields'; readonly paths: readonly Path[] } | { readonly kind: 'all' } | { readonly kind: 'count' } | { readonly kind: 'countOf'; readonly path: Path };
	readonly from: Path;
	readonly where?: Condition;
	readonly orderBy: readonly OrderBy[];
	readonly limit?: number;
	readonly offset: number;
}

/** Throws a SoqlError of code MALFORMED_QUERY that names row and column. */
export function parseSoql(soql: string): Query {
	return new Parser(soql).query();
}

class Parser {
	private readonly tokens: Token[];
	private position = 0;

	constructor(private readonly soql: string) {
		this.tokens = tokenize(soql);
	}

	query(): Query {
		this.expectKeyword('SELECT');
		const select = this.select();
		this.expectKeyword('FROM');
		const from = this.path();
		// An alias or a list of objects would come here; neither is played.
		const where = this.takeKeyword('WHERE') ? this.condition() : undefined;
		const orderBy = this.takeKeyword('ORDER') ? this.orderBy() : [];
		const limit = this.takeKeyword('LIMIT') ? this.wholeNumber() : undefined;
		const offset = this.takeKeyword('OFFSET') ? this.wholeNumber() : 0;
		if (this.peek().kind !== 'end') throw this.unexpected();
		return { select, from, where, orderBy, limit, offset };
	}

	private select(): Query['select'] {
		if (this.isKeyword('COUNT') && this.peek(1).text === '(') {
			this.position += 2;
			if (this.takeSymbol(')')) return { kind: 'count' };
			const path = this.path();
			this.expectSymbol(')');
			return { kind: 'countOf', path };
		}
		if (this.isKeyword('FIELDS') && this.peek(1).text === '(') {
			this.position += 2;
			this.expectKeyword('ALL');
			this.expectSymbol(')');
			return { kind: 'all' };
		}
		return { kind: 'fields', paths: this.commaList(() => this.path()) };
	}

	private condition(): Condition {
		const first = this.negatable();
		for (const kind of ['and', 'or'] as const) {
			if (!this.isKeyword(kind)) continue;
			const parts = [first];
			while (this.takeKeyword(kind)) parts.push(this.negatable());
			// SOQL refuses AND beside OR without parentheses, whatever the order.
			if (this.isKeyword('AND') || this.isKeyword('OR')) throw this.unexpected();
			return { kind, parts };
		}
		return first;
	}

	private negatable(): Condition {
		if (this.takeKeyword('NOT')) return { kind: 'not', part: this.negatable() };
		if (this.takeSymbol('(')) {
			const inner = this.condition();
			this.expectSymbol(')');
			return inner;
		}
		const path = this.path();
		const operator = this.operator();
		if (operator !== 'IN' && operator !== 'NOT IN') return { kind: 'compare', path, operator, literals: [this.literal()] };
		this.expectSymbol('(');
		const literals = this.commaList(() => this.literal());
		this.expectSymbol(')');
		return { kind: 'compare', path, operator, literals };
	}

	private operator(): Operator {
		if (this.takeKeyword('LIKE')) return 'LIKE';
		if (this.takeKeyword('IN')) return 'IN';
		if (this.isKeyword('NOT')) {
			this.position++;
			this.expectKeyword('IN');
			return 'NOT IN';
		}
		const token = this.peek();
		if (token.kind !== 'symbol' || '(),'.includes(token.text)) throw this.unexpected();
		this.position++;
		return token.text === '<>' ? '!=' : (token.text as Operator);
	}

	private literal(): Literal {
		const { kind, text } = this.peek();
		if (kind === 'symbol' || kind === 'end') throw this.unexpected();
		this.position++;
		if (kind !== 'word') return { kind, text };
		if (/^(true|false)$/i.test(text)) return { kind: 'boolean', text: text.toLowerCase() };
		if (/^null$/i.test(text)) return { kind: 'null', text };
		if (/^(TODAY|YESTERDAY|TOMORROW|(LAST|NEXT)_N_DAYS:\d+)$/i.test(text)) return { kind: 'dateLiteral', text: text.toUpperCase() };
		this.position--;
		throw this.unexpected();
	}

	private orderBy(): OrderBy[] {
		this.expectKeyword('BY');
		return this.commaList(() => {
			const path = this.path();
			const descending = this.takeKeyword('DESC');
			if (!descending) this.takeKeyword('ASC');
			const nullsLast = this.takeKeyword('NULLS') ? this.takeKeyword('LAST') : false;
			if (!nullsLast && this.isKeyword('FIRST')) this.position++;
			return { path, descending, nullsLast };
		});
	}

	private path(): Path {
		const { kind, text, offset } = this.peek();
		if (kind !== 'word' || reserved.test(text)) throw this.unexpected();
		this.position++;
		return { text, offset };
	}

	private wholeNumber(): number {
		const { kind, text } = this.peek();
		if (kind !== 'number' || !/^\d+$/.test(text)) throw this.unexpected();
		this.position++;
		return Number(text);
	}

	private commaList<T>(read: () => T): T[] {
		const items = [read()];
		while (this.takeSymbol(',')) items.push(read());
		return items;
	}

	private peek(ahead = 0): Token {
		return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
	}

	private isKeyword(word: string): boolean {
		const { kind, text } = this.peek();
		return kind === 'word' && text.toLowerCase() === word.toLowerCase();
	}

	private takeKeyword(word: string): boolean {
		const found = this.isKeyword(word);
		if (found) this.position++;
		return found;
	}

	private expectKeyword(word: string): void {
		if (!this.takeKeyword(word)) throw this.unexpected();
	}

	private takeSymbol(symbol: string): boolean {
		const { kind, text } = this.peek();
		const found = kind === 'symbol' && text === symbol;
		if (found) this.position++;
		return found;
	}

	private expectSymbol(symbol: string): void {
		if (!this.takeSymbol(symbol)) throw this.unexpected();
	}

	private unexpected(): SoqlError {
		const { text, offset } = this.peek();
		return soqlErrorAt(this.soql, offset, 'MALFORMED_QUERY', `unexpected token: '${text}'`);
	}
}

const reserved = /^(SELECT|FROM|WHERE|AND|OR|NOT|LIKE|IN|ORDER|GROUP|HAVING|LIMIT|OFFSET)$/i;
