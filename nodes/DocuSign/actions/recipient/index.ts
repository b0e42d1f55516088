import type { INodeProperties } from 'n8n-workflow';

import { operationField, type Operations } from '../operation';
import * as add from './add.operation';
import * as addTabs from './addTabs.operation';
import * as getMany from './getMany.operation';
import * as getSigningLink from './getSigningLink.operation';
import * as remove from './remove.operation';
import * as update from './update.operation';

export const operations: Operations = { add: add.execute, addTabs: addTabs.execute, getMany: getMany.execute, getSigningLink: getSigningLink.execute, remove: remove.execute, update: update.execute };

export const description: INodeProperties[] = [
	operationField(
		'recipient',
		[
			{ name: 'Add', value: 'add', action: 'Add recipients', description: 'Add recipients to a draft or to an envelope that is under way' },
			{ name: 'Add Tabs', value: 'addTabs', action: 'Add tabs to a recipient', description: 'Add places to sign and to fill in' },
			{ name: 'Get Many', value: 'getMany', action: 'Get many recipients', description: 'List the recipients of an envelope, in their order' },
			{ name: 'Get Signing Link', value: 'getSigningLink', action: 'Get a signing link', description: 'Make the link with which an embedded recipient signs in a browser' },
			{ name: 'Remove', value: 'remove', action: 'Remove a recipient', description: 'Remove a recipient who has not signed yet' },
			{ name: 'Update', value: 'update', action: 'Update a recipient', description: 'Change a recipient who has not signed yet' },
		],
		'getMany',
	),
	...add.description,
	...addTabs.description,
	...getMany.description,
	...getSigningLink.description,
	...remove.description,
	...update.description,
];
