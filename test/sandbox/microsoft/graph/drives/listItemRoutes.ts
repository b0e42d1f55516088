// A file as an item of its library: its columns.
import { json, Router, type Request } from 'express';
import { optionsOf, type GraphContext, type GraphResponse } from '../context';
import { itemNotFound } from '../errors';
import { itemBody } from '../lists/itemBody';
import type { List } from '../lists/list';
import { fieldsOf } from '../lists/readFields';
import type { Row } from '../lists/row';
import { readFields } from '../lists/writeFields';
import { nodeAt } from './address';
import { mustBeUnchanged } from './matches';

export function nodeListItemRoutes({ graphUrl }: GraphContext): Router {
	const at = (request: Request): { list: List; row: Row } => {
		const { drive, node } = nodeAt(request);
		const row = drive.list.rows.get(node.itemId);
		if (!row) throw itemNotFound();
		return { list: drive.list, row };
	};
	const fields = { '@odata.context': `${graphUrl}/v1.0/$metadata#drives/items/listItem/fields/$entity` };
	return Router()
		.get('/driveItem/listItem', (request, response) => {
			const { list, row } = at(request);
			response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#drives/items/listItem/$entity`, ...itemBody(graphUrl, list, row, optionsOf(request)) });
		})
		.get('/driveItem/listItem/fields', (request, response) => {
			const { list, row } = at(request);
			response.json({ ...fields, ...fieldsOf(list, row, optionsOf(request).select) });
		})
		.patch('/driveItem/listItem/fields', json(), (request, response: GraphResponse) => {
			const { list, row } = at(request);
			mustBeUnchanged(nodeAt(request).node, request);
			const changed = list.rows.change(row.id, readFields(list, (request.body ?? {}) as Record<string, unknown>, row), response.locals.caller.siteUserId);
			response.json({ ...fields, ...fieldsOf(list, changed, undefined) });
		});
}
