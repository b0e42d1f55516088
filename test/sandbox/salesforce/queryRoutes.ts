// query, queryAll and their further pages.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
import { Router, type Request, type Response } from 'express';
import { ApiError } from './apiErrors';
import { recordId } from './ids';
import type { OrgUser } from './org';
import { SoqlError } from './soql/errors';
import { runSoql, type QueryResult } from './soql/evaluate';

interface Cursor {
	readonly userId: string;
	readonly result: QueryResult;
	readonly batchSize: number;
}

export interface ApiLocals {
	user: OrgUser;
	/** `v62.0`, as the client wrote it. */
	version: string;
}

export function queryRoutes(): Router {
	const cursors = new Map<string, Cursor>();
	let opened = 0;

	function sendPage(locator: string, cursor: Cursor, start: number, response: Response<unknown, ApiLocals>): void {
		const { result, batchSize } = cursor;
		const { version } = response.locals;
		const end = Math.min(start + batchSize, result.count);
		const records = Array.from({ length: end - start }, (_, index) => result.record(start + index, version));
		const done = end >= result.count;
		// `nextRecordsUrl` names /query/ after a queryAll too (resources_queryall_more_results.htm).
		const next = done ? {} : { nextRecordsUrl: `/services/data/${version}/query/${locator}-${end}` };
		response.json({ totalSize: result.totalSize, done, ...next, records });
	}

	function start(includeDeleted: boolean) {
		return (request: Request, response: Response<unknown, ApiLocals>): void => {
			const soql = request.query['q'];
			if (typeof soql !== 'string' || soql.trim() === '') throw new ApiError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
			const { user } = response.locals;
			const cursor = { userId: user.userId, result: run(soql, user, includeDeleted), batchSize: batchSizeOf(request) };
			const locator = recordId('01g', 500_001 + opened++);
			if (cursor.result.count > cursor.batchSize) cursors.set(locator, cursor);
			sendPage(locator, cursor, 0, response);
		};
	}

	function more(request: Request, response: Response<unknown, ApiLocals>): void {
		const [, locator = '', offset = ''] = /^(\w+)-(\d+)$/.exec(String(request.params['locator'])) ?? [];
		const cursor = cursors.get(locator);
		const position = Number(offset);
		// Whose locator it is, nobody else learns: the same answer as for an invented one.
		if (!cursor || cursor.userId !== response.locals.user.userId || position >= cursor.result.count) throw new ApiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
		sendPage(locator, cursor, position, response);
	}

	return Router()
		.get('/query', start(false))
		.get('/queryAll', start(true))
		.get('/query/:locator', more)
		.get('/queryAll/:locator', more);
}

function run(soql: string, user: OrgUser, includeDeleted: boolean): QueryResult {
	try {
		return runSoql(soql, user, includeDeleted);
	} catch (error) {
		if (error instanceof SoqlError) throw new ApiError(400, error.errorCode, error.message);
		throw error;
	}
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_queryoptions.htm */
function batchSizeOf(request: Request): number {
	const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(request.get('Sforce-Query-Options') ?? '')?.[1] ?? 2_000);
	return Math.min(2_000, Math.max(200, asked));
}
