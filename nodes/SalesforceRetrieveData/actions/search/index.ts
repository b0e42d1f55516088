import type { INodeProperties } from 'n8n-workflow';

import type { Operations } from '../operation';
import * as parameterized from './parameterized.operation';
import * as sosl from './sosl.operation';

export const operations: Operations = { parameterized: parameterized.execute, sosl: sosl.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['search'] } },
		options: [
			{ name: 'Search', value: 'parameterized', action: 'Search records', description: 'Find words in the records of some or all objects' },
			{ name: 'SOSL Search', value: 'sosl', action: 'Run a SOSL search', description: 'Find records by a search in the language SOSL' },
		],
		default: 'parameterized',
	},
	...parameterized.description,
	...sosl.description,
];
