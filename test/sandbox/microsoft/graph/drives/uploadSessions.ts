// Uploads in pieces, which survive a connection that breaks.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-createuploadsession
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { SandboxSettings } from '../../../settings';
import { GraphError, invalidRequest } from '../errors';
import { ContentWriter, type ContentFiles } from './contentWriter';
import type { ConflictBehavior, Drive } from './drive';
import type { Node } from './node';

export const fragmentUnit = 320 * 1024;
export const largestFragment = 60 * 1024 * 1024;

export interface UploadTarget {
	readonly drive: Drive;
	readonly parent: Node;
	readonly name: string;
	/** The file that gets new bytes. */
	readonly existing?: Node;
	readonly conflict: ConflictBehavior;
	readonly by: number;
}

export interface UploadSession extends UploadTarget {
	readonly id: string;
	readonly writer: ContentWriter;
	expiresAtMs: number;
	/** Known from the first fragment on. */
	total?: number;
	/** Of whole fragments: what comes in, or has just broken off, is not told. */
	receivedBytes: number;
	/** One fragment at a time. */
	receiving?: { readonly request: IncomingMessage; readonly settled: Promise<void> };
}

export interface Fragment {
	readonly start: number;
	/** Of the last byte. */
	readonly end: number;
	readonly total: number;
}

export class UploadSessions {
	private readonly sessions = new Map<string, UploadSession>();

	constructor(
		private readonly files: ContentFiles,
		private readonly settings: SandboxSettings,
	) {}

	open(target: UploadTarget): UploadSession {
		const session: UploadSession = { ...target, id: randomUUID(), writer: new ContentWriter(this.files, this.settings.graphKeepsContent), expiresAtMs: 0, receivedBytes: 0 };
		this.prolong(session);
		this.sessions.set(session.id, session);
		return session;
	}

	/** @throws GraphError 404 for a session that has ended, in whatever way */
	at(id: string): UploadSession {
		const session = this.sessions.get(id);
		if (session && session.expiresAtMs > Date.now()) return session;
		this.sessions.delete(id);
		throw new GraphError(404, 'itemNotFound', 'The upload session was not found', 'uploadSessionNotFound');
	}

	prolong(session: UploadSession): void {
		session.expiresAtMs = Date.now() + this.settings.graphUploadSessionSeconds * 1000;
	}

	close(session: UploadSession): void {
		this.sessions.delete(session.id);
	}

	bodyOf({ expiresAtMs, receivedBytes, total }: UploadSession): Record<string, unknown> {
		return { expirationDateTime: new Date(expiresAtMs).toISOString(), nextExpectedRanges: [total !== undefined && receivedBytes > 0 ? `${receivedBytes}-${total - 1}` : `${receivedBytes}-`] };
	}
}

/**
 * @param contentLength of the request
 * Throws a GraphError 400 or 413 for a fragment that cannot be, 416 for one that does not come next.
 */
export function readFragment(session: UploadSession, contentRange: string | undefined, contentLength: string | undefined): Fragment {
	const found = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '');
	if (!found) throw invalidRequest('Invalid Content-Range header value', 'invalidParameterFormat');
	const [start, end, total] = found.slice(1).map(Number) as [number, number, number];
	const length = end - start + 1;
	if (length < 1 || end >= total) throw invalidRequest('Invalid Content-Range header value', 'invalidParameterFormat');
	if (contentLength !== undefined && Number(contentLength) !== length) throw invalidRequest('The Content-Range header length does not match the provided number of bytes.', 'fragmentLengthMismatch');
	if (length > largestFragment) throw new GraphError(413, 'invalidRequest', 'The fragment is larger than 60 MiB.', 'maxFragmentLengthExceeded');
	if (session.total !== undefined && session.total !== total) throw invalidRequest('The total length differs from that of the fragments before.', 'fragmentLengthMismatch');
	if (start < session.writer.size) throw new GraphError(416, 'invalidRange', 'The uploaded fragment has already been received.', 'fragmentOverlap');
	if (start > session.writer.size) throw new GraphError(416, 'invalidRange', 'The uploaded fragment does not come next.', 'fragmentOutOfOrder');
	if (length % fragmentUnit !== 0 && end !== total - 1) throw invalidRequest(`The fragment length has to be a multiple of ${fragmentUnit} bytes.`, 'fragmentLengthMismatch');
	return { start, end, total };
}
