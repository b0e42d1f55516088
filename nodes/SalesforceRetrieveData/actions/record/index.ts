import type { INodeProperties } from 'n8n-workflow';

import type { Operations } from '../operation';
import * as count from './count.operation';
import * as get from './get.operation';
import * as getByExternalId from './getByExternalId.operation';
import * as getDeleted from './getDeleted.operation';
import * as getMany from './getMany.operation';
import * as getManyByIds from './getManyByIds.operation';
import * as getRelated from './getRelated.operation';
import * as getUpdated from './getUpdated.operation';
import { replicationFields } from './replication';
import { recordFields } from './recordFields';

export const operations: Operations = {
	count: count.execute,
	get: get.execute,
	getByExternalId: getByExternalId.execute,
	getDeleted: getDeleted.execute,
	getMany: getMany.execute,
	getManyByIds: getManyByIds.execute,
	getRelated: getRelated.execute,
	getUpdated: getUpdated.execute,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['record'] } },
		options: [
			{ name: 'Count', value: 'count', action: 'Count records', description: 'Tell how many records match conditions' },
			{ name: 'Get', value: 'get', action: 'Get a record', description: 'Retrieve one record by its ID' },
			{ name: 'Get by External ID', value: 'getByExternalId', action: 'Get a record by external ID', description: 'Retrieve one record by a field that another system knows it by' },
			{ name: 'Get Deleted', value: 'getDeleted', action: 'Get deleted records', description: 'List what was deleted in a time span, for copies of the data' },
			{ name: 'Get Many', value: 'getMany', action: 'Get many records', description: 'Retrieve records that match conditions' },
			{ name: 'Get Many by IDs', value: 'getManyByIds', action: 'Get many records by ids', description: 'Retrieve up to thousands of records by their IDs, in the same order' },
			{ name: 'Get Related', value: 'getRelated', action: 'Get related records', description: 'Follow a relationship of a record, up or down' },
			{ name: 'Get Updated', value: 'getUpdated', action: 'Get updated records', description: 'List what was created or changed in a time span, for copies of the data' },
		],
		default: 'get',
	},
	...recordFields,
	...count.description,
	...get.description,
	...getByExternalId.description,
	...getMany.description,
	...getManyByIds.description,
	...getRelated.description,
	...replicationFields,
	...getUpdated.description,
	...getDeleted.description,
];
