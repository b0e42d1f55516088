import { columnsField, itemIdField, listField, siteField } from '../fields';
import type { Operation } from '../operation';
import { itemAt, plain } from '../parameters';
import { chosenColumns } from './columns';

export const get: Operation = {
	name: 'Get',
	value: 'get',
	action: 'Get an item',
	description: 'Retrieve an item of a list by its ID',
	needs: 'read',
	fields: [siteField, listField, itemIdField, columnsField],
	async execute(api) {
		const at = itemAt(api);
		return [plain(await api.backend.getItem(at, { columns: await chosenColumns(api, at) }))];
	},
};
