// What a client may send in `fields`, read into values of the row.
// @see https://learn.microsoft.com/en-us/graph/api/listitem-create
import { invalidRequest } from '../errors';
import { siteUserAt } from '../people';
import type { Column } from './columns';
import type { List } from './list';
import { columnNamed, isReference, lookupText } from './readFields';
import type { Row, Value } from './row';

type Values = Record<string, Value | undefined>;

/**
 * @param before the row that changes; absent for a new one
 * Throws a GraphError 400 for what SharePoint does not take, in its words where they are known.
 */
export function readFields(list: List, fields: Readonly<Record<string, unknown>>, before?: Row): Values {
	const values: Values = {};
	for (const [name, value] of Object.entries(fields)) {
		if (name.includes('@')) continue;
		const column = columnNamed(list, name);
		if (!column) throw invalidRequest(`Field '${name}' is not recognized`);
		if (column.name === 'ContentType') continue;
		if (column.readOnly || column.isSystem) throw invalidRequest(`Field '${column.name}' is read-only`);
		const declared = fields[`${name}@odata.type`];
		// Of lookups and people the number counts; their own names are taken and lead to nothing.
		if (isReference(column) && name.toLowerCase() === column.name.toLowerCase()) {
			if (Array.isArray(value)) throw invalidRequest('A value without a type name was found and no expected type is available. When the model is specified, each value in the payload must have a type which can be either specified in the payload, explicitly by the caller or implicitly inferred from the parent value.');
			continue;
		}
		const read = value === null || value === '' ? undefined : readValue(list, column, value, declared);
		// Several of nothing is nothing.
		values[column.name] = Array.isArray(read) && read.length === 0 ? undefined : read;
	}
	for (const column of list.columns) {
		const isEmpty = (column.name in values ? values[column.name] : before?.values[column.name]) === undefined;
		if (column.required && isEmpty && !list.drive && (before ? column.name in values : true)) throw invalidRequest(`Field '${column.name}' is required`);
		if (column.unique && values[column.name] !== undefined) refuseTwice(list, column, values[column.name]!, before?.id);
		if (!before && column.defaultValue !== undefined && !(column.name in values)) values[column.name] = column.defaultValue;
	}
	return values;
}

function readValue(list: List, column: Column, value: unknown, declared: unknown): Value {
	const wrong = (): never => {
		throw invalidRequest('The request is malformed or incorrect.');
	};
	switch (column.kind) {
		case 'number':
		case 'currency': {
			const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			return typeof number === 'number' && Number.isFinite(number) ? number : wrong();
		}
		case 'boolean':
			return typeof value === 'boolean' ? value : wrong();
		case 'dateTime':
		case 'dateOnly':
			return typeof value === 'string' && /^\d{4}-\d\d-\d\d(T.+)?$/.test(value) && !Number.isNaN(Date.parse(value)) ? `${new Date(value).toISOString().slice(0, 19)}Z` : wrong();
		case 'choice':
			return typeof value === 'string' ? value : wrong();
		case 'multiChoice':
			return manyOf(value, declared, 'Collection(Edm.String)').every((one) => typeof one === 'string') ? (value as string[]) : wrong();
		case 'lookup':
		case 'person':
			return referenceTo(list, column, value);
		case 'multiLookup':
		case 'multiPerson':
			return manyOf(value, declared, 'Collection(Edm.Int32)').map((one) => referenceTo(list, column, one));
		case 'text':
		case 'note':
			if (typeof value !== 'string' && typeof value !== 'number') return wrong();
			if (column.kind === 'text' && String(value).length > column.maxLength) throw invalidRequest(`Invalid text value.\n\nA text field contains invalid data. Please check the value and try again.`);
			return String(value);
		// Graph v1.0 answers hyperlinks and takes none: every known form is an invalid request.
		// @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/12638
		default:
			throw invalidRequest('Invalid request');
	}
}

/** Several values have to bear their type. */
function manyOf(value: unknown, declared: unknown, type: string): readonly unknown[] {
	if (!Array.isArray(value)) throw invalidRequest('The request is malformed or incorrect.');
	if (declared !== type) throw invalidRequest('A value without a type name was found and no expected type is available. When the model is specified, each value in the payload must have a type which can be either specified in the payload, explicitly by the caller or implicitly inferred from the parent value.');
	return value;
}

function referenceTo(list: List, column: Column, value: unknown): number {
	const id = Number(value);
	const isThere = column.kind.toLowerCase().includes('person') ? siteUserAt(id) !== undefined : lookupText(list, column, id) !== undefined;
	if (!Number.isInteger(id) || !isThere) throw invalidRequest('The request is malformed or incorrect.');
	return id;
}

function refuseTwice(list: List, column: Column, value: Value, exceptId: number | undefined): void {
	for (const row of list.rows.after(0)) {
		if (row.id !== exceptId && String(row.values[column.name]).toLowerCase() === String(value).toLowerCase()) throw invalidRequest(`The value ${JSON.stringify(value)} of the field '${column.name}' is not unique.`);
	}
}
