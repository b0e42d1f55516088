// Reads what the condition builder holds for one item.
import { bind, type Binding } from '../soql/bind';
import { buildQuery, type ChildQuery, type Query, type SortRule } from '../soql/buildQuery';
import { buildConditions, LABELS, type Condition, type ConditionGroup, type Conditions, type Operator } from '../soql/conditions';
import type { LiteralType } from '../soql/literals';
import { SoqlError } from '../soql/soqlError';
import type { ItemApi } from '../transport/salesforceApi';
import { listOf, plainOf, textOf, wrongParameter } from './parameters';

type Row = Record<string, unknown>;

/** Entries of a collection that may hold several: `{ <group>: [ … ] }`. */
function rowsOf(value: unknown, group: string): Row[] {
	const rows = (value as Row | undefined)?.[group];
	return Array.isArray(rows) ? (rows as Row[]) : [];
}

function parameterRows({ context, itemIndex }: ItemApi, name: string, group: string): Row[] {
	return rowsOf(context.getNodeParameter(name, itemIndex, {}), group);
}

const word = (value: unknown): string => String(plainOf(value) ?? '').trim();

function conditionOf(api: ItemApi, row: Row): Condition {
	const operator = word(row.operator ?? 'equal');
	if (!Object.hasOwn(LABELS, operator)) throw wrongParameter(api, `The condition on "${word(row.field)}" has an unknown operator: "${operator}"`);
	return { field: word(row.field), operator: operator as Operator, value: row.value, valueType: (row.valueType ?? 'auto') as LiteralType | 'auto' };
}

const combineOf = (value: unknown): 'and' | 'or' => (value === 'or' ? 'or' : 'and');

export function readConditions(api: ItemApi): Conditions {
	const groups = parameterRows(api, 'groups', 'group').map((row): ConditionGroup => ({ combine: combineOf(row.combine), negate: row.negate === true, conditions: rowsOf(row.conditions, 'condition').map((inner) => conditionOf(api, inner)) }));
	return { combine: combineOf(textOf(api, 'combine', 'and')), conditions: parameterRows(api, 'conditions', 'condition').map((row) => conditionOf(api, row)), groups };
}

/** Both texts of WHERE: what was built, and what was written. @throws NodeOperationError | as `getJson` */
export async function readWhere(api: ItemApi, objectType: string): Promise<string[]> {
	try {
		return [await buildConditions(api, objectType, readConditions(api)), textOf(api, 'where')];
	} catch (error) {
		throw asParameterError(api, error);
	}
}

export function readSort(api: ItemApi): SortRule[] {
	return parameterRows(api, 'sort', 'rule').map((row) => ({ field: word(row.field), direction: row.direction === 'DESC' ? 'DESC' : 'ASC', nulls: row.nulls === 'FIRST' || row.nulls === 'LAST' ? row.nulls : undefined }));
}

export function readChildren(api: ItemApi): ChildQuery[] {
	return parameterRows(api, 'children', 'child').map((row) => {
		const sortBy = word(row.sortBy);
		const limit = Number(row.maxRecords ?? 0);
		return {
			relationship: word(row.relationship),
			fields: listOf(row.fields),
			where: word(row.where),
			sort: sortBy === '' ? [] : [{ field: sortBy.replace(/^-/, ''), direction: sortBy.startsWith('-') ? 'DESC' : 'ASC' }],
			limit: limit > 0 ? Math.floor(limit) : undefined,
		};
	});
}

/** Fields from the list and those by name, each once. */
export function readFields(api: ItemApi): string[] {
	const { context, itemIndex } = api;
	const names = [...listOf(context.getNodeParameter('fieldNames', itemIndex, [])), ...fieldList(context.getNodeParameter('fields', itemIndex, ''))];
	return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

/** Commas only: `toLabel(Status) label` holds a blank. */
function fieldList(value: unknown): string[] {
	if (typeof value !== 'string' || !value.includes('(')) return listOf(value);
	return value.split(/[,\n]/).map((entry) => entry.trim()).filter((entry) => entry !== '');
}

export function readBindings(api: ItemApi): Binding[] {
	return parameterRows(api, 'queryParameters', 'parameter').map(({ name, type, isList, value }) => ({
		name: word(name).replace(/^:/, ''),
		type: (type ?? 'text') as LiteralType,
		isList: isList === true,
		value,
	}));
}

/** What is wrong with SOQL is told as an error of the item; any other error is handed back as it is. */
export function asParameterError(api: ItemApi, error: unknown): unknown {
	return error instanceof SoqlError ? wrongParameter(api, error.message) : error;
}

/** The query with the values of its parameters. @throws NodeOperationError */
export function bindParameters(api: ItemApi, soql: string): string {
	try {
		return bind(soql, readBindings(api));
	} catch (error) {
		throw asParameterError(api, error);
	}
}

/** @throws NodeOperationError */
export function buildSoql(api: ItemApi, query: Query): string {
	try {
		return bind(buildQuery(query), readBindings(api));
	} catch (error) {
		throw asParameterError(api, error);
	}
}
