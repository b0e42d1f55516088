// The host that files come from and go to: pre-signed addresses, upload sessions, monitors of copies. Whoever sends
// an Authorization header along has sent a token to the wrong place, and is refused.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-get-content
import { pipeline } from 'node:stream/promises';
import express, { Router, type Express, type Request, type Response } from 'express';
import type { Faults } from '../../faults';
import type { GraphContext } from './context';
import { mediaTypeOf, nodeBody } from './drives/bodies';
import { copyMonitorRoutes } from './drives/copy';
import { eTagOf, type Node } from './drives/node';
import { readFragment, type UploadSession, type UploadSessions } from './drives/uploadSessions';
import { drivesOf } from './context';
import type { Content } from './drives/content';
import { GraphError, invalidRequest, itemNotFound, noSegment, sendGraphError, unauthorized } from './errors';

export function buildFilesHost(context: GraphContext, sessions: UploadSessions, faults: Faults): Express {
	const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple');
	app.use(context.calls.middleware('api'), faults.middleware('api'));
	app.use((request, _response, next) => {
		if (request.headers.authorization !== undefined) throw unauthorized('This address is pre-signed: it takes no Authorization header.');
		next();
	});
	app.get('/_layouts/15/download.aspx', (request, response) => download(context, request, response));
	app.use(uploadRoutes(context, sessions), copyMonitorRoutes(context));
	app.use((request) => {
		throw noSegment(request.path);
	});
	app.use((error: unknown, request: Request, response: Response, next: (error: unknown) => void) => (response.headersSent ? next(error) : sendGraphError(request, response, error)));
	return app;
}

async function download({ links, sites }: GraphContext, request: Request, response: Response): Promise<void> {
	const link = links.read(String(request.query['tempauth']));
	if (!link) throw unauthorized('Access token validation failure.');
	const node = sites.flatMap(drivesOf).find(({ id }) => id === link.driveId)?.nodes.get(link.itemId);
	const content = link.versionId === undefined ? node?.content : node?.versions.find(({ id }) => id === link.versionId)?.content;
	if (!node || !content) throw itemNotFound();
	const { start, end, isPart } = rangeOf(request.headers.range, content, request.get('if-range'), node);
	response.status(isPart ? 206 : 200).set({ 'Accept-Ranges': 'bytes', 'Content-Type': mediaTypeOf(node.name), 'Content-Length': String(end - start), ETag: eTagOf(node), 'Content-Disposition': `attachment;filename*=UTF-8''${encodeURIComponent(node.name)}` });
	if (isPart) response.set('Content-Range', `bytes ${start}-${end - 1}/${content.size}`);
	// Whoever leaves early is no error of ours.
	await pipeline(content.read(start, end), response).catch((error: NodeJS.ErrnoException) => {
		if (!['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(error.code ?? '')) throw error;
	});
}

/** One range; several are answered whole, which RFC 9110 allows. Throws a GraphError 416. */
function rangeOf(header: string | undefined, { size }: Content, ifRange: string | undefined, node: Node): { start: number; end: number; isPart: boolean } {
	const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
	const whole = { start: 0, end: size, isPart: false };
	if (!found || (found[1] === '' && found[2] === '') || (ifRange !== undefined && ifRange !== eTagOf(node))) return whole;
	const [from, to] = [found[1]!, found[2]!];
	const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
	const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
	if (start >= size || start >= end) throw new GraphError(416, 'invalidRange', 'The requested range is not satisfiable.', undefined, { 'Content-Range': `bytes */${size}` });
	return { start, end, isPart: true };
}

function uploadRoutes(context: GraphContext, sessions: UploadSessions): Router {
	const at = (request: Request): UploadSession => sessions.at(String(request.query['guid']));
	return Router()
		.get('/_api/v2.0/uploadSession', (request, response) => void response.json(sessions.bodyOf(at(request))))
		.delete('/_api/v2.0/uploadSession', (request, response) => {
			sessions.close(at(request));
			response.status(204).end();
		})
		.put('/_api/v2.0/uploadSession', async (request, response) => {
			const session = at(request);
			// One that has broken off is only being taken back.
			while (session.receiving?.request.destroyed === true) await session.receiving.settled;
			if (session.receiving !== undefined) throw new GraphError(409, 'invalidRequest', 'The upload session is receiving another fragment.', 'lockMismatch');
			const received = receive(context, sessions, session, request, response).finally(() => (session.receiving = undefined));
			session.receiving = { request, settled: received.catch(() => undefined) };
			await received;
		});
}

async function receive(context: GraphContext, sessions: UploadSessions, session: UploadSession, request: Request, response: Response): Promise<void> {
	const { start, end, total } = readFragment(session, request.get('content-range'), request.get('content-length'));
	session.drive.mustHaveRoom(total);
	const length = end - start + 1;
	const came = await session.writer.append(request, length);
	if (came !== length) throw invalidRequest('The Content-Range header length does not match the provided number of bytes.', 'fragmentLengthMismatch');
	session.total = total;
	session.receivedBytes = session.writer.size;
	sessions.prolong(session);
	if (session.writer.size < total) return void response.status(202).json(sessions.bodyOf(session));

	const { drive, parent, name, existing, conflict, by } = session;
	const content = session.writer.finish();
	const put = (): { node: Node; isNew: boolean } => (existing && drive.nodes.has(existing.id) ? { node: drive.setContent(existing, content, by), isNew: false } : drive.putFile(parent, name, content, conflict, by));
	try {
		const { node, isNew } = put();
		response.status(isNew ? 201 : 200).json(nodeBody(context, drive, node));
	} catch (error) {
		// The name was taken while the bytes were under way. @see "Handle upload conflicts" of the documentation
		if (error instanceof GraphError && error.code === 'nameAlreadyExists') throw new GraphError(409, 'nameAlreadyExists', 'Another file exists with the same name as the uploaded session. You can redirect the upload session to use a new filename by calling PUT with the new metadata and @microsoft.graph.sourceUrl attribute.', 'upload_name_conflict');
		throw error;
	} finally {
		sessions.close(session);
	}
}
