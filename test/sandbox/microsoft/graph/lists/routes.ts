// Lists, columns and items.
// @see https://learn.microsoft.com/en-us/graph/api/resources/list
import { json, Router, type Request } from 'express';
import { collection, sendPage } from '../collection';
import { optionsOf, type GraphContext, type GraphResponse } from '../context';
import { driveBody, nodeBody } from '../drives/bodies';
import { invalidRequest, itemNotFound, resourceModified } from '../errors';
import { selectFrom } from '../odata/select';
import { listAt, siteAt } from '../sites/address';
import { columnBody } from './columns';
import { listDelta } from './delta';
import { itemBody } from './itemBody';
import { contentTypesOf, listBody, type List } from './list';
import { queryItems } from './queryItems';
import { fieldsOf } from './readFields';
import { etagOf, type Row } from './row';
import { readFields } from './writeFields';

export function listRoutes(context: GraphContext): Router {
	const { graphUrl, settings } = context;
	const body = json({ limit: '4mb' });
	const at = (request: Request, response: GraphResponse): List => listAt(siteAt(context, response, String(request.params['site'])), String(request.params['list']));
	const forWriting = (request: Request, response: GraphResponse): List => {
		response.locals.caller.need('sites.write');
		const list = at(request, response);
		response.locals.caller.mustWriteIn(list.site);
		return list;
	};
	const rowAt = (list: List, request: Request): Row => {
		const row = list.rows.get(Number(request.params['item']));
		if (!row) throw itemNotFound();
		return row;
	};
	const unchanged = (row: Row, request: Request): void => {
		const expected = request.get('if-match');
		if (expected !== undefined && expected !== '*' && expected !== etagOf(row)) throw resourceModified();
	};
	const shown = (list: List, row: Row, request: Request): Record<string, unknown> => {
		const node = row.driveItemId === undefined ? undefined : list.drive!.nodes.get(row.driveItemId);
		return itemBody(graphUrl, list, row, optionsOf(request), node && (() => nodeBody(context, list.drive!, node)));
	};
	const entity = (list: List, kind: string) => ({ '@odata.context': `${graphUrl}/v1.0/$metadata#sites('${encodeURIComponent(list.site.id)}')/lists('${list.id}')/${kind}` });
	const writtenFields = (request: Request): Record<string, unknown> => {
		const sent: unknown = request.body;
		if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw invalidRequest('The request is malformed or incorrect.');
		return sent as Record<string, unknown>;
	};
	const lists = '/sites/:site/lists';

	return Router()
		.get(lists, (request, response: GraphResponse) => {
			const site = siteAt(context, response, request.params.site);
			const { select, filter } = optionsOf(request);
			const named = /^displayName eq '((?:[^']|'')*)'$/i.exec(filter ?? '')?.[1]?.replaceAll('\'\'', '\'').toLowerCase();
			if (filter !== undefined && named === undefined) throw invalidRequest('Invalid filter clause', 'invalidQueryOption');
			const listed = site.lists.filter((list) => (!list.isSystem || select?.includes('system') === true) && (named === undefined || list.displayName.toLowerCase() === named));
			collection(context, request, response, `sites('${encodeURIComponent(site.id)}')/lists`, listed, (list) => expanded(list, request));
		})
		.get(`${lists}/:list`, (request, response: GraphResponse) => {
			const list = at(request, response);
			const { select, expand } = optionsOf(request);
			response.json({ ...entity(list, '$entity'), ...selectFrom(expanded(list, request), select, [...expand.keys()]) });
		})
		.get(`${lists}/:list/drive`, (request, response: GraphResponse) => {
			const { drive } = at(request, response);
			if (!drive) throw itemNotFound();
			response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#drives/$entity`, ...selectFrom(driveBody(drive), optionsOf(request).select) });
		})
		.get(`${lists}/:list/columns`, (request, response: GraphResponse) => {
			const list = at(request, response);
			collection(context, request, response, `sites('${encodeURIComponent(list.site.id)}')/lists('${list.id}')/columns`, list.columns, columnBody);
		})
		.get(`${lists}/:list/columns/:column`, (request, response: GraphResponse) => {
			const list = at(request, response);
			const found = list.columns.find(({ id, name }) => [id, name].includes(request.params.column));
			if (!found) throw itemNotFound();
			response.json({ ...entity(list, 'columns/$entity'), ...columnBody(found) });
		})
		.get(`${lists}/:list/contentTypes`, (request, response: GraphResponse) => {
			const list = at(request, response);
			collection(context, request, response, `sites('${encodeURIComponent(list.site.id)}')/lists('${list.id}')/contentTypes`, contentTypesOf(list), (type) => type);
		})
		.get(`${lists}/:list/items/delta{/:token}`, (request, response: GraphResponse) => listDelta(context, at(request, response), request, response))
		.get(`${lists}/:list/items`, (request, response: GraphResponse) => {
			const list = at(request, response);
			if (/[?&](?:\$|%24)?skip=/i.test(request.url)) throw invalidRequest('$skip is not supported on this API. Only URLs returned by the API can be used to page.', 'invalidQueryOption');
			const page = queryItems(list, optionsOf(request), request.get('prefer') ?? '', settings);
			sendPage(context, request, response, `sites('${encodeURIComponent(list.site.id)}')/lists('${list.id}')/items`, page, (row) => shown(list, row, request));
		})
		.post(`${lists}/:list/items`, body, (request, response: GraphResponse) => {
			const list = forWriting(request, response);
			const { fields = {} } = writtenFields(request) as { fields?: Record<string, unknown> };
			const values = Object.entries(readFields(list, fields)).filter(([, value]) => value !== undefined);
			const row = list.rows.add(Object.fromEntries(values) as Row['values'], response.locals.caller.siteUserId);
			response.status(201).location(`${graphUrl}/v1.0/sites/${list.site.id}/lists/${list.id}/items/${row.id}`);
			response.json({ ...entity(list, 'items/$entity'), ...itemBody(graphUrl, list, row, { expand: new Map([['fields', {}]]) }) });
		})
		.get(`${lists}/:list/items/:item`, (request, response: GraphResponse) => {
			const list = at(request, response);
			response.json({ ...entity(list, 'items/$entity'), ...shown(list, rowAt(list, request), request) });
		})
		// Not in the description of today: columns are updated at `fields`. `{fields}` here was seen to work.
		.patch(`${lists}/:list/items/:item`, body, (request, response: GraphResponse) => {
			const list = forWriting(request, response);
			const before = rowAt(list, request);
			unchanged(before, request);
			const { fields = {} } = writtenFields(request) as { fields?: Record<string, unknown> };
			const row = list.rows.change(before.id, readFields(list, fields, before), response.locals.caller.siteUserId);
			response.json({ ...entity(list, 'items/$entity'), ...itemBody(graphUrl, list, row, { expand: new Map([['fields', {}]]) }) });
		})
		.delete(`${lists}/:list/items/:item`, (request, response: GraphResponse) => {
			const list = forWriting(request, response);
			const row = rowAt(list, request);
			unchanged(row, request);
			list.rows.delete(row.id);
			response.status(204).end();
		})
		.get(`${lists}/:list/items/:item/fields`, (request, response: GraphResponse) => {
			const list = at(request, response);
			response.json({ ...entity(list, 'items/fields/$entity'), ...fieldsOf(list, rowAt(list, request), optionsOf(request).select) });
		})
		.patch(`${lists}/:list/items/:item/fields`, body, (request, response: GraphResponse) => {
			const list = forWriting(request, response);
			const before = rowAt(list, request);
			unchanged(before, request);
			const row = list.rows.change(before.id, readFields(list, writtenFields(request), before), response.locals.caller.siteUserId);
			response.json({ ...entity(list, 'items/fields/$entity'), ...fieldsOf(list, row, undefined) });
		})
		.get(`${lists}/:list/items/:item/versions`, (request, response: GraphResponse) => {
			const list = at(request, response);
			const row = rowAt(list, request);
			const versions = [row, ...list.rows.versionsOf(row.id)].map((version) => ({ id: `${version.version}.0`, lastModifiedDateTime: version.modified, fields: fieldsOf(list, version, undefined) }));
			collection(context, request, response, `sites('${encodeURIComponent(list.site.id)}')/lists('${list.id}')/items('${row.id}')/versions`, versions, (version) => version);
		})
		.get(`${lists}/:list/items/:item/driveItem`, (request, response: GraphResponse) => {
			const list = at(request, response);
			const node = list.drive?.numbered(rowAt(list, request).id);
			if (!node) throw itemNotFound();
			response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#driveItem`, ...nodeBody(context, list.drive!, node, optionsOf(request)) });
		});
}

function expanded(list: List, request: Request): Record<string, unknown> {
	const { expand } = optionsOf(request);
	return {
		...listBody(list),
		...(expand.has('columns') && { columns: list.columns.map(columnBody) }),
		...(expand.has('contentTypes') && { contentTypes: contentTypesOf(list) }),
		...(expand.has('drive') && list.drive && { drive: driveBody(list.drive) }),
	};
}
