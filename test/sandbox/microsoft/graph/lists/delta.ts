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
	const ids = position.since === null ? idsAfter(list, position.after, size + 1) : list.rows.changedSince(position.since).slice(position.after, position.after + size + 1);
	const page = ids.slice(0, size).map((id) => {
		const row = list.rows.get(id);
		return row ? itemBody(graphUrl, list, row, options) : deletedItemBody(list, id);
	});
	if (ids.length <= size) return answer(page, { '@odata.deltaLink': deltaLink(graphUrl, request, position.until) });
	const after = position.since === null ? ids[size - 1]! : position.after + size;
	answer(page, { '@odata.nextLink': nextLink(graphUrl, request, { ...position, after }) });
}

function idsAfter({ rows }: List, after: number, count: number): number[] {
	const ids: number[] = [];
	for (const { id } of rows.after(after)) {
		if (ids.length === count) break;
		ids.push(id);
	}
	return ids;
}
