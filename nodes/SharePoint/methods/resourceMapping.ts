// The columns of the chosen list as the resource mapper shows them.
import type { FieldType, ILoadOptionsFunctions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';

import type { Column } from '../transport/backend';
import { chosenList, pickerBackend } from './pickerBackend';

const BY_HAND = 'Choose "Map Automatically": incoming fields with the names of columns are written';
const TYPES: Partial<Record<Column['type'], FieldType>> = { boolean: 'boolean', number: 'number', currency: 'number', dateTime: 'dateTime' };
/** What a filter compares as a plain value. */
const KEYS = new Set<Column['type']>(['text', 'number', 'currency', 'dateTime', 'choice']);

function fieldOf({ name, title, type, multiple, required, unique, choices }: Column, asksRequired: boolean): ResourceMapperField {
	const isList = type === 'choice' && !multiple && choices.length > 0;
	return {
		id: name,
		displayName: title === name ? name : `${title} (${name})`,
		defaultMatch: unique,
		canBeUsedToMatch: KEYS.has(type) && !multiple,
		required: asksRequired && required,
		display: true,
		// People, lookups and several values are entered as text, or come as arrays by expression.
		type: isList ? 'options' : TYPES[type],
		...(isList && { options: choices.map((choice) => ({ name: choice, value: choice })) }),
	};
}

async function mapColumns(context: ILoadOptionsFunctions, asksRequired: boolean): Promise<ResourceMapperFields> {
	const backend = await pickerBackend(context, BY_HAND);
	const columns = await backend.getColumns(chosenList(context, BY_HAND));
	// Hyperlinks can be read through Graph and not be written.
	const writable = columns.filter(({ hidden, readOnly, type }) => !hidden && !readOnly && type !== 'other' && (type !== 'hyperlink' || backend.service === 'server'));
	return { fields: writable.map((column) => fieldOf(column, asksRequired)) };
}

export async function mapColumnsToCreate(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	return await mapColumns(this, true);
}

export async function mapColumnsToUpdate(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	return await mapColumns(this, false);
}

export async function mapColumnsToUpsert(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	return await mapColumns(this, false);
}
