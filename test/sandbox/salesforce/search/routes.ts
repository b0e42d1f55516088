// search (SOSL) and parameterizedSearch.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search.htm
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized.htm
import { json, Router, type Request } from 'express';
import { badRequest } from '../apiErrors';
import { nameList, parameter, type ApiResponse } from '../apiLocals';
import { runSearch } from './run';
import { mostResults, parseSosl, type Returning, type SearchGroup, type SearchRequest } from './sosl';

interface WantedObject {
	readonly name: string;
	readonly fields?: readonly string[];
	readonly where?: string;
	readonly orderBy?: string;
	readonly limit?: string | number;
}
interface Parameters {
	readonly q?: string;
	readonly in?: string;
	readonly fields?: readonly string[];
	readonly sobjects?: readonly WantedObject[];
	readonly defaultLimit?: string | number;
	readonly overallLimit?: string | number;
	readonly offset?: string | number;
}

export function searchRoutes(): Router {
	const answer = (request: SearchRequest, response: ApiResponse): void => void response.json({ searchRecords: runSearch(request, response.locals) });
	return Router()
		.get('/search', (request, response: ApiResponse) => {
			const sosl = parameter(request.query['q']);
			if (!sosl) throw badRequest('MALFORMED_SEARCH', 'No search term found. The search term must be enclosed in braces.');
			answer(parseSosl(sosl), response);
		})
		.get('/parameterizedSearch', (request, response: ApiResponse) => answer(parameterized(fromUri(request)), response))
		.post('/parameterizedSearch', json(), (request, response: ApiResponse) => answer(parameterized((request.body ?? {}) as Parameters), response));
}

function fromUri({ query }: Request): Parameters {
	const names = [query['sobject'] ?? []].flat().map(String);
	return {
		q: parameter(query['q']),
		in: parameter(query['in']),
		fields: nameList(query['fields']),
		sobjects: names.map((name) => ({
			name,
			fields: nameList(query[`${name}.fields`]),
			where: parameter(query[`${name}.where`]),
			orderBy: parameter(query[`${name}.orderBy`]),
			limit: parameter(query[`${name}.limit`]),
		})),
		defaultLimit: parameter(query['defaultLimit']),
		overallLimit: parameter(query['overallLimit']),
		offset: parameter(query['offset']),
	};
}

function parameterized({ q, in: group = 'ALL', fields, sobjects = [], defaultLimit, overallLimit, offset }: Parameters): SearchRequest {
	if (!q) throw badRequest('MISSING_ARGUMENT', 'The q parameter is required');
	if (!['ALL', 'NAME', 'EMAIL', 'PHONE', 'SIDEBAR'].includes(group.toUpperCase())) throw badRequest('MALFORMED_SEARCH', `Invalid search scope: ${group}`);
	if (offset !== undefined && sobjects.length !== 1) throw badRequest('MALFORMED_SEARCH', 'offset goes with one sobject only');
	const returning = sobjects.map(({ name, fields: own, where, orderBy, limit }): Returning => {
		const bound = limit ?? defaultLimit;
		const order = orderBy?.replace(/\bNULLS_/i, 'NULLS ');
		const clauses = [where && `WHERE ${where}`, order && `ORDER BY ${order}`, bound !== undefined && `LIMIT ${bound}`, offset !== undefined && `OFFSET ${offset}`].filter(Boolean).join(' ');
		return { object: name, fields: (own ?? fields ?? ['Id']).join(', '), clauses };
	});
	return { term: q, verbatim: true, group: group.toUpperCase() as SearchGroup, returning, limit: Math.min(mostResults, Number(overallLimit ?? mostResults)) };
}
