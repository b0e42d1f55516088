import type { IDataObject } from 'n8n-workflow';

/** A row has a field that the first rows did not have: the line with the names is written already. */
export class ColumnError extends Error {}

/**
 * Writes rows as CSV with a line of names first, LF at the end of each line. Parents become `Account.Name`, children JSON.
 * The columns are those of the first rows, and those of `expected` that are hidden there because a parent is missing.
 * @see RFC 4180 section 2
 */
export class CsvWriter {
	private columns: string[] | undefined;
	/** By the name as it is met in the rows, and in small letters: a query may be written in any. */
	private readonly places = new Map<string, number>();

	/**
	 * @param expected dotted paths, as the query asks for them
	 * @param separator between a parent and its field, in the line of names
	 */
	constructor(
		private readonly expected: readonly string[],
		private readonly separator: '.' | '_' = '.',
	) {}

	get names(): readonly string[] {
		return this.columns ?? this.expected;
	}

	/** The line of names for a result without rows; empty if it was written already. */
	end(): string {
		return this.columns === undefined && this.expected.length > 0 ? this.header(this.expected) : '';
	}

	/** @throws ColumnError for a column that comes too late */
	lines(rows: readonly IDataObject[]): string {
		if (rows.length === 0) return '';
		let text = this.columns === undefined ? this.header(this.namesOf(rows)) : '';
		for (const row of rows) {
			const cells = new Array<string>(this.names.length).fill('');
			this.fill(cells, '', row);
			text += line(cells);
		}
		return text;
	}

	private header(columns: readonly string[]): string {
		this.columns = columns.map((path) => path.replaceAll('.', this.separator));
		for (const [place, path] of columns.entries()) this.places.set(path.toLowerCase(), place);
		return line(this.columns);
	}

	private namesOf(rows: readonly IDataObject[]): string[] {
		const found = new Map<string, string>();
		for (const row of rows) collect(found, '', row);
		const paths = [...this.expected.filter((path) => !found.has(path.toLowerCase())), ...found.values()];
		// A parent that is missing in the first rows: its fields are columns, it is none.
		const parents = new Set(paths.flatMap((path) => ancestorsOf(path.toLowerCase())));
		const wanted = new Map(this.expected.map((path, index) => [path.toLowerCase(), index]));
		const rank = (path: string) => wanted.get(path.toLowerCase()) ?? Number.MAX_SAFE_INTEGER;
		return paths.filter((path) => !parents.has(path.toLowerCase())).sort((a, b) => rank(a) - rank(b));
	}

	private fill(cells: string[], prefix: string, row: IDataObject): void {
		for (const name in row) {
			const value = row[name];
			if (value === null || value === undefined) continue;
			if (isParent(value)) {
				this.fill(cells, `${prefix}${name}.`, value);
				continue;
			}
			cells[this.placeOf(prefix === '' ? name : `${prefix}${name}`)] = textOf(value);
		}
	}

	private placeOf(path: string): number {
		const known = this.places.get(path);
		if (known !== undefined) return known;
		const place = this.places.get(path.toLowerCase());
		if (place === undefined) throw new ColumnError(path);
		this.places.set(path, place);
		return place;
	}
}

function collect(found: Map<string, string>, prefix: string, row: IDataObject): void {
	for (const name in row) {
		const value = row[name];
		const path = `${prefix}${name}`;
		if (value !== undefined && isParent(value)) collect(found, `${path}.`, value);
		else if (!found.has(path.toLowerCase())) found.set(path.toLowerCase(), path);
	}
}

function ancestorsOf(path: string): string[] {
	const parts = path.split('.');
	return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

function isParent(value: IDataObject[string]): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function textOf(value: NonNullable<IDataObject[string]>): string {
	if (typeof value === 'string') return value;
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function line(cells: readonly string[]): string {
	let text = '';
	for (const [index, cell] of cells.entries()) text += `${index === 0 ? '' : ','}${NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell}`;
	// A line without any character would be no record: a reader may skip it.
	return `${text === '' && cells.length === 1 ? '""' : text}\n`;
}

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;
