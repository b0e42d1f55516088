import type { INodeProperties } from 'n8n-workflow';

import { operationField, type Operations } from '../operation';
import * as download from './download.operation';
import * as getMany from './getMany.operation';

export const operations: Operations = { download: download.execute, getMany: getMany.execute };

export const description: INodeProperties[] = [
	operationField(
		'document',
		[
			{ name: 'Download', value: 'download', action: 'Download documents', description: 'Retrieve one document, all of them, or the certificate as a file' },
			{ name: 'Get Many', value: 'getMany', action: 'Get many documents', description: 'List the documents of an envelope' },
		],
		'download',
	),
	...download.description,
	...getMany.description,
];
