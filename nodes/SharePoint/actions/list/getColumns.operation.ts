import { listField, siteField } from '../fields';
import type { Operation } from '../operation';
import { flagOf, listAt, plain } from '../parameters';

export const getColumns: Operation = {
	name: 'Get Columns',
	value: 'getColumns',
	action: 'Get columns of a list',
	description: 'Retrieve what columns a list has, and what they hold',
	needs: 'read',
	fields: [siteField, listField, { displayName: 'Include Hidden', name: 'includeHidden', type: 'boolean', default: false, description: 'Whether to return also columns that no page shows' }],
	async execute(api) {
		const hidden = flagOf(api, 'includeHidden');
		return (await api.backend.getColumns(listAt(api))).filter((column) => hidden || !column.hidden).map(plain);
	},
};
