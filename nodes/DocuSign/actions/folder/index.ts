import type { INodeProperties } from 'n8n-workflow';

import { operationField, type Operations } from '../operation';
import * as getEnvelopes from './getEnvelopes.operation';
import * as getMany from './getMany.operation';

export const operations: Operations = { getEnvelopes: getEnvelopes.execute, getMany: getMany.execute };

export const description: INodeProperties[] = [
	operationField(
		'folder',
		[
			{ name: 'Get Envelopes', value: 'getEnvelopes', action: 'Get envelopes in a folder', description: 'List what lies in a folder' },
			{ name: 'Get Many', value: 'getMany', action: 'Get many folders', description: 'List the folders of the user' },
		],
		'getMany',
	),
	...getEnvelopes.description,
	...getMany.description,
];
