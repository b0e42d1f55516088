import type { IDataObject } from 'n8n-workflow';

import type { CallOptions, SalesforceApi } from './salesforceApi';

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm */
export interface QueryPage {
	done: boolean;
	totalSize: number;
	nextRecordsUrl?: string;
	records: IDataObject[];
}

/** 200 to 2,000; Salesforce takes it as a hint. */
export const BATCH_MIN = 200;
export const BATCH_MAX = 2_000;

export interface PageOptions extends CallOptions {
	/** So many rows are enough: no page is asked for beyond them. */
	limit?: number;
	/** Rows a page should have; default: as many as are wanted, 2,000 at most. */
	batchSize?: number;
}

/** A query's address. @param resource `/query` or `/queryAll` (with deleted and archived rows) */
export function queryPath(api: SalesforceApi, resource: '/query' | '/queryAll', soql: string): string {
	return `${api.dataPath(resource)}/?q=${encodeURIComponent(soql)}`;
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_queryoptions.htm */
function headersOf({ headers, limit, batchSize = limit ?? BATCH_MAX }: PageOptions): Record<string, string> {
	const size = Math.min(BATCH_MAX, Math.max(BATCH_MIN, Math.floor(batchSize)));
	return { ...headers, ...(size < BATCH_MAX && { 'Sforce-Query-Options': `batchSize=${size}` }) };
}

/**
 * The pages of a query, with the pages of its sub-queries followed to their end. While one page is worked on, the next is on its way.
 * @param path of `queryPath`, or any other resource that answers in pages (`nextRecordsUrl`)
 * @throws as `getJson`
 */
export async function* pages(api: SalesforceApi, path: string, options: PageOptions = {}): AsyncGenerator<QueryPage, void, undefined> {
	yield* pagesFrom(api, api.getJson<QueryPage>(path, callOptionsOf(options)), options);
}

/** The headers that the first call must carry as the others do. */
export function callOptionsOf(options: PageOptions): CallOptions {
	return { headers: headersOf(options), about: options.about };
}

/** The same, where the first page is at hand already, or on its way. */
export async function* pagesFrom(api: SalesforceApi, first: QueryPage | Promise<QueryPage>, options: PageOptions = {}): AsyncGenerator<QueryPage, void, undefined> {
	const { limit = Number.POSITIVE_INFINITY } = options;
	const call = callOptionsOf(options);
	const get = async (address: string): Promise<QueryPage> => await api.getJson<QueryPage>(address, call);
	let rows = 0;
	let next: QueryPage | Promise<QueryPage> | undefined = first;
	while (next !== undefined) {
		const page: QueryPage = await next;
		rows += page.records.length;
		const ahead: Promise<QueryPage> | undefined = page.done || page.nextRecordsUrl === undefined || rows >= limit ? undefined : get(page.nextRecordsUrl);
		// If nobody comes back for it, its failure is nobody's.
		ahead?.catch(() => undefined);
		next = ahead;
		for (const record of page.records) await completeChildren(record, get);
		yield page;
	}
}

export function isChildPage(value: unknown): value is QueryPage {
	return typeof value === 'object' && value !== null && Array.isArray((value as QueryPage).records) && typeof (value as QueryPage).done === 'boolean';
}

/** Sub-queries page by themselves: the first page is in the row, the others are asked for one by one. They may be nested. */
async function completeChildren(record: IDataObject, get: (address: string) => Promise<QueryPage>): Promise<void> {
	for (const name in record) {
		const value: unknown = record[name];
		if (typeof value !== 'object' || value === null) continue;
		if (!isChildPage(value)) {
			await completeChildren(value as IDataObject, get);
			continue;
		}
		let address = value.done ? undefined : value.nextRecordsUrl;
		while (address !== undefined) {
			const page: QueryPage = await get(address);
			// One by one: a page of children may be longer than an argument list.
			for (const child of page.records) value.records.push(child);
			address = page.done ? undefined : page.nextRecordsUrl;
		}
		value.done = true;
		delete value.nextRecordsUrl;
		for (const child of value.records) await completeChildren(child, get);
	}
}
