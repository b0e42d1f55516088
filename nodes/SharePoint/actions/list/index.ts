import { getLists } from '../site/getLists.operation';
import type { Resource } from '../operation';
import { get } from './get.operation';
import { getColumns } from './getColumns.operation';

export const list: Resource = {
	name: 'List',
	value: 'list',
	operations: [get, getColumns, { ...getLists, name: 'Get Many', value: 'getMany', action: 'Get many lists' }],
};
