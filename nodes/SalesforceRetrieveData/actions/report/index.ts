import type { INodeProperties } from 'n8n-workflow';

import type { Operations } from '../operation';
import * as list from './list.operation';
import * as run from './run.operation';

export const operations: Operations = { list: list.execute, run: run.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['report'] } },
		options: [
			{ name: 'List', value: 'list', action: 'List reports', description: 'Retrieve the reports that this user may see' },
			{ name: 'Run', value: 'run', action: 'Run a report', description: 'Run a report as this user and retrieve its rows or totals' },
		],
		default: 'run',
	},
	...list.description,
	...run.description,
];
