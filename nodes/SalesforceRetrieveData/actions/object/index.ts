import type { INodeProperties } from 'n8n-workflow';

import type { Operations } from '../operation';
import * as describe from './describe.operation';
import * as list from './list.operation';

export const operations: Operations = { describe: describe.execute, list: list.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['object'] } },
		options: [
			{ name: 'Describe', value: 'describe', action: 'Describe an object', description: 'Tell the fields and relationships of an object, as this user may see them' },
			{ name: 'List', value: 'list', action: 'List objects', description: 'List the objects of the organization that this user may see' },
		],
		default: 'list',
	},
	...describe.description,
	...list.description,
];
