// Files and folders, by whatever address (`findAddressed` came before).
// @see https://learn.microsoft.com/en-us/graph/api/resources/driveitem
import { json, Router } from 'express';
import { collection } from '../collection';
import { drivesOf, optionsOf, type GraphContext, type GraphResponse } from '../context';
import { invalidRequest, itemNotFound } from '../errors';
import { selectFrom } from '../odata/select';
import { nodeAt } from './address';
import { driveBody, nodeBody } from './bodies';
import { contentRoutes } from './contentRoutes';
import { copyRoutes } from './copy';
import { driveDelta } from './delta';
import { driveAt } from './address';
import { mustBeUnchanged } from './matches';
import { moveNode, readConflict } from './changes';
import { nodeListItemRoutes } from './listItemRoutes';
import { sharingRoutes } from './sharing';
import type { UploadSessions } from './uploadSessions';
import { uploadSessionRoutes } from './uploadSessionRoutes';
import { versionRoutes } from './versions';
import { pathOf, descendantsOf } from './node';

export function driveRoutes(context: GraphContext, sessions: UploadSessions): Router {
	const { graphUrl } = context;
	const body = json({ limit: '4mb' });
	const item = { '@odata.context': `${graphUrl}/v1.0/$metadata#drives/items/$entity` };

	return Router()
		.get('/drives', (request, response: GraphResponse) => {
			response.locals.caller.need('files.read');
			collection(context, request, response, 'drives', context.sites.filter((site) => response.locals.caller.sees(site)).flatMap(drivesOf), driveBody);
		})
		.get('/drives/:drive', (request, response: GraphResponse) => {
			response.locals.caller.need('files.read');
			response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#drives/$entity`, ...selectFrom(driveBody(driveAt(context, response, request.params.drive)), optionsOf(request).select) });
		})
		.get('/driveItem', (request, response) => {
			const { drive, node } = nodeAt(request);
			response.json({ ...item, ...nodeBody(context, drive, node, optionsOf(request)) });
		})
		.patch('/driveItem', body, (request, response: GraphResponse) => {
			const { drive, node } = nodeAt(request);
			mustBeUnchanged(node, request);
			moveNode(context, drive, node, request, response);
			response.json({ ...item, ...nodeBody(context, drive, node) });
		})
		.delete('/driveItem', (request, response) => {
			const { drive, node } = nodeAt(request);
			mustBeUnchanged(node, request);
			drive.delete(node);
			response.status(204).end();
		})
		.get('/driveItem/children', (request, response) => {
			const { drive, node } = nodeAt(request);
			if (!node.children) throw itemNotFound();
			const { orderBy: [order] } = optionsOf(request);
			if (order && !['name', 'size', 'lastModifiedDateTime'].includes(order.path)) throw invalidRequest('The $orderby clause is not supported.', 'invalidQueryOption');
			const key = (child: typeof node): string => (order?.path === 'lastModifiedDateTime' ? child.modified : order?.path === 'size' ? String(child.content?.size ?? 0).padStart(16, '0') : child.name.toLowerCase());
			const children = [...node.children.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1) * (order?.descending ? -1 : 1));
			collection(context, request, response, `drives('${encodeURIComponent(drive.id)}')/items('${node.id}')/children`, children, (child) => nodeBody(context, drive, child, optionsOf(request)));
		})
		.post('/driveItem/children', body, (request, response: GraphResponse) => {
			const { drive, node } = nodeAt(request);
			const sent = request.body as { name?: unknown; folder?: unknown } | undefined;
			if (typeof sent?.name !== 'string' || typeof sent.folder !== 'object' || sent.folder === null) throw invalidRequest('A folder needs a name and the facet folder.');
			const folder = drive.addFolder(node, sent.name, readConflict(request.body, 'fail'), response.locals.caller.siteUserId);
			response.status(201).json({ ...item, ...nodeBody(context, drive, folder) });
		})
		.get('/driveItem/search/:text', (request, response) => {
			const { drive, node } = nodeAt(request);
			const words = request.params.text.toLowerCase().split(/\s+/).filter(Boolean);
			const found = [...descendantsOf(node)].filter((child) => words.every((word) => pathOf(child).toLowerCase().includes(word)));
			collection(context, request, response, 'Collection(driveItem)', found, (child) => ({ ...nodeBody(context, drive, child, optionsOf(request)), searchResult: {} }));
		})
		.get('/driveItem/delta{/:token}', (request, response: GraphResponse) => driveDelta(context, nodeAt(request), request, response))
		.use(contentRoutes(context), uploadSessionRoutes(context, sessions), versionRoutes(context), sharingRoutes(context), copyRoutes(context), nodeListItemRoutes(context));
}
