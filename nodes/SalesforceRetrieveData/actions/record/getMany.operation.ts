import type { INodeProperties } from 'n8n-workflow';

import { completerOf } from '../completeRows';
import { allFieldsOf } from '../fetchCollection';
import { limitFields } from '../fields';
import { childrenField, filterFields, sortFields } from '../filterFields';
import { outputFields, retrieveAsSet } from '../largeResultFields';
import type { Operation } from '../operation';
import { limitOf, objectTypeOf } from '../parameters';
import { buildSoql, readChildren, readFields, readSort, readWhere } from '../readFilters';
import { pickedFields } from './recordFields';

const show = { resource: ['record'], operation: ['getMany'] };

export const description: INodeProperties[] = [
	...pickedFields('getMany'),
	childrenField(show),
	...filterFields({ resource: ['record'], operation: ['getMany', 'count'] }),
	...sortFields(show),
	...limitFields(show),
	...outputFields(show),
];

export const execute: Operation = async (api) => {
	const limit = limitOf(api);
	const objectType = objectTypeOf(api);
	const picked = readFields(api);
	const fields = picked.length > 0 ? picked : await allFieldsOf(api, objectType);
	const soql = buildSoql(api, { objectType, fields, children: readChildren(api), where: await readWhere(api, objectType), sort: readSort(api), limit });
	return await retrieveAsSet(api, soql, limit, (shape) => completerOf(soql, shape));
};
