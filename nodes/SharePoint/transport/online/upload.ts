// Bytes to SharePoint Online: few in one request, many through an upload session that survives faults.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-createuploadsession
import { NodeOperationError } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../../lib/errors';
import { isPassingNetworkError, MAX_ATTEMPTS, nextWaitMs } from '../../../../lib/n8n/backOff';
import { waitMs } from '../../../../lib/n8n/wait';
import type { Conflict, Entry, EntryAt, UploadSource, WriteOptions } from '../backend';
import { readBytes, SourceReader } from '../sourceReader';
import { aboutEntry, childPath, entryPath } from './addresses';
import { CONFLICT, entryNamed, matching } from './entries';
import { textOf, type GraphApi, type Json } from './graphApi';
import { toUnreachableError } from './graphErrors';
import { isPassing, readFailure } from './graphFailure';
import { callPresigned } from './presigned';
import { entryOf } from './shapes';

/** Up to here one request; Graph would take 250 MB, but a single request cannot go on where it broke off. */
const ONE_REQUEST_BYTES = 4 * 1024 * 1024;
/** Multiples of 320 KiB, below 60 MiB; one is held in memory. */
export const CHUNK_BYTES = 32 * 320 * 1024;
const WHAT = 'where the file can be uploaded';

interface Target {
	about: string;
	/** Where one request puts the bytes. */
	contentPath: string;
	sessionPath: string;
	session: Json;
	headers: Record<string, string>;
	/** What is there now: tells whether an upload whose answer was lost has succeeded. */
	find(): Promise<Entry | undefined>;
}

export async function uploadFile(api: GraphApi, folder: EntryAt, name: string, source: UploadSource, { conflict }: { conflict: Conflict }): Promise<Entry> {
	return await send(api, source, {
		about: `file "${name}"`,
		contentPath: `${await childPath(api, folder, name, '/content')}?${CONFLICT}=${conflict}`,
		sessionPath: await childPath(api, folder, name, '/createUploadSession'),
		session: { item: { [CONFLICT]: conflict, name } },
		headers: {},
		find: async () => await entryNamed(api, folder, name),
	});
}

export async function updateContent(api: GraphApi, at: EntryAt, source: UploadSource, options: WriteOptions): Promise<Entry> {
	const about = aboutEntry(at);
	// By its id, so that nothing new is made where a path leads nowhere.
	const file = entryOf(await api.getJson(await entryPath(api, at), { about }));
	if (file.type === 'folder') throw new NodeOperationError(api.node, `The ${about} is a folder, which has no content of its own`, { itemIndex: api.itemIndex });
	const byId = { ...at, entry: file.id };
	return await send(api, source, {
		about,
		contentPath: await entryPath(api, byId, '/content'),
		sessionPath: await entryPath(api, byId, '/createUploadSession'),
		session: { item: { [CONFLICT]: 'replace' } },
		headers: matching(options),
		find: async () => entryOf(await api.getJson(await entryPath(api, byId), { about })),
	});
}

async function send(api: GraphApi, source: UploadSource, target: Target): Promise<Entry> {
	if (source.size > ONE_REQUEST_BYTES) return await sendInPieces(api, source, target);
	const bytes = await readBytes(source);
	// The same bytes at the same place: a second time changes nothing, unless the name is to be another then.
	const repeatable = !target.contentPath.endsWith('=rename') && !target.contentPath.endsWith('=fail');
	return entryOf(await api.getJson(target.contentPath, { method: 'PUT', bytes, headers: { 'content-type': source.mimeType ?? 'application/octet-stream', ...target.headers }, repeatable, about: target.about }));
}

async function sendInPieces(api: GraphApi, source: UploadSource, { about, sessionPath, session, headers, find }: Target): Promise<Entry> {
	// A file that is replaced may have as many bytes as the new one.
	const before = await find();
	const { uploadUrl } = await api.getJson(sessionPath, { method: 'POST', json: session, headers, about });
	const address = textOf(uploadUrl);
	const reader = new SourceReader(source, CHUNK_BYTES);
	let position = 0;
	let attempt = 0;
	let isOver = false;
	try {
		while (position < source.size) {
			const chunk = await reader.at(position);
			const outcome = await sendChunk(api, address, chunk, position, source, about);
			if (outcome instanceof Response) {
				isOver = true;
				return entryOf((await outcome.json()) as Json);
			}
			if (outcome.position > position) attempt = 0;
			position = outcome.position;
			if (!outcome.broken) continue;
			attempt += 1;
			const pauseMs = nextWaitMs(attempt, outcome.retryAfterMs);
			if (pauseMs === undefined) throw new NodeOperationError(api.node, `The upload of the ${about} broke off after ${position} of ${source.size} bytes, ${MAX_ATTEMPTS} times in a row`, { itemIndex: api.itemIndex, description: 'Check the network and run the flow again' });
			await waitMs(pauseMs, api.signal);
			position = (await whereToGoOn(api, address, about, position)) ?? source.size;
		}
		isOver = true;
	} finally {
		reader.close();
		// Its room is freed at once; it would run out by itself too.
		if (!isOver) await callPresigned(api, address, WHAT, { method: 'DELETE', signal: undefined }).catch((failure: unknown) => api.logger.debug('An upload session could not be closed', { message: String(failure) }));
	}
	// The session has ended: with its last piece, whose answer was lost, or too early.
	const file = await find();
	if (file?.size === source.size && file.etag !== before?.etag) return file;
	throw new NodeOperationError(api.node, `SharePoint Online ended the upload of the ${about} without telling of a file`, { itemIndex: api.itemIndex, description: 'Look whether the file is there under another name, or run the flow again' });
}

const isBroken = (error: unknown): boolean => isPassingNetworkError(error) || /aborted|socket hang up/i.test(String(error));

function unreachable(api: GraphApi, error: unknown, address: string, about: string): Error {
	return isConnectedAppsError(error) ? error : toUnreachableError(api.node, error, new URL(address).host, api.asked(about));
}

interface Progress {
	position: number;
	broken: boolean;
	retryAfterMs?: number;
}

/** The finished file's answer, or how far the session has come. */
async function sendChunk(api: GraphApi, address: string, chunk: Uint8Array, position: number, source: UploadSource, about: string): Promise<Response | Progress> {
	const range = `bytes ${position}-${position + chunk.length - 1}/${source.size}`;
	let response: Response;
	try {
		response = await callPresigned(api, address, WHAT, { method: 'PUT', body: chunk, headers: { 'content-range': range, 'content-type': 'application/octet-stream' } });
	} catch (error) {
		if (!isBroken(error)) throw unreachable(api, error, address, about);
		return { position, broken: true };
	}
	if (response.status === 200 || response.status === 201) return response;
	const text = await response.text();
	if (response.status === 202) return { position: nextPositionIn(text) ?? position + chunk.length, broken: false };
	const failure = readFailure(response.status, response.headers, text);
	if (response.status === 404) throw new NodeOperationError(api.node, `The upload of the ${about} took too long: SharePoint Online has given up after ${position} of ${source.size} bytes`, { itemIndex: api.itemIndex, description: 'An upload session ends some time after its last piece: run the flow again' });
	// 416: these bytes have come already; the session says what it wants next. 409 while it still swallows the broken piece.
	if (response.status === 416 || failure.innerCode === 'lockMismatch' || isPassing(failure, true)) return { position, broken: true, retryAfterMs: failure.retryAfterMs };
	throw api.failed(response.status, response.headers, text, about);
}

function nextPositionIn(text: string): number | undefined {
	const { nextExpectedRanges } = JSON.parse(text) as { nextExpectedRanges?: string[] };
	const start = Number(/^\d+/.exec(nextExpectedRanges?.[0] ?? '')?.[0] ?? Number.NaN);
	return Number.isInteger(start) ? start : undefined;
}

/** Undefined if the session has ended, which it does with the last byte. */
async function whereToGoOn(api: GraphApi, address: string, about: string, fallback: number): Promise<number | undefined> {
	const response = await callPresigned(api, address, WHAT).catch((error: unknown) => {
		if (!isBroken(error)) throw unreachable(api, error, address, about);
		return undefined;
	});
	if (response === undefined) return fallback;
	const text = await response.text();
	if (response.status === 404) return undefined;
	const failure = readFailure(response.status, response.headers, text);
	if (response.status >= 300 && !isPassing(failure, true)) throw api.failed(response.status, response.headers, text, about);
	return response.status >= 300 ? fallback : (nextPositionIn(text) ?? fallback);
}
