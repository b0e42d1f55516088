import type { INodeProperties } from 'n8n-workflow';

import { pages, queryPath } from '../../transport/queryPages';
import type { Operation } from '../operation';
import { flagOf, objectTypeOf } from '../parameters';
import { buildSoql, readWhere } from '../readFilters';

/** Its conditions are those of *Get Many*. */
export const description: INodeProperties[] = [];

export const execute: Operation = async (api) => {
	const objectType = objectTypeOf(api);
	const soql = buildSoql(api, { objectType, fields: [], children: [], where: await readWhere(api, objectType), sort: [] });
	const { value } = await pages(api, queryPath(api, flagOf(api, 'options.includeDeleted') ? '/queryAll' : '/query', soql)).next();
	return [{ objectType, count: value?.totalSize ?? 0 }];
};
