import type { INodeProperties } from 'n8n-workflow';

import type { Operations } from '../operation';
import * as list from './list.operation';
import * as results from './results.operation';

export const operations: Operations = { list: list.execute, results: results.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['listView'] } },
		options: [
			{ name: 'Get Results', value: 'results', action: 'Get results of a list view', description: 'Retrieve the rows that a list view shows to this user' },
			{ name: 'List', value: 'list', action: 'List list views', description: 'Retrieve the list views of an object' },
		],
		default: 'results',
	},
	...list.description,
	...results.description,
];
