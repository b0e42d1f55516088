import { NodeOperationError } from 'n8n-workflow';

import type { Column, LookupRef, SiteRef } from '../backend';
import { oncePerSession } from '../perSession';
import { quoted, sitePath } from './addresses';
import { columnOf } from './columns';
import type { GraphApi, Json } from './graphApi';
import { NOT_INDEXED } from './siteUsers';

/** The id of the item that a lookup is to point at. @throws NodeOperationError if there is none, or more than one */
export async function lookupIdOf(api: GraphApi, site: SiteRef, { name, lookup }: Column, wanted: LookupRef): Promise<number> {
	if ('id' in wanted) return wanted.id;
	if (lookup === undefined || lookup.listId === '') throw wrong(api, `SharePoint does not tell which list the column ${name} looks into`, 'Give the id of the item');
	const list = `${await sitePath(api, site)}/lists/${encodeURIComponent(lookup.listId)}`;
	const shown = await oncePerSession(api.session, `${list} ${lookup.column}`, async () => columnOf(await api.getJson(`${list}/columns/${encodeURIComponent(lookup.column)}`, { about: `column "${lookup.column}" that ${name} shows` })));
	const isNumber = (shown.type === 'number' || shown.type === 'currency') && wanted.value.trim() !== '' && Number.isFinite(Number(wanted.value));
	const filter = `fields/${lookup.column} eq ${isNumber ? wanted.value : quoted(wanted.value)}`;
	// Two are enough to know that it is not one.
	const path = `${list}/items?$select=id&$top=2&$filter=${encodeURIComponent(filter)}`;
	const ids = await oncePerSession(api.session, path, async () => {
		const { value = [] } = await api.getJson<{ value?: Json[] }>(path, { headers: NOT_INDEXED, about: `list that ${name} looks into` });
		return value.map(({ id }) => Number(id));
	});
	if (ids.length === 0) throw wrong(api, `The column ${name} looks into a list that has no item "${wanted.value}" (${lookup.column})`, 'Check the value, or give the id of the item');
	if (ids.length > 1) throw wrong(api, `The column ${name} looks into a list with several items "${wanted.value}" (${lookup.column})`, 'Give the id of the one that is meant');
	return ids[0]!;
}

function wrong(api: GraphApi, message: string, description: string): NodeOperationError {
	return new NodeOperationError(api.node, message, { itemIndex: api.itemIndex, description });
}
