import type { INodeProperties } from 'n8n-workflow';

import * as account from './account';
import * as document from './document';
import * as envelope from './envelope';
import { accountField } from './fields';
import * as folder from './folder';
import type { Operation, Resource } from './operation';
import * as recipient from './recipient';
import * as template from './template';
import * as user from './user';

const RESOURCES: Resource[] = [
	{ name: 'Account', value: 'account', ...account },
	{ name: 'Document', value: 'document', ...document },
	{ name: 'Envelope', value: 'envelope', ...envelope },
	{ name: 'Folder', value: 'folder', ...folder },
	{ name: 'Recipient', value: 'recipient', ...recipient },
	{ name: 'Template', value: 'template', ...template },
	{ name: 'User', value: 'user', ...user },
];

export function findOperation(resource: string, operation: string): Operation | undefined {
	const operations = RESOURCES.find(({ value }) => value === resource)?.operations ?? {};
	return Object.hasOwn(operations, operation) ? operations[operation] : undefined;
}

export const actionFields: INodeProperties[] = [
	{ displayName: 'Resource', name: 'resource', type: 'options', noDataExpression: true, options: RESOURCES.map(({ name, value }) => ({ name, value })), default: 'envelope' },
	...RESOURCES.flatMap(({ description }) => description),
	accountField,
];
