// The tree that a query becomes.

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN' | 'INCLUDES' | 'EXCLUDES';
export type Literal = { readonly kind: 'string' | 'number' | 'date' | 'datetime' | 'boolean' | 'null' | 'dateLiteral'; readonly text: string };

/** A name as written, dots included; `offset` is its place in the query's text. */
export interface Path {
	readonly text: string;
	readonly offset: number;
}

export const aggregateFunctions = ['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX'] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];
export const fieldFunctions = ['CALENDAR_YEAR', 'CALENDAR_QUARTER', 'CALENDAR_MONTH', 'DAY_IN_MONTH', 'HOUR_IN_DAY', 'DAY_ONLY', 'TOLABEL'] as const;
export type FieldFunction = (typeof fieldFunctions)[number];

export type Expression =
	| { readonly kind: 'path'; readonly path: Path }
	| { readonly kind: 'function'; readonly name: FieldFunction; readonly path: Path; readonly offset: number }
	| { readonly kind: 'aggregate'; readonly name: AggregateFunction; readonly path: Path; readonly offset: number };

export type Condition =
	| { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
	| { readonly kind: 'not'; readonly part: Condition }
	| { readonly kind: 'compare'; readonly left: Expression; readonly operator: Operator; readonly literals: readonly Literal[] }
	| { readonly kind: 'semiJoin'; readonly left: Expression; readonly negated: boolean; readonly query: Query };

export type SelectItem =
	| { readonly kind: 'expression'; readonly expression: Expression; readonly alias?: Path }
	/** `COUNT()`: only the number, no rows. */
	| { readonly kind: 'count'; readonly offset: number }
	| { readonly kind: 'fields'; readonly group: 'ALL' | 'STANDARD' | 'CUSTOM'; readonly offset: number }
	| { readonly kind: 'children'; readonly query: Query };

export interface OrderBy {
	readonly expression: Expression;
	readonly descending: boolean;
	readonly nullsLast: boolean;
}

export interface Query {
	readonly select: readonly SelectItem[];
	readonly from: Path;
	readonly alias?: string;
	readonly scope: 'everything' | 'mine';
	readonly where?: Condition;
	readonly groupBy: readonly Expression[];
	readonly having?: Condition;
	readonly orderBy: readonly OrderBy[];
	readonly limit?: number;
	readonly offset: number;
}

/** One text for what is the same expression, however it was written. */
export function expressionKey(expression: Expression): string {
	const path = expression.path.text.toLowerCase();
	return expression.kind === 'path' ? path : `${expression.name}(${path})`;
}
