import type { INodeProperties } from 'n8n-workflow';

import type { Operations } from '../operation';
import * as explain from './explain.operation';
import * as soql from './soql.operation';

export const operations: Operations = { explain: explain.execute, soql: soql.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['query'] } },
		options: [
			{ name: 'Explain', value: 'explain', action: 'Explain a SOQL query', description: 'Tell how Salesforce would run a query, without running it' },
			{ name: 'SOQL Query', value: 'soql', action: 'Run a SOQL query', description: 'Retrieve the rows that this user may see' },
		],
		default: 'soql',
	},
	...soql.description,
	...explain.description,
];
