// Where an upload session begins; its bytes go to the host of the files.
import { json, Router } from 'express';
import type { GraphContext, GraphResponse } from '../context';
import { invalidRequest, nameAlreadyExists } from '../errors';
import { placeAt } from './address';
import { readConflict } from './changes';
import { mustBeUnchanged } from './matches';
import { checkName } from './names';
import type { UploadSessions } from './uploadSessions';

export function uploadSessionRoutes({ graphUrl, filesUrl }: GraphContext, sessions: UploadSessions): Router {
	return Router().post('/driveItem/createUploadSession', json({ limit: '1mb' }), (request, response: GraphResponse) => {
		const { drive, node, missing } = placeAt(request);
		const { item = {} } = (request.body ?? {}) as { item?: Record<string, unknown> };
		const by = response.locals.caller.siteUserId;
		if (node?.children) throw invalidRequest('Cannot set the content of a folder.');
		if (node) mustBeUnchanged(node, request);
		// A file that is addressed by its id gets new bytes; a name between colons may be taken.
		const conflict = readConflict(item, node && !request.originalUrl.includes(':/') ? 'replace' : 'fail');
		if (node && conflict === 'fail') throw nameAlreadyExists();
		const parent = node?.parent ?? drive.folderAt(missing!.parent, missing!.names.slice(0, -1), by);
		const name = typeof item['name'] === 'string' ? item['name'] : (node?.name ?? missing!.names.at(-1)!);
		checkName(name, parent, drive.list.site.path);
		if (typeof item['fileSize'] === 'number') drive.mustHaveRoom(item['fileSize']);
		const session = sessions.open({ drive, parent, name, conflict, by, ...(conflict === 'replace' && { existing: node }) });
		response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#microsoft.graph.uploadSession`, ...sessions.bodyOf(session), uploadUrl: `${filesUrl}/_api/v2.0/uploadSession?guid=${session.id}&tempauth=v1.${Buffer.from(session.id).toString('base64url')}` });
	});
}
