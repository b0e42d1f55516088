import { NodeOperationError, type INodeProperties } from 'n8n-workflow';

import type { Operation } from '../../../../lib/n8n';
import { cleanRecord, dataPath, getJson } from '../../transport/callSalesforce';

const show = { resource: ['record'], operation: ['get'] };

export const description: INodeProperties[] = [
	{ displayName: 'Object Type', name: 'objectType', type: 'string', default: '', required: true, placeholder: 'Account', description: 'API name of the object, e.g. Account or Invoice__c', displayOptions: { show } },
	{ displayName: 'Record ID', name: 'recordId', type: 'string', default: '', required: true, placeholder: '001xx000003DGb1AAG', description: '15 or 18 characters', displayOptions: { show } },
	{ displayName: 'Fields', name: 'fields', type: 'string', default: '', placeholder: 'Name, Industry', description: 'Names of fields, separated by commas; empty returns all that this user may see', displayOptions: { show } },
];

const OBJECT_TYPE = /^[A-Za-z]\w{0,79}$/;
const RECORD_ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm */
export const execute: Operation = async (context, session, itemIndex) => {
	const text = (name: string) => String(context.getNodeParameter(name, itemIndex, '')).trim();
	const objectType = text('objectType');
	const recordId = text('recordId');
	if (!OBJECT_TYPE.test(objectType)) {
		throw new NodeOperationError(context.getNode(), `The parameter "Object Type" is not the API name of an object: "${objectType}"`, { itemIndex, description: 'For example Account, or Invoice__c for an object of your own' });
	}
	if (!RECORD_ID.test(recordId)) {
		throw new NodeOperationError(context.getNode(), `The parameter "Record ID" is not a Salesforce id: "${recordId}"`, { itemIndex, description: 'An id has 15 or 18 letters and digits' });
	}
	const fields = text('fields').split(/[\s,]+/).filter((field) => field !== '');
	const query = fields.length === 0 ? '' : `?fields=${encodeURIComponent(fields.join(','))}`;
	const record = await getJson(context, session, itemIndex, `${dataPath(context, itemIndex, `/sobjects/${objectType}/${recordId}`)}${query}`);
	return [cleanRecord(record, context.getNodeParameter('options.keepAttributes', itemIndex, false) === true)];
};
