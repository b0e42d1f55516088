import type { INodeProperties } from 'n8n-workflow';

import type { Operations } from '../operation';
import * as getCurrentUser from './getCurrentUser.operation';
import * as getLimits from './getLimits.operation';

export const operations: Operations = { getCurrentUser: getCurrentUser.execute, getLimits: getLimits.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['organization'] } },
		options: [
			{ name: 'Get Current User', value: 'getCurrentUser', action: 'Get the current user', description: 'Tell whom Salesforce takes the calls of this node for' },
			{ name: 'Get Limits', value: 'getLimits', action: 'Get limits of the organization', description: 'Tell the limits of the organization and what is left of them' },
		],
		default: 'getLimits',
	},
	...getLimits.description,
	...getCurrentUser.description,
];
