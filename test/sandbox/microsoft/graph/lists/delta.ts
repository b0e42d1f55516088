// What changed in a list.
// @see https://learn.microsoft.com/en-us/graph/api/listitem-delta
import type { Request } from 'express';
import { deltaLink, deltaPositionOf, nextLink } from '../changeTokens';
import { optionsOf, queryOf, type GraphContext, type GraphResponse } from '../context';
import { pageSizeOf } from '../odata/page';
import { deletedItemBody, itemBody } from './itemBody';
import type { List } from './list';

export function listDelta({ graphUrl, settings }: GraphContext, list: List, request: Request, response: GraphResponse): void {
	const options = optionsOf(request);
	const position = deltaPositionOf(request, queryOf(request), list.rows.sequence, graphUrl, settings);
	const answer = (value: unknown[], link: Record<string, string>): void => {
		response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#Collection(listItem)`, ...link, value });
	};
	if (position === 'latest') return answer([], { '@odata.deltaLink': deltaLink(graphUrl, request, list.rows.sequence) });

	const size = pageSizeOf(options.top, settings);
	const body = (id: number): unknown => {
		const row = list.rows.get(id);
		return row ? itemBody(graphUrl, list, row, options) : deletedItemBody(list, id);
	};
	if (position.since === null) {
		const ids = idsAfter(list, position.after, size + 1);
		const page = ids.slice(0, size).map(body);
		return answer(page, ids.length <= size ? { '@odata.deltaLink': deltaLink(graphUrl, request, position.until) } : { '@odata.nextLink': nextLink(graphUrl, request, { ...position, after: ids[size - 1]! }) });
	}
	const changes = list.rows.changedSince(position.since);
	const page = changes.slice(0, size);
	const known = page.at(-1)?.sequence ?? position.since;
	answer(page.map(({ id }) => body(id)), changes.length <= size ? { '@odata.deltaLink': deltaLink(graphUrl, request, known) } : { '@odata.nextLink': nextLink(graphUrl, request, { ...position, since: known }) });
}

function idsAfter({ rows }: List, after: number, count: number): number[] {
	const ids: number[] = [];
	for (const { id } of rows.after(after)) {
		if (ids.length === count) break;
		ids.push(id);
	}
	return ids;
}
