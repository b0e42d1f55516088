// What `fields` of an item says, and what its columns hold for a filter.
// @see https://learn.microsoft.com/en-us/graph/api/resources/fieldvalueset
import type { Held } from '../odata/evaluate';
import { invalidRequest } from '../errors';
import { siteUserAt } from '../people';
import type { Column } from './columns';
import type { List } from './list';
import { etagOf, type Row, type Value } from './row';

type Text = Readonly<Record<string, unknown>>;

/**
 * Lookups and people answer with their numbers unless their own names are selected; what is empty is left out.
 * Throws a GraphError 400 for a selected name that is no column.
 */
export function fieldsOf(list: List, row: Row, select: readonly string[] | undefined): Record<string, unknown> {
	const all: Record<string, unknown> = { ...ownFields(list, row), ...systemFields(row) };
	const etag = { '@odata.etag': etagOf(row) };
	if (!select || select.includes('*')) return { ...etag, ...all };
	const chosen = select.map((name): [string, unknown] => {
		const key = Object.keys(all).find((known) => known.toLowerCase() === name.toLowerCase());
		if (key !== undefined) return [key, all[key]];
		const found = columnNamed(list, name);
		if (!found) throw invalidRequest(`Field '${name}' is not recognized`);
		return [found.name, found.name === name ? shownValue(list, found, row) : undefined];
	});
	return { ...etag, ...Object.fromEntries(chosen.filter(([, value]) => value !== undefined)) };
}

/** By name or, of lookups and people, name and `LookupId`. */
export function columnNamed(list: List, name: string): Column | undefined {
	const is = (wanted: string) => (column: Column) => column.name.toLowerCase() === wanted.toLowerCase();
	return list.columns.find(is(name)) ?? (/LookupId$/i.test(name) ? list.columns.find((column) => is(name.slice(0, -8))(column) && isReference(column)) : undefined);
}

export function isReference({ kind }: Column): boolean {
	return ['lookup', 'multiLookup', 'person', 'multiPerson'].includes(kind);
}

function ownFields(list: List, row: Row): Text {
	const entries = list.columns.filter(({ isSystem }) => !isSystem).map((column): [string, unknown] => {
		const value = valueOf(column, row);
		if (value === undefined) return [column.name, undefined];
		if (column.kind === 'lookup' || column.kind === 'person') return [`${column.name}LookupId`, String(value)];
		if (column.kind === 'multiChoice') return [column.name, value];
		return [column.name, shownValue(list, column, row)];
	});
	return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function systemFields(row: Row): Text {
	const title = row.values['Title'];
	return {
		...(title !== undefined && !row.driveItemId && { LinkTitle: title, LinkTitleNoMenu: title }),
		id: String(row.id),
		ContentType: row.contentType,
		Modified: row.modified,
		Created: row.created,
		AuthorLookupId: String(row.authorId),
		EditorLookupId: String(row.editorId),
		_UIVersionString: `${row.version}.0`,
		...(!row.driveItemId && { Attachments: false }),
		Edit: '',
		ItemChildCount: '0',
		FolderChildCount: '0',
		_ComplianceFlags: '',
		_ComplianceTag: '',
		_ComplianceTagWrittenTime: '',
		_ComplianceTagUserId: '',
	};
}

/** Of a calculated column its result. */
function valueOf(column: Column, row: Row): Value | undefined {
	if (!column.formula) return row.values[column.name];
	const [left, right] = column.formula.factors.map((name) => row.values[name]);
	return typeof left === 'number' && typeof right === 'number' ? left * right : undefined;
}

/** With the texts that lookups and people stand for. */
function shownValue(list: List, column: Column, row: Row): unknown {
	const system = systemFields(row)[column.name] ?? (column.name === 'ID' ? row.id : undefined);
	if (column.isSystem && system !== undefined) return system;
	if (column.isSystem && column.kind === 'person') return siteUserAt(column.name === 'Author' ? row.authorId : row.editorId)?.title;
	const value = valueOf(column, row);
	if (value === undefined || !isReference(column)) return value;
	if (Array.isArray(value)) return (value as readonly number[]).map((id) => ({ LookupId: id, LookupValue: lookupText(list, column, id) ?? '', ...(column.kind === 'multiPerson' && { Email: siteUserAt(id)?.email ?? '' }) }));
	return lookupText(list, column, value as number);
}

/** Undefined where the item it points to is gone. */
export function lookupText(list: List, { kind, lookup }: Column, id: number): string | undefined {
	if (kind === 'person' || kind === 'multiPerson') return siteUserAt(id)?.title;
	const text = list.site.lists.find((other) => other.id === lookup?.listId)?.rows.get(id)?.values[lookup?.columnName ?? ''];
	return text === undefined ? undefined : String(text);
}

/** For `$filter` and `$orderby`: the property `path` of an item. */
export function heldBy(list: List, row: Row, path: string): Held {
	if (!path.startsWith('fields/')) return { id: row.id, createdDateTime: row.created, lastModifiedDateTime: row.modified, 'contentType/name': row.contentType, eTag: etagOf(row) }[path];
	const name = path.slice('fields/'.length);
	const found = columnNamed(list, name);
	if (!found) return undefined;
	if (found.isSystem) return systemHeld(row, found.name);
	const value = valueOf(found, row);
	if (value === undefined) return undefined;
	if (isReference(found) && name.toLowerCase() === found.name.toLowerCase()) return (Array.isArray(value) ? (value as number[]) : [value as number]).map((id) => lookupText(list, found, id) ?? null);
	return typeof value === 'object' && !Array.isArray(value) ? (value as { Url: string }).Url : (value as Held);
}

function systemHeld(row: Row, name: string): Held {
	return { ID: row.id, Modified: row.modified, Created: row.created, Author: row.authorId, Editor: row.editorId, ContentType: row.contentType, _UIVersionString: `${row.version}.0` }[name];
}
