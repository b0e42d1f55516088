// Columns of items in the server's form and in ours.
import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import type { Column, ListAt, Written } from '../backend';
import { dayOf, momentOn } from '../days';
import { lookupIdOf, personIdOf, propertyOf } from './people';
import { optionalText, textOf, type Json, type ServerApi } from './serverApi';

/** The server joins a list for each person and lookup, and no more than twelve at once; authors count too. */
const MAX_JOINS = 8;

export const isReference = ({ type }: Column): boolean => type === 'lookup' || type === 'person';

/** Those that are read where none are named. */
export function usualColumns(columns: readonly Column[]): Column[] {
	return columns.filter(({ hidden, type, readOnly, name }) => !hidden && type !== 'other' && !(readOnly && (name === 'Author' || name === 'Editor')));
}

/** `$select` and `$expand` of a reading. */
export function selection(columns: readonly Column[]): { select: string[]; expand: string[] } {
	const select: string[] = [];
	const expand: string[] = [];
	for (const column of columns) {
		const name = propertyOf(column.name);
		if (!isReference(column)) select.push(name);
		else {
			select.push(`${name}Id`);
			if (expand.length >= MAX_JOINS) continue;
			select.push(`${name}/Id`, ...(column.type === 'person' ? [`${name}/Title`, `${name}/EMail`] : [`${name}/${propertyOf(column.lookup?.column ?? 'Title')}`]));
			expand.push(name);
		}
	}
	return { select, expand };
}

function referenceOf({ type, lookup }: Column, id: number, shown: Json | undefined): IDataObject {
	if (type === 'person') return { id, ...(optionalText(shown?.Title) !== undefined && { name: textOf(shown?.Title) }), ...(optionalText(shown?.EMail) !== undefined && { email: textOf(shown?.EMail) }) };
	const value = shown?.[propertyOf(lookup?.column ?? 'Title')];
	return { id, ...(value !== undefined && value !== null && { value }) };
}

function valueOf(column: Column, row: Json): unknown {
	const name = propertyOf(column.name);
	const value = row[name];
	if (isReference(column)) {
		const ids = row[`${name}Id`];
		if (Array.isArray(ids)) {
			const shown = Array.isArray(value) ? (value as Json[]) : [];
			return ids.length === 0 ? undefined : ids.map((id) => referenceOf(column, Number(id), shown.find((one) => Number(one.Id ?? one.ID) === Number(id))));
		}
		return ids === null || ids === undefined ? undefined : referenceOf(column, Number(ids), value as Json | undefined);
	}
	if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) return undefined;
	if (column.type === 'hyperlink') return { url: textOf((value as Json).Url), description: textOf((value as Json).Description) };
	return column.dateOnly && typeof value === 'string' ? dayOf(value) : value;
}

export function fieldsOf(columns: readonly Column[], row: Json): IDataObject {
	return Object.fromEntries(columns.map((column) => [column.name, valueOf(column, row)]).filter(([, value]) => value !== undefined)) as IDataObject;
}

/** The body of a write. @throws NodeOperationError for people and lookups that are not there */
export async function fieldsToWrite(api: ServerApi, at: ListAt, values: readonly Written[]): Promise<Json> {
	const body: Json = {};
	for (const { column, value } of values) {
		const name = propertyOf(column.name);
		if (isReference(column)) {
			const ids = value === null ? [] : await Promise.all(referencesIn(api, at, column, value));
			body[`${name}Id`] = column.multiple ? ids : (ids[0] ?? null);
		} else if (column.type === 'hyperlink' && typeof value === 'object' && value !== null && 'link' in value) {
			body[name] = { Url: value.link.url, Description: value.link.description };
		} else if (column.dateOnly && typeof value === 'string') {
			body[name] = momentOn(value);
		} else body[name] = column.multiple ? (value ?? []) : value;
	}
	return body;
}

function referencesIn(api: ServerApi, { site }: ListAt, column: Column, value: Exclude<Written['value'], null>): Promise<number>[] {
	if (typeof value === 'object' && 'people' in value) return value.people.map(async (person) => await personIdOf(api, site, person));
	if (typeof value === 'object' && 'lookups' in value) return value.lookups.map(async (lookup) => await lookupIdOf(api, site, column, lookup));
	throw new NodeOperationError(api.node, `The value for the column ${column.name} names nothing that it could point to`, { itemIndex: api.itemIndex });
}
