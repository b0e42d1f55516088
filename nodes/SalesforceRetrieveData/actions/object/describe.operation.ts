import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { describeObject } from '../../transport/describe';
import { objectTypeField } from '../fields';
import type { Operation } from '../operation';
import { objectTypeOf, textOf } from '../parameters';

const show = { resource: ['object'], operation: ['describe'] };

export const description: INodeProperties[] = [
	objectTypeField(show, 'The object to describe'),
	{
		displayName: 'Output',
		name: 'describeOutput',
		type: 'options',
		options: [
			{ name: 'An Item for Each Child Relationship', value: 'childRelationships' },
			{ name: 'An Item for Each Field', value: 'fields' },
			{ name: 'The Whole Description', value: 'whole', description: 'In one item' },
		],
		default: 'whole',
		displayOptions: { show },
	},
];

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm */
export const execute: Operation = async (api) => {
	const described = await describeObject(api, objectTypeOf(api));
	const output = textOf(api, 'describeOutput', 'whole');
	const list = output === 'fields' ? described.fields : output === 'childRelationships' ? described.childRelationships : [described];
	// The description may be used again in this run: what flows on is a copy.
	return structuredClone(list) as unknown as IDataObject[];
};
