// A query that answers rows, made ready: its filter, its order, its bounds. Running it looks at the rows.
import { indexesWhere } from '../data/access';
import type { SObject } from '../data/fields';
import { Selection, Slice, type FieldValue, type Row, type RowSet } from '../data/rows';
import { sortable } from './compare';
import { SoqlError } from './errors';
import { compileCondition, rowFilters } from './filter';
import { renderRecord, type Item, type QueryResult } from './records';
import { objectAt, Resolver } from './resolve';
import type { Condition, Query } from './syntax';

export interface RunOptions {
	/** queryAll: rows in the recycle bin, too. */
	readonly includeDeleted: boolean;
	/** A condition from outside the query, such as a search term. */
	readonly keep?: (row: Row) => boolean;
	readonly isChildQuery?: boolean;
}

type Key = string | number | boolean | null;

export class RowsPlan {
	private readonly rows: RowSet;
	private readonly keep: ((row: Row) => boolean) | undefined;
	private readonly order: ReadonlyArray<{ key(row: Row): Key; sign: 1 | -1; nullSign: 1 | -1 }>;

	constructor(
		private readonly query: Query,
		private readonly resolver: Resolver,
		readonly items: readonly Item[],
		options: RunOptions,
	) {
		const { access, object } = resolver;
		if (query.offset > 2_000) throw new SoqlError('NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
		if (!options.isChildQuery) requireLinkFilter(object, query.where);
		this.rows = access.rows(object);
		this.keep = filterOf(query, resolver, options);
		this.order = query.orderBy.map(({ expression, descending, nullsLast }) => {
			const compiled = resolver.compile(expression, 'sortable');
			// Nulls come first in both directions unless NULLS LAST.
			return { key: (row) => sortable(compiled.value(row), compiled), sign: descending ? -1 : 1, nullSign: nullsLast ? 1 : -1 };
		});
	}

	get object(): SObject {
		return this.resolver.object;
	}

	/** The rows of the answer, in its order. */
	found(): RowSet {
		const { offset, limit = this.rows.length } = this.query;
		if (!this.keep && this.order.length === 0) return new Slice(this.rows, offset, limit);
		return this.bounded(this.matching());
	}

	result(): QueryResult {
		return this.resultOf(this.found());
	}

	/** For a child sub-query: the answer for each parent, by the value of the child's reference. */
	resultsBy(field: string): (parentId: string) => QueryResult {
		let byParent: Map<FieldValue, number[]> | undefined;
		return (parentId) => {
			byParent ??= this.grouped(field);
			return this.resultOf(this.bounded(byParent.get(parentId) ?? []));
		};
	}

	/** Every row that meets the filter, whatever the bounds. */
	each(visit: (row: Row) => void): void {
		for (let index = 0; index < this.rows.length; index++) {
			const row = this.rows.at(index)!;
			if (!this.keep || this.keep(row)) visit(row);
		}
	}

	private grouped(field: string): Map<FieldValue, number[]> {
		const groups = new Map<FieldValue, number[]>();
		for (const index of this.matching()) {
			const value = this.rows.at(index)![field] ?? null;
			const group = groups.get(value);
			if (group) group.push(index);
			else groups.set(value, [index]);
		}
		return groups;
	}

	private matching(): number[] {
		return indexesWhere(this.rows, this.keep ?? (() => true));
	}

	private bounded(indexes: readonly number[]): RowSet {
		const { offset, limit } = this.query;
		const ordered = this.order.length === 0 ? indexes : this.sorted(indexes);
		return new Selection(this.rows, ordered.slice(offset, limit === undefined ? undefined : offset + limit));
	}

	private sorted(indexes: readonly number[]): number[] {
		const keyed = indexes.map((index) => ({ index, keys: this.order.map(({ key }) => key(this.rows.at(index)!)) }));
		keyed.sort((a, b) => {
			for (const [place, { sign, nullSign }] of this.order.entries()) {
				const [left, right] = [a.keys[place]!, b.keys[place]!];
				if (left === right) continue;
				if (left === null) return nullSign;
				if (right === null) return -nullSign;
				return left < right ? -sign : sign;
			}
			return 0;
		});
		return keyed.map(({ index }) => index);
	}

	private resultOf(rows: RowSet): QueryResult {
		const { access, object } = this.resolver;
		return { totalSize: rows.length, count: rows.length, record: (index, rendering) => renderRecord(object, rows.at(index)!, this.items, access, rendering) };
	}
}

/** Undefined when every row is in. */
function filterOf({ where, scope }: Query, resolver: Resolver, { includeDeleted, keep }: RunOptions): ((row: Row) => boolean) | undefined {
	const { access, object } = resolver;
	const tests: Array<(row: Row) => boolean> = [];
	if (!includeDeleted && access.mayHaveDeleted(object)) tests.push((row) => !row.IsDeleted);
	if (scope === 'mine') tests.push((row) => row['OwnerId'] === access.user.userId);
	if (where) tests.push(compileCondition(where, rowFilters(resolver, (query) => semiJoinValues(query, resolver, includeDeleted))));
	if (keep) tests.push(keep);
	return tests.length === 0 ? undefined : (row) => tests.every((test) => test(row));
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm */
function requireLinkFilter(object: SObject, where: Condition | undefined): void {
	if (object.name !== 'ContentDocumentLink') return;
	const parts = where?.kind === 'and' ? where.parts : where ? [where] : [];
	const bounds = parts.some((part) => part.kind === 'compare' && (part.operator === '=' || part.operator === 'IN') && /^(ContentDocumentId|LinkedEntityId)$/i.test(part.left.path.text));
	if (!bounds) throw new SoqlError('MALFORMED_QUERY', "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.");
}

/**
 * `Id IN (SELECT AccountId FROM Contact …)`: the ids that the inner query finds.
 * @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm
 */
function semiJoinValues(query: Query, outer: Resolver, includeDeleted: boolean): ReadonlySet<FieldValue> {
	const { soql, access } = outer;
	const resolver = new Resolver(soql, access, objectAt(soql, access, query.from), query.alias);
	const [item] = query.select;
	if (query.select.length !== 1 || item?.kind !== 'expression' || item.expression.kind !== 'path') throw resolver.errorAt(query.from, 'MALFORMED_QUERY', 'semi join sub selects can only query one field');
	const selected = resolver.compile(item.expression, 'selected');
	if (selected.type !== 'id' && selected.type !== 'reference') throw resolver.errorAt(item.expression.path, 'MALFORMED_QUERY', `semi join sub selects can only query id fields, cannot use: '${item.expression.path.text}'`);
	const values = new Set<FieldValue>();
	new RowsPlan(query, resolver, [], { includeDeleted }).each((row) => values.add(selected.value(row)));
	return values;
}
