import type { INodeProperties } from 'n8n-workflow';

import * as get from './get.operation';

export const operations = { get: get.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['record'] } },
		options: [{ name: 'Get', value: 'get', action: 'Get a record', description: 'Retrieve one record by its ID' }],
		default: 'get',
	},
	...get.description,
];
