// The resource mapper "Columns": its parameter, and what it says for one item.
import type { INodeProperties, ResourceMapperValue } from 'n8n-workflow';

import type { Column, ListAt, Written } from '../../transport/backend';
import type { ItemApi } from '../operation';
import { wrongParameter } from '../parameters';
import { columnNamed, findColumn } from './columns';
import { writtenValue } from './columnValues';

export function mapperField(resourceMapperMethod: string, mode: 'add' | 'upsert'): INodeProperties {
	return {
		displayName: 'Columns',
		name: 'columns',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		required: true,
		typeOptions: {
			loadOptionsDependsOn: ['site.value', 'list.value'],
			resourceMapper: {
				resourceMapperMethod,
				mode,
				fieldWords: { singular: 'column', plural: 'columns' },
				addAllFields: resourceMapperMethod === 'mapColumnsToCreate',
				multiKeyMatch: false,
				supportAutoMap: true,
				...(mode === 'upsert' && { matchingFieldsLabels: { title: 'Key Column', description: 'The column by which an item is known: one that has the same value is updated, otherwise a new one is made', hint: 'Best a column with an index and unique values' } }),
			},
		},
		description: 'People by e-mail address, lookups by the value that they show or by ID, several values as an array or with semicolons in between',
	};
}

export function mapperOf({ context, itemIndex }: ItemApi): Partial<ResourceMapperValue> {
	return context.getNodeParameter('columns', itemIndex, {}) as Partial<ResourceMapperValue>;
}

/** By column name; unset ones are absent. */
function enteredValues(api: ItemApi, columns: readonly Column[], isNew: boolean): [string, unknown][] {
	const { mappingMode, value } = mapperOf(api);
	if (mappingMode === 'autoMapInputData') {
		const { json } = api.context.getInputData()[api.itemIndex] ?? { json: {} };
		// What the list has no such column for is none of its business; of the rest nobody can write what is computed.
		return Object.entries(json).filter(([name]) => findColumn(columns, name)?.readOnly === false);
	}
	// The editor gives null for what nobody has filled in. In an update an empty text empties the column.
	return Object.entries(value ?? {}).filter(([, entered]) => entered !== null && entered !== undefined && !(isNew && (entered as unknown) === ''));
}

/** @throws NodeOperationError for unknown columns and values that do not fit */
export async function mappedValues(api: ItemApi, at: ListAt, { isNew }: { isNew: boolean }): Promise<Written[]> {
	const columns = await api.backend.getColumns(at);
	const values = enteredValues(api, columns, isNew).map(([name, entered]): Written => {
		const column = columnNamed(api, columns, name, at);
		if (column.readOnly) throw wrongParameter(api, `The column ${column.name} cannot be written: SharePoint computes it`, 'Remove it from "Columns"');
		return { column, value: writtenValue(api, column, entered) };
	});
	if (values.length === 0) throw wrongParameter(api, 'The parameter "Columns" gives no column a value', 'Choose the columns to write, or check that the incoming data has fields with their names');
	return values;
}
