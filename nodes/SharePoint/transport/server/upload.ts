// Bytes to SharePoint Server: few in one request, many in pieces that survive faults.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/solution-guidance/upload-large-files-sample-app-for-sharepoint
import { randomUUID } from 'node:crypto';

import { NodeOperationError } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../../lib/errors';
import { isPassingNetworkError, MAX_ATTEMPTS, nextWaitMs } from '../../../../lib/n8n/backOff';
import { waitMs } from '../../../../lib/n8n/wait';
import type { Conflict, Entry, EntryAt, UploadSource, WriteOptions } from '../backend';
import { readBytes, SourceReader } from '../sourceReader';
import { aboutEntry, fileAddress, parameter, type Address } from './addresses';
import { assertUnchanged, entryAtPath, entryOf, findEntry, findKind, freeName, type Found } from './entries';
import type { ServerApi } from './serverApi';
import { isPassing, readFailure, toApiError, toUnreachableError, type ServerFailure } from './serverErrors';

/** One piece, and what goes in one request; it is in memory. */
export const CHUNK_BYTES = 10 * 1024 * 1024;

export async function uploadFile(api: ServerApi, at: EntryAt, name: string, source: UploadSource, { conflict }: { conflict: Conflict }): Promise<Entry> {
	const folder = await findKind(api, at, 'folder');
	const free = await freeName(api, at.site, folder, name, conflict);
	const about = `file "${free}"`;
	const add = async (bytes: Uint8Array, overwrite: boolean): Promise<Entry> => entryOf(api, folder.root, 'file', await api.getJson(folder.address.with(`/files/addusingpath(decodedurl=@n,overwrite=${overwrite})`, parameter('n', free)), { bytes, about }));
	if (source.size <= CHUNK_BYTES) return await add(await readBytes(source), conflict === 'replace');
	const serverPath = `${folder.serverPath}/${free}`;
	// What is to be replaced keeps its content until the new one is whole; otherwise a file has to be there before its pieces.
	const there = conflict === 'replace' ? await entryAtPath(api, folder.root, at.site, serverPath) : undefined;
	if (there === undefined) await add(Buffer.alloc(0), false);
	await sendInPieces(api, await fileAddress(api, at.site, serverPath), source, about, async () => (await entryAtPath(api, folder.root, at.site, serverPath))?.entry, there?.entry.etag);
	return (await findEntry(api, { ...at, library: folder.root.id, entry: serverPath.slice(folder.root.path.length) })).entry;
}

export async function updateContent(api: ServerApi, at: EntryAt, source: UploadSource, options: WriteOptions): Promise<Entry> {
	const found: Found = await findKind(api, at, 'file');
	const about = aboutEntry(at);
	assertUnchanged(api, found, at, options);
	if (source.size > CHUNK_BYTES) await sendInPieces(api, found.address, source, about, async () => (await findEntry(api, at)).entry, found.entry.etag);
	else await api.send(found.address.with('/$value'), { verb: 'PUT', ifMatch: options.ifMatch, bytes: await readBytes(source), about });
	return (await findEntry(api, at)).entry;
}

/** What became of a piece: gone through, certainly not, or nobody knows. */
type Outcome = { sent: true } | { sent: false; failure?: ServerFailure };

/**
 * The server has no way to ask how far an upload has come. After a fault the same piece is sent again: refused as out of place, it had
 * gone through the first time.
 * @param before ETag of what is replaced
 */
async function sendInPieces(api: ServerApi, file: Address, source: UploadSource, about: string, find: () => Promise<Entry | undefined>, before: string | undefined): Promise<void> {
	const reader = new SourceReader(source, CHUNK_BYTES);
	let uploadId = randomUUID();
	let position = 0;
	let attempt = 0;
	let inDoubt = false;
	let isOver = false;
	const cancel = async (): Promise<void> => {
		await api.call(file.with(`/cancelupload(uploadid=guid'${uploadId}')`), { method: 'POST' }).catch((failure: unknown) => api.logger.debug('An upload could not be given up', { message: String(failure) }));
	};
	const step = (length: number): string => {
		if (position === 0) return `/startupload(uploadid=guid'${uploadId}')`;
		return `/${position + length >= source.size ? 'finishupload' : 'continueupload'}(uploadid=guid'${uploadId}',fileoffset=${position})`;
	};
	try {
		while (position < source.size) {
			const chunk = await reader.at(position);
			const outcome = await sendChunk(api, file.with(step(chunk.length)), chunk, about);
			const isLast = position > 0 && position + chunk.length >= source.size;
			if (!outcome.sent && inDoubt && isLast && isWhole(await find(), source.size, before)) break;
			if (outcome.sent || (inDoubt && position > 0 && !isLast && outcome.failure?.status === 400)) {
				position += chunk.length;
				attempt = 0;
				inDoubt = false;
				continue;
			}
			if (outcome.failure !== undefined && !isPassing(outcome.failure)) throw toApiError(api.node, outcome.failure, { actsAs: api.session.actsAs, about, itemIndex: api.itemIndex });
			inDoubt ||= outcome.failure === undefined;
			attempt += 1;
			const pauseMs = nextWaitMs(attempt, outcome.failure?.retryAfterMs);
			if (pauseMs === undefined) throw new NodeOperationError(api.node, `The upload of the ${about} broke off after ${position} of ${source.size} bytes, ${MAX_ATTEMPTS} times in a row`, { itemIndex: api.itemIndex, description: 'Check the network and run the flow again' });
			await waitMs(pauseMs, api.signal);
			// A beginning in doubt is left alone, and made anew under another number.
			if (position === 0 && outcome.failure === undefined) uploadId = randomUUID();
		}
		isOver = true;
	} finally {
		reader.close();
		// A file that was only begun goes with it.
		if (!isOver) await cancel();
	}
}

function isWhole(entry: Entry | undefined, size: number, before: string | undefined): boolean {
	return entry?.size === size && entry.etag !== before;
}

async function sendChunk(api: ServerApi, url: string, bytes: Uint8Array, about: string): Promise<Outcome> {
	let broken: unknown;
	try {
		const response = await api.call(url, { method: 'POST', body: bytes, signal: api.signal, headers: { accept: 'application/json;odata=nometadata', 'content-type': 'application/octet-stream' } });
		if (response.ok) return { sent: true };
		return { sent: false, failure: readFailure(response.status, response.headers, await response.text()) };
	} catch (error) {
		broken = error;
	}
	if (isPassingNetworkError(broken) || /aborted|socket hang up/i.test(String(broken))) return { sent: false };
	throw isConnectedAppsError(broken) ? broken : toUnreachableError(api.node, broken, new URL(api.session.apiBaseUrl).host, { actsAs: api.session.actsAs, about, itemIndex: api.itemIndex });
}
