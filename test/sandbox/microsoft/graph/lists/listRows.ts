// The rows of a list: some of them made when they are asked for, those that were changed kept.
import { guidOf } from '../ids';
import type { Row, RowChange, Rows } from './row';

export interface MadeRows {
	/** The id of the first row; default 1. */
	readonly firstId?: number;
	/** The id of the last row. May change while the sandbox runs. */
	count(): number;
	/** @param id from 1 @param row without the values */
	values(id: number): Row['values'];
	/** Who made row `id`. */
	authorId(id: number): number;
}

const firstDay = Date.parse('2026-01-05T08:00:00Z');

export class ListRows implements Rows {
	private readonly kept = new Map<number, Row>();
	private readonly deleted = new Set<number>();
	private readonly older = new Map<number, Row[]>();
	private changes: RowChange[] = [];
	private added = 0;
	sequence = 0;

	/** @param seed of the ids */
	constructor(
		private readonly seed: string,
		private readonly made: MadeRows,
	) {}

	private get firstId(): number {
		return this.made.firstId ?? 1;
	}

	get size(): number {
		return this.made.count() - (this.firstId - 1) + this.added - this.deleted.size;
	}

	*after(id: number): Iterable<Row> {
		const made = this.made.count();
		for (let next = Math.max(this.firstId, id + 1); next <= made; next++) {
			const row = this.get(next);
			if (row) yield row;
		}
		for (const [key, row] of this.kept) if (key > Math.max(id, made)) yield row;
	}

	get(id: number): Row | undefined {
		if (this.deleted.has(id)) return undefined;
		return this.kept.get(id) ?? (Number.isInteger(id) && id >= this.firstId && id <= this.made.count() ? this.make(id) : undefined);
	}

	add(values: Row['values'], authorId: number): Row {
		// Above whatever is made, also when the setting that counts those grows.
		const id = Math.max(this.made.count(), ...this.kept.keys(), ...this.deleted) + 1;
		const now = nowText();
		const row: Row = { id, uniqueId: guidOf(`${this.seed} ${id}`), version: 1, created: now, modified: now, authorId, editorId: authorId, values, contentType: 'Item' };
		this.kept.set(id, row);
		this.added++;
		this.note(id);
		return row;
	}

	change(id: number, values: Parameters<Rows['change']>[1], editorId: number): Row {
		const before = this.get(id)!;
		const merged = { ...before.values, ...values };
		const row: Row = { ...before, version: before.version + 1, modified: nowText(), editorId, values: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as Row['values'] };
		this.older.set(id, [before, ...(this.older.get(id) ?? [])]);
		this.kept.set(id, row);
		this.note(id);
		return row;
	}

	delete(id: number): void {
		if (id > this.made.count()) this.added--;
		else this.deleted.add(id);
		this.kept.delete(id);
		this.note(id);
	}

	changedSince(sequence: number): readonly RowChange[] {
		return this.changes.filter((change) => change.sequence > sequence);
	}

	versionsOf(id: number): readonly Row[] {
		return this.older.get(id) ?? [];
	}

	private note(id: number): void {
		this.changes = [...this.changes.filter((change) => change.id !== id), { sequence: ++this.sequence, id }];
	}

	private make(id: number): Row {
		const authorId = this.made.authorId(id);
		const created = textOf(firstDay + (id % 100_000) * 60_000);
		return { id, uniqueId: guidOf(`${this.seed} ${id}`), version: 1, created, modified: created, authorId, editorId: authorId, values: this.made.values(id), contentType: 'Item' };
	}
}

/** Seconds, as SharePoint writes them. */
export function textOf(atMs: number): string {
	return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

export function nowText(): string {
	return textOf(Date.now());
}
