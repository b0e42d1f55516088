import { Readable } from 'node:stream';

import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../../lib/errors';
import { isPassingNetworkError, MAX_ATTEMPTS, nextWaitMs } from '../../../../lib/n8n/backOff';
import { waitMs } from '../../../../lib/n8n/wait';
import type { Download, EntryAt } from '../backend';
import { aboutEntry, entryPath } from './addresses';
import type { GraphApi, Json } from './graphApi';
import { toUnreachableError } from './graphErrors';
import { streamPresigned } from './presigned';
import { entryOf, versionOf } from './shapes';

const WHAT = 'where the file can be downloaded';
/** The pre-signed address has run out: Graph hands out another. */
const RUN_OUT = new Set([401, 403, 404]);
const BROKEN = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ERR_HTTP2_STREAM_ERROR']);

function isBroken(error: unknown): boolean {
	const { code, message = '' } = error as { code?: string; message?: string };
	return isPassingNetworkError(error) || (code !== undefined && BROKEN.has(code)) || /aborted|terminated|socket hang up/i.test(message);
}

function inWords(api: GraphApi, error: unknown, address: string | null, about: string): Error {
	if (error instanceof NodeApiError || error instanceof NodeOperationError || isConnectedAppsError(error)) return error;
	return toUnreachableError(api.node, error, address === null ? new URL(api.session.apiBaseUrl).host : new URL(address).host, api.asked(about));
}

/**
 * The bytes from `start` on, and again from where they broke off: the pre-signed address gives parts.
 * @param contentPath in Graph; it redirects to the bytes
 */
async function* bytesOf(api: GraphApi, contentPath: string, size: number, about: string): AsyncGenerator<Buffer, void, undefined> {
	let received = 0;
	let tried = 0;
	let address: string | null = null;
	let etag: string | undefined;
	while (received < size || (size === 0 && tried === 0)) {
		const before = received;
		tried += 1;
		try {
			address ??= (await api.send(contentPath, { about, headers: { accept: '*/*' }, accepts: [302, 307] })).headers.get('location');
			const { response, body } = await streamPresigned(api, address, WHAT, { headers: { accept: '*/*', ...(received > 0 && { range: `bytes=${received}-`, ...(etag !== undefined && { 'if-range': etag }) }) } });
			if (response.status >= 300) {
				const text = await response.text();
				if (!RUN_OUT.has(response.status) || tried > 1 + MAX_ATTEMPTS) throw api.failed(response.status, response.headers, text, about);
				address = null;
				continue;
			}
			if (received > 0 && response.status !== 206) {
				body.destroy();
				throw new NodeOperationError(api.node, `The ${about} was changed while it was being downloaded`, { itemIndex: api.itemIndex, description: 'Run the flow again' });
			}
			etag ??= response.headers.get('etag') ?? undefined;
			for await (const piece of body as AsyncIterable<Buffer>) {
				received += piece.length;
				yield piece;
			}
			if (size === 0) return;
		} catch (error) {
			if (!isBroken(error)) throw inWords(api, error, address, about);
			api.logger.debug('A download from SharePoint Online goes on after a fault', { received, size });
		}
		if (received >= size) return;
		// What gets on may go on as long as it likes.
		if (received > before) tried = 1;
		const pauseMs = nextWaitMs(tried, undefined);
		if (pauseMs === undefined) throw new NodeOperationError(api.node, `The ${about} broke off after ${received} of ${size} bytes`, { itemIndex: api.itemIndex, description: 'Check the network and run the flow again' });
		await waitMs(pauseMs, api.signal);
	}
}

/** @see https://learn.microsoft.com/en-us/graph/api/driveitem-get-content */
export async function download(api: GraphApi, at: EntryAt, { versionId }: { versionId?: string }): Promise<Download> {
	const about = aboutEntry(at);
	const file = entryOf(await api.getJson(await entryPath(api, at), { about }));
	if (file.type === 'folder') throw new NodeOperationError(api.node, `The ${about} is a folder, which has no content of its own`, { itemIndex: api.itemIndex });
	// By its id: a path may name another file by the time that a broken download goes on.
	const byId = { ...at, entry: file.id };
	if (versionId === undefined) return { file, body: Readable.from(bytesOf(api, await entryPath(api, byId, '/content'), file.size, about), { objectMode: false }) };
	const { value = [] } = await api.getJson<{ value?: Json[] }>(await entryPath(api, byId, '/versions'), { about });
	const versions = value.map(versionOf);
	const index = versions.findIndex(({ id }) => id === versionId);
	if (index === -1) throw new NodeOperationError(api.node, `The ${about} has no version ${versionId}`, { itemIndex: api.itemIndex, description: `It has ${versions.map(({ id }) => id).join(', ')}` });
	const size = versions[index]!.size ?? file.size;
	// Graph has no content for the newest version but the file's own.
	const path = await entryPath(api, byId, index === 0 ? '/content' : `/versions/${encodeURIComponent(versionId)}/content`);
	return { file: { ...file, size, versionId }, body: Readable.from(bytesOf(api, path, size, `version ${versionId} of the ${about}`), { objectMode: false }) };
}
