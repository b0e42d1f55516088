import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../../lib/errors';
import { isPassingNetworkError, MAX_ATTEMPTS } from '../../../../lib/n8n/backOff';
import { waitMs } from '../../../../lib/n8n/wait';
import type { Conflict, EntryAt } from '../backend';
import { aboutEntry, entryPath } from './addresses';
import { CONFLICT } from './entries';
import { textOf, type GraphApi, type Json } from './graphApi';
import { toUnreachableError } from './graphErrors';
import { isPassing, readFailure } from './graphFailure';
import { callPresigned } from './presigned';

const FIRST_LOOK_MS = 200;
const MAX_LOOK_MS = 5_000;
/** A folder of many gigabytes takes its time; whoever needs longer does not wait in a node. */
const GIVE_UP_MS = 30 * 60_000;
const MONITOR = 'where the copy can be watched';

/**
 * Starts a copy and waits for its end.
 * @returns the id of what was made
 * @see https://learn.microsoft.com/en-us/graph/api/driveitem-copy
 */
export async function copyEntry(api: GraphApi, at: EntryAt, target: { driveId: string; id: string }, { name, conflict }: { name?: string; conflict: Conflict }): Promise<string> {
	const path = `${await entryPath(api, at, '/copy')}${conflict === 'fail' ? '' : `?${CONFLICT}=${conflict}`}`;
	const started = await api.send(path, { method: 'POST', json: { parentReference: target, ...(name !== undefined && { name }) }, about: aboutEntry(at) });
	const monitor = started.headers.get('location');
	const startedAtMs = Date.now();
	// Looking changes nothing, so it may fail a few times: the copy goes on.
	let missed = 0;
	for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(MAX_LOOK_MS, pauseMs * 1.5)) {
		await waitMs(pauseMs, api.signal);
		const response = await callPresigned(api, monitor, MONITOR).catch((error: unknown) => {
			if (!isPassingNetworkError(error) || (missed += 1) >= MAX_ATTEMPTS) throw isConnectedAppsError(error) ? error : toUnreachableError(api.node, error, new URL(monitor ?? api.session.apiBaseUrl).host, api.asked(aboutEntry(at)));
			return undefined;
		});
		if (response === undefined) continue;
		const text = await response.text();
		if (isPassing(readFailure(response.status, response.headers, text), true) && (missed += 1) < MAX_ATTEMPTS) continue;
		// Whoever follows a finished copy may be sent to what it has made.
		if (response.status >= 400) throw api.failed(response.status, response.headers, text, `copy of ${aboutEntry(at)}`);
		const { status, resourceId, error } = readState(text);
		if (status === 'completed' && resourceId !== undefined) return resourceId;
		if (status === 'failed') throw copyFailed(api, at, error);
		if (Date.now() - startedAtMs > GIVE_UP_MS) throw new NodeOperationError(api.node, `The copy of the ${aboutEntry(at)} takes longer than ${GIVE_UP_MS / 60_000} minutes`, { itemIndex: api.itemIndex, description: 'SharePoint goes on with it; look at the target later' });
	}
}

function readState(text: string): { status?: string; resourceId?: string; error?: Json } {
	try {
		return JSON.parse(text) as { status?: string; resourceId?: string; error?: Json };
	} catch {
		return {};
	}
}

function copyFailed(api: GraphApi, at: EntryAt, error: Json = {}): NodeApiError {
	const taken = error.code === 'nameAlreadyExists';
	const message = `${textOf(error.code) || 'failed'}: ${taken ? `The name is taken (copy of ${aboutEntry(at)})` : `The copy of the ${aboutEntry(at)} failed: ${textOf(error.message)}`}`;
	return new NodeApiError(api.node, { message }, { itemIndex: api.itemIndex, message, ...(taken && { description: 'Choose another name, or another "If the Name Is Taken"', httpCode: '409' }) });
}
