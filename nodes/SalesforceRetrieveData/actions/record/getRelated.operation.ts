import { NodeApiError, type IDataObject, type INodeProperties } from 'n8n-workflow';

import { describeObject } from '../../transport/describe';
import { callOptionsOf, isChildPage, pagesFrom } from '../../transport/queryPages';
import type { CallOptions, ItemApi } from '../../transport/salesforceApi';
import { shapeRecords } from '../../transport/shapeRecord';
import { fetchRecord, fieldsQuery } from '../fetchRecord';
import { fieldLocator, limitFields, recordIdField } from '../fields';
import type { Operation } from '../operation';
import { batchSizeOf, limitOf, nameOf, objectTypeOf, recordIdOf, shapeOf } from '../parameters';
import { readFields } from '../readFilters';

const show = { resource: ['record'], operation: ['getRelated'] };

export const description: INodeProperties[] = [
	recordIdField(show),
	fieldLocator('Relationship', 'relationship', 'searchRelationships', 'Name of a relationship: down to children (Contacts, Invoices__r) or up to a parent (Owner, Account)', { show, placeholder: 'Contacts' }),
	{ displayName: 'Fields', name: 'fields', type: 'string', default: '', placeholder: 'Name, CreatedDate', description: 'Names of fields of the related records, separated by commas; empty returns all that this user may see', displayOptions: { show } },
	...limitFields(show),
];

/** Children come in pages as a query's rows do, a parent as one record. @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_relationships.htm */
export const execute: Operation = async (api) => {
	const objectType = objectTypeOf(api);
	const recordId = recordIdOf(api);
	const relationship = nameOf(api, 'relationship', 'Relationship', 'Contacts, or Invoices__r');
	const limit = limitOf(api);
	const options = { limit, batchSize: batchSizeOf(api), about: `relationship ${relationship} of record ${recordId} of ${objectType}` };
	const answer = await askRelated(api, { objectType, recordId, relationship }, callOptionsOf(options));
	if (answer === undefined) return [];
	if (!isChildPage(answer)) return await shapeRecords(api, [answer], shapeOf(api));
	const related: IDataObject[] = [];
	for await (const page of pagesFrom(api, answer, options)) {
		for (const record of page.records) related.push(record);
		if (related.length >= limit) break;
	}
	return await shapeRecords(api, related.slice(0, limit), shapeOf(api));
};

/** Undefined for a lookup that is empty: Salesforce says then that there is no such resource, as it does for everything else that is wrong. */
async function askRelated(api: ItemApi, { objectType, recordId, relationship }: Record<'objectType' | 'recordId' | 'relationship', string>, call: CallOptions): Promise<IDataObject | undefined> {
	const path = `${api.dataPath(`/sobjects/${objectType}/${recordId}/${relationship}`)}${fieldsQuery(readFields(api))}`;
	const response = await api.send('GET', path, undefined, call).catch(async (error: unknown) => {
		if (error instanceof NodeApiError && error.httpCode === '404' && (await isEmptyLookup(api, objectType, recordId, relationship))) return undefined;
		throw error;
	});
	return response === undefined || response.status === 204 ? undefined : ((await response.json()) as IDataObject);
}

/** @throws as `getJson`, if the record itself is not there */
async function isEmptyLookup(api: ItemApi, objectType: string, recordId: string, relationship: string): Promise<boolean> {
	const { fields } = await describeObject(api, objectType);
	const lookup = fields.find(({ relationshipName }) => relationshipName?.toLowerCase() === relationship.toLowerCase())?.name;
	return lookup !== undefined && (await fetchRecord(api, objectType, recordId, [lookup]))[lookup] === null;
}
