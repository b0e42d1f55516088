// What changed in a folder and below.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-delta
import type { Request } from 'express';
import { deltaLink, deltaPositionOf, nextLink } from '../changeTokens';
import { optionsOf, queryOf, type GraphContext, type GraphResponse } from '../context';
import { pageSizeOf } from '../odata/page';
import { deletedNodeBody, nodeBody } from './bodies';
import type { Drive } from './drive';
import { descendantsOf, type Node } from './node';

export function driveDelta(context: GraphContext, { drive, node: from }: { drive: Drive; node: Node }, request: Request, response: GraphResponse): void {
	const { graphUrl, settings } = context;
	const query = queryOf(request);
	const token = request.params['token'];
	if (token !== undefined) query.set('token', String(token));
	const position = deltaPositionOf(request, query, drive.sequence, graphUrl, settings);
	const answer = (value: unknown[], link: Record<string, string>): void => {
		response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#Collection(driveItem)`, ...link, value });
	};
	if (position === 'latest') return answer([], { '@odata.deltaLink': deltaLink(graphUrl, request, drive.sequence) });

	const options = optionsOf(request);
	const size = pageSizeOf(options.top, settings);
	const body = (node: Node): unknown => (isThere(drive, node) ? nodeBody(context, drive, node, options) : deletedNodeBody(drive, node));
	if (position.since === null) {
		const all = [from, ...descendantsOf(from)];
		const end = position.after + size;
		return answer(all.slice(position.after, end).map(body), end < all.length ? { '@odata.nextLink': nextLink(graphUrl, request, { ...position, after: end }) } : { '@odata.deltaLink': deltaLink(graphUrl, request, position.until) });
	}
	const changes = drive.changedSince(position.since);
	const page = changes.slice(0, size);
	const known = page.at(-1)?.sequence ?? position.since;
	const nodes = withFolders(drive, from, page.map(({ node }) => node));
	answer(nodes.map(body), changes.length <= size ? { '@odata.deltaLink': deltaLink(graphUrl, request, known) } : { '@odata.nextLink': nextLink(graphUrl, request, { ...position, since: known }) });
}

function isThere(drive: Drive, node: Node): boolean {
	return drive.nodes.has(node.id);
}

/** The folders above what changed come along, from the root downward. */
function withFolders(drive: Drive, from: Node, changed: readonly Node[]): Node[] {
	const isBelow = (node: Node): boolean => node === from || (node.parent !== undefined && isBelow(node.parent));
	const listed = new Set<Node>();
	const addWithParents = (node: Node): void => {
		if (node.parent) addWithParents(node.parent);
		if (isThere(drive, node)) listed.add(node);
	};
	for (const node of changed) {
		if (!isBelow(node)) continue;
		if (node.parent) addWithParents(node.parent);
		listed.delete(node);
		listed.add(node);
	}
	return [...listed];
}
