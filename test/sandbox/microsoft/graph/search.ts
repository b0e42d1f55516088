// Search over everything that the caller may see.
// @see https://learn.microsoft.com/en-us/graph/api/search-query
import { json, Router } from 'express';
import type { GraphContext, GraphResponse } from './context';
import { driveBody, nodeBody } from './drives/bodies';
import { descendantsOf, pathOf } from './drives/node';
import { GraphError } from './errors';
import { itemBody } from './lists/itemBody';
import { listBody } from './lists/list';
import { fieldsOf } from './lists/readFields';
import { compileKql, type Searchable } from './searchQuery';
import { siteBody, type Site } from './sites/site';

const entityTypes = ['site', 'list', 'listItem', 'drive', 'driveItem'];
const largestSize = 500;
const badRequest = (message: string): GraphError => new GraphError(400, 'BadRequest', message);

interface Asked {
	readonly entityTypes?: unknown;
	readonly query?: { readonly queryString?: unknown };
	readonly from?: unknown;
	readonly size?: unknown;
	readonly fields?: unknown;
	readonly region?: unknown;
}

interface Hit extends Searchable {
	readonly hitId: string;
	resource(fields: readonly string[] | undefined): Record<string, unknown>;
}

export function searchRoutes(context: GraphContext): Router {
	return Router().post('/search/query', json(), (request, response: GraphResponse) => {
		const { caller } = response.locals;
		const { requests } = (request.body ?? {}) as { requests?: readonly Asked[] };
		if (!Array.isArray(requests) || requests.length !== 1) throw badRequest('SearchRequest Invalid (Only one request is supported.)');
		const asked = requests[0] as Asked;
		const types = asked.entityTypes;
		if (!Array.isArray(types) || types.length === 0 || !types.every((type) => entityTypes.includes(String(type)))) throw badRequest('SearchRequest Invalid (The entity type is invalid.)');
		caller.need(types.every((type) => type === 'drive' || type === 'driveItem') ? 'files.read' : 'sites.read');
		if (caller.isApp && typeof asked.region !== 'string') throw badRequest('SearchRequest Invalid (Region is required when request with application permission.)');
		const [from, size] = [numberOf(asked.from, 0), numberOf(asked.size, 25)];
		if (size > largestSize) throw badRequest(`SearchRequest Invalid (Size exceeds the maximum of ${largestSize}.)`);
		const text = asked.query?.queryString;
		if (typeof text !== 'string' || text.trim() === '') throw badRequest('SearchRequest Invalid (Query string is missing.)');
		const isHit = compileKql(text);
		const found = context.sites.filter((site) => caller.sees(site)).flatMap((site) => hitsOf(context, site, types as string[])).filter(isHit);
		const fields = Array.isArray(asked.fields) ? (asked.fields as string[]) : undefined;
		const hits = found.slice(from, from + size).map((hit, index) => ({ hitId: hit.hitId, rank: from + index + 1, summary: hit.text.slice(0, 200), resource: hit.resource(fields) }));
		response.json({
			'@odata.context': `${context.graphUrl}/v1.0/$metadata#Collection(microsoft.graph.searchResponse)`,
			value: [{ searchTerms: text.split(/\s+/), hitsContainers: [{ ...(hits.length > 0 && { hits }), total: found.length, moreResultsAvailable: from + size < found.length }] }],
		});
	});
}

function numberOf(value: unknown, otherwise: number): number {
	if (value === undefined) return otherwise;
	if (!Number.isInteger(value) || (value as number) < 0) throw badRequest('SearchRequest Invalid (from and size have to be whole numbers.)');
	return value as number;
}

function hitsOf(context: GraphContext, site: Site, types: readonly string[]): Hit[] {
	const { graphUrl } = context;
	const of = (type: string): string => `#microsoft.graph.${type}`;
	const path = site.webUrl;
	const hits: Hit[] = [];
	if (types.includes('site')) hits.push({ hitId: site.id, title: site.displayName, text: [site.displayName, site.name, site.description].join(' '), path, isDocument: false, resource: () => ({ '@odata.type': of('site'), ...siteBody(site) }) });
	for (const list of site.lists.filter(({ isSystem, hidden }) => !isSystem && !hidden)) {
		const { drive } = list;
		if (types.includes('list')) hits.push({ hitId: list.id, title: list.displayName, text: `${list.displayName} ${list.description}`, path, isDocument: false, resource: () => ({ '@odata.type': of('list'), ...listBody(list) }) });
		if (types.includes('drive') && drive) hits.push({ hitId: drive.id, title: list.displayName, text: list.displayName, path, isDocument: false, resource: () => ({ '@odata.type': of('drive'), ...driveBody(drive) }) });
		if (types.includes('driveItem') && drive) {
			for (const node of descendantsOf(drive.root)) hits.push({ hitId: node.id, title: node.name, text: pathOf(node).slice(1), path: `${path}${pathOf(node)}`, isDocument: node.content !== undefined, resource: () => ({ '@odata.type': of('driveItem'), ...nodeBody(context, drive, node) }) });
		}
		if (types.includes('listItem') && list.isSearched) {
			for (const row of list.rows.after(0)) {
				const title = String(row.values['Title'] ?? row.values['FileLeafRef'] ?? '');
				const resource = (fields: readonly string[] | undefined) => ({ '@odata.type': of('listItem'), ...itemBody(graphUrl, list, row, { expand: new Map() }), ...(fields && { fields: withoutEtag(fieldsOf(list, row, fields.filter((name) => list.columns.some((column) => column.name.toLowerCase() === name.toLowerCase())))) }) });
				hits.push({ hitId: row.uniqueId, title, text: [title, ...Object.values(row.values).filter((value) => typeof value === 'string')].join(' '), path, isDocument: list.drive !== undefined, resource });
			}
		}
	}
	return hits;
}

function withoutEtag({ '@odata.etag': _etag, ...fields }: Record<string, unknown>): Record<string, unknown> {
	return fields;
}
