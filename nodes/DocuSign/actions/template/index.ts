import type { INodeProperties } from 'n8n-workflow';

import { operationField, type Operations } from '../operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';

export const operations: Operations = { get: get.execute, getMany: getMany.execute };

export const description: INodeProperties[] = [
	operationField(
		'template',
		[
			{ name: 'Get', value: 'get', action: 'Get a template', description: 'Retrieve one template with its roles and tabs' },
			{ name: 'Get Many', value: 'getMany', action: 'Get many templates', description: 'List the templates that the user may use' },
		],
		'getMany',
	),
	...get.description,
	...getMany.description,
];
