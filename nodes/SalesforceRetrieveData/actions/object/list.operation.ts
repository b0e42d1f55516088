import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { listObjects } from '../../transport/listObjects';
import type { Operation } from '../operation';
import { flagOf, textOf } from '../parameters';

const show = { resource: ['object'], operation: ['list'] };

export const description: INodeProperties[] = [
	{
		displayName: 'Kind',
		name: 'kind',
		type: 'options',
		options: [
			{ name: 'All', value: 'all' },
			{ name: 'Custom', value: 'custom', description: 'Objects of your own and of packages, e.g. Invoice__c' },
			{ name: 'Standard', value: 'standard' },
		],
		default: 'all',
		displayOptions: { show },
	},
	{ displayName: 'Only Queryable', name: 'onlyQueryable', type: 'boolean', default: true, description: 'Whether to leave out objects that no query can read', displayOptions: { show } },
];

export const execute: Operation = async (api) => {
	const kind = textOf(api, 'kind', 'all');
	const onlyQueryable = flagOf(api, 'onlyQueryable', true);
	const objects = (await listObjects(api)).filter(({ custom, queryable }) => (kind === 'all' || custom === (kind === 'custom')) && (!onlyQueryable || queryable));
	return objects as unknown as IDataObject[];
};
