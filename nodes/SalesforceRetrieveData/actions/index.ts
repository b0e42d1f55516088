import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../../../lib/n8n';
import * as query from './query';
import * as record from './record';

const RESOURCES: Record<string, Record<string, Operation>> = { query: query.operations, record: record.operations };

export function findOperation(resource: string, operation: string): Operation | undefined {
	return RESOURCES[resource]?.[operation];
}

export const actionFields: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Query', value: 'query' },
			{ name: 'Record', value: 'record' },
		],
		default: 'query',
	},
	...query.description,
	...record.description,
];
