// query, queryAll and their further pages, and explain.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
import { Router, type Request } from 'express';
import { badRequest } from '../apiErrors';
import { parameter, type ApiResponse } from '../apiLocals';
import type { Access } from '../data/access';
import { listViewDefinitions } from '../listViews/definitions';
import { listViewQuery } from '../listViews/query';
import { reportDefinitions } from '../reports/definitions';
import { runSoql } from '../soql/evaluate';
import { explainSoql } from '../soql/explain';
import { batchSizeOf } from './batchSize';
import type { Cursors } from './cursors';

export function queryRoutes(cursors: Cursors): Router {
	const start = (includeDeleted: boolean) => (request: Request, response: ApiResponse) => {
		const { access } = response.locals;
		const explained = parameter(request.query['explain']);
		if (explained !== undefined && !includeDeleted) return void response.json(explainSoql(explainedSoql(explained, access), access));
		const soql = parameter(request.query['q']);
		if (soql === undefined || soql.trim() === '') throw badRequest('MALFORMED_QUERY', 'A query string has to be specified');
		response.json(cursors.first(runSoql(soql, access, includeDeleted), batchSizeOf(request), response.locals));
	};
	const more = (request: Request, response: ApiResponse) => void response.json(cursors.further(String(request.params['locator']), response.locals));
	return Router().get('/query', start(false)).get('/queryAll', start(true)).get('/query/:locator', more).get('/queryAll/:locator', more);
}

/** Explain takes a query, or the id of a report or a list view. */
function explainedSoql(text: string, access: Access): string {
	if (!/^\w{15,18}$/.test(text)) return text;
	const view = listViewDefinitions.find(({ id }) => id.startsWith(text.slice(0, 15)));
	if (view) return listViewQuery(view);
	const report = reportDefinitions.find(({ id }) => id.startsWith(text.slice(0, 15)));
	if (!report || !access.findObject(report.object)) throw badRequest('INVALID_ID', `invalid ID: ${text}`);
	return `SELECT Id FROM ${report.object}`;
}
