// sObjects: the list, describe, one record, a collection of records.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm
import { json, Router } from 'express';
import { badRequest } from '../apiErrors';
import { nameList, type ApiLocals, type ApiResponse } from '../apiLocals';
import { normalizeId } from '../ids';
import { describe, summary } from './describe';
import { fieldsNamed, noSuchExternalId, objectNamed, recordBody, rowAt } from './record';

const mostIds = 2_000;

/** `instanceUrl` is asked anew for every answer: the org may move. */
export function recordRoutes(instanceUrl: () => string): Router {
	const router = Router();

	router.get('/sobjects', (_request, response: ApiResponse) => {
		const { access, version } = response.locals;
		response.json({ encoding: 'UTF-8', maxBatchSize: 200, sobjects: access.objects().map((object) => summary(object, version)) });
	});
	router.get('/sobjects/:type', (request, response: ApiResponse) => {
		const { access, version } = response.locals;
		response.json({ objectDescribe: summary(objectNamed(request.params.type, access), version), recentItems: [] });
	});
	router.get('/sobjects/:type/describe', (request, response: ApiResponse) => {
		const { access, version } = response.locals;
		response.json(describe(objectNamed(request.params.type, access), access, version, instanceUrl()));
	});

	router.get('/sobjects/:type/:id', (request, response: ApiResponse) => {
		const { access } = response.locals;
		const object = objectNamed(request.params.type, access);
		const fields = fieldsNamed(object, nameList(request.query['fields']), access);
		if (!normalizeId(request.params.id)) throw noSuchExternalId(request.params.id);
		response.json(recordBody(object, rowAt(object, request.params.id, access), fields, response.locals));
	});

	// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm
	router.post('/composite/sobjects/:type', json({ limit: '1mb' }), (request, response: ApiResponse) => {
		const { ids, fields } = (request.body ?? {}) as { ids?: string[]; fields?: string[] };
		response.json(retrieve(request.params.type, ids, fields, response.locals));
	});
	router.get('/composite/sobjects/:type', (request, response: ApiResponse) => {
		response.json(retrieve(request.params.type, nameList(request.query['ids']), nameList(request.query['fields']), response.locals));
	});
	return router;
}

/** In the order of the ids; null for what is not there for this person. */
function retrieve(type: string, ids: string[] | undefined, names: string[] | undefined, locals: ApiLocals): unknown[] {
	const { access } = locals;
	const object = objectNamed(type, access);
	if (!Array.isArray(ids)) throw badRequest('MISSING_ARGUMENT', 'ids is required');
	if (!Array.isArray(names)) throw badRequest('MISSING_ARGUMENT', 'fields is required');
	if (ids.length > mostIds) throw badRequest('EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${mostIds} records into this call`);
	const fields = fieldsNamed(object, names, access);
	return ids.map((id) => {
		const row = access.row(object, id);
		return row && !row.IsDeleted ? recordBody(object, row, fields, locals) : null;
	});
}
