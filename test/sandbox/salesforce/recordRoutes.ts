// sObjects: the list, describe, one record, a collection of records.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm
import { json, Router, type Response } from 'express';
import { ApiError, notFound } from './apiErrors';
import { describe, summary } from './describe';
import { normalizeId } from './ids';
import { findField, findSObject, sObjects, type Field, type SObject } from './objects';
import { visibleRows, type Row } from './org';
import type { ApiLocals } from './queryRoutes';
import { noSuchColumn } from './soql/errors';
import { attributes } from './soql/evaluate';

type ApiResponse = Response<unknown, ApiLocals>;

export function recordRoutes(): Router {
	const router = Router();

	router.get('/sobjects', (_request, response: ApiResponse) => {
		response.json({ encoding: 'UTF-8', maxBatchSize: 200, sobjects: sObjects.map((object) => summary(object, response.locals.version)) });
	});
	router.get('/sobjects/:type', (request, response: ApiResponse) => {
		response.json({ objectDescribe: summary(objectOf(request.params.type), response.locals.version), recentItems: [] });
	});
	router.get('/sobjects/:type/describe', (request, response: ApiResponse) => {
		response.json(describe(objectOf(request.params.type), response.locals.version));
	});

	router.get('/sobjects/:type/:id', (request, response: ApiResponse) => {
		const object = objectOf(request.params.type);
		const fields = fieldsOf(object, typeof request.query['fields'] === 'string' ? request.query['fields'].split(',') : undefined);
		const row = visibleRow(object, request.params.id, response);
		if (!row) throw normalizeId(request.params.id) ? notFound() : new ApiError(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${request.params.id}`);
		if (row.IsDeleted) throw new ApiError(404, 'ENTITY_IS_DELETED', 'entity is deleted');
		response.json(toRecord(object, row, fields, response));
	});

	// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm
	router.post('/composite/sobjects/:type', json({ limit: '1mb' }), (request, response: ApiResponse) => {
		const { ids, fields } = (request.body ?? {}) as { ids?: string[]; fields?: string[] };
		response.json(retrieve(request.params.type, ids, fields, response));
	});
	router.get('/composite/sobjects/:type', (request, response: ApiResponse) => {
		const list = (name: string): string[] | undefined => (typeof request.query[name] === 'string' ? request.query[name].split(',') : undefined);
		response.json(retrieve(request.params.type, list('ids'), list('fields'), response));
	});
	return router;
}

function retrieve(type: string, ids: string[] | undefined, names: string[] | undefined, response: ApiResponse): unknown[] {
	const object = objectOf(type);
	if (!Array.isArray(ids)) throw new ApiError(400, 'MISSING_ARGUMENT', 'ids is required');
	if (!Array.isArray(names)) throw new ApiError(400, 'MISSING_ARGUMENT', 'fields is required');
	if (ids.length > 2_000) throw new ApiError(400, 'EXCEEDED_ID_LIMIT', 'record limit reached. cannot submit more than 2000 records into this call');
	const fields = fieldsOf(object, names);
	return ids.map((id) => {
		const row = visibleRow(object, id, response);
		return row && !row.IsDeleted ? toRecord(object, row, fields, response) : null;
	});
}

function objectOf(type: string): SObject {
	const object = findSObject(type);
	if (!object) throw notFound();
	return object;
}

function visibleRow(object: SObject, id: string, response: ApiResponse): Row | undefined {
	const normalized = normalizeId(id);
	return visibleRows(object.name, response.locals.user).find((row) => row.Id === normalized);
}

function fieldsOf(object: SObject, names: readonly string[] | undefined): readonly Field[] {
	if (!names) return object.fields;
	const fields = names.map((name) => {
		const field = findField(object, name.trim());
		if (!field) throw new ApiError(400, 'INVALID_FIELD', noSuchColumn(name.trim(), object.name));
		return field;
	});
	// Salesforce adds the id whatever was asked for.
	return fields.some(({ name }) => name === 'Id') ? fields : [...fields, findField(object, 'Id')!];
}

function toRecord(object: SObject, row: Row, fields: readonly Field[], response: ApiResponse): Record<string, unknown> {
	const values = fields.map(({ name }) => [name, row[name] ?? null] as const);
	return { attributes: attributes(object, row.Id, response.locals.version), ...Object.fromEntries(values) };
}
