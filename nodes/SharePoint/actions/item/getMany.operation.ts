import { collect } from '../collect';
import { columnsField, limitFields, listField, siteField } from '../fields';
import type { Operation } from '../operation';
import { limitOf, listAt, plain } from '../parameters';
import { chosenColumns } from './columns';
import { filterFields, readFilter } from './filterFields';

export const getMany: Operation = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many items',
	description: 'Retrieve the items of a list, all or those that match',
	needs: 'read',
	fields: [siteField, listField, ...limitFields, columnsField, ...filterFields],
	async execute(api) {
		const at = listAt(api);
		const limit = limitOf(api);
		const query = { ...(await readFilter(api, at)), columns: await chosenColumns(api, at), ...(Number.isFinite(limit) && { limit }) };
		return (await collect(limit, async (page) => await api.backend.getItems(at, query, page))).map(plain);
	},
};
