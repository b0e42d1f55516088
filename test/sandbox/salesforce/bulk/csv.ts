// The results of a query job as text: every value in quotes, null as an empty text.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_job_results.htm
import type { FieldType } from '../data/fields';
import type { FieldValue, Row, RowSet } from '../data/rows';

export const delimiters = { BACKQUOTE: '`', CARET: '^', COMMA: ',', PIPE: '|', SEMICOLON: ';', TAB: '\t' } as const;
export const lineEndings = { LF: '\n', CRLF: '\r\n' } as const;

export interface CsvFormat {
	readonly columnDelimiter: keyof typeof delimiters;
	readonly lineEnding: keyof typeof lineEndings;
}
export interface CsvColumn {
	readonly name: string;
	readonly type: FieldType;
	value(row: Row): FieldValue;
}

const rowsPerChunk = 1_000;

/** Rows `start` to `end`, some hundred at a time: a million of them never stand in memory together. */
export function* csvChunks(columns: readonly CsvColumn[], rows: RowSet, [start, end]: readonly [number, number], withHeader: boolean, { columnDelimiter, lineEnding }: CsvFormat): Generator<string> {
	const separator = delimiters[columnDelimiter];
	const newline = lineEndings[lineEnding];
	if (withHeader) yield columns.map(({ name }) => quoted(name)).join(separator) + newline;
	for (let first = start; first < end; first += rowsPerChunk) {
		let chunk = '';
		for (let index = first; index < Math.min(first + rowsPerChunk, end); index++) {
			const row = rows.at(index)!;
			chunk += columns.map((column) => quoted(text(column.value(row), column.type))).join(separator) + newline;
		}
		yield chunk;
	}
}

function quoted(value: string): string {
	return `"${value.includes('"') ? value.replaceAll('"', '""') : value}"`;
}

/** Instants end in Z here, and a double shows that it is one: `10000.0`. */
function text(value: FieldValue, type: FieldType): string {
	if (value === null) return '';
	if (type === 'datetime') return String(value).replace('+0000', 'Z');
	if (typeof value === 'number' && type !== 'int') return Number.isInteger(value) ? `${value}.0` : String(value);
	return String(value);
}
