import type { INodeProperties } from 'n8n-workflow';

import * as soql from './soql.operation';

export const operations = { soql: soql.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['query'] } },
		options: [{ name: 'SOQL Query', value: 'soql', action: 'Run a SOQL query', description: 'Retrieve the rows that this user may see' }],
		default: 'soql',
	},
	...soql.description,
];
