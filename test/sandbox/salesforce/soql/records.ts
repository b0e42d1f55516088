// Rows to the records of an answer.
import type { Access } from '../data/access';
import type { Field, SObject } from '../data/fields';
import type { FieldValue, Row } from '../data/rows';
import type { Column } from './resolve';

export type RecordBody = { attributes: { type: string; url?: string }; [field: string]: unknown };

export interface QueryPage {
	readonly totalSize: number;
	readonly done: boolean;
	readonly nextRecordsUrl?: string;
	readonly records: readonly RecordBody[];
}

export interface QueryResult {
	readonly totalSize: number;
	/** Records that can be asked for; 0 for COUNT(). */
	readonly count: number;
	/** Record number `index`, built when asked for. */
	record(index: number, rendering: Rendering): RecordBody;
}

/** What an answer depends on besides its rows. */
export interface Rendering {
	/** `v62.0`, as the client wrote it. */
	readonly version: string;
	/** The first page of a child sub-query; the rest is fetched like that of any query. */
	openChildren(result: QueryResult): QueryPage;
}

export type Item =
	| { readonly kind: 'column'; readonly column: Column; readonly alias?: string }
	| { readonly kind: 'children'; readonly name: string; of(parent: Row): QueryResult };

export function attributes(object: SObject, id: string, version: string): { type: string; url: string } {
	return { type: object.name, url: `/services/data/${version}/sobjects/${object.name}/${id}` };
}

/** A field's value as JSON has it: of a file only the address where its bytes are. */
export function fieldOf(object: SObject, row: Row, field: Field, version: string): FieldValue {
	if (field.type === 'base64') return `/services/data/${version}/sobjects/${object.name}/${row.Id}/${field.name}`;
	return row[field.name] ?? null;
}

export function renderRecord(object: SObject, row: Row, items: readonly Item[], access: Access, rendering: Rendering): RecordBody {
	const { version } = rendering;
	const body: RecordBody = { attributes: attributes(object, row.Id, version) };
	for (const item of items) {
		if (item.kind === 'column') place(body, row, item.column, access, version, item.alias);
		else {
			const children = item.of(row);
			body[item.name] = children.totalSize === 0 ? null : rendering.openChildren(children);
		}
	}
	return body;
}

function place(body: RecordBody, row: Row, { parents, field, owner }: Column, access: Access, version: string, alias = field.name): void {
	let [target, at] = [body, row];
	for (const { field: link, target: object } of parents) {
		const parent = access.parent(object, at[link.name]);
		const name = link.relationshipName!;
		if (!parent) {
			target[name] = null;
			return;
		}
		const nested = (target[name] as RecordBody | undefined) ?? { attributes: attributes(object, parent.Id, version) };
		target[name] = nested;
		[target, at] = [nested, parent];
	}
	target[alias] = fieldOf(owner, at, field, version);
}
