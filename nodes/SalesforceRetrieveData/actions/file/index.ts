import type { INodeProperties } from 'n8n-workflow';

import type { Operations } from '../operation';
import * as download from './download.operation';
import * as list from './list.operation';

export const operations: Operations = { download: download.execute, list: list.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['file'] } },
		options: [
			{ name: 'Download', value: 'download', action: 'Download a file', description: 'Retrieve a file, an attachment or a document as binary data' },
			{ name: 'List', value: 'list', action: 'List files of a record', description: 'Retrieve what files a record has' },
		],
		default: 'download',
	},
	...download.description,
	...list.description,
];
