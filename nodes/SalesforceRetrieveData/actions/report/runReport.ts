// Runs a report at once or as an instance that Salesforce works off by itself.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_get_reportdata.htm
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { MINUTE_MS } from '../../../../lib/clock';
import type { ItemApi } from '../../transport/salesforceApi';
import { waitMs } from '../../transport/wait';
import { isPartial, type ReportMetadata, type ReportResult } from './result';

export interface ReportRun {
	reportId: string;
	includeDetails: boolean;
	/** Absent: as the report is. */
	metadata?: ReportMetadata;
	/** `automatic`: at once; as an instance where Salesforce will not do it at once, or returned only a part. */
	mode: 'automatic' | 'synchronous' | 'asynchronous';
	/** Of an asynchronous run. */
	timeLimitMs: number;
}

interface Instance {
	id: string;
	status: string;
}

const FIRST_POLL_MS = 200;
const MOST_POLL_MS = 10_000;

const NO_RUNS_LEFT = 'The organisation has no synchronous report run left for the moment (500 an hour, 20 at once, for everybody together): set "Run" to "Automatic" or "Asynchronous", or try again later';

const addressOf = (api: ItemApi, { reportId }: ReportRun) => api.dataPath(`/analytics/reports/${reportId}`);
const detailsOf = ({ includeDetails }: ReportRun) => `?includeDetails=${includeDetails}`;
const bodyOf = ({ metadata, includeDetails }: ReportRun) => (metadata === undefined ? {} : { reportMetadata: { ...metadata, hasDetailRows: includeDetails } });
const aboutOf = ({ reportId }: ReportRun) => ({ about: `report ${reportId}`, repeatable: true });

/** 500 runs an hour and 20 at once; asynchronous runs are counted by themselves. The code is the one of a missing permission: the words tell. */
function isSyncRunLimit(error: unknown): error is NodeApiError {
	return error instanceof NodeApiError && (/reports synchronously every/i.test(error.message) || /requests at a time to run reports synchronously/i.test(error.message));
}

function isTooSlow(error: unknown): boolean {
	return error instanceof NodeApiError && (error.httpCode === '504' || /^(QUERY_TIMEOUT|REQUEST_RUNNING_TOO_LONG): /.test(error.message));
}

async function runAtOnce(api: ItemApi, run: ReportRun): Promise<ReportResult> {
	const path = `${addressOf(api, run)}${detailsOf(run)}`;
	if (run.metadata === undefined) return await api.getJson<ReportResult>(path, aboutOf(run));
	return await api.postJson<ReportResult>(path, bodyOf(run), aboutOf(run));
}

/** @throws NodeOperationError if the run fails, or is not done in time */
async function runAsInstance(api: ItemApi, run: ReportRun): Promise<ReportResult> {
	const about = aboutOf(run);
	const deadlineMs = Date.now() + run.timeLimitMs;
	const { id } = await api.postJson<Instance>(`${addressOf(api, run)}/instances${detailsOf(run)}`, bodyOf(run), about);
	for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(MOST_POLL_MS, pauseMs * 2)) {
		await waitMs(Math.max(0, Math.min(pauseMs, deadlineMs - Date.now())), api.signal);
		const result = await api.getJson<ReportResult>(`${addressOf(api, run)}/instances/${encodeURIComponent(id)}`, about);
		const status = result.attributes?.status;
		api.logger.debug(`Salesforce report ${run.reportId} is ${status}`);
		if (status === 'Success') return result;
		if (status === 'Error') {
			throw new NodeOperationError(api.node, `Salesforce could not run the report ${run.reportId} asynchronously`, { itemIndex: api.itemIndex, description: 'Run it in Salesforce as the same user to see why: the user may have lost access to it, or it takes too long' });
		}
		if (Date.now() >= deadlineMs) {
			throw new NodeOperationError(api.node, `The report ${run.reportId} was not done within ${run.timeLimitMs / MINUTE_MS} minutes (${status})`, { itemIndex: api.itemIndex, description: 'Raise the report option "Time Limit of the Run", or narrow the report with filters' });
		}
	}
}

/** @throws NodeApiError with Salesforce's words, NodeOperationError for an asynchronous run that fails or takes too long */
export async function runReport(api: ItemApi, run: ReportRun): Promise<ReportResult> {
	if (run.mode === 'asynchronous') return await runAsInstance(api, run);
	return await runAtOnce(api, run).then(
		async (result) => (run.mode === 'automatic' && isPartial(result) ? await runAsInstance(api, run) : result),
		async (error: unknown) => {
			const limited = isSyncRunLimit(error);
			if (run.mode === 'automatic' && (limited || isTooSlow(error))) return await runAsInstance(api, run);
			if (limited) error.description = NO_RUNS_LEFT;
			throw error;
		},
	);
}
