// Pages of a query without sub-queries, read as they come: the next page is asked for as soon as its address is known, so that
// Salesforce works on it while this one is still on its way and being parsed.
import type { Readable } from 'node:stream';

import { NodeApiError, type IDataObject } from 'n8n-workflow';

import type { QueryPage } from '../queryPages';
import type { CallOptions, SalesforceApi } from '../salesforceApi';
import { assertNotCancelled } from '../wait';

/** What stands before the records; Salesforce writes it first, and nobody relies on that. */
interface PageHead {
	totalSize?: number;
	nextRecordsUrl?: string;
}

export interface OpenedPage {
	/** As soon as the records begin; empty if there is nothing before them. */
	head: Promise<PageHead>;
	page: Promise<QueryPage>;
	/** Nobody wants it any more. */
	close(): void;
}

export interface PlainPageOptions extends CallOptions {
	/** Salesforce's `attributes` of each record. */
	withAttributes: boolean;
}

const RECORDS = '"records":[';
/** A head is some hundred bytes: in longer texts nobody looks for it again and again. */
const MAX_HEAD_LENGTH = 4_096;

/** Its failures are told by `page` alone. */
export function openPage(api: SalesforceApi, path: string, options: PlainPageOptions): OpenedPage {
	let tellHead: (head: PageHead) => void = () => undefined;
	const head = new Promise<PageHead>((resolve) => (tellHead = resolve));
	let body: Readable | undefined;
	let isClosed = false;
	const read = async (): Promise<string> => {
		({ body } = await api.stream(path, { accept: 'application/json', ...options }));
		if (isClosed) body.destroy();
		return await collect(body, (start) => tellHead(readHead(start)));
	};
	const load = async (): Promise<QueryPage> => {
		try {
			// A connection that breaks in the middle: the same page again, with all the patience that a call has.
			const text = await read().catch(async (error: unknown) => {
				assertNotCancelled(api.signal);
				if (isClosed || body === undefined) throw error;
				return (await api.getText(path, options)).text;
			});
			return parsePage(api, text, options.withAttributes);
		} finally {
			tellHead({});
		}
	};
	const page = load();
	page.catch(() => undefined);
	return {
		head,
		page,
		close() {
			isClosed = true;
			body?.destroy();
		},
	};
}

/** Events instead of iteration: there are dozens of small pieces in a page. @param tellStart gets what stands before the records */
async function collect(body: Readable, tellStart: (start: string) => void): Promise<string> {
	const pieces: Buffer[] = [];
	let start: string | undefined = '';
	return await new Promise<string>((resolve, reject) => {
		body.on('data', (piece: Buffer) => {
			pieces.push(piece);
			if (start === undefined) return;
			start += piece.toString('latin1');
			const at = start.indexOf(RECORDS);
			if (at !== -1) tellStart(start.slice(0, at));
			if (at !== -1 || start.length > MAX_HEAD_LENGTH) start = undefined;
		});
		body.once('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
		body.once('error', reject);
		body.once('close', () => reject(new Error('The connection was closed')));
	});
}

function readHead(text: string): PageHead {
	const totalSize = /"totalSize":(\d+)/.exec(text)?.[1];
	return { totalSize: totalSize === undefined ? undefined : Number(totalSize), nextRecordsUrl: /"nextRecordsUrl":"([^"\\]+)"/.exec(text)?.[1] };
}

/** @throws NodeApiError for what is no page */
function parsePage(api: SalesforceApi, text: string, withAttributes: boolean): QueryPage {
	const parsed = withAttributes ? text : withoutAttributes(text);
	let page: QueryPage | undefined;
	try {
		page = JSON.parse(parsed) as QueryPage;
	} catch {
		// Told below, like any other JSON.
	}
	if (!Array.isArray(page?.records)) throw new NodeApiError(api.node, { message: 'Salesforce did not answer in JSON' }, { httpCode: '200' });
	// Written in another way than Salesforce's they are still there.
	if (!withAttributes && parsed.includes('"attributes"')) page.records = page.records.map(copyWithout);
	return page;
}

const ATTRIBUTES = '{"attributes":{"type":"';

/**
 * The text without the `attributes` that each record begins with. To parse without them is a third quicker and lighter than to take
 * them off afterwards. In a field's text the quotes would be escaped, so nothing else looks like them.
 */
function withoutAttributes(text: string): string {
	let kept = '';
	let from = 0;
	for (;;) {
		const at = text.indexOf(ATTRIBUTES, from);
		const end = at === -1 ? -1 : text.indexOf('}', at);
		if (end === -1) return kept + text.slice(from);
		kept += text.slice(from, at + 1);
		from = text[end + 1] === ',' ? end + 2 : end + 1;
	}
}

function copyWithout(record: IDataObject): IDataObject {
	const kept: IDataObject = {};
	for (const name in record) {
		const value = record[name];
		if (name !== 'attributes') kept[name] = typeof value === 'object' && value !== null && !Array.isArray(value) ? copyWithout(value as IDataObject) : value;
	}
	return kept;
}

/**
 * All pages from the first on, one ahead at most.
 * @param limit no page is asked for beyond so many rows
 * @param expectedRows of a page: how many may still come before the limit is known to be reached
 */
export async function* plainPages(first: OpenedPage, open: (path: string) => OpenedPage, limit: number, expectedRows: number): AsyncGenerator<QueryPage, void, undefined> {
	let rows = 0;
	let opened: OpenedPage | undefined = first;
	try {
		while (opened !== undefined) {
			const current: OpenedPage = opened;
			const { nextRecordsUrl } = await current.head;
			const ahead: OpenedPage | undefined = nextRecordsUrl !== undefined && rows + expectedRows < limit ? open(nextRecordsUrl) : undefined;
			opened = ahead;
			const page = await current.page;
			rows += page.records.length;
			const address: string | undefined = page.done ? undefined : page.nextRecordsUrl;
			if (opened === undefined && address !== undefined && rows < limit) opened = open(address);
			yield page;
		}
	} finally {
		opened?.close();
	}
}
