// One page of a list and the address of the next: absolute, to be followed whole.
// @see https://learn.microsoft.com/en-us/graph/paging
import type { Request } from 'express';
import type { GraphSettings } from '../../graphSettings';
import { invalidRequest } from '../errors';

export interface Page<T> {
	readonly items: readonly T[];
	/** Of the query option `$skiptoken`; absent on the last page. */
	readonly nextToken?: string;
}

/** Where a page begins: after so many, or after the row with this id. */
export interface Position {
	readonly after: number;
	/** The page at this position was announced to be empty. */
	readonly isEmpty: boolean;
}

export function positionOf(token: string | undefined): Position {
	if (token === undefined) return { after: 0, isEmpty: false };
	const found = /^Paged=TRUE&p_ID=(\d+)(&p_Empty=1)?$/.exec(Buffer.from(token, 'base64url').toString());
	if (!found) throw invalidRequest('The $skiptoken is not valid.', 'invalidQueryOption');
	return { after: Number(found[1]), isEmpty: found[2] !== undefined };
}

export function tokenOf({ after, isEmpty }: Position): string {
	return Buffer.from(`Paged=TRUE&p_ID=${after}${isEmpty ? '&p_Empty=1' : ''}`).toString('base64url');
}

export function pageSizeOf(top: number | undefined, { graphPageSize, graphMaxPageSize }: GraphSettings): number {
	return Math.min(top ?? graphPageSize, graphMaxPageSize);
}

/** A page of rows that are all known; the position counts them. */
export function pageOf<T>(rows: readonly T[], top: number | undefined, token: string | undefined, settings: GraphSettings): Page<T> {
	const position = positionOf(token);
	if (position.isEmpty) return { items: [], nextToken: tokenOf({ ...position, isEmpty: false }) };
	const end = position.after + pageSizeOf(top, settings);
	const items = rows.slice(position.after, end);
	return { items, ...(end < rows.length && { nextToken: tokenOf({ after: end, isEmpty: settings.graphEmptyPages }) }) };
}

/** The address that `request` came to, with some of its query options changed; null takes one away. */
export function linkOf(graphUrl: string, request: Request, changes: Readonly<Record<string, string | null>>): string {
	const url = new URL(request.originalUrl, graphUrl);
	for (const [name, value] of Object.entries(changes)) {
		if (value === null) url.searchParams.delete(name);
		else url.searchParams.set(name, value);
	}
	// As Graph writes them: the dollar of an option as it is.
	return `${url.origin}${url.pathname}${url.search.replaceAll('%24', '$')}`;
}
