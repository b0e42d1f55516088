// A list view's rows as objects: Salesforce gives every value as a text, beside a list of columns that tells its type.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviewresults.htm
import type { IDataObject } from 'n8n-workflow';

import { NUMBER_TYPES } from '../../transport/describe';
import { toIso } from '../../transport/shapeRecord';

export interface ViewColumn {
	/** `Name`, or a path as `Owner.Alias`. */
	fieldNameOrPath: string;
	label: string;
	/** Of the field: `string`, `boolean`, `currency`, `datetime`, … */
	type: string;
	hidden: boolean;
}

export interface RowOptions {
	keys: 'name' | 'label';
	/** Columns that the view selects but does not show: dates of creation and change. The id always comes. */
	includeHidden: boolean;
}

/** `Fri Aug 01 21:15:46 GMT 2014`, as Java writes a date. */
const JAVA_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d/;

type Value = IDataObject[string];

function typed(value: unknown, type: string): Value {
	if (value === null || value === undefined) return null;
	if (typeof value !== 'string') return value;
	if (NUMBER_TYPES.has(type)) return value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value);
	if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
	if (type !== 'date' && type !== 'datetime') return value;
	const iso = JAVA_DATE.test(value) ? new Date(value).toISOString() : type === 'datetime' ? toIso(value) : value;
	return type === 'date' ? iso.slice(0, 10) : iso;
}

function keyOf(column: ViewColumn, columns: readonly ViewColumn[], { keys }: RowOptions): string {
	const { fieldNameOrPath: name, label } = column;
	if (keys === 'name') return name;
	return columns.filter((other) => other.label === label).length === 1 ? label : `${label} (${name})`;
}

/** Makes a row of what `read` finds for a field. */
export function rowReader(columns: readonly ViewColumn[], options: RowOptions): (read: (fieldNameOrPath: string) => unknown) => IDataObject {
	const shown = columns.filter(({ hidden, fieldNameOrPath }) => !hidden || options.includeHidden || fieldNameOrPath === 'Id');
	// The id first: it is what the next node asks by.
	shown.sort((left, right) => Number(right.fieldNameOrPath === 'Id') - Number(left.fieldNameOrPath === 'Id'));
	const named = shown.map((column) => ({ ...column, key: keyOf(column, shown, options) }));
	return (read) => Object.fromEntries(named.map(({ key, fieldNameOrPath, type }) => [key, typed(read(fieldNameOrPath), type)]));
}
