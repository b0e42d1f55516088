import { itemIdField, listField, siteField, writeOptionsField } from '../fields';
import type { Operation } from '../operation';
import { itemAt, plain, writeOptions } from '../parameters';
import { mappedValues, mapperField } from './mappedValues';

export const update: Operation = {
	name: 'Update',
	value: 'update',
	action: 'Update an item',
	description: 'Change columns of an item',
	needs: 'write',
	fields: [siteField, listField, itemIdField, mapperField('mapColumnsToUpdate', 'add'), writeOptionsField],
	async execute(api) {
		const at = itemAt(api);
		return [plain(await api.backend.updateItem(at, await mappedValues(api, at, { isNew: false }), writeOptions(api)))];
	},
};
