import type { Condition, Written } from '../../transport/backend';
import { listField, siteField } from '../fields';
import type { ItemApi, Operation } from '../operation';
import { listAt, plain, wrongParameter } from '../parameters';
import { columnNamed } from './columns';
import { mappedValues, mapperField, mapperOf } from './mappedValues';

/** What the key compares; only plain values can be keys. */
function keyValue(api: ItemApi, { column, value }: Written): NonNullable<Condition['value']> {
	if (value === null) throw wrongParameter(api, `The key column ${column.name} has no value`, 'Every item needs one, or choose "Create"');
	if (typeof value === 'object') throw wrongParameter(api, `The column ${column.name} cannot be the key`, 'Choose a column of text, number, choice or date');
	return value;
}

export const upsert: Operation = {
	name: 'Create or Update',
	value: 'upsert',
	action: 'Create or update an item',
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	needs: 'write',
	fields: [siteField, listField, mapperField('mapColumnsToUpsert', 'upsert')],
	async execute(api) {
		const at = listAt(api);
		const [key] = mapperOf(api).matchingColumns ?? [];
		if (key === undefined || key === '') throw wrongParameter(api, 'The parameter "Columns" has no key column', 'Choose the column by which an item is known');
		const column = columnNamed(api, await api.backend.getColumns(at), key, at);
		const values = await mappedValues(api, at, { isNew: false });
		const written = values.find((value) => value.column.name === column.name);
		if (written === undefined) throw wrongParameter(api, `The key column ${column.name} has no value`, 'Every item needs one, or choose "Create"');
		const value = keyValue(api, written);
		const query = { columns: [column], conditions: [{ column, operator: 'equals' as const, value }], limit: 2 };
		const found: string[] = [];
		let page: string | undefined;
		do {
			const { entries, next } = await api.backend.getItems(at, query, page);
			found.push(...entries.map(({ id }) => id));
			page = next;
		} while (page !== undefined && found.length < 2);
		if (found.length > 1) throw wrongParameter(api, `Several items of the list "${at.list}" have the value "${String(value)}" in the key column ${column.name}: nothing was written`, 'Choose a column whose values are unique');
		const [itemId] = found;
		if (itemId === undefined) return [{ ...plain(await api.backend.createItem(at, values.filter((entry) => entry.value !== null))), wasCreated: true }];
		return [{ ...plain(await api.backend.updateItem({ ...at, itemId }, values, {})), wasCreated: false }];
	},
};
