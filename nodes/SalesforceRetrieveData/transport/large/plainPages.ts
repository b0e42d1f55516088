// Pages of a query without sub-queries, read as they come: the next page is asked for as soon as its address is known, so that
// Salesforce works on it while this one is still on its way.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

import { NodeApiError } from 'n8n-workflow';

import type { QueryPage } from '../queryPages';
import type { CallOptions, SalesforceApi } from '../salesforceApi';
import { assertNotCancelled } from '../wait';
import { PageReader, type PageHead } from './pageReader';

export interface OpenedPage {
	/** As soon as the records begin; empty if there is nothing before them. */
	head: Promise<PageHead>;
	/** @throws as `getJson` */
	page: Promise<QueryPage>;
	/** Nobody wants it any more. */
	close(): void;
}

export interface PlainPageOptions extends CallOptions {
	/** Salesforce's `attributes` of each record. */
	withAttributes: boolean;
}

export function openPage(api: SalesforceApi, path: string, options: PlainPageOptions): OpenedPage {
	let tellHead: (head: PageHead) => void = () => undefined;
	const head = new Promise<PageHead>((resolve) => (tellHead = resolve));
	let body: Readable | undefined;
	let isClosed = false;
	const readerOf = () => new PageReader(options.withAttributes, tellHead);
	const load = async (): Promise<QueryPage> => {
		({ body } = await api.stream(path, { accept: 'application/json', ...options }));
		if (isClosed) body.destroy();
		try {
			return await readPage(body, readerOf());
		} catch (error) {
			assertNotCancelled(api.signal);
			if (error instanceof SyntaxError || isClosed) throw noPage(api);
		}
		// The connection broke in the middle: the same page again, with all the patience that a call has.
		const { text } = await api.getText(path, options);
		try {
			const reader = readerOf();
			reader.push(text);
			return reader.end();
		} catch {
			throw noPage(api);
		}
	};
	const page = load().finally(() => tellHead({}));
	// Who closes it does not come back for it.
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

/** Events instead of iteration: there are dozens of small pieces in a page. @throws SyntaxError, or what broke the connection */
async function readPage(body: Readable, reader: PageReader): Promise<QueryPage> {
	const decoder = new StringDecoder('utf8');
	return await new Promise<QueryPage>((resolve, reject) => {
		const attempt = (act: () => void): void => {
			try {
				act();
			} catch (error) {
				reject(error instanceof Error ? error : new Error(String(error)));
				body.destroy();
			}
		};
		body.on('data', (piece: Buffer) => attempt(() => reader.push(decoder.write(piece))));
		body.once('end', () => attempt(() => resolve(reader.end())));
		body.once('error', reject);
		body.once('close', () => reject(new Error('The connection was closed')));
	});
}

function noPage({ node }: SalesforceApi): NodeApiError {
	return new NodeApiError(node, { message: 'Salesforce did not answer in JSON' }, { httpCode: '200' });
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
