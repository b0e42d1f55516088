// Which items of a list a request gets: filter, order, page, and SharePoint's two rules on large lists.
// @see https://learn.microsoft.com/en-us/graph/api/listitem-list
import type { GraphSettings } from '../../graphSettings';
import { GraphError, invalidRequest } from '../errors';
import { compare, meets } from '../odata/evaluate';
import { parseFilter, pathsOf, type Literal } from '../odata/filterSyntax';
import type { ODataOptions } from '../odata/options';
import { pageOf, pageSizeOf, positionOf, tokenOf, type Page } from '../odata/page';
import type { List } from './list';
import { columnNamed, heldBy } from './readFields';
import type { Row } from './row';

/**
 * @param prefer the header `Prefer`
 * Throws a GraphError 400 for columns that are unknown or not indexed, and one for lists above the threshold.
 */
export function queryItems(list: List, options: ODataOptions, prefer: string, settings: GraphSettings): Page<Row> {
	const condition = options.filter === undefined ? undefined : parseFilter(options.filter);
	const paths = [...(condition ? pathsOf(condition) : []), ...options.orderBy.map(({ path }) => path)];
	const unindexed = paths.filter((path) => !isIndexed(list, path));
	if (unindexed.length > 0 && !prefer.includes('HonorNonIndexedQueriesWarningMayFailRandomly')) {
		throw invalidRequest(`Field '${unindexed[0]!.replace('fields/', '')}' cannot be referenced in filter or orderby as it is not indexed. Provide the 'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, but be warned that such queries may fail on large lists.`);
	}
	if (!condition && options.orderBy.length === 0) return inOrder(list, options, settings);
	if (unindexed.length > 0 && list.rows.size > settings.graphListViewThreshold) throw aboveThreshold(settings);

	const found: Row[] = [];
	for (const row of list.rows.after(0)) {
		if (!condition || meets(condition, (path) => heldBy(list, row, path))) found.push(row);
		if (condition && found.length > settings.graphListViewThreshold) throw aboveThreshold(settings);
	}
	for (const { path, descending } of options.orderBy.toReversed()) {
		found.sort((a, b) => (descending ? -1 : 1) * order(heldBy(list, a, path), heldBy(list, b, path)));
	}
	return pageOf(found, options.top, options.skipToken, settings);
}

/** By id, without looking at the rows before the page. */
function inOrder({ rows }: List, { top, skipToken }: ODataOptions, settings: GraphSettings): Page<Row> {
	const position = positionOf(skipToken);
	if (position.isEmpty) return { items: [], nextToken: tokenOf({ ...position, isEmpty: false }) };
	const size = pageSizeOf(top, settings);
	const items: Row[] = [];
	for (const row of rows.after(position.after)) {
		if (items.length === size) return { items, nextToken: tokenOf({ after: items.at(-1)?.id ?? position.after, isEmpty: settings.graphEmptyPages }) };
		items.push(row);
	}
	return { items };
}

function isIndexed(list: List, path: string): boolean {
	if (!path.startsWith('fields/')) {
		if (['id', 'createdDateTime', 'lastModifiedDateTime', 'contentType/name', 'eTag'].includes(path)) return path === 'id';
		throw invalidRequest('Invalid filter clause', 'invalidQueryOption');
	}
	const column = columnNamed(list, path.slice('fields/'.length));
	if (!column) throw invalidRequest(`Field '${path.slice('fields/'.length)}' is not recognized`);
	return column.indexed;
}

/** Empty comes first. */
function order(a: unknown, b: unknown): number {
	const [left, right] = [a, b].map((held) => (Array.isArray(held) ? (held as Literal[])[0] : (held as Literal | undefined)) ?? null);
	if (left === null || right === null) return Number(left !== null) - Number(right !== null);
	return compare(left!, right!) ?? 0;
}

function aboveThreshold({ graphThresholdAnswer, graphRetryAfterSeconds }: GraphSettings): GraphError {
	switch (graphThresholdAnswer) {
		case 'listViewThreshold':
			return invalidRequest('The attempted operation is prohibited because it exceeds the list view threshold.');
		case 'tooManyResources':
			return new GraphError(422, 'unprocessableEntity', 'The request is unprocessable because it uses too many resources');
		case 'throttled':
			return new GraphError(429, 'activityLimitReached', 'The app or user has been throttled.', 'throttledRequest', { 'Retry-After': String(graphRetryAfterSeconds) });
	}
}
