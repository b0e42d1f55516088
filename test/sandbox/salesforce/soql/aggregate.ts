// GROUP BY and aggregate functions: rows to groups, groups to AggregateResult records.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_agg_functions.htm
import type { FieldValue, Row } from '../data/rows';
import { fieldTraits, isNumber } from '../data/traits';
import { comparable, sortable, type Operand } from './compare';
import { SoqlError } from './errors';
import { compileCondition } from './filter';
import type { QueryResult, RecordBody } from './records';
import type { Compiled, Resolver } from './resolve';
import type { RowsPlan } from './rowsPlan';
import { expressionKey, type AggregateFunction, type Expression, type Query } from './syntax';

/** The values of a group by the key of their expression. */
type Group = ReadonlyMap<string, FieldValue>;
interface Aggregate {
	readonly key: string;
	readonly of: Compiled;
	readonly name: AggregateFunction;
}
interface Tally {
	count: number;
	sum: number;
	least: FieldValue;
	most: FieldValue;
	readonly distinct: Set<FieldValue>;
}

const mostGroups = 2_000;

/** Throws a SoqlError for what is neither grouped nor aggregated. */
export function runAggregates(query: Query, resolver: Resolver, plan: RowsPlan): QueryResult {
	const aggregation = new Aggregation(query, resolver);
	const names = outputNames(query);
	const compiled = names.map(({ name, expression }) => ({ name, value: aggregation.operand(expression, 'Field').value }));
	const having = query.having && compileCondition(query.having, { compile: (expression) => aggregation.operand(expression, 'Field'), values: () => new Set() });
	const order = query.orderBy.map(({ expression, descending, nullsLast }) => ({ ...aggregation.operand(expression, 'Ordered field'), descending, nullsLast }));

	const groups = aggregation.groups(plan).filter((group) => having?.(group) ?? true);
	groups.sort((a, b) => compareGroups(a, b, order));
	const { offset, limit } = query;
	const found = groups.slice(offset, limit === undefined ? undefined : offset + limit);
	if (found.length > mostGroups) throw new SoqlError('EXCEEDED_ID_LIMIT', 'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch');
	const record = (index: number): RecordBody => ({ attributes: { type: 'AggregateResult' }, ...Object.fromEntries(compiled.map(({ name, value }) => [name, value(found[index]!)])) });
	return { totalSize: found.length, count: found.length, record };
}

interface GroupOperand extends Operand {
	value(group: Group): FieldValue;
}

class Aggregation {
	private readonly grouped: ReadonlyMap<string, Compiled>;
	private readonly aggregates = new Map<string, Aggregate>();

	constructor(
		query: Query,
		private readonly resolver: Resolver,
	) {
		this.grouped = new Map(query.groupBy.map((expression) => [expressionKey(expression), resolver.compile(expression, expression.kind === 'function' ? 'selected' : 'groupable')]));
	}

	/** What an expression of SELECT, HAVING or ORDER BY is worth for a group. */
	operand(expression: Expression, what: 'Field' | 'Ordered field'): GroupOperand {
		const key = expressionKey(expression);
		const value = (group: Group): FieldValue => group.get(key) ?? null;
		if (expression.kind !== 'aggregate') {
			const compiled = this.grouped.get(key);
			if (!compiled) throw this.resolver.errorAt(expression.path, 'MALFORMED_QUERY', `${what} must be grouped or aggregated: ${expression.path.text.split('.').at(-1)}`);
			return { name: compiled.name, type: compiled.type, picklist: compiled.picklist, value };
		}
		const of = this.resolver.compile({ kind: 'path', path: expression.path }, 'selected');
		this.checkAggregate(expression);
		this.aggregates.set(key, { key, of, name: expression.name });
		const counts = expression.name.startsWith('COUNT');
		return { name: of.name, type: counts ? 'int' : expression.name === 'AVG' ? 'double' : of.type, value };
	}

	groups(plan: RowsPlan): Group[] {
		const tallies = new Map<string, { values: FieldValue[]; tallies: Tally[] }>();
		const grouped = [...this.grouped.values()];
		const aggregates = [...this.aggregates.values()];
		const emptyTallies = (): Tally[] => aggregates.map(() => ({ count: 0, sum: 0, least: null, most: null, distinct: new Set() }));
		// Without GROUP BY there is one group, even of no rows.
		if (grouped.length === 0) tallies.set('[]', { values: [], tallies: emptyTallies() });
		plan.each((row) => {
			const values = grouped.map(({ value }) => value(row));
			const key = JSON.stringify(values);
			const group = tallies.get(key) ?? { values, tallies: emptyTallies() };
			tallies.set(key, group);
			aggregates.forEach((aggregate, index) => tally(group.tallies[index]!, aggregate, row));
		});
		const keys = [...this.grouped.keys()];
		return [...tallies.values()].map((group) => new Map([...keys.map((key, index) => [key, group.values[index]!] as const), ...aggregates.map((aggregate, index) => [aggregate.key, result(aggregate, group.tallies[index]!)] as const)]));
	}

	private checkAggregate(expression: Expression & { kind: 'aggregate' }): void {
		const { name, path } = expression;
		const { field } = this.resolver.column(path);
		const goes = name === 'SUM' || name === 'AVG' ? isNumber(field.type) : name === 'COUNT' ? fieldTraits(field).aggregatable : fieldTraits(field).aggregatable && !(field.type === 'id' && name !== 'COUNT_DISTINCT');
		if (!goes) throw this.resolver.errorAt(expression, 'MALFORMED_QUERY', `field ${field.name} does not support aggregate operator ${name}`);
	}
}

function tally(into: Tally, { of, name }: Aggregate, row: Row): void {
	const value = of.value(row);
	if (value === null) return;
	into.count++;
	if (typeof value === 'number') into.sum += value;
	if (name === 'COUNT_DISTINCT') into.distinct.add(comparable(value, of.type));
	if (into.least === null || comparable(value, of.type)! < comparable(into.least, of.type)!) into.least = value;
	if (into.most === null || comparable(value, of.type)! > comparable(into.most, of.type)!) into.most = value;
}

function result({ name }: Aggregate, { count, sum, least, most, distinct }: Tally): FieldValue {
	switch (name) {
		case 'COUNT':
			return count;
		case 'COUNT_DISTINCT':
			return distinct.size;
		case 'SUM':
			return count === 0 ? null : sum;
		case 'AVG':
			return count === 0 ? null : sum / count;
		case 'MIN':
			return least;
		case 'MAX':
			return most;
	}
}

/** An alias, or the field's name, or expr0, expr1, … for what has none. */
function outputNames(query: Query): Array<{ name: string; expression: Expression }> {
	let unnamed = 0;
	return query.select.map((item) => {
		if (item.kind === 'fields') throw new SoqlError('MALFORMED_QUERY', 'Field must be grouped or aggregated: Id');
		if (item.kind !== 'expression') throw new SoqlError('MALFORMED_QUERY', 'Only aggregates and grouped fields may be selected here');
		const { expression, alias } = item;
		return { expression, name: alias?.text ?? (expression.kind === 'path' ? expression.path.text.split('.').at(-1)! : `expr${unnamed++}`) };
	});
}

function compareGroups(a: Group, b: Group, order: ReadonlyArray<GroupOperand & { descending: boolean; nullsLast: boolean }>): number {
	for (const operand of order) {
		const [left, right] = [sortable(operand.value(a), operand), sortable(operand.value(b), operand)];
		if (left === right) continue;
		if (left === null) return operand.nullsLast ? 1 : -1;
		if (right === null) return operand.nullsLast ? -1 : 1;
		return (left < right ? -1 : 1) * (operand.descending ? -1 : 1);
	}
	return 0;
}
