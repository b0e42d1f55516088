// Reading the node's parameters for one item: what people enter is text, a choice of a list, or what an expression yields.
import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import type { Conflict, EntryAt, ItemAt, LibraryAt, ListAt, WriteOptions } from '../transport/backend';
import type { ItemApi } from './operation';

/** @throws nothing: hands back the error that names the parameter and the item */
export function wrongParameter({ context, itemIndex }: Pick<ItemApi, 'context' | 'itemIndex'>, message: string, description?: string): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { itemIndex, description });
}

interface Located {
	mode: string;
	value: unknown;
}

/** A picker's value with its mode, or the plain text of an expression. */
function locatedOf(value: unknown): Located {
	if (typeof value === 'object' && value !== null && 'value' in value) return { mode: String((value as Partial<Located>).mode ?? ''), value: (value as Located).value };
	return { mode: '', value };
}

/** Trimmed; empty where there is none. */
export function textOf({ context, itemIndex }: ItemApi, name: string, fallback = ''): string {
	const { value } = locatedOf(context.getNodeParameter(name, itemIndex, fallback));
	return value === undefined || value === null ? '' : String(value).trim();
}

/** @throws NodeOperationError if there is none */
export function requiredText(api: ItemApi, name: string, label: string, example?: string): string {
	const text = textOf(api, name);
	if (text === '') throw wrongParameter(api, `The parameter "${label}" is empty`, example === undefined ? undefined : `For example ${example}`);
	return text;
}

export function flagOf({ context, itemIndex }: ItemApi, name: string, fallback = false): boolean {
	return context.getNodeParameter(name, itemIndex, fallback) === true;
}

/** Infinity for "Return All". @throws NodeOperationError */
export function limitOf(api: ItemApi): number {
	if (flagOf(api, 'returnAll')) return Number.POSITIVE_INFINITY;
	const limit = Number(api.context.getNodeParameter('limit', api.itemIndex, 50));
	if (!(limit >= 1)) throw wrongParameter(api, 'The parameter "Limit" must be 1 or more');
	return Math.floor(limit);
}

export const siteOf = (api: ItemApi): string => textOf(api, 'site');

export function listAt(api: ItemApi): ListAt {
	return { site: siteOf(api), list: requiredText(api, 'list', 'List', 'Projects') };
}

export function itemAt(api: ItemApi): ItemAt {
	const itemId = requiredText(api, 'itemId', 'Item ID', '42');
	if (!/^\d+$/.test(itemId)) throw wrongParameter(api, `The parameter "Item ID" is no id of an item: "${itemId}"`, 'The id is a whole number');
	return { ...listAt(api), itemId };
}

export function libraryAt(api: ItemApi): LibraryAt {
	return { site: siteOf(api), library: textOf(api, 'library') };
}

/** A path has a slash in front, whether somebody wrote it or not; anything else is an id. @throws NodeOperationError */
export function entryAt(api: ItemApi, name: string, label: string, { root = false } = {}): EntryAt {
	const { mode, value } = locatedOf(api.context.getNodeParameter(name, api.itemIndex, ''));
	const entered = value === undefined || value === null ? '' : String(value).trim();
	if (entered === '' && !root) throw wrongParameter(api, `The parameter "${label}" is empty`, 'For example /Offers/offer.docx');
	const entry = entered === '' ? '/' : mode === 'path' && !entered.startsWith('/') ? `/${entered}` : entered;
	return { ...libraryAt(api), entry };
}

const CONFLICTS: readonly string[] = ['fail', 'replace', 'rename'];

export function conflictOf(api: ItemApi): Conflict {
	const conflict = textOf(api, 'conflict', 'fail');
	if (!CONFLICTS.includes(conflict)) throw wrongParameter(api, `The parameter "If the Name Is Taken" must be fail, replace or rename, not "${conflict}"`);
	return conflict as Conflict;
}

/** A new name of a file or folder. @throws NodeOperationError for what SharePoint takes in no name */
export function nameOf(api: ItemApi, parameter: string, label: string): string {
	return checkedName(api, requiredText(api, parameter, label, 'offer.docx'), label);
}

export function checkedName(api: ItemApi, name: string, label: string): string {
	const wrong = /["*:<>?/\\|]/.exec(name);
	if (wrong !== null) throw wrongParameter(api, `The parameter "${label}" holds the character ${wrong[0]}, which SharePoint takes in no name: "${name}"`, 'Not allowed are " * : < > ? / \\ |');
	return name;
}

export function writeOptions(api: ItemApi): WriteOptions {
	const ifMatch = textOf(api, 'writeOptions.ifMatch');
	return ifMatch === '' ? {} : { ifMatch };
}

/** What an expression yields as an array, a JSON array, or a text with these in between. */
export function partsOf(value: unknown, between: RegExp): unknown[] {
	if (value === undefined || value === null) return [];
	if (Array.isArray(value)) return value as unknown[];
	if (typeof value !== 'string') return [value];
	if (value.trimStart().startsWith('[')) {
		try {
			const parsed: unknown = JSON.parse(value);
			if (Array.isArray(parsed)) return parsed as unknown[];
		} catch {
			// No JSON after all.
		}
	}
	return value.split(between).map((part) => part.trim()).filter((part) => part !== '');
}

/** Typed results are plain data; n8n's type wants to be told. */
export function plain(value: object): IDataObject {
	return value as IDataObject;
}
