import type { INodeProperties } from 'n8n-workflow';

import { shapeRecords } from '../../transport/shapeRecord';
import { fetchCollection } from '../fetchCollection';
import type { Operation } from '../operation';
import { flagOf, objectTypeOf, shapeOf } from '../parameters';
import { readFields } from '../readFilters';
import { askReplication, isSummary } from './replication';

const show = { resource: ['record'], operation: ['getUpdated'], replicationOutput: ['each'] };

export const description: INodeProperties[] = [
	{ displayName: 'Retrieve Records', name: 'retrieve', type: 'boolean', default: false, description: 'Whether to retrieve the records themselves, not only their IDs', displayOptions: { show } },
	{ displayName: 'Fields', name: 'fields', type: 'string', default: '', placeholder: 'Name, CreatedDate', description: 'Names of fields, separated by commas; empty returns all that this user may see', displayOptions: { show: { ...show, retrieve: [true] } } },
];

export const execute: Operation = async (api) => {
	const answer = await askReplication(api, 'updated');
	if (isSummary(api)) return [answer];
	const ids = (answer.ids ?? []) as string[];
	if (!flagOf(api, 'retrieve')) return ids.map((id) => ({ id }));
	// One may have been deleted since.
	const records = await fetchCollection(api, objectTypeOf(api), ids, readFields(api));
	return await shapeRecords(api, records.filter((record) => record !== undefined), shapeOf(api));
};
