// What lies behind a record's address: a file's bytes, a parent, children; or a record behind its external id.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_relationships.htm
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_upsert_get.htm
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_blob_retrieve.htm
import { Router, type Request } from 'express';
import { notFound } from '../apiErrors';
import { nameList, type ApiResponse } from '../apiLocals';
import { stream } from '../compression';
import { indexesWhere } from '../data/access';
import type { Field, SObject } from '../data/fields';
import { contentOf, largeContent } from '../data/fileRows';
import { Selection, type Row } from '../data/rows';
import { normalizeId } from '../ids';
import { batchSizeOf } from '../query/batchSize';
import type { Cursors } from '../query/cursors';
import { compileComparison } from '../soql/compare';
import { attributes, renderRecord, type Item } from '../soql/records';
import { fieldsNamed, noSuchExternalId, objectNamed, recordBody, rowAt } from './record';

export function relatedRoutes(cursors: Cursors): Router {
	const sendBlob = (row: Row, response: ApiResponse): void => {
		const content = contentOf(row.Id);
		const size = content?.length ?? Number(row['ContentSize'] ?? 0);
		response.type('application/octet-stream').set('Content-Length', String(size));
		stream(response, content ? [content] : largeContent(size), { compressed: false });
	};

	const sendRelated = (object: SObject, row: Row, name: string, request: Request, response: ApiResponse): void => {
		const { access } = response.locals;
		const names = nameList(request.query['fields']);
		const parent = access.findParent(object, name);
		if (parent) {
			const { target, field } = parent;
			const id = row[field.name];
			if (typeof id !== 'string') throw notFound();
			return void response.json(recordBody(target, rowAt(target, id, access), fieldsNamed(target, names, access), response.locals));
		}
		const children = access.findChildren(object, name);
		if (!children) throw notFound();
		const { child, field: link } = children;
		const items: Item[] = fieldsNamed(child, names, access).map((field) => ({ kind: 'column', column: { parents: [], field, owner: child } }));
		const rows = access.rows(child);
		const found = new Selection(rows, indexesWhere(rows, (candidate) => candidate[link.name] === row.Id && !candidate.IsDeleted));
		const result = { totalSize: found.length, count: found.length, record: (index: number, rendering: Parameters<typeof renderRecord>[4]) => renderRecord(child, found.at(index)!, items, access, rendering) };
		response.json(cursors.first(result, batchSizeOf(request), response.locals));
	};

	const sendByExternalId = (object: SObject, field: Field, value: string, request: Request, response: ApiResponse): void => {
		const { access, version } = response.locals;
		const fields = fieldsNamed(object, nameList(request.query['fields']), access);
		if (field.type === 'id') return void response.json(recordBody(object, rowAt(object, value, access), fields, response.locals));
		if (!field.externalId) throw noSuchExternalId(field.name);
		const is = compileComparison(field, '=', [{ kind: 'string', text: value }]);
		const rows = access.rows(object);
		const found = indexesWhere(rows, (row) => !row.IsDeleted && is(row[field.name] ?? null)).map((index) => rows.at(index)!);
		if (found.length === 0) throw notFound();
		// More than one record has this value: their addresses.
		if (found.length > 1) return void response.status(300).json(found.map(({ Id }) => attributes(object, Id, version).url));
		response.json(recordBody(object, found[0]!, fields, response.locals));
	};

	return Router().get('/sobjects/:type/:first/:second', (request, response: ApiResponse) => {
		const { access } = response.locals;
		const { first, second } = request.params;
		const object = objectNamed(request.params.type, access);
		const field = access.findField(object, first);
		if (field) return sendByExternalId(object, field, second, request, response);
		if (!normalizeId(first)) throw noSuchExternalId(first);
		const row = rowAt(object, first, access);
		if (access.findField(object, second)?.type === 'base64') return sendBlob(row, response);
		sendRelated(object, row, second, request, response);
	});
}
