import type { INodeProperties } from 'n8n-workflow';

import { completerOf } from '../completeRows';
import { limitFields } from '../fields';
import { outputFields, retrieveAsSet } from '../largeResultFields';
import type { Operation } from '../operation';
import { limitOf } from '../parameters';
import { readSoql, soqlFields } from './soqlField';

const show = { resource: ['query'], operation: ['soql'] };

export const description: INodeProperties[] = [...soqlFields, ...limitFields(show), ...outputFields(show)];

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm */
export const execute: Operation = async (api) => {
	const soql = readSoql(api);
	return await retrieveAsSet(api, soql, limitOf(api), (shape) => completerOf(soql, shape));
};
