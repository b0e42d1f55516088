// The results of a Bulk job as rows, page by page as Salesforce cuts them, never held as a whole.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_job_results.htm
import { NodeApiError, type IDataObject } from 'n8n-workflow';

import { nextWaitMs } from '../backOff';
import type { SalesforceApi } from '../salesforceApi';
import { assertNotCancelled, waitMs } from '../wait';
import type { RowBuilder } from './bulkColumns';
import { CsvError, CsvReader } from './csvReader';

/** Rows of one page of results; what is lost when a connection breaks is asked for again. */
const MAX_RECORDS = 50_000;

const ABOUT = { about: 'results of a Bulk job', accept: 'text/csv' };

/** What is read so far of one page. */
interface PageState {
	header?: string[];
	rows: number;
	nextLocator?: string;
}

export interface ResultOptions {
	/** Rows of one page; default 50,000. */
	maxRecords?: number;
	/** How long to wait after a broken connection, by the number of those that brought no row; undefined gives up. */
	retryMs?(attempt: number): number | undefined;
}

/**
 * @param builderOf gets the names of the columns
 * @throws NodeApiError if what comes is no CSV of that many rows, and as `stream`
 */
export async function* bulkRows(api: SalesforceApi, resultsPath: string, builderOf: (header: string[]) => RowBuilder, { maxRecords = MAX_RECORDS, retryMs = (attempt) => nextWaitMs(attempt, undefined) }: ResultOptions = {}): AsyncGenerator<IDataObject[], void, undefined> {
	let build: RowBuilder | undefined;
	let header: string[] | undefined;
	let locator: string | undefined;
	do {
		const page: PageState = { header, rows: 0 };
		const path = `${resultsPath}?maxRecords=${maxRecords}${locator === undefined ? '' : `&locator=${encodeURIComponent(locator)}`}`;
		for await (const records of recordsOf(api, path, page, retryMs)) {
			header = page.header ?? [];
			build ??= builderOf(header);
			yield records.map(build);
		}
		locator = page.nextLocator;
	} while (locator !== undefined);
}

/** The records of one page without its header. A connection that breaks is taken up again behind the last row that came. */
async function* recordsOf(api: SalesforceApi, path: string, page: PageState, retryMs: NonNullable<ResultOptions['retryMs']>): AsyncGenerator<string[][], void, undefined> {
	for (let attempt = 1; ; attempt += 1) {
		const before = page.rows;
		const { headers, body } = await api.stream(path, ABOUT);
		const told = headers.get('sforce-locator');
		page.nextLocator = told === null || told === '' || told === 'null' ? undefined : told;
		const announced = Number(headers.get('sforce-numberofrecords') ?? Number.NaN);
		try {
			yield* newRecords(body, page);
			if (!(page.rows < announced)) return;
			throw new CsvError(`Of ${announced} rows ${page.rows} came`);
		} catch (error) {
			assertNotCancelled(api.signal);
			if (page.rows > before) attempt = 1;
			const pauseMs = retryMs(attempt);
			if (pauseMs === undefined) throw noCsv(api, error instanceof Error ? error.message : String(error));
			api.logger.debug(`The results of a Salesforce Bulk job are asked for again in ${pauseMs} ms, behind row ${page.rows} of the page`, { reason: String(error) });
			await waitMs(pauseMs, api.signal);
		} finally {
			body.destroy();
		}
	}
}

/** What this answer adds to the rows that an earlier one brought. */
async function* newRecords(body: AsyncIterable<Uint8Array | string>, page: PageState): AsyncGenerator<string[][], void, undefined> {
	const reader = new CsvReader();
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let isStart = true;
	let toSkip = page.rows;
	const take = (records: string[][]): string[][] => {
		if (isStart && records.length > 0) {
			isStart = false;
			page.header ??= records[0];
			// Whether later pages repeat the names of the columns is not told anywhere.
			if (records[0]?.join('\n') === page.header?.join('\n')) records.shift();
		}
		const known = Math.min(toSkip, records.length);
		toSkip -= known;
		const added = known === 0 ? records : records.slice(known);
		const odd = added.find(({ length }) => length !== page.header?.length);
		if (odd !== undefined) throw new CsvError(`A row has ${odd.length} cells instead of ${page.header?.length}`);
		page.rows += added.length;
		return added;
	};
	for await (const piece of body) {
		const added = take(reader.push(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })));
		if (added.length > 0) yield added;
	}
	// Half a character at the end is an error of the decoder; the last line may lack its end.
	const rest = [...reader.push(decoder.decode()), ...reader.end()];
	yield take(rest);
}

function noCsv({ node }: SalesforceApi, why: string): NodeApiError {
	const message = `Salesforce did not send the results of the Bulk job completely: ${why}`;
	return new NodeApiError(node, { message }, { message, description: 'Run the flow again' });
}
