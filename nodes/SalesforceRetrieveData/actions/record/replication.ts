// What was deleted or changed in a time span: two resources of the same form.
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { literal } from '../../soql/literals';
import { withSubject } from '../../soql/soqlError';
import type { ItemApi } from '../../transport/salesforceApi';
import { objectTypeOf, textOf, valueOf, wrongParameter } from '../parameters';
import { asParameterError } from '../readFilters';

const show = { resource: ['record'], operation: ['getDeleted', 'getUpdated'] };

export const replicationFields: INodeProperties[] = [
	{ displayName: 'Start', name: 'start', type: 'dateTime', default: '', required: true, placeholder: '={{ $now.minus(1, "day") }}', description: 'Beginning of the time span, with its time zone; for what was deleted at most 15 days ago, for what was changed 30', displayOptions: { show } },
	{ displayName: 'End', name: 'end', type: 'dateTime', default: '', placeholder: '={{ $now }}', description: 'End of the time span; empty means now', displayOptions: { show } },
	{
		displayName: 'Output',
		name: 'replicationOutput',
		type: 'options',
		options: [
			{ name: 'An Item for Each', value: 'each', description: 'Each with its ID' },
			{ name: 'One Item for All', value: 'summary', description: 'The list, and up to when Salesforce knows for sure: where the next time span begins' },
		],
		default: 'each',
		displayOptions: { show },
	},
];

function timeOf(api: ItemApi, name: string, label: string, fallback: Date | undefined): string {
	const value = valueOf(api, name);
	const given = value === undefined || value === null || value === '' ? fallback : value;
	if (given === undefined) throw wrongParameter(api, `The parameter "${label}" is empty`, 'Enter a date-time with its time zone, e.g. ={{ $now.minus(1, "day") }}');
	try {
		return literal('dateTime', given);
	} catch (error) {
		throw asParameterError(api, withSubject(`The parameter "${label}"`, error));
	}
}

/**
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getdeleted.htm
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm
 */
export async function askReplication(api: ItemApi, resource: 'deleted' | 'updated'): Promise<IDataObject> {
	const objectType = objectTypeOf(api);
	const start = timeOf(api, 'start', 'Start', undefined);
	const end = timeOf(api, 'end', 'End', new Date());
	if (Date.parse(end) < Date.parse(start)) throw wrongParameter(api, 'The parameter "End" is before "Start"');
	return await api.getJson(`${api.dataPath(`/sobjects/${objectType}/${resource}`)}/?start=${encodeURIComponent(start)}&end=${encodeURIComponent(end)}`, { about: `${resource} records of ${objectType}` });
}

export function isSummary(api: ItemApi): boolean {
	return textOf(api, 'replicationOutput', 'each') === 'summary';
}
