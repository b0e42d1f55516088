import type { IDataObject } from 'n8n-workflow';

import type { QueryPage } from '../queryPages';

/** What stands before the records; Salesforce writes it first, and nobody relies on that. */
export interface PageHead {
	totalSize?: number;
	nextRecordsUrl?: string;
}

const RECORDS = '"records":[';
/** A head is some hundred bytes: a longer text is none. */
const MAX_HEAD_LENGTH = 4_096;
/** Between two records of a query without sub-queries, and nowhere else: in a field's text the quotes would be escaped. */
const NEXT_RECORD = ',{"attributes":{"type":"';
const ATTRIBUTES = NEXT_RECORD.slice(1);
/** So much is parsed at once: short enough to live and die young, long enough to be worth a call. */
const BATCH_LENGTH = 16_384;

/**
 * Parses a page of a query while it arrives, some records at a time: its whole text never stands in memory, and the work is done while
 * the rest is still on its way. JSON that is written in another way than Salesforce's is parsed as a whole at the end.
 */
export class PageReader {
	/** Up to the first record. */
	private start: string | undefined;
	private rest = '';
	private readonly records: IDataObject[] = [];

	/** @param withAttributes whether records keep Salesforce's `attributes` */
	constructor(
		private readonly withAttributes: boolean,
		private readonly tellHead: (head: PageHead) => void,
	) {}

	/** @throws SyntaxError */
	push(text: string): void {
		this.rest += text;
		if (this.start === undefined && !this.findStart()) return;
		if (this.rest.length < BATCH_LENGTH) return;
		const end = this.rest.lastIndexOf(NEXT_RECORD);
		if (end <= 0) return;
		for (const record of this.parse<IDataObject[]>(`[${this.rest.slice(0, end)}]`)) this.records.push(record);
		this.rest = this.rest.slice(end + 1);
	}

	/** @throws SyntaxError */
	end(): QueryPage {
		const page = this.parse<QueryPage>(`${this.start ?? ''}${this.rest}`);
		if (!Array.isArray(page?.records)) throw new SyntaxError('no page of a query');
		// What is read already stands before what came last.
		if (this.records.length > 0) page.records = this.records.concat(page.records);
		return page;
	}

	private findStart(): boolean {
		const at = this.rest.indexOf(RECORDS);
		if (at === -1 || at > MAX_HEAD_LENGTH) return false;
		const head = this.rest.slice(0, at);
		const totalSize = /"totalSize":(\d+)/.exec(head)?.[1];
		this.tellHead({ totalSize: totalSize === undefined ? undefined : Number(totalSize), nextRecordsUrl: /"nextRecordsUrl":"([^"\\]+)"/.exec(head)?.[1] });
		this.start = this.rest.slice(0, at + RECORDS.length);
		this.rest = this.rest.slice(at + RECORDS.length);
		return true;
	}

	private parse<T extends QueryPage | IDataObject[]>(text: string): T {
		if (this.withAttributes) return JSON.parse(text) as T;
		const kept = withoutAttributes(text);
		const parsed = JSON.parse(kept) as T;
		if (!kept.includes('"attributes"')) return parsed;
		// Written in another way they are still there.
		return (Array.isArray(parsed) ? parsed.map(copyWithout) : { ...parsed, records: parsed.records.map(copyWithout) }) as T;
	}
}

/** To parse without them is a third quicker and lighter than to take them off afterwards. */
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
