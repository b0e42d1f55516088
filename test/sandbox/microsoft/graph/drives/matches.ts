// `If-Match` and `If-None-Match` of a file: its eTag or its cTag.
import type { Request } from 'express';
import { GraphError, resourceModified } from '../errors';
import { cTagOf, eTagOf, type Node } from './node';

/** @throws GraphError 412 */
export function mustBeUnchanged(node: Node, request: Request): void {
	const expected = request.get('if-match');
	if (expected !== undefined && expected !== '*' && ![eTagOf(node), cTagOf(node)].includes(expected)) throw resourceModified();
	const unexpected = request.get('if-none-match');
	if (unexpected !== undefined && (unexpected === '*' || [eTagOf(node), cTagOf(node)].includes(unexpected))) throw new GraphError(412, 'nameAlreadyExists', 'The item already exists.');
}
