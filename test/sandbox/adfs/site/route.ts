// From a request to an answer: path, query and verb led through the resources.
import type { Request, Response } from 'express';
import { pipeline } from 'node:stream';
import type { Call } from './call';
import { badQuery, noResource, SiteError } from './errors';
import { readPath, type Segment } from './odata/path';
import { readQuery } from './odata/query';
import { childOf, pageOf, type Collection, type Entity, type Resource } from './odata/resource';
import { shapeEntity, type Shaping } from './odata/shape';
import { assertEtag } from './resources/files';
import { readSearch, search } from './resources/search';
import { rootOf } from './resources/webs';

/** MERGE and DELETE come as POST, with the verb that is meant in a header; the verbs themselves are taken, too. */
export function verbOf(request: Request): string {
	const tunnelled = request.get('X-HTTP-Method');
	return (request.method === 'POST' && tunnelled !== undefined ? tunnelled : request.method).toUpperCase();
}

export async function answer(call: Call, request: Request, response: Response): Promise<void> {
	const url = new URL(request.url, call.site.origin);
	const query = readQuery(url.searchParams);
	const metadata = !/odata(?:\.metadata)?=no(?:ne|metadata)/i.test(request.get('Accept') ?? '');
	const tell = (status: number, body: object): void => void response.status(status).type(`application/json;odata=${metadata ? 'minimal' : 'no'}metadata;streaming=true;charset=utf-8`).send(JSON.stringify(body));
	const shaping: Shaping = { select: query.select, expand: query.expand, metadata, apiUrl: call.apiUrl };
	const send = (resource: Resource | null, status = 200): void => {
		if (resource === null) return tell(status, { 'odata.null': true });
		if (resource.kind === 'value') return tell(status, resource.value === null ? { 'odata.null': true } : { value: resource.value });
		if (resource.kind === 'stream') {
			response.status(200).set({ 'Content-Type': 'application/octet-stream', 'Content-Length': String(resource.size), ETag: resource.etag });
			return void pipeline(resource.open(), response, () => undefined);
		}
		if (resource.kind === 'entity') {
			if (resource.etag !== undefined) response.set('ETag', resource.etag);
			return tell(status, { ...(metadata && { 'odata.metadata': `${call.apiUrl}$metadata#${resource.type}` }), ...shapeEntity(resource, shaping) });
		}
		const { rows, next } = pageOf(resource, query);
		tell(status, { ...(metadata && { 'odata.metadata': `${call.apiUrl}$metadata#${resource.path}` }), value: rows.map((row) => shapeEntity(row, shaping)), ...(next !== undefined && { 'odata.nextLink': next }) });
	};

	if (/^search\/(?:query|postquery)/i.test(call.path)) return tell(200, search(call, readSearch(verbOf(request) === 'GET' ? Object.fromEntries(url.searchParams) : ((await call.json())['request'] as Record<string, unknown> | undefined) ?? {})));
	const aliases = new Map([...url.searchParams].filter(([name]) => name.startsWith('@')).map(([name, text]) => [name.toLowerCase(), text]));
	const segments = readPath(call.path, aliases);
	const last = segments.at(-1);
	if (last === undefined) throw noResource('_api');
	const parent = walk(rootOf(call), segments.slice(0, -1));
	const verb = verbOf(request);
	const method = parent.kind === 'entity' || parent.kind === 'collection' ? parent.methods?.[last.name.toLowerCase()] : undefined;
	if (method) {
		if (verb !== 'POST') throw badQuery(`The HTTP method '${verb}' cannot be used to access the resource '${last.name}'. The operation type of the resource is specified as 'Default'. Please use correct HTTP method to invoke the resource.`);
		return send(await method(last));
	}
	const resource = walk(parent, [last]);
	switch (verb) {
		case 'GET':
			return send(resource);
		case 'POST':
			return send(await create(resource, call), 201);
		case 'MERGE':
		case 'PATCH':
			return await merge(entityOf(resource), call, request, response);
		case 'PUT':
			if (resource.kind !== 'stream' || !resource.put) throw noResource(last.name);
			assertEtag(request.get('If-Match'), resource.etag);
			await resource.put();
			return void response.status(204).end();
		case 'DELETE': {
			const entity = entityOf(resource);
			if (!entity.remove) throw badQuery("The HTTP method 'DELETE' cannot be used here.");
			assertEtag(request.get('If-Match'), entity.etag);
			entity.remove();
			return void response.status(200).end();
		}
		default:
			throw new SiteError(405, '-1, Microsoft.SharePoint.Client.InvalidClientQueryException', `The HTTP method '${verb}' is not supported.`);
	}
}

function walk(from: Resource, segments: readonly Segment[]): Resource {
	let at = from;
	for (const segment of segments) {
		const next = childOf(at, segment);
		if (next === undefined) throw noResource(segment.name);
		at = next;
	}
	return at;
}

async function create(resource: Resource, call: Call): Promise<Entity> {
	if (resource.kind !== 'collection' || !resource.create) throw badQuery("The HTTP method 'POST' cannot be used here.");
	return (resource as Collection & Required<Pick<Collection, 'create'>>).create(await call.json());
}

async function merge(entity: Entity, call: Call, request: Request, response: Response): Promise<void> {
	if (!entity.merge) throw badQuery("The HTTP method 'MERGE' cannot be used here.");
	const condition = request.get('If-Match');
	if (condition === undefined) throw badQuery('The request must have an If-Match header.');
	assertEtag(condition, entity.etag);
	entity.merge(await call.json());
	if (entity.etag !== undefined) response.set('ETag', entity.etag);
	response.status(204).end();
}

function entityOf(resource: Resource): Entity {
	if (resource.kind !== 'entity') throw badQuery('The resource is no entity.');
	return resource;
}
