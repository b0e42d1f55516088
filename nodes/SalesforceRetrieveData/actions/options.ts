import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { waitOptions } from '../../../lib/n8n/connectorFields';
import { DEFAULT_API_VERSION } from '../transport/apiVersion';
import { largeResultOptions } from './largeResultFields';

/** The same for every operation, or for all that give rows. */
const sharedOptions: INodeProperties[] = [
	{ displayName: 'Add API Usage', name: 'addApiUsage', type: 'boolean', default: false, description: 'Whether to add a field "apiUsage" to each item: how much of the organization’s daily API calls is used up' },
	{ displayName: 'API Usage Warning (%)', name: 'apiUsageWarning', type: 'number', typeOptions: { minValue: 0, maxValue: 100 }, default: 80, description: 'Warns when so much of the organization’s daily API calls is used up; 0 never warns' },
	{ displayName: 'API Version', name: 'apiVersion', type: 'string', default: DEFAULT_API_VERSION, description: 'Version of the Salesforce REST API' },
	{ displayName: 'Batch Gets', name: 'batchGets', type: 'boolean', default: true, description: 'Whether Record: Get asks for the records of many input items together, 2,000 in one call' },
	{ displayName: 'Batch Size', name: 'batchSize', type: 'number', typeOptions: { minValue: 200, maxValue: 2_000 }, default: 2_000, description: 'How many rows a page of a query has at most; fewer need less memory in Salesforce and more calls' },
	{ displayName: 'Drop Empty Fields', name: 'dropNulls', type: 'boolean', default: false, description: 'Whether to leave out fields that have no value' },
	{
		displayName: 'Flatten Relationships',
		name: 'flattenRelationships',
		type: 'options',
		options: [
			{ name: 'No', value: 'none', description: 'Related records stand in objects of their own' },
			{ name: 'With Dots', value: 'dot', description: 'Account.Name' },
			{ name: 'With Underscores', value: 'underscore', description: 'Account_Name' },
		],
		default: 'none',
		description: 'What becomes of the fields of related records',
	},
	{ displayName: 'Include Deleted', name: 'includeDeleted', type: 'boolean', default: false, description: 'Whether a query also returns deleted and archived rows (queryAll)' },
	{ displayName: 'Keep Attributes', name: 'keepAttributes', type: 'boolean', default: false, description: "Whether to keep Salesforce's own attributes (type and address) of each row, and the wrapping of child records" },
	{ displayName: 'Typed Values', name: 'typedValues', type: 'boolean', default: false, description: 'Whether values get the types that Salesforce describes for the fields: date-times become ISO 8601 in UTC. Asks for the description of each object once.' },
];

const labelOf = (option: INodeProperties | INodePropertyOptions | INodePropertyCollection): string => ('displayName' in option ? option.displayName : option.name);

/** The collection "Options", as people look things up in it. */
export const nodeOptions = [...waitOptions, ...sharedOptions, ...largeResultOptions].sort((a, b) => labelOf(a).localeCompare(labelOf(b), 'en'));
