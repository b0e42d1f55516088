// Where the rows of a query come from: REST's pages, or a Bulk job when there are many. Rows are as REST gives them, either way.
import { NodeApiError, NodeOperationError, type IDataObject } from 'n8n-workflow';

import { BATCH_MAX, callOptionsOf, pagesFrom, queryPath, type QueryPage } from '../queryPages';
import type { SalesforceApi } from '../salesforceApi';
import { createRowBuilder, describeColumns, type Columns } from './bulkColumns';
import { withQueryJob, type JobOptions } from './bulkJob';
import { extendQuery, readBulkQuery, type BulkQuery, type PlainQuery } from './bulkQuery';
import { bulkRows, type ResultOptions } from './bulkRows';
import { openPage, plainPages, type OpenedPage } from './plainPages';

export type ReadWith = 'automatic' | 'rest' | 'bulk';

export interface RowQuery extends JobOptions, ResultOptions {
	soql: string;
	/** Rows at most; Infinity for all. */
	limit: number;
	/** Rows of a page through REST. */
	batchSize?: number;
	readWith: ReadWith;
	/** `automatic` goes through Bulk from so many rows on. */
	bulkFrom: number;
	/** Whether rows have Salesforce's `attributes`. */
	withAttributes: boolean;
}

export interface RowPage {
	records: IDataObject[];
	way: 'rest' | 'bulk';
	/** Rows of the query, whatever the limit; unknown through Bulk. */
	totalSize?: number;
}

const IS_COUNT = /^\s*SELECT\s+COUNT\(\s*\)/i;
/** @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm */
const FIRST_BULK_VERSION = 47;

/**
 * The rows of a query in pages of any size, `limit` at most. The first page of REST tells how many rows there are, so that nothing is
 * asked in vain for small results.
 * @throws NodeOperationError for a query that Bulk cannot answer, if Bulk is demanded; and as `getJson`, `withQueryJob`, `bulkRows`
 */
export async function* readRows(api: SalesforceApi, query: RowQuery): AsyncGenerator<RowPage, void, undefined> {
	const { limit } = query;
	let left = limit;
	for await (const page of readWithoutLimit(api, query)) {
		if (page.records.length < left) {
			left -= page.records.length;
			yield page;
			continue;
		}
		yield page.records.length === left ? page : { ...page, records: page.records.slice(0, left) };
		return;
	}
}

async function* readWithoutLimit(api: SalesforceApi, query: RowQuery): AsyncGenerator<RowPage, void, undefined> {
	const text = readBulkQuery(query.soql);
	if (query.readWith === 'bulk') {
		const plan = await planBulk(api, query, text);
		if ('obstacle' in plan) throw new NodeOperationError(api.node, `Bulk cannot answer this query: it has ${plan.obstacle}`, { description: 'Change the query, or set the option "Read With" to "Automatic" or "REST"' });
		return yield* readBulk(api, query, plan);
	}
	const options = { limit: query.limit, batchSize: query.batchSize };
	const call = callOptionsOf(options);
	const path = queryPath(api, query.includeDeleted ? '/queryAll' : '/query', query.soql);
	if ('obstacle' in text) {
		const first = await api.getJson<QueryPage>(path, call);
		if (first.records.length === 0 && IS_COUNT.test(query.soql)) return yield { records: [{ totalSize: first.totalSize }], way: 'rest', totalSize: first.totalSize };
		for await (const { records, totalSize } of pagesFrom(api, first, options)) yield { records, way: 'rest', totalSize };
		return;
	}
	const open = (address: string) => openPage(api, address, { ...call, withAttributes: query.withAttributes });
	const first = open(path);
	try {
		if (query.readWith === 'automatic' && (await isWorthBulk(first, query)) && (yield* triedBulk(api, query, text.plain))) return;
		for await (const { records, totalSize } of plainPages(first, open, query.limit, query.batchSize ?? BATCH_MAX)) yield { records, way: 'rest', totalSize };
	} finally {
		first.close();
	}
}

/** Often the first words of the answer tell that it is not. */
async function isWorthBulk(first: OpenedPage, { limit, bulkFrom }: RowQuery): Promise<boolean> {
	const told = (await first.head).totalSize;
	if (told !== undefined && Math.min(told, limit) < bulkFrom) return false;
	const { totalSize, records } = await first.page;
	const wanted = Math.min(totalSize, limit);
	return wanted >= bulkFrom && wanted > records.length;
}

/** @returns false if nothing came, and REST may go on: what Bulk cannot do must not fail what REST can */
async function* triedBulk(api: SalesforceApi, query: RowQuery, plain: PlainQuery): AsyncGenerator<RowPage, boolean, undefined> {
	const plan = await orApiError(planBulk(api, query, { plain }));
	const obstacle = plan instanceof NodeApiError ? plan.message : 'obstacle' in plan ? plan.obstacle : plan.columns.different;
	if (obstacle !== undefined || plan instanceof NodeApiError || 'obstacle' in plan) {
		api.logger.debug(`Salesforce rows are read through REST, Bulk cannot answer: ${obstacle}`);
		return false;
	}
	const bulk = readBulk(api, query, plan);
	try {
		const first = await orApiError(bulk.next());
		if (first instanceof NodeApiError) {
			api.logger.info(`Salesforce rows are read through REST, because Bulk did not succeed: ${first.message}`);
			return false;
		}
		if (first.done !== true) yield first.value;
		yield* bulk;
		return true;
	} finally {
		await bulk.return();
	}
}

async function orApiError<T>(asked: Promise<T>): Promise<T | NodeApiError> {
	return await asked.catch((error: unknown) => {
		if (error instanceof NodeApiError) return error;
		throw error;
	});
}

interface BulkPlan {
	plain: PlainQuery;
	columns: Columns;
}

async function planBulk(api: SalesforceApi, { withAttributes }: RowQuery, text: BulkQuery): Promise<BulkPlan | { obstacle: string }> {
	if ('obstacle' in text) return text;
	const version = Number(/\/v(\d+)/.exec(api.dataPath(''))?.[1]);
	if (version < FIRST_BULK_VERSION) return { obstacle: `the API version ${version}.0 (Bulk needs ${FIRST_BULK_VERSION}.0)` };
	const columns = await describeColumns(api, text.plain, withAttributes);
	return columns.impossible === undefined ? { plain: text.plain, columns } : { obstacle: columns.impossible };
}

async function* readBulk(api: SalesforceApi, query: RowQuery, { plain, columns }: BulkPlan): AsyncGenerator<RowPage, void, undefined> {
	const soql = extendQuery(plain, columns.more, query.limit);
	const builderOf = (header: string[]) => createRowBuilder(header, columns, query.withAttributes ? api.dataPath('') : undefined);
	for await (const records of withQueryJob(api, soql, query, (path) => bulkRows(api, path, builderOf, query))) yield { records, way: 'bulk' };
}
