import type { IDataObject } from 'n8n-workflow';

import { readSelectList, type SelectList } from '../soql/selectList';
import { pages, queryPath, type QueryPage } from '../transport/queryPages';
import type { ItemApi } from '../transport/salesforceApi';
import { shapeRecords, type Shape } from '../transport/shapeRecord';
import { batchSizeOf, flagOf, shapeOf } from './parameters';

const IS_COUNT = /^\s*select\s+count\(\s*\)/i;

/** All pages of a query, with deleted rows if the node is set so. @param limit rows at most */
export function queryPages(api: ItemApi, soql: string, limit: number): AsyncGenerator<QueryPage, void, undefined> {
	const resource = flagOf(api, 'options.includeDeleted') ? '/queryAll' : '/query';
	return pages(api, queryPath(api, resource, soql), { limit, batchSize: batchSizeOf(api) });
}

/** What a query yields, shaped as the node is set. @throws as `getJson` */
export async function runQuery(api: ItemApi, soql: string, limit: number): Promise<IDataObject[]> {
	const shape = shapeOf(api);
	const complete = completerOf(soql, shape);
	const rows: IDataObject[] = [];
	for await (const page of queryPages(api, soql, limit)) {
		// SELECT COUNT() has no records, only a total.
		if (IS_COUNT.test(soql) && page.records.length === 0) return [{ totalSize: page.totalSize }];
		const wanted = rows.length + page.records.length > limit ? page.records.slice(0, limit - rows.length) : page.records;
		for (const row of await shapeRecords(api, wanted, shape)) rows.push(complete(row));
		if (rows.length >= limit) break;
	}
	return rows;
}

/** Rows without a parent or without children say so in the form that the other rows have. */
export function completerOf(soql: string, shape: Shape): (row: IDataObject) => IDataObject {
	const list = readSelectList(soql);
	const separator = shape.flatten === 'dot' ? '.' : shape.flatten === 'underscore' ? '_' : undefined;
	const children = shape.keepAttributes === true ? [] : list.children;
	const paths = separator === undefined ? [] : flatPaths(list, separator);
	if (children.length === 0 && paths.length === 0) return (row) => row;
	return (row) => {
		for (const name of children) if (row[name] === null || row[name] === undefined) row[name] = [];
		for (const [path, parents] of paths) {
			if (row[path] !== undefined) continue;
			for (const parent of parents) if (row[parent] === null) delete row[parent];
			if (shape.dropNulls !== true) row[path] = null;
		}
		return row;
	};
}

/** Each path as it is called in a flattened row, with the parents that may be missing on its way. */
function flatPaths({ paths }: SelectList, separator: string): [path: string, parents: string[]][] {
	return paths.map((path) => {
		const names = path.split('.');
		return [names.join(separator), names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join(separator))];
	});
}
