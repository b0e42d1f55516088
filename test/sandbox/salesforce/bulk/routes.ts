// Bulk API 2.0, query jobs: create, watch, fetch, abort, delete.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm
import { json, Router, type Request } from 'express';
import type { CallLog } from '../../calls';
import { ApiError, badRequest } from '../apiErrors';
import { parameter, type ApiResponse } from '../apiLocals';
import type { SalesforceApiSettings } from '../apiSettings';
import type { ApiUsage } from '../apiUsage';
import { stream } from '../compression';
import { csvChunks } from './csv';
import { jobBody, QueryJobs, stateOf, type QueryJob } from './jobs';

const pagesAtOnce = 5;

export function bulkRoutes(settings: SalesforceApiSettings, usage: ApiUsage, calls: CallLog): Router {
	const jobs = new QueryJobs(settings);
	const body = json({ limit: '1mb' });
	const jobAt = (request: Request, response: ApiResponse): QueryJob => jobs.find(String(request.params['id']), response.locals.access);
	/** Throws for a job without results and for another version than the job's. */
	const finishedAt = (request: Request, response: ApiResponse): QueryJob => {
		const job = jobAt(request, response);
		if (stateOf(job) !== 'JobComplete') throw badRequest('INVALIDJOBSTATE', `Results are there when the job is JobComplete, this one is ${stateOf(job)}`);
		if (Number(response.locals.version.slice(1)) !== job.apiVersion) throw new ApiError(409, 'API_ERROR', 'Use the API version that the job was created with to get its results');
		return job;
	};

	return Router()
		.post('/jobs/query', body, (request, response: ApiResponse) => {
			const asked = (request.body ?? {}) as Record<string, unknown>;
			if (typeof asked['query'] === 'string') calls.annotate(request, { soql: asked['query'] });
			usage.countQueryJob();
			response.json(jobBody(jobs.create(asked, response.locals), 'new'));
		})
		.get('/jobs/query', (_request, response: ApiResponse) => void response.json({ done: true, records: jobs.list(response.locals.access).map((job) => jobBody(job, 'short')), nextRecordsUrl: null }))
		.get('/jobs/query/:id', (request, response: ApiResponse) => void response.json(jobBody(jobAt(request, response), 'full')))
		.patch('/jobs/query/:id', body, (request, response: ApiResponse) => {
			const { state } = (request.body ?? {}) as { state?: unknown };
			if (state !== 'Aborted') throw badRequest('INVALIDJOBSTATE', `Invalid job state: ${String(state)}`);
			const job = jobAt(request, response);
			jobs.abort(job);
			response.json(jobBody(job, 'short'));
		})
		.delete('/jobs/query/:id', (request, response: ApiResponse) => {
			jobs.delete(jobAt(request, response));
			response.status(204).end();
		})
		.get('/jobs/query/:id/results', (request, response: ApiResponse) => {
			const job = finishedAt(request, response);
			const start = positionOf(parameter(request.query['locator']), job);
			const end = Math.min(start + pageSizeOf(parameter(request.query['maxRecords']), settings), job.rows.length);
			response.set({ 'Sforce-NumberOfRecords': String(end - start), 'Sforce-Locator': end < job.rows.length ? locatorOf(end) : 'null' }).type('text/csv');
			stream(response, csvChunks(job.columns, job.rows, [start, end], start === 0 || settings.bulkHeaderOnEveryPage, job), { compressed: true });
		})
		// @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_parallel_job_results.htm
		.get(['/jobs/query/:id/resultPages', '/jobs/query/:id/resultpages'], (request, response: ApiResponse) => {
			const job = finishedAt(request, response);
			const base = `/services/data/${response.locals.version}/jobs/query/${job.id}`;
			const first = positionOf(parameter(request.query['locator']), job);
			const starts = Array.from({ length: pagesAtOnce }, (_, index) => first + index * settings.bulkPageSize).filter((start) => start === 0 || start < job.rows.length);
			const next = first + pagesAtOnce * settings.bulkPageSize;
			const done = next >= job.rows.length;
			response.json({ resultPages: starts.map((start) => ({ resultUrl: `${base}/results?locator=${locatorOf(start)}` })), ...(done ? {} : { nextRecordsUrl: `${base}/resultpages?locator=${locatorOf(next)}` }), done });
		});
}

/** `MTAwMDA` is 10000: the place where the next set begins. */
function locatorOf(position: number): string {
	return Buffer.from(String(position)).toString('base64').replace(/=+$/, '');
}

function positionOf(locator: string | undefined, { rows }: QueryJob): number {
	if (locator === undefined) return 0;
	const position = Buffer.from(locator, 'base64').toString();
	if (!/^\d+$/.test(position) || Number(position) > rows.length) throw badRequest('INVALID_QUERY_LOCATOR', 'invalid query locator');
	return Number(position);
}

function pageSizeOf(maxRecords: string | undefined, { bulkPageSize }: SalesforceApiSettings): number {
	if (maxRecords === undefined) return bulkPageSize;
	if (!/^[1-9]\d*$/.test(maxRecords)) throw badRequest('API_ERROR', `maxRecords must be a positive number, not ${maxRecords}`);
	return Math.min(Number(maxRecords), bulkPageSize);
}
