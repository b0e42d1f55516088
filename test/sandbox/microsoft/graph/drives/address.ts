// The many addresses of one file, brought into the one form that the routes know: `/drives/{id}/items/{id}/…`.
// A path between colons may name something that is not there yet: then the routes get its folder and its name.
// @see https://learn.microsoft.com/en-us/graph/onedrive-addressing-driveitems
import type { Request, RequestHandler } from 'express';
import type { GraphContext, GraphResponse } from '../context';
import { drivesOf } from '../context';
import { invalidRequest, itemNotFound } from '../errors';
import { listAt, siteAt } from '../sites/address';
import type { Drive } from './drive';
import type { Node } from './node';

/** What a path names: something that is there, or a name (and missing folders) below what is. */
export interface Addressed {
	readonly drive: Drive;
	readonly node?: Node;
	readonly missing?: { readonly parent: Node; readonly names: readonly string[] };
}

const addressed = new WeakMap<Request, Addressed>();

/** @throws GraphError 404 where there is nothing yet */
export function nodeAt(request: Request): { drive: Drive; node: Node } {
	const { drive, node } = addressed.get(request)!;
	if (!node) throw itemNotFound();
	return { drive, node };
}

export function placeAt(request: Request): Addressed {
	return addressed.get(request)!;
}

/** Before the routes of drives: looks the item up and takes the address down to `/driveItem/…`. */
export function findAddressed(context: GraphContext): RequestHandler {
	return (request, response, next) => {
		const [path = '', query] = request.url.split(/(?=\?)/);
		const list = /^\/drives\/([^/:]+)\/list(\/.*)?$/.exec(path);
		if (list) {
			const { list: { id, site } } = driveAt(context, response as GraphResponse, decodeURIComponent(list[1]!));
			request.url = `/sites/${site.id}/lists/${id}${list[2] ?? ''}${query ?? ''}`;
			return next();
		}
		const found = locate(context, path, response as GraphResponse);
		if (found) {
			const { caller } = (response as GraphResponse).locals;
			caller.need(request.method === 'GET' || request.method === 'HEAD' ? 'files.read' : 'files.write');
			if (request.method !== 'GET' && request.method !== 'HEAD') caller.mustWriteIn(found.place.drive.list.site);
			addressed.set(request, found.place);
			request.url = `/driveItem${functionsAsPaths(found.rest)}${query ?? ''}`;
		}
		next();
	};
}

/** `/search(q='a''b')` as `/search/a'b`, still encoded. */
function functionsAsPaths(rest: string): string {
	const found = /^(.*\/)(search|delta)\((?:q|token)='(.*)'\)$/.exec(decodeQuotes(rest));
	return found ? `${found[1]}${found[2]}/${found[3]!.replaceAll('\'\'', '\'')}` : rest;
}

function decodeQuotes(text: string): string {
	return text.replaceAll('%27', '\'').replaceAll('%28', '(').replaceAll('%29', ')').replaceAll('%3D', '=');
}

function locate(context: GraphContext, path: string, response: GraphResponse): { place: Addressed; rest: string } | undefined {
	const inDrive = driveIn(context, path, response);
	if (!inDrive) return undefined;
	const { drive, rest } = inDrive;
	if (/^\/search(?:\(|%28)/.test(rest)) return { place: { drive, node: drive.root }, rest };
	const item = /^\/(root|items\/[^/:]+)(:.*|\/.*|$)/.exec(rest);
	if (!item) return undefined;
	const start = drive.at(decodeURIComponent(item[1]!.replace('items/', '')));
	const after = item[2]!;
	if (!after.startsWith(':')) return { place: { drive, node: start }, rest: after };
	// `:/a/b.txt`, `:/a/b.txt:` or `:/a/b.txt:/content`.
	const parts = /^:\/([^:]*)(?::(\/.*)?)?$/.exec(after);
	if (!parts) throw invalidRequest('The path is malformed.', 'invalidPath');
	const names = parts[1]!.split('/').filter(Boolean).map(decodeURIComponent);
	return { place: walk(drive, start, names), rest: parts[2] ?? '' };
}

function walk(drive: Drive, start: Node, names: readonly string[]): Addressed {
	let parent = start;
	for (const [index, name] of names.entries()) {
		const child = parent.children?.get(name.toLowerCase());
		if (!child) return { drive, missing: { parent, names: names.slice(index) } };
		parent = child;
	}
	return { drive, node: parent };
}

/** The drive that an address begins with; undefined for other addresses. */
function driveIn(context: GraphContext, path: string, response: GraphResponse): { drive: Drive; rest: string } | undefined {
	const byId = /^\/drives\/([^/:]+)(\/.*)$/.exec(path);
	if (byId) return { drive: driveAt(context, response, decodeURIComponent(byId[1]!)), rest: byId[2]! };
	const inSite = /^\/sites\/([^/]+)\/(?:drive|drives\/([^/:]+)|lists\/([^/]+)\/drive)(\/.*)$/.exec(path);
	if (!inSite) return undefined;
	const site = siteAt(context, response, decodeURIComponent(inSite[1]!));
	if (inSite[2] !== undefined) return { drive: driveAt(context, response, decodeURIComponent(inSite[2])), rest: inSite[4]! };
	const drive = inSite[3] === undefined ? drivesOf(site)[0] : listAt(site, decodeURIComponent(inSite[3])).drive;
	if (!drive) throw itemNotFound();
	return { drive, rest: inSite[4]! };
}

/** @throws GraphError 404, also for a drive of a site that the caller does not see */
export function driveAt({ sites }: GraphContext, response: GraphResponse, id: string): Drive {
	const drive = sites.flatMap(drivesOf).find((candidate) => candidate.id === id);
	if (!drive || !response.locals.caller.sees(drive.list.site)) throw itemNotFound();
	return drive;
}
