import { NodeOperationError, type IDataObject, type INodeProperties } from 'n8n-workflow';

import type { Operation } from '../../../../lib/n8n';
import { cleanRecord, dataPath, getJson } from '../../transport/callSalesforce';

const show = { resource: ['query'], operation: ['soql'] };

export const description: INodeProperties[] = [
	{
		displayName: 'SOQL',
		name: 'soql',
		type: 'string',
		typeOptions: { rows: 5 },
		default: '',
		required: true,
		placeholder: 'SELECT Id, Name FROM Account ORDER BY Name',
		description: 'The query; it returns what this user may see. Do not build it from untrusted text.',
		displayOptions: { show },
	},
	{ displayName: 'Return All', name: 'returnAll', type: 'boolean', default: false, description: 'Whether to return all results or only up to a given limit', displayOptions: { show } },
	{ displayName: 'Limit', name: 'limit', type: 'number', typeOptions: { minValue: 1 }, default: 50, description: 'Max number of results to return', displayOptions: { show: { ...show, returnAll: [false] } } },
];

/** 200 to 2,000; Salesforce takes it as a hint. */
const BATCH_MIN = 200;
const BATCH_MAX = 2_000;

interface QueryPage {
	done: boolean;
	totalSize: number;
	nextRecordsUrl?: string;
	records: IDataObject[];
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm */
export const execute: Operation = async (context, session, itemIndex) => {
	const soql = String(context.getNodeParameter('soql', itemIndex, '')).trim();
	if (soql === '') throw new NodeOperationError(context.getNode(), 'The parameter "SOQL" is empty', { itemIndex, description: 'Enter a query, e.g. SELECT Id, Name FROM Account' });
	const returnAll = context.getNodeParameter('returnAll', itemIndex, false) === true;
	const limit = returnAll ? Number.POSITIVE_INFINITY : Number(context.getNodeParameter('limit', itemIndex, 50));
	if (!(limit >= 1)) throw new NodeOperationError(context.getNode(), 'The parameter "Limit" must be 1 or more', { itemIndex });
	const resource = context.getNodeParameter('options.includeDeleted', itemIndex, false) === true ? '/queryAll' : '/query';
	const keepAttributes = context.getNodeParameter('options.keepAttributes', itemIndex, false) === true;
	const headers = Number.isFinite(limit) && limit < BATCH_MAX ? { 'Sforce-Query-Options': `batchSize=${Math.max(BATCH_MIN, Math.floor(limit))}` } : undefined;

	const rows: IDataObject[] = [];
	let path: string | undefined = `${dataPath(context, itemIndex, resource)}/?q=${encodeURIComponent(soql)}`;
	while (path !== undefined && rows.length < limit) {
		const page = (await getJson(context, session, itemIndex, path, headers)) as unknown as QueryPage;
		// SELECT COUNT() has no records, only a total.
		if (page.records.length === 0 && page.done && rows.length === 0 && /^\s*select\s+count\(\s*\)/i.test(soql)) return [{ totalSize: page.totalSize }];
		for (const record of page.records) {
			if (rows.length >= limit) break;
			rows.push(cleanRecord(record, keepAttributes));
		}
		path = page.done ? undefined : page.nextRecordsUrl;
	}
	return rows;
};
