import type { INodeProperties } from 'n8n-workflow';

import { operationField, type Operations } from '../operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';

export const operations: Operations = { get: get.execute, getMany: getMany.execute };

export const description: INodeProperties[] = [
	operationField(
		'account',
		[
			{ name: 'Get', value: 'get', action: 'Get an account', description: 'Retrieve what DocuSign knows of the account: plan, settings' },
			{ name: 'Get Many', value: 'getMany', action: 'Get many accounts', description: 'List the accounts that the user is a member of' },
		],
		'get',
	),
];
