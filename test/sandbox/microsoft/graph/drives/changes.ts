// Renaming and moving, and what a body says of a name that is taken.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-move
import type { Request } from 'express';
import type { GraphContext, GraphResponse } from '../context';
import { invalidRequest, itemNotFound } from '../errors';
import { driveAt } from './address';
import type { ConflictBehavior, Drive } from './drive';
import type { Node } from './node';

/** Also from the query, where the body is the content. Throws a GraphError 400 for another word. */
export function readConflict(source: unknown, otherwise: ConflictBehavior): ConflictBehavior {
	const annotation = '@microsoft.graph.conflictBehavior';
	const word = source instanceof URLSearchParams ? (source.get(annotation) ?? undefined) : (source as Record<string, unknown> | undefined)?.[annotation];
	if (word === undefined) return otherwise;
	if (word !== 'fail' && word !== 'replace' && word !== 'rename') throw invalidRequest(`'${String(word)}' is not a valid value of conflictBehavior.`, 'invalidParameterFormat');
	return word;
}

export function moveNode(context: GraphContext, drive: Drive, node: Node, request: Request, response: GraphResponse): void {
	const { name, parentReference, description } = (request.body ?? {}) as { name?: unknown; parentReference?: unknown; description?: unknown };
	if (name !== undefined && typeof name !== 'string') throw invalidRequest('The name has to be a text.');
	const parent = parentReference === undefined ? node.parent : parentOf(context, drive, parentReference, response);
	if (name === undefined && parent === node.parent) {
		if (description === undefined) throw invalidRequest('Nothing to update was named.');
		drive.touch(node, response.locals.caller.siteUserId);
		return;
	}
	if (!parent) throw invalidRequest('Cannot change the root folder.');
	drive.move(node, parent, name ?? node.name, readConflict(request.body, 'fail'), response.locals.caller.siteUserId);
}

/**
 * By id, or by path (`/drives/{id}/root:/folder`).
 * Throws a GraphError 404 where nothing is there, 400 for a folder of another library: those are copied.
 */
export function parentOf(context: GraphContext, drive: Drive, reference: unknown, response: GraphResponse): Node {
	const { driveId, id, path } = (reference ?? {}) as Record<string, unknown>;
	const target = typeof driveId === 'string' ? driveAt(context, response, driveId) : drive;
	if (target !== drive) throw invalidRequest('Moves between different drives are not supported. Copy and then delete the item instead.', 'notSupported');
	return folderAt(target, id, path);
}

export function folderAt(drive: Drive, id: unknown, path: unknown): Node {
	if (typeof id === 'string') return drive.at(id);
	if (typeof path !== 'string') throw invalidRequest('parentReference needs an id or a path.');
	const found = drive.find(drive.root, (/root:?\/?(.*)$/.exec(path)?.[1] ?? path).split('/').filter(Boolean).map(decodeURIComponent));
	if (!found) throw itemNotFound();
	return found;
}
