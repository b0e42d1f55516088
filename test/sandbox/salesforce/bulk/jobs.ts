// Query jobs: made of a query, going through their states by the clock.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_create_job.htm
import { badRequest, notFound } from '../apiErrors';
import type { ApiLocals } from '../apiLocals';
import type { SalesforceApiSettings } from '../apiSettings';
import type { Access } from '../data/access';
import { salesforceDateTime, type RowSet } from '../data/rows';
import { recordId } from '../ids';
import { isAggregate, planRows, resolverOf } from '../soql/evaluate';
import { SoqlError } from '../soql/errors';
import { parseSoql } from '../soql/parser';
import { pathOf } from '../soql/select';
import type { Query } from '../soql/syntax';
import { delimiters, lineEndings, type CsvColumn, type CsvFormat } from './csv';

type Json = Record<string, unknown>;
export type JobState = 'UploadComplete' | 'InProgress' | 'Aborted' | 'JobComplete' | 'Failed';

export interface QueryJob extends CsvFormat {
	readonly id: string;
	readonly operation: 'query' | 'queryAll';
	readonly object: string;
	readonly createdById: string;
	readonly createdMs: number;
	readonly apiVersion: number;
	readonly columns: readonly CsvColumn[];
	readonly rows: RowSet;
	/** As the settings were when the job was made. */
	readonly queuedMs: number;
	readonly processingMs: number;
	readonly failure: string | undefined;
	abortedMs?: number;
}

export class QueryJobs {
	private readonly jobs = new Map<string, QueryJob>();
	private made = 0;

	constructor(private readonly settings: SalesforceApiSettings) {}

	/** Throws an ApiError or a SoqlError for a query that Bulk API 2.0 does not take. */
	create(body: Json, { access, version }: ApiLocals): QueryJob {
		const { operation, query: soql, contentType = 'CSV', columnDelimiter = 'COMMA', lineEnding = 'LF' } = body;
		if (operation !== 'query' && operation !== 'queryAll') throw badRequest('INVALIDJOB', `Invalid operation: ${String(operation)}`);
		if (typeof soql !== 'string' || soql.trim() === '') throw badRequest('API_ERROR', 'The query is required');
		if (contentType !== 'CSV') throw badRequest('INVALIDJOB', `Unsupported content type: ${String(contentType)}`);
		if (!(String(columnDelimiter) in delimiters)) throw badRequest('INVALIDJOB', `Unsupported columnDelimiter: ${String(columnDelimiter)}`);
		if (!(String(lineEnding) in lineEndings)) throw badRequest('INVALIDJOB', `Unsupported lineEnding: ${String(lineEnding)}`);
		const apiVersion = Number(version.slice(1));
		const { object, columns, rows } = planned(soql, access, operation === 'queryAll');
		const { bulkQueuedMs: queuedMs, bulkProcessingMs: processingMs, bulkFailure, bulkFailureMessage } = this.settings;
		const job: QueryJob = {
			id: recordId('750', 1 + this.made++),
			operation,
			object,
			createdById: access.user.userId,
			createdMs: Date.now(),
			apiVersion,
			columnDelimiter: columnDelimiter as CsvFormat['columnDelimiter'],
			lineEnding: lineEnding as CsvFormat['lineEnding'],
			// The order of the request, since version 50.
			columns: apiVersion >= 50 ? columns : columns.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
			rows,
			queuedMs,
			processingMs,
			failure: bulkFailure === 'whileProcessing' ? bulkFailureMessage : undefined,
		};
		this.jobs.set(job.id, job);
		return job;
	}

	/** Throws the 404 of a job that is deleted, or somebody else's. */
	find(id: string, access: Access): QueryJob {
		const job = this.jobs.get(id) ?? [...this.jobs.values()].find((candidate) => candidate.id.slice(0, 15) === id);
		if (!job || !this.maySee(job, access)) throw notFound();
		return job;
	}

	list(access: Access): QueryJob[] {
		return [...this.jobs.values()].filter((job) => this.maySee(job, access));
	}

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_abort_job.htm */
	abort(job: QueryJob): void {
		if (isOver(stateOf(job))) throw badRequest('INVALIDJOBSTATE', 'Aborting already Completed Job not allowed');
		job.abortedMs = Date.now();
	}

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_delete_job.htm */
	delete(job: QueryJob): void {
		if (!isOver(stateOf(job))) throw badRequest('API_ERROR', 'Error encountered when deleting the job because the job is not terminated');
		this.jobs.delete(job.id);
	}

	/** One's own; all with the permission to manage data integrations, which comes with View All Data here. */
	private maySee({ createdById }: QueryJob, { user }: Access): boolean {
		return user.viewsAllData || user.userId === createdById;
	}
}

export function stateOf(job: QueryJob): JobState {
	if (job.abortedMs !== undefined) return 'Aborted';
	const elapsedMs = Date.now() - job.createdMs;
	if (elapsedMs < job.queuedMs) return 'UploadComplete';
	if (elapsedMs < job.queuedMs + job.processingMs) return 'InProgress';
	return job.failure === undefined ? 'JobComplete' : 'Failed';
}

function isOver(state: JobState): boolean {
	return state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
}

/** `new`: as the answer to its creation; `short`: in a list or after an abort. */
export function jobBody(job: QueryJob, form: 'new' | 'short' | 'full'): Json {
	const state = stateOf(job);
	const { id, operation, object, createdById, createdMs, queuedMs, processingMs, apiVersion, lineEnding, columnDelimiter, abortedMs } = job;
	const processedMs = Math.min(processingMs, Math.max(0, (abortedMs ?? Date.now()) - createdMs - queuedMs));
	const share = state === 'JobComplete' ? 1 : processingMs === 0 ? 0 : processedMs / processingMs;
	const common = {
		id,
		operation,
		object,
		createdById,
		createdDate: salesforceDateTime(createdMs),
		systemModstamp: salesforceDateTime(abortedMs ?? createdMs + (isOver(state) ? queuedMs + processingMs : 0)),
		state: form === 'new' ? 'UploadComplete' : state,
		concurrencyMode: 'Parallel',
		contentType: 'CSV',
		apiVersion,
	};
	const format = { lineEnding, columnDelimiter };
	if (form === 'new') return { ...common, ...format };
	if (form === 'short') return { ...common, jobType: 'V2Query', ...format };
	const failure = state === 'Failed' ? { errorMessage: job.failure } : {};
	return { ...common, jobType: 'V2Query', ...format, numberRecordsProcessed: Math.floor(job.rows.length * share), retries: 0, totalProcessingTime: Math.round(processedMs), ...failure, isPkChunkingSupported: true };
}

function planned(soql: string, access: Access, includeDeleted: boolean): { object: string; columns: CsvColumn[]; rows: RowSet } {
	const query = parseSoql(soql);
	refuseUnsupported(query);
	const resolver = resolverOf(soql, query, access);
	if (!resolver.object.bulk) throw badRequest('INVALIDENTITY', `Entity '${resolver.object.name}' is not supported by the Bulk API.`);
	const plan = planRows(query, resolver, { includeDeleted });
	const columns = plan.items.flatMap((item) => {
		if (item.kind !== 'column') return [];
		const { column } = item;
		if (column.field.type === 'base64') throw badRequest('API_ERROR', 'Binary fields cannot be selected in bulk queries');
		return [{ name: pathOf(column), type: column.field.type, value: (row: Parameters<CsvColumn['value']>[0]) => resolver.valueOf(row, column) }];
	});
	return { object: resolver.object.name, columns, rows: plan.found() };
}

/** Of these words the first are the vendor's; the others follow them. */
function refuseUnsupported(query: Query): void {
	const { select, groupBy, offset } = query;
	if (select.some(({ kind }) => kind === 'children')) throw badRequest('API_ERROR', 'Aggregate Relationships not supported in Bulk Query');
	if (groupBy.length > 0) throw badRequest('API_ERROR', 'Group By not supported in Bulk Query');
	if (select[0]!.kind === 'count' || isAggregate(query)) throw badRequest('API_ERROR', 'Aggregate functions not supported in Bulk Query');
	if (offset > 0) throw badRequest('API_ERROR', 'Offset not supported in Bulk Query');
	if (select.some((item) => item.kind === 'fields' && item.group !== 'STANDARD')) throw new SoqlError('MALFORMED_QUERY', 'The SOQL FIELDS function is not supported with an unbounded set of fields in this API.');
}
