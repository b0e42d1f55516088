// Items of a list. @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/working-with-lists-and-list-items-with-rest
import { NodeOperationError } from 'n8n-workflow';

import type { Backend, Column, ItemAt, ItemQuery, ListAt, ListItem, Person, WriteOptions } from '../backend';
import { aboutList, listAddress, query } from './addresses';
import { fieldsOf, fieldsToWrite, selection, usualColumns } from './itemFields';
import { filterOf } from './itemFilter';
import { propertyOf } from './people';
import { optionalText, rowsOf, textOf, type Json, type ServerApi } from './serverApi';
import { columnsOf } from './sites';

/** The server gives at most 5,000. */
const MAX_ROWS = 5_000;
const USUAL_ROWS = 1_000;
const ALWAYS = { select: ['Id', 'Created', 'Modified', 'Author/Id', 'Author/Title', 'Author/EMail', 'Editor/Id', 'Editor/Title', 'Editor/EMail'], expand: ['Author', 'Editor'] };
const unique = (names: string[]): string => [...new Set(names)].join(',');
const aboutItem = ({ itemId, list }: ItemAt): string => `item ${itemId} of the list "${list}"`;

export const notHere = (api: ServerApi, what: string): never => {
	throw new NodeOperationError(api.node, `SharePoint Server ${what}`, { itemIndex: api.itemIndex, description: 'Only SharePoint Online can' });
};

function personOf(value: unknown): Person | undefined {
	const { Id, Title, EMail } = (value ?? {}) as Json;
	return Id === undefined || Id === null ? undefined : { id: String(Id), name: textOf(Title), ...(optionalText(EMail) !== undefined && { email: textOf(EMail) }) };
}

function itemOf(columns: readonly Column[], row: Json): ListItem {
	const createdBy = personOf(row.Author);
	const lastModifiedBy = personOf(row.Editor);
	return { id: String(row.Id), etag: textOf(row['odata.etag']), created: textOf(row.Created), lastModified: textOf(row.Modified), ...(createdBy && { createdBy }), ...(lastModifiedBy && { lastModifiedBy }), fields: fieldsOf(columns, row) };
}

/** The place of the next page, in an address of our own: the server's may lack the parameters that its path speaks of. */
function nextOf(url: string, link: string | undefined): string | undefined {
	const token = link === undefined ? null : new URL(link, 'http://server').searchParams.get('$skiptoken');
	return token === null ? undefined : `${url.replace(/&\$skiptoken=[^&]*/, '')}&${query('skiptoken', token)}`;
}

export function itemOperations(api: ServerApi): Pick<Backend, 'getItem' | 'getItems' | 'createItem' | 'updateItem' | 'deleteItem' | 'getChanges'> {
	const itemUrl = async (at: ItemAt, tail: string, ...options: string[]): Promise<string> => {
		if (!/^\d+$/.test(at.itemId.trim())) throw new NodeOperationError(api.node, `"${at.itemId}" is no ID of a list item`, { itemIndex: api.itemIndex, description: 'It is a number' });
		return (await listAddress(api, at)).with(`/items(${at.itemId.trim()})${tail}`, ...options);
	};
	const wanted = async (at: ListAt, columns: Column[] | undefined): Promise<Column[]> => columns ?? usualColumns(await columnsOf(api, at));
	const asks = (columns: readonly Column[], more: string[] = []): string[] => {
		const { select, expand } = selection(columns);
		return [query('select', unique([...ALWAYS.select, ...select])), query('expand', unique([...ALWAYS.expand, ...expand, ...more]))];
	};
	const getItem = async (at: ItemAt, columns?: Column[]): Promise<ListItem> => {
		const read = await wanted(at, columns);
		return itemOf(read, await api.getJson(await itemUrl(at, '', ...asks(read)), { metadata: true, about: aboutItem(at) }));
	};
	return {
		getItem: async (at, { columns }) => await getItem(at, columns),
		async getItems(at: ListAt, asked: ItemQuery, page?: string) {
			const columns = await wanted(at, asked.columns);
			const { filter, expand } = filterOf(asked);
			const top = Math.max(1, Math.min(asked.limit ?? USUAL_ROWS, MAX_ROWS));
			const sort = (asked.sort ?? []).map(({ column, descending }) => `${propertyOf(column.name)}${descending ? ' desc' : ''}`);
			const url = page ?? (await listAddress(api, at)).with('/items', ...asks(columns, expand), query('top', String(top)), ...(filter === '' ? [] : [query('filter', filter)]), ...(sort.length === 0 ? [] : [query('orderby', sort.join(','))]));
			const body = await api.getJson(url, { metadata: true, about: aboutList(at) });
			const next = nextOf(url, optionalText(body['odata.nextLink']));
			return { entries: rowsOf(body).map((row) => itemOf(columns, row)), ...(next !== undefined && { next }) };
		},
		async createItem(at, values) {
			const made = await api.getJson((await listAddress(api, at)).with('/items'), { json: await fieldsToWrite(api, at, values), about: aboutList(at) });
			return await getItem({ ...at, itemId: String(made.Id) });
		},
		async updateItem(at, values, { ifMatch = '*' }) {
			await api.send(await itemUrl(at, ''), { verb: 'MERGE', ifMatch, json: await fieldsToWrite(api, at, values), about: aboutItem(at) });
			return await getItem(at);
		},
		async deleteItem(at, options: WriteOptions) {
			// The condition is the server's own with DELETE only, and that one passes by the recycle bin.
			if (options.ifMatch !== undefined) await api.send(await itemUrl(at, ''), { verb: 'DELETE', ifMatch: options.ifMatch, about: aboutItem(at) });
			else await api.send(await itemUrl(at, '/recycle()'), { method: 'POST', about: aboutItem(at) });
		},
		getChanges: async () => notHere(api, 'does not tell what has changed in a list'),
	};
}
