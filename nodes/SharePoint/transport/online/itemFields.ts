// Columns of items in Graph's form and in ours.
import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import type { Column, ListAt, ListItem, Written } from '../backend';
import { dayOf, momentOn } from '../days';
import { isReference } from './columns';
import { optionalText, textOf, type GraphApi, type Json } from './graphApi';
import { lookupIdOf } from './lookups';
import { history } from './shapes';
import { siteUserAt, siteUserIdOf } from './siteUsers';

/** SharePoint joins the lists behind lookups and people, and no more than twelve at once; authors count too. */
const MAX_JOINS = 8;

/** Those that are read where none are named. */
export function usualColumns(columns: readonly Column[]): Column[] {
	return columns.filter(({ hidden, type, readOnly }) => !hidden && !(type === 'other' && readOnly));
}

/** `$expand` of a reading. Lookups and people show their text only if it is selected. */
export function expandOf(columns: readonly Column[]): string {
	let joins = 0;
	const names = columns.flatMap((column) => {
		if (!isReference(column)) return [column.name];
		if (column.multiple) return (joins += 1) > MAX_JOINS ? [] : [column.name];
		return (joins += 1) > MAX_JOINS ? [`${column.name}LookupId`] : [column.name, `${column.name}LookupId`];
	});
	return names.length === 0 ? '$expand=fields' : `$expand=fields($select=${names.map(encodeURIComponent).join(',')})`;
}

async function personAt(api: GraphApi, { site }: ListAt, id: number, name: string | undefined, email?: string): Promise<IDataObject> {
	const user = email === undefined ? await siteUserAt(api, site, id) : undefined;
	const address = email ?? user?.email;
	const shown = name ?? user?.name;
	return { id, ...(shown !== undefined && { name: shown }), ...(address !== undefined && { email: address }) };
}

async function referenceOf(api: GraphApi, at: ListAt, { name, type, multiple }: Column, fields: Json): Promise<unknown> {
	const value = fields[name];
	if (multiple) {
		if (!Array.isArray(value)) return undefined;
		return await Promise.all((value as Json[]).map(async ({ LookupId, LookupValue, Email }) => (type === 'person' ? await personAt(api, at, Number(LookupId), optionalText(LookupValue), optionalText(Email)) : { id: Number(LookupId), value: LookupValue })));
	}
	const id = fields[`${name}LookupId`];
	if (id === undefined || id === null || id === '') return undefined;
	return type === 'person' ? await personAt(api, at, Number(id), optionalText(value)) : { id: Number(id), ...(value !== undefined && { value }) };
}

function plainOf({ type, dateOnly }: Column, value: unknown): unknown {
	if (value === undefined || value === null || value === '') return undefined;
	if (type === 'hyperlink') return { url: textOf((value as Json).Url), description: textOf((value as Json).Description) };
	if (dateOnly && typeof value === 'string') return dayOf(value);
	return value;
}

/** @param columns those that were asked for */
export async function itemOf(api: GraphApi, at: ListAt, body: Json, columns: readonly Column[]): Promise<ListItem> {
	const raw = (body.fields ?? {}) as Json;
	const fields: IDataObject = {};
	for (const column of columns) {
		// What is there already is not waited for: a list can be long.
		const value = isReference(column) ? await referenceOf(api, at, column, raw) : plainOf(column, raw[column.name]);
		if (value !== undefined) fields[column.name] = value;
	}
	const { name: contentType } = (body.contentType ?? {}) as Json;
	return { id: textOf(body.id), etag: textOf(body.eTag), ...(optionalText(body.webUrl) !== undefined && { webUrl: textOf(body.webUrl) }), ...(optionalText(contentType) !== undefined && { contentType: textOf(contentType) }), ...history(body), fields };
}

/** The object `fields` of a write. @throws NodeOperationError for people and lookups that are not there, and for what Graph cannot write */
export async function fieldsToWrite(api: GraphApi, at: ListAt, values: readonly Written[]): Promise<Json> {
	const fields: Json = {};
	for (const { column, value } of values) {
		const { name, multiple } = column;
		if (isReference(column)) {
			const ids = value === null ? [] : await Promise.all(referencesIn(api, at, column, value));
			if (multiple) {
				fields[`${name}LookupId@odata.type`] = 'Collection(Edm.Int32)';
				fields[`${name}LookupId`] = ids;
			} else fields[`${name}LookupId`] = ids[0] ?? null;
		} else if (column.type === 'hyperlink') {
			throw new NodeOperationError(api.node, `The column ${name} is a hyperlink, and Microsoft Graph cannot write those`, { itemIndex: api.itemIndex, description: 'Leave the column out; its value can be read' });
		} else if (column.type === 'choice' && multiple) {
			fields[`${name}@odata.type`] = 'Collection(Edm.String)';
			fields[name] = value ?? [];
		} else fields[name] = column.dateOnly && typeof value === 'string' ? momentOn(value) : value;
	}
	return fields;
}

function referencesIn(api: GraphApi, { site }: ListAt, column: Column, value: Exclude<Written['value'], null>): Promise<number>[] {
	if (typeof value === 'object' && 'people' in value) return value.people.map(async (person) => await siteUserIdOf(api, site, person));
	if (typeof value === 'object' && 'lookups' in value) return value.lookups.map(async (lookup) => await lookupIdOf(api, site, column, lookup));
	throw new NodeOperationError(api.node, `The value for the column ${column.name} names nothing that it could point to`, { itemIndex: api.itemIndex });
}
