import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { textOf } from '../parameters';

const show = { resource: ['organization'], operation: ['getLimits'] };

export const description: INodeProperties[] = [
	{
		displayName: 'Output',
		name: 'limitsOutput',
		type: 'options',
		options: [
			{ name: 'An Item for Each Limit', value: 'each', description: 'With its name, and how much is used up' },
			{ name: 'One Item for All', value: 'whole', description: 'As Salesforce gives it' },
		],
		default: 'each',
		displayOptions: { show },
	},
];

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_limits.htm */
export const execute: Operation = async (api) => {
	const limits = await api.getJson<Record<string, IDataObject>>(api.dataPath('/limits'), { about: 'limits of the organization' });
	if (textOf(api, 'limitsOutput', 'each') === 'whole') return [limits];
	return Object.entries(limits).map(([name, limit]): IDataObject => {
		const max = Number(limit.Max);
		const remaining = Number(limit.Remaining);
		return { name, max, remaining, used: max - remaining, usedPercent: max === 0 ? 0 : Math.round(((max - remaining) / max) * 1_000) / 10 };
	});
};
