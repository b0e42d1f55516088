// The addresses of sites and lists.
// @see https://learn.microsoft.com/en-us/graph/api/site-getbypath
import type { RequestHandler } from 'express';
import type { GraphContext, GraphResponse } from '../context';
import { accessDenied, invalidRequest, itemNotFound } from '../errors';
import type { List } from '../lists/list';
import type { Site } from './site';

/**
 * @param id `root`, the whole id, or the id of a site collection alone
 * Throws a GraphError 404 for no site and 403 for one that the caller may not see.
 */
export function siteAt({ sites }: Pick<GraphContext, 'sites'>, { locals: { caller } }: GraphResponse, id: string): Site {
	const wanted = id.toLowerCase();
	const hostname = sites[0]!.hostname;
	const site = sites.find((candidate) => candidate.id === wanted) ?? sites.find(({ collectionId, parent }) => !parent && collectionId === wanted) ?? (wanted === 'root' || wanted === hostname ? sites[0] : undefined);
	if (!site) {
		if (wanted.includes(',') && !wanted.startsWith(`${hostname},`)) throw invalidRequest('Invalid hostname for this tenancy');
		throw itemNotFound('Requested site could not be found');
	}
	if (!caller.sees(site)) throw accessDenied();
	return site;
}

/** By id, by the name in its address, or by what people call it. */
export function listAt(site: Site, id: string): List {
	const wanted = id.toLowerCase();
	const list = site.lists.find((candidate) => candidate.id === wanted) ?? site.lists.find(({ displayName, name }) => [displayName.toLowerCase(), name.toLowerCase()].includes(wanted));
	if (!list) throw itemNotFound('The specified list was not found');
	return list;
}

/** `/sites/{host}:/{path}[:/…]` and `/sites/{id}/getByPath(path='…')` as `/sites/{id}/…`. */
export function findSiteByPath(context: GraphContext): RequestHandler {
	return (request, response, next) => {
		const [path = '', query = ''] = request.url.split(/(?=\?)/);
		const found = /^\/sites\/([^/]+?):\/([^:]*)(?::(\/.*)?)?$/.exec(path) ?? /^\/sites\/([^/]+)\/getByPath\(path=(?:'|%27)(.*?)(?:'|%27)\)(\/.*)?$/.exec(path);
		if (found) {
			const [, host = '', sitePath = '', rest = ''] = found;
			const { hostname } = context.sites[0]!;
			const base = decodeURIComponent(host);
			if (base.includes(',') || base === 'root') siteAt(context, response as GraphResponse, base);
			else if (base.toLowerCase() !== hostname) throw invalidRequest('Invalid hostname for this tenancy');
			const wanted = decodeURIComponent(sitePath).replace(/^\/|\/$/g, '').toLowerCase();
			const site = context.sites.find((candidate) => candidate.path.slice(1).toLowerCase() === wanted);
			if (!site) throw itemNotFound('Requested site could not be found');
			request.url = `/sites/${site.id}${rest}${query}`;
		}
		next();
	};
}
