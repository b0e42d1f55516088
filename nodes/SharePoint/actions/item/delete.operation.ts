import { itemIdField, listField, siteField, writeOptionsField } from '../fields';
import type { Operation } from '../operation';
import { itemAt, writeOptions } from '../parameters';

export const remove: Operation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete an item',
	description: 'Move an item to the recycle bin',
	needs: 'write',
	fields: [siteField, listField, itemIdField, writeOptionsField],
	async execute(api) {
		const at = itemAt(api);
		await api.backend.deleteItem(at, writeOptions(api));
		return [{ id: at.itemId, deleted: true }];
	},
};
