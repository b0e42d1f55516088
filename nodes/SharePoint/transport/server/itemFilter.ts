import type { Condition, ItemQuery } from '../backend';
import { dayFilter } from '../days';
import { quoted } from './addresses';
import { isReference } from './itemFields';
import { propertyOf } from './people';

const COMPARISONS: Partial<Record<Condition['operator'], string>> = { equals: 'eq', notEquals: 'ne', greater: 'gt', greaterOrEqual: 'ge', less: 'lt', lessOrEqual: 'le', isEmpty: 'eq', isNotEmpty: 'ne' };

/** What a filter compares, and what has to be expanded for it. */
function pathOf({ column, value, operator }: Condition): { path: string; expand?: string } {
	const name = propertyOf(column.name);
	if (!isReference(column)) return { path: name };
	if (typeof value === 'number' || operator === 'isEmpty' || operator === 'isNotEmpty') return { path: `${name}Id` };
	const shown = column.type === 'lookup' ? propertyOf(column.lookup?.column ?? 'Title') : String(value).includes('@') ? 'EMail' : 'Title';
	return { path: `${name}/${shown}`, expand: name };
}

const momentLiteral = (moment: string): string => `datetime${quoted(moment)}`;

function literalOf({ column, value }: Condition): string {
	if (typeof value === 'boolean') return value ? '1' : '0';
	if (typeof value === 'number') return String(value);
	if (column.type === 'dateTime') return momentLiteral(String(value));
	return quoted(String(value ?? ''));
}

/**
 * `$filter`, not yet encoded; empty if there is none. Of OData's functions SharePoint Server knows these two.
 * @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/use-odata-query-operations-in-sharepoint-rest-requests
 */
export function filterOf({ rawFilter, conditions = [], combine = 'and' }: ItemQuery): { filter: string; expand: string[] } {
	if (rawFilter !== undefined && rawFilter.trim() !== '') return { filter: rawFilter.trim(), expand: [] };
	const expand: string[] = [];
	const texts = conditions.map((condition) => {
		const { path, expand: needed } = pathOf(condition);
		if (needed !== undefined) expand.push(needed);
		const byDay = condition.column.dateOnly ? dayFilter(path, condition.operator, condition.value, momentLiteral) : undefined;
		if (byDay !== undefined) return byDay;
		if (condition.operator === 'startsWith') return `startswith(${path},${literalOf(condition)})`;
		if (condition.operator === 'contains') return `substringof(${literalOf(condition)},${path})`;
		return `${path} ${COMPARISONS[condition.operator] ?? 'eq'} ${condition.value === undefined || condition.operator === 'isEmpty' || condition.operator === 'isNotEmpty' ? 'null' : literalOf(condition)}`;
	});
	return { filter: texts.join(` ${combine} `), expand };
}
