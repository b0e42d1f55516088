// The bytes of a file: sent with one request, fetched by way of a pre-signed address.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-put-content
import { Router, type Request } from 'express';
import { queryOf, type GraphContext, type GraphResponse } from '../context';
import { GraphError, invalidRequest } from '../errors';
import { nodeAt, placeAt } from './address';
import { nodeBody } from './bodies';
import { readConflict } from './changes';
import type { Content } from './content';
import { ContentWriter } from './contentWriter';
import { mustBeUnchanged } from './matches';

export function contentRoutes(context: GraphContext): Router {
	const { graphUrl, links } = context;
	return Router()
		.get('/driveItem/content', (request, response) => {
			const { drive, node } = nodeAt(request);
			if (!node.content) throw invalidRequest('Cannot download the content of a folder.');
			response.redirect(302, links.addressOf({ driveId: drive.id, itemId: node.id }));
		})
		.put('/driveItem/content', async (request, response: GraphResponse) => {
			const { drive, node, missing } = placeAt(request);
			const by = response.locals.caller.siteUserId;
			if (node) mustBeUnchanged(node, request);
			// Read first: whoever is refused has sent the bytes all the same.
			const content = await readContent(context, request);
			const conflict = readConflict(queryOf(request), 'replace');
			const parent = node ? node.parent : drive.folderAt(missing!.parent, missing!.names.slice(0, -1), by);
			if (!parent) throw invalidRequest('Cannot set the content of a folder.');
			const { node: file, isNew } = drive.putFile(parent, node?.name ?? missing!.names.at(-1)!, content, conflict, by);
			response.status(isNew ? 201 : 200).json({ '@odata.context': `${graphUrl}/v1.0/$metadata#drives/items/$entity`, ...nodeBody(context, drive, file) });
		});
}

/** @throws GraphError 413 above the limit of one request */
async function readContent({ files, settings }: GraphContext, request: Request): Promise<Content> {
	const writer = new ContentWriter(files, settings.graphKeepsContent);
	if ((await writer.append(request, settings.graphSmallUploadBytes)) > settings.graphSmallUploadBytes) {
		throw new GraphError(413, 'invalidRequest', 'The maximum request size has been exceeded. Use an upload session.', 'maxStreamSizeExceeded', { Connection: 'close' });
	}
	return writer.finish();
}
