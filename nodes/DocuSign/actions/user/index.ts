import type { INodeProperties } from 'n8n-workflow';

import { operationField, type Operations } from '../operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';

export const operations: Operations = { get: get.execute, getMany: getMany.execute };

export const description: INodeProperties[] = [
	operationField(
		'user',
		[
			{ name: 'Get', value: 'get', action: 'Get a user', description: 'Retrieve one user of the account' },
			{ name: 'Get Many', value: 'getMany', action: 'Get many users', description: 'List the users of the account' },
		],
		'getMany',
	),
	...get.description,
	...getMany.description,
];
