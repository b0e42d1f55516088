// What becomes of the rows: items, or one file that is written while they come, so that it may be larger than the memory.
import { Readable } from 'node:stream';

import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import { OutputItem } from '../../../../lib/n8n';
import type { ItemApi } from '../salesforceApi';
import { ColumnError, CsvWriter } from './csvWriter';
import type { RowPage } from './rowSource';

export interface RowOutput {
	as: 'items' | 'csv' | 'jsonLines';
	/** Of a file: the name of the field that holds it, and its own name. */
	binaryField: string;
	fileName: string;
	/** Of CSV: paths that are columns even where the first rows lack them, and what stands between parent and field. */
	columns?: readonly string[];
	separator?: '.' | '_';
}

const MIME_TYPES = { csv: 'text/csv', jsonLines: 'application/jsonl' } as const;
/** So many more rows are worth a line in the log. */
const LOG_EVERY = 25_000;
/** From so many rows on the node says how they were read. */
const HINT_FROM = 10_000;

/**
 * @param finish makes of records what the node gives
 * @returns the rows, or one item with the file and how many rows are in it
 * @throws NodeOperationError for rows that fit no CSV; whatever `pages` throws
 */
export async function rowsToOutput(api: ItemApi, pages: AsyncIterable<RowPage>, finish: (records: IDataObject[]) => IDataObject[] | Promise<IDataObject[]>, output: RowOutput): Promise<(IDataObject | OutputItem)[]> {
	const progress = new Progress(api);
	const rows = async function* () {
		for await (const page of pages) {
			const finished = await finish(page.records);
			progress.add(page, finished.length);
			if (finished.length > 0) yield finished;
		}
	};
	const items: (IDataObject | OutputItem)[] = [];
	if (output.as === 'items') {
		// One by one: a page may be longer than an argument list.
		for await (const page of rows()) for (const row of page) items.push(row);
	} else {
		items.push(await toFile(api, rows(), output, output.as, progress));
	}
	progress.end();
	return items;
}

async function toFile(api: ItemApi, rows: AsyncIterable<IDataObject[]>, { binaryField, fileName, columns = [], separator }: RowOutput, as: keyof typeof MIME_TYPES, progress: Progress): Promise<OutputItem> {
	const text = as === 'csv' ? csvText(rows, new CsvWriter(columns, separator)) : jsonLinesText(rows);
	let failure: unknown;
	const content = Readable.from(text, { objectMode: false });
	content.once('error', (error) => (failure = error));
	try {
		const binary = await api.context.helpers.prepareBinaryData(content, fileName, MIME_TYPES[as]);
		return new OutputItem({ rows: progress.rows, fileName, mimeType: MIME_TYPES[as] }, { [binaryField]: binary });
	} catch (error) {
		// n8n's file store may tell of a broken stream in other words: the reason counts.
		throw asNodeError(api, failure ?? error);
	} finally {
		content.destroy();
	}
}

async function* csvText(rows: AsyncIterable<IDataObject[]>, writer: CsvWriter): AsyncGenerator<string, void, undefined> {
	for await (const page of rows) yield writer.lines(page);
	const names = writer.end();
	if (names !== '') yield names;
}

async function* jsonLinesText(rows: AsyncIterable<IDataObject[]>): AsyncGenerator<string, void, undefined> {
	for await (const page of rows) yield page.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function asNodeError(api: ItemApi, error: unknown): unknown {
	if (!(error instanceof ColumnError)) return error;
	return new NodeOperationError(api.node, `The rows do not all have the same columns: "${error.message}" is not in the first ones`, { itemIndex: api.itemIndex, description: 'Set "Output" to "JSON Lines File", or ask for the same fields in every row (no TYPEOF)' });
}

/** How far it is: in the log while it runs, on the node afterwards. */
class Progress {
	rows = 0;
	private logged = 0;
	private way: RowPage['way'] = 'rest';

	constructor(private readonly api: ItemApi) {}

	add({ way, totalSize }: RowPage, rows: number): void {
		this.rows += rows;
		this.way = way;
		if (this.rows - this.logged < LOG_EVERY) return;
		this.logged = this.rows;
		const of = totalSize === undefined ? '' : ` of ${totalSize.toLocaleString('en')}`;
		this.api.logger.info(`Salesforce: ${this.rows.toLocaleString('en')}${of} rows so far, through ${NAMES[way]}`);
	}

	end(): void {
		if (this.rows < HINT_FROM) return;
		const { usage, context } = this.api;
		// A node that runs as a tool may lack it.
		const told = usage === undefined ? '' : `; ${usage.percent} % of the organization’s daily API calls are used up`;
		context.addExecutionHints?.({ type: 'info', location: 'outputPane', message: `${this.rows.toLocaleString('en')} rows were read through ${NAMES[this.way]}${told}` });
	}
}

const NAMES = { rest: 'REST', bulk: 'Bulk' } as const;
