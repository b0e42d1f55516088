// One item of a list, as the list keeps it.

/** Of lookups and people the numbers, of dates their text in UTC. */
export type Value = string | number | boolean | readonly string[] | readonly number[] | { readonly Url: string; readonly Description: string };

export interface Row {
	/** Counts up in the list, and is never given again. */
	readonly id: number;
	readonly uniqueId: string;
	readonly version: number;
	readonly created: string;
	readonly modified: string;
	/** Numbers in the site's list of users. */
	readonly authorId: number;
	readonly editorId: number;
	readonly values: Readonly<Record<string, Value>>;
	/** The content type's name. */
	readonly contentType: 'Item' | 'Document' | 'Folder';
	/** Of an item of a library: its file or folder. */
	readonly driveItemId?: string;
}

export interface RowChange {
	readonly sequence: number;
	readonly id: number;
}

/** Where the items of a list are. A library's are its files. */
export interface Rows {
	readonly size: number;
	/** Ascending by id. */
	after(id: number): Iterable<Row>;
	get(id: number): Row | undefined;
	add(values: Row['values'], authorId: number): Row;
	/** undefined takes a value away. */
	change(id: number, values: Readonly<Record<string, Value | undefined>>, editorId: number): Row;
	delete(id: number): void;
	/** The newest change. */
	readonly sequence: number;
	/** What changed after it, each row once, in the order of the last change. */
	changedSince(sequence: number): readonly RowChange[];
	/** Older versions of a row, newest first, without the present one. */
	versionsOf(id: number): readonly Row[];
}

export function etagOf({ uniqueId, version }: Pick<Row, 'uniqueId' | 'version'>): string {
	return `"${uniqueId},${version}"`;
}
