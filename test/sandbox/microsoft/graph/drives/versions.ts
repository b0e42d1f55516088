// Older versions of a file.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-list-versions
import { Router, type Request } from 'express';
import { collection } from '../collection';
import type { GraphContext, GraphResponse } from '../context';
import { invalidRequest, itemNotFound } from '../errors';
import { nodeAt } from './address';
import { versionBody, versionsOf } from './bodies';
import type { FileVersion } from './node';

export function versionRoutes({ graphUrl, links, ...context }: GraphContext): Router {
	const versionAt = (request: Request): FileVersion => {
		const version = fileVersions(request).find(({ id }) => id === request.params['version']);
		if (!version) throw itemNotFound();
		return version;
	};
	return Router()
		.get('/driveItem/versions', (request, response) => {
			const { drive, node } = nodeAt(request);
			collection({ graphUrl, links, ...context }, request, response, `drives('${encodeURIComponent(drive.id)}')/items('${node.id}')/versions`, fileVersions(request), versionBody);
		})
		.get('/driveItem/versions/:version', (request, response) => void response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#versions/$entity`, ...versionBody(versionAt(request)) }))
		.get('/driveItem/versions/:version/content', (request, response) => {
			const { drive, node } = nodeAt(request);
			const { id } = versionAt(request);
			// The newest is the file itself.
			if (id === fileVersions(request)[0]!.id) throw invalidRequest('You cannot get the content of the current version.');
			response.redirect(302, links.addressOf({ driveId: drive.id, itemId: node.id, versionId: id }));
		})
		.post('/driveItem/versions/:version/restoreVersion', (request, response: GraphResponse) => {
			const { drive, node } = nodeAt(request);
			drive.setContent(node, versionAt(request).content, response.locals.caller.siteUserId);
			response.status(204).end();
		});
}

function fileVersions(request: Request): FileVersion[] {
	const { node } = nodeAt(request);
	if (!node.content) throw invalidRequest('Folders have no versions.');
	return versionsOf(node);
}
