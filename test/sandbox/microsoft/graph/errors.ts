// Graph's errors: a closed list of codes, a finer code inside, and the ids that its support asks for.
// @see https://learn.microsoft.com/en-us/graph/errors
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';

export class GraphError extends Error {
	/** @param innerCode one of the detailed codes @param headers sent along, such as Location with a 410 */
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly innerCode?: string,
		readonly headers: Readonly<Record<string, string>> = {},
	) {
		super(message);
	}
}

export const accessDenied = (): GraphError => new GraphError(403, 'accessDenied', 'Access denied');
export const itemNotFound = (message = 'The resource could not be found.'): GraphError => new GraphError(404, 'itemNotFound', message);
export const invalidRequest = (message = 'Invalid request', innerCode?: string): GraphError => new GraphError(400, 'invalidRequest', message, innerCode);
export const nameAlreadyExists = (): GraphError => new GraphError(409, 'nameAlreadyExists', 'The specified item name already exists.');
export const resourceModified = (): GraphError => new GraphError(412, 'resourceModified', 'ETag does not match current item\'s value', 'entityTagDoesNotMatch');
export const unauthorized = (message: string): GraphError => new GraphError(401, 'InvalidAuthenticationToken', message);
export const quotaLimitReached = (): GraphError => new GraphError(507, 'quotaLimitReached', 'The user has reached their quota limit.');
export const noSegment = (path: string): GraphError => new GraphError(404, 'itemNotFound', `Resource not found for the segment '${path.split('/').at(-1)}'.`);

/** The one form of every error body. */
export function sendGraphError(request: Request, response: Response, error: unknown): void {
	const { status, code, message, innerCode, headers } = asGraphError(error);
	const id = randomUUID();
	const ids = { date: new Date().toISOString().slice(0, 19), 'request-id': id, 'client-request-id': request.get('client-request-id') ?? id };
	response.status(status).set(headers).json({ error: { code, message, innerError: { ...(innerCode !== undefined && { code: innerCode }), ...ids } } });
}

function asGraphError(error: unknown): GraphError {
	if (error instanceof GraphError) return error;
	const type = (error as { type?: unknown }).type;
	// What express says of a body that is no JSON, and of one that is too large.
	if (type === 'entity.parse.failed') return new GraphError(400, 'BadRequest', 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
	if (type === 'entity.too.large') return new GraphError(413, 'invalidRequest', 'The request is too large.', 'maxStreamSizeExceeded');
	return new GraphError(500, 'generalException', error instanceof Error ? (error.stack ?? error.message) : String(error));
}
