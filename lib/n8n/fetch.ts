import type { IHttpRequestOptions } from 'n8n-workflow';

import type { Fetch } from '../types';

/** What this package needs of n8n's request helpers. */
export interface HttpHelpers {
	httpRequest(options: IHttpRequestOptions): Promise<unknown>;
}

interface FullResponse {
	body: unknown;
	headers: Record<string, string | string[] | undefined>;
	statusCode: number;
}

function toHeaders(source: FullResponse['headers']): Headers {
	const headers = new Headers();
	for (const [name, value] of Object.entries(source)) {
		for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, String(one));
	}
	// The body has been decoded already.
	headers.delete('content-encoding');
	headers.delete('content-length');
	headers.delete('transfer-encoding');
	return headers;
}

const BODYLESS = new Set([101, 204, 205, 304]);

/**
 * Fetch through n8n's own HTTP helper, so that its proxy settings and SSRF protection apply.
 * Redirects are never followed: no token travels along one (S20, S35).
 */
export function fetchThroughN8n(helpers: HttpHelpers): Fetch {
	return async (url, init) => {
		const answer = (await helpers.httpRequest({
			url,
			method: init.method as IHttpRequestOptions['method'],
			headers: init.headers,
			body: init.body ?? undefined,
			encoding: 'arraybuffer',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: init.timeoutMs,
			abortSignal: init.signal,
		})) as FullResponse;
		const body = BODYLESS.has(answer.statusCode) ? null : toBytes(answer.body);
		return new Response(body, { status: answer.statusCode, headers: toHeaders(answer.headers) });
	};
}

function toBytes(body: unknown): Uint8Array<ArrayBuffer> | null {
	if (body === undefined || body === null) return null;
	if (body instanceof ArrayBuffer) return new Uint8Array(body);
	if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength);
	return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}
