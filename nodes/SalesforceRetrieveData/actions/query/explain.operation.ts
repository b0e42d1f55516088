import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { readSoql } from './soqlField';

export const description: INodeProperties[] = [];

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm */
export const execute: Operation = async (api) => [await api.getJson(`${api.dataPath('/query')}/?explain=${encodeURIComponent(readSoql(api))}`, { about: 'plans of the query' })];
