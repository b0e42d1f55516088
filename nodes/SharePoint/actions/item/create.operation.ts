import { listField, siteField } from '../fields';
import type { Operation } from '../operation';
import { listAt, plain } from '../parameters';
import { mappedValues, mapperField } from './mappedValues';

export const create: Operation = {
	name: 'Create',
	value: 'create',
	action: 'Create an item',
	description: 'Add an item to a list',
	needs: 'write',
	fields: [siteField, listField, mapperField('mapColumnsToCreate', 'add')],
	async execute(api) {
		const at = listAt(api);
		return [plain(await api.backend.createItem(at, await mappedValues(api, at, { isNew: true })))];
	},
};
