import type { Column, Condition, ItemQuery, ListAt } from '../backend';
import { dayFilter } from '../days';
import { quoted } from './addresses';
import { isReference } from './columns';
import type { GraphApi } from './graphApi';
import { siteUserIdOf } from './siteUsers';

const COMPARISONS: Partial<Record<Condition['operator'], string>> = { equals: 'eq', notEquals: 'ne', greater: 'gt', greaterOrEqual: 'ge', less: 'lt', lessOrEqual: 'le', isEmpty: 'eq', isNotEmpty: 'ne' };

function literalOf(value: string | number | boolean): string {
	return typeof value === 'string' ? quoted(value) : String(value);
}

const byNumber = (column: Column, value: Condition['value']): boolean => isReference(column) && typeof value === 'number';

async function conditionText(api: GraphApi, at: ListAt, { column, operator, value }: Condition): Promise<string> {
	let path = `fields/${column.name}${byNumber(column, value) ? 'LookupId' : ''}`;
	let compared = value;
	const byDay = column.dateOnly ? dayFilter(path, operator, value, quoted) : undefined;
	if (byDay !== undefined) return byDay;
	if (column.type === 'person' && typeof value === 'string' && value.includes('@') && (operator === 'equals' || operator === 'notEquals')) {
		path = `fields/${column.name}LookupId`;
		compared = await siteUserIdOf(api, at.site, { email: value });
	}
	if (operator === 'startsWith') return `startswith(${path},${quoted(String(compared ?? ''))})`;
	if (operator === 'contains') return `contains(${path},${quoted(String(compared ?? ''))})`;
	return `${path} ${COMPARISONS[operator] ?? 'eq'} ${operator === 'isEmpty' || operator === 'isNotEmpty' || compared === undefined ? 'null' : literalOf(compared)}`;
}

/** `$filter`, not yet encoded; empty if there is none. @see https://learn.microsoft.com/en-us/graph/api/listitem-list */
export async function filterOf(api: GraphApi, at: ListAt, { rawFilter, conditions = [], combine = 'and' }: ItemQuery): Promise<string> {
	if (rawFilter !== undefined && rawFilter.trim() !== '') return rawFilter.trim();
	const texts = await Promise.all(conditions.map(async (condition) => await conditionText(api, at, condition)));
	return texts.join(` ${combine} `);
}
