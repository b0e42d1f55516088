import type { INodeProperties } from 'n8n-workflow';

import { allFieldsOf } from '../fetchCollection';
import { limitFields } from '../fields';
import { childrenField, filterFields, sortFields } from '../filterFields';
import type { Operation } from '../operation';
import { limitOf, objectTypeOf } from '../parameters';
import { buildSoql, readChildren, readFields, readSort, readWhere } from '../readFilters';
import { runQuery } from '../runQuery';
import type { ItemApi } from '../../transport/salesforceApi';
import { pickedFields } from './recordFields';

const show = { resource: ['record'], operation: ['getMany'] };

export const description: INodeProperties[] = [
	...pickedFields('getMany'),
	childrenField(show),
	...filterFields({ resource: ['record'], operation: ['getMany', 'count'] }),
	...sortFields(show),
	...limitFields(show),
];

/** The query that the node's fields, conditions and sort rules amount to. @throws NodeOperationError | as `getJson` */
export async function builtQuery(api: ItemApi, limit: number): Promise<string> {
	const objectType = objectTypeOf(api);
	const picked = readFields(api);
	const children = readChildren(api);
	const fields = picked.length > 0 ? picked : await allFieldsOf(api, objectType);
	return buildSoql(api, { objectType, fields, children, where: await readWhere(api, objectType), sort: readSort(api), limit });
}

export const execute: Operation = async (api) => {
	const limit = limitOf(api);
	return await runQuery(api, await builtQuery(api, limit), limit);
};
