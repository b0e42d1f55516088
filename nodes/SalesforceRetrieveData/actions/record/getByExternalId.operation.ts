import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { shapeRecords } from '../../transport/shapeRecord';
import { fieldsQuery } from '../fetchRecord';
import { fieldLocator } from '../fields';
import type { Operation } from '../operation';
import { nameOf, objectTypeOf, shapeOf, textOf, wrongParameter } from '../parameters';
import { readFields } from '../readFilters';
import { pickedFields } from './recordFields';

const show = { resource: ['record'], operation: ['getByExternalId'] };

export const description: INodeProperties[] = [
	fieldLocator('External ID Field', 'externalIdField', 'searchExternalIdFields', 'A field that is marked as External ID', { show, placeholder: 'Customer_Number__c' }),
	{ displayName: 'External ID', name: 'externalId', type: 'string', default: '', required: true, description: 'The value of that field', displayOptions: { show } },
	...pickedFields('getByExternalId'),
];

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_upsert_get.htm */
export const execute: Operation = async (api) => {
	const objectType = objectTypeOf(api);
	const field = nameOf(api, 'externalIdField', 'External ID Field', 'Customer_Number__c');
	const value = textOf(api, 'externalId');
	if (value === '') throw wrongParameter(api, 'The parameter "External ID" is empty');
	// A dot alone would be taken for a step in the path, encoded or not.
	if (value === '.' || value === '..') throw wrongParameter(api, `The parameter "External ID" cannot be "${value}"`);
	const record = await api.getJson<IDataObject>(`${api.dataPath(`/sobjects/${objectType}/${field}/${encodeURIComponent(value)}`)}${fieldsQuery(readFields(api))}`, { about: `record of ${objectType} whose ${field} is "${value}"` });
	return await shapeRecords(api, [record], shapeOf(api));
};
