import type { INodeProperties } from 'n8n-workflow';

import * as file from './file';
import * as listView from './listView';
import * as object from './object';
import type { Operation, Operations } from './operation';
import * as organization from './organization';
import * as query from './query';
import * as record from './record';
import * as report from './report';
import * as search from './search';

interface Resource {
	name: string;
	value: string;
	operations: Operations;
	description: INodeProperties[];
}

const RESOURCES: Resource[] = [
	{ name: 'File', value: 'file', ...file },
	{ name: 'List View', value: 'listView', ...listView },
	{ name: 'Object', value: 'object', ...object },
	{ name: 'Organization', value: 'organization', ...organization },
	{ name: 'Query', value: 'query', ...query },
	{ name: 'Record', value: 'record', ...record },
	{ name: 'Report', value: 'report', ...report },
	{ name: 'Search', value: 'search', ...search },
].filter(({ operations }) => Object.keys(operations).length > 0);

export function findOperation(resource: string, operation: string): Operation | undefined {
	const operations = RESOURCES.find(({ value }) => value === resource)?.operations ?? {};
	return Object.hasOwn(operations, operation) ? operations[operation] : undefined;
}

export const actionFields: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: RESOURCES.map(({ name, value }) => ({ name, value })),
		default: 'query',
	},
	...RESOURCES.flatMap(({ description }) => description),
];
