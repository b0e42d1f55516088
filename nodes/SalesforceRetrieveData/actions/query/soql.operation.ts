import type { INodeProperties } from 'n8n-workflow';

import { limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf } from '../parameters';
import { runQuery } from '../runQuery';
import { readSoql, soqlFields } from './soqlField';

const show = { resource: ['query'], operation: ['soql'] };

export const description: INodeProperties[] = [...soqlFields, ...limitFields(show)];

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm */
export const execute: Operation = async (api) => await runQuery(api, readSoql(api), limitOf(api));
