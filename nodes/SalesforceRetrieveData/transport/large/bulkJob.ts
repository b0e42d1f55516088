// The life of one query job of Bulk API 2.0: made, waited for, and always taken away again.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_one_job.htm
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { SalesforceApi } from '../salesforceApi';
import { waitMs } from '../wait';

export interface JobOptions {
	/** Deleted and archived rows too. */
	includeDeleted: boolean;
	/** For the whole of Salesforce's work, without the download. */
	timeLimitMs: number;
	/** Between two looks: the first pause, and the longest. */
	pollMs?: { first: number; most: number };
}

interface JobInfo {
	id: string;
	state: 'UploadComplete' | 'InProgress' | 'Aborted' | 'JobComplete' | 'Failed';
	numberRecordsProcessed?: number;
	errorMessage?: string;
}

/** A small job is done within a second; doubling, a long one is asked only a few times more for that. */
const DEFAULT_POLL_MS = { first: 250, most: 30_000 };
/** Tidying up must not hold an execution that has been cancelled. */
const CLEAN_UP_TIMEOUT_MS = 10_000;
const ABOUT = { about: 'Bulk job' };

const jobPath = (api: SalesforceApi, id: string) => api.dataPath(`/jobs/query/${encodeURIComponent(id)}`);

/**
 * Has Salesforce run the query and hands its results on. Whatever happens the job is gone afterwards: a running one is aborted first.
 * @param read gets the path of the results
 * @throws NodeApiError with the job's own words if it fails, NodeOperationError if it takes too long, and as `getJson`
 */
export async function* withQueryJob<T>(api: SalesforceApi, soql: string, options: JobOptions, read: (resultsPath: string) => AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
	const { id } = await api.postJson<JobInfo>(api.dataPath('/jobs/query'), { operation: options.includeDeleted ? 'queryAll' : 'query', query: soql }, ABOUT);
	const job = { id, isOver: false };
	try {
		await finished(api, job, options);
		yield* read(`${jobPath(api, id)}/results`);
	} finally {
		await remove(api, job);
	}
}

async function finished(api: SalesforceApi, job: { id: string; isOver: boolean }, { timeLimitMs, pollMs = DEFAULT_POLL_MS }: JobOptions): Promise<void> {
	const deadlineMs = Date.now() + timeLimitMs;
	for (let spanMs = pollMs.first; ; spanMs = Math.min(pollMs.most, spanMs * 2)) {
		// Half of it is left to chance: flows that start together do not ask together.
		const pauseMs = spanMs / 2 + (spanMs / 2) * Math.random();
		await waitMs(Math.max(0, Math.min(pauseMs, deadlineMs - Date.now())), api.signal);
		const { state, errorMessage = '', numberRecordsProcessed = 0 } = await api.getJson<JobInfo>(jobPath(api, job.id), ABOUT);
		api.logger.debug(`Salesforce Bulk job ${job.id} is ${state}`, { rows: numberRecordsProcessed });
		job.isOver = state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
		if (state === 'JobComplete') return;
		if (state === 'Failed') throw failure(api, `Salesforce could not run the query through Bulk${errorMessage === '' ? '' : `: ${errorMessage}`}`, 'Filter by indexed fields, ask for fewer fields, leave out ORDER BY and LIMIT, or set "Read With" to "REST"');
		if (state === 'Aborted') throw failure(api, `The Bulk job ${job.id} was aborted in Salesforce`, 'Somebody ended it under Setup, Bulk Data Load Jobs');
		if (Date.now() >= deadlineMs) {
			throw new NodeOperationError(api.node, `The Bulk job was not done within ${Math.round(timeLimitMs / 1_000)} seconds (${state})`, { description: 'Raise the option "Bulk Time Limit", or ask for less: filter by indexed fields, leave out ORDER BY and LIMIT' });
		}
	}
}

function failure({ node }: SalesforceApi, message: string, description: string): NodeApiError {
	return new NodeApiError(node, { message }, { message, description });
}

/** Never throws: it stands behind what is already decided. Not through the API's own calls, which end with the execution. */
async function remove({ session, logger, dataPath }: SalesforceApi, { id, isOver }: { id: string; isOver: boolean }): Promise<void> {
	const path = dataPath(`/jobs/query/${encodeURIComponent(id)}`);
	try {
		if (!isOver) await session.call(path, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ state: 'Aborted' }), timeoutMs: CLEAN_UP_TIMEOUT_MS });
		const { ok, status } = await session.call(path, { method: 'DELETE', timeoutMs: CLEAN_UP_TIMEOUT_MS });
		if (!ok) logger.warn(`The Salesforce Bulk job ${id} could not be deleted (${status}); Salesforce deletes it after seven days`);
	} catch (error) {
		logger.warn(`The Salesforce Bulk job ${id} could not be deleted: ${error instanceof Error ? error.message : String(error)}`);
	}
}
