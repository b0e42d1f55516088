// Items of lists. @see https://learn.microsoft.com/en-us/graph/api/resources/listitem
import type { Backend, Change, Column, ItemAt, ListAt, ListItem, Page } from '../backend';
import { aboutList, listPath } from './addresses';
import { getColumns, isReference } from './columns';
import { textOf, type CallOptions, type GraphApi, type Json } from './graphApi';
import { expandOf, fieldsToWrite, itemOf, usualColumns } from './itemFields';
import { filterOf } from './itemFilter';
import { NOT_INDEXED } from './siteUsers';

/** SharePoint gives no more in one page. */
const MAX_PAGE = 5_000;
const USUAL_PAGE = 1_000;

/** What becomes of an item outside of its columns. Unselected, the rest (where it lies, identifiers of other APIs) is a third of every page. */
const SELECT = '$select=id,eTag,webUrl,contentType,createdDateTime,lastModifiedDateTime,createdBy,lastModifiedBy';

type ItemOperations = Pick<Backend, 'getItem' | 'getItems' | 'createItem' | 'updateItem' | 'deleteItem' | 'getChanges'>;

const aboutItem = (at: ItemAt): string => `item ${at.itemId} of the ${aboutList(at)}`;
const matching = ({ ifMatch }: { ifMatch?: string }): Record<string, string> => (ifMatch === undefined ? {} : { 'if-match': ifMatch });

export function itemOperations(api: GraphApi): ItemOperations {
	const columnsOf = async (at: ListAt, chosen: Column[] | undefined): Promise<Column[]> => (chosen === undefined || chosen.length === 0 ? usualColumns(await getColumns(api, at)) : chosen);
	const itemPath = async (at: ItemAt): Promise<string> => `${await listPath(api, at)}/items/${encodeURIComponent(at.itemId.trim())}`;

	const getItem: Backend['getItem'] = async (at, options) => {
		const columns = await columnsOf(at, options.columns);
		return await itemOf(api, at, await api.getJson(`${await itemPath(at)}?${expandOf(columns)}`, { about: aboutItem(at) }), columns);
	};

	/** The answer to a write has lookups and people by number alone. */
	const written = async (at: ListAt, body: Json): Promise<ListItem> => {
		const columns = await columnsOf(at, undefined);
		return columns.some(isReference) ? await getItem({ ...at, itemId: textOf(body.id) }, { columns }) : await itemOf(api, at, body, columns);
	};

	/** Pages that are on their way while the one before is worked on, by their address. */
	const ahead = new Map<string, Promise<Page<Json>>>();
	const pageOf = async (path: string, page: string | undefined, options: CallOptions, goesOn: boolean): Promise<Page<Json>> => {
		const asked = page === undefined ? undefined : ahead.get(page);
		if (page !== undefined) ahead.delete(page);
		const found = await (asked ?? api.getPage(path, page, (body) => body, options));
		if (goesOn && found.next !== undefined) {
			const next = api.getPage(path, found.next, (body) => body, options);
			// If nobody comes back for it, its failure is nobody's.
			next.catch(() => undefined);
			ahead.set(found.next, next);
		}
		return found;
	};

	return {
		getItem,
		async getItems(at, query, page) {
			const columns = await columnsOf(at, query.columns);
			const [filter, order] = [await filterOf(api, at, query), (query.sort ?? []).map(({ column, descending }) => `fields/${column.name} ${descending ? 'desc' : 'asc'}`).join(',')];
			const size = Math.min(MAX_PAGE, query.limit === undefined || !Number.isFinite(query.limit) ? USUAL_PAGE : Math.max(1, query.limit));
			const parts = [SELECT, expandOf(columns), `$top=${size}`, ...(filter === '' ? [] : [`$filter=${encodeURIComponent(filter)}`]), ...(order === '' ? [] : [`$orderby=${encodeURIComponent(order)}`])];
			const headers = filter === '' && order === '' ? {} : NOT_INDEXED;
			const { entries, next } = await pageOf(`${await listPath(api, at)}/items?${parts.join('&')}`, page, { about: aboutList(at), headers }, query.limit === undefined);
			const items: ListItem[] = [];
			for (const body of entries) items.push(await itemOf(api, at, body, columns));
			return { entries: items, ...(next !== undefined && { next }) };
		},
		async createItem(at, values) {
			const body = await api.getJson(`${await listPath(api, at)}/items`, { method: 'POST', json: { fields: await fieldsToWrite(api, at, values) }, about: aboutList(at) });
			return await written(at, body);
		},
		async updateItem(at, values, options) {
			await api.send(`${await itemPath(at)}/fields`, { method: 'PATCH', json: await fieldsToWrite(api, at, values), headers: matching(options), about: aboutItem(at) });
			return await getItem(at, {});
		},
		async deleteItem(at, options) {
			await api.send(await itemPath(at), { method: 'DELETE', headers: matching(options), about: aboutItem(at) });
		},
		async getChanges(at, { token, latest, columns: chosen }) {
			const columns = await columnsOf(at, chosen);
			const start = `${await listPath(api, at)}/items/delta?${expandOf(columns)}`;
			const changes: Change[] = [];
			let resynchronised = false;
			let address = token ?? (latest ? `${start}&token=latest` : start);
			for (;;) {
				const response = await api.send(address, { about: aboutList(at), accepts: resynchronised ? [] : [410] });
				if (response.status === 410) {
					// What was read with the old token would be told twice.
					changes.length = 0;
					resynchronised = true;
					address = response.headers.get('location') ?? start;
					continue;
				}
				const { value = [], '@odata.nextLink': next, '@odata.deltaLink': end } = (await response.json()) as { value?: Json[]; '@odata.nextLink'?: string; '@odata.deltaLink'?: string };
				for (const body of value) changes.push(body.deleted === undefined || body.deleted === null ? { deleted: false, item: await itemOf(api, at, body, columns) } : { deleted: true, id: textOf(body.id) });
				if (next === undefined) return { changes, token: end ?? '', resynchronised };
				address = next;
			}
		},
	};
}
