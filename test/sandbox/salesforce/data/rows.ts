// Rows, however they come about: kept, or made when they are asked for.
export type FieldValue = string | number | boolean | null;
/** Values by field name. `OwnerId` may be there for an object without such a field: whose it is decides who sees it. */
export type Row = Readonly<Record<string, FieldValue>> & { readonly Id: string; readonly IsDeleted: boolean };

/** In the order of their creation. An array of rows is one. */
export interface RowSet {
	readonly length: number;
	at(index: number): Row | undefined;
}

export interface Table extends RowSet {
	byId(id: string): Row | undefined;
	/** Whether any row may be in the recycle bin. */
	readonly hasDeleted: boolean;
}

/** Some rows of another set, in an order of their own. */
export class Selection implements RowSet {
	constructor(
		private readonly rows: RowSet,
		private readonly indexes: ArrayLike<number>,
	) {}

	get length(): number {
		return this.indexes.length;
	}

	at(index: number): Row | undefined {
		const position = this.indexes[index];
		return position === undefined ? undefined : this.rows.at(position);
	}
}

/** `count` rows from `start` on, without looking at any. */
export class Slice implements RowSet {
	readonly length: number;

	constructor(
		private readonly rows: RowSet,
		private readonly start: number,
		count: number,
	) {
		this.length = Math.max(0, Math.min(count, rows.length - start));
	}

	at(index: number): Row | undefined {
		return index < this.length ? this.rows.at(this.start + index) : undefined;
	}
}

export class KeptTable implements Table {
	private readonly rows: Row[] = [];
	private readonly index = new Map<string, Row>();
	hasDeleted = false;

	get length(): number {
		return this.rows.length;
	}

	at(index: number): Row | undefined {
		return this.rows[index];
	}

	byId(id: string): Row | undefined {
		return this.index.get(id);
	}

	add(row: Row): Row {
		this.rows.push(row);
		this.index.set(row.Id, row);
		this.hasDeleted ||= row.IsDeleted;
		return row;
	}
}

/** Salesforce writes `2025-01-06T09:00:00.000+0000`. */
export function salesforceDateTime(atMs: number): string {
	return new Date(atMs).toISOString().replace('Z', '+0000');
}

/** `2025-01-06`, in UTC. */
export function salesforceDate(atMs: number): string {
	return new Date(atMs).toISOString().slice(0, 10);
}
