// The tokens of `delta`: how far a client has come, and whether that can still be told.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-delta
import type { Request } from 'express';
import type { GraphSettings } from '../graphSettings';
import { GraphError, invalidRequest } from './errors';
import { linkOf } from './odata/page';

/** Somewhere in the list of changes, or (null) in everything there is. */
export interface DeltaPosition {
	/** The last change that the client knows. */
	readonly since: number | null;
	/** Of everything there is: the newest change when the first page was asked for, and how far the pages have come. */
	readonly until: number;
	readonly after: number;
}

/**
 * @param newest the number of the newest change
 * Throws a GraphError 410 with a Location for a token that is too old.
 */
export function deltaPositionOf(request: Request, query: URLSearchParams, newest: number, graphUrl: string, { graphDeltaTokensExpired }: GraphSettings): DeltaPosition | 'latest' {
	const token = query.get('token') ?? query.get('$deltatoken') ?? query.get('$skiptoken');
	if (token === null) return { since: null, until: newest, after: 0 };
	if (token === 'latest') return 'latest';
	const found = /^(\d+|null);(\d+);(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
	if (!found) throw invalidRequest('The delta token is not valid.', 'invalidParameterFormat');
	if (graphDeltaTokensExpired) {
		const again = linkOf(graphUrl, request, { token: null, $deltatoken: null, $skiptoken: null });
		throw new GraphError(410, 'resyncRequired', 'Resync required. Replace any local items with the server\'s version (including deletes) if you\'re sure that the service was up to date with your local changes when you last sync\'d. Upload any local changes that the server doesn\'t know about.', 'resyncChangesApplyDifferences', { Location: again });
	}
	return { since: found[1] === 'null' ? null : Number(found[1]), until: Number(found[2]), after: Number(found[3]) };
}

export function deltaTokenOf({ since, until, after }: DeltaPosition): string {
	return Buffer.from(`${since};${until};${after}`).toString('base64url');
}

export function nextLink(graphUrl: string, request: Request, position: DeltaPosition): string {
	return linkOf(graphUrl, request, { token: deltaTokenOf(position), $deltatoken: null, $skiptoken: null });
}

export function deltaLink(graphUrl: string, request: Request, newest: number): string {
	return linkOf(graphUrl, request, { token: deltaTokenOf({ since: newest, until: newest, after: 0 }), $deltatoken: null, $skiptoken: null });
}
