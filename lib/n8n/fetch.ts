import { Readable } from 'node:stream';

import type { IHttpRequestOptions } from 'n8n-workflow';

import type { Fetch, FetchInit } from '../types';

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

/** An answer that is here as a whole: `Response` itself would decode it through a stream, at a third of the speed. */
class WholeResponse extends Response {
	constructor(
		private readonly whole: Uint8Array<ArrayBuffer> | null,
		init: ResponseInit,
	) {
		super(whole, init);
	}

	override async text(): Promise<string> {
		if (this.bodyUsed || this.whole === null) return await super.text();
		const text = Buffer.from(this.whole.buffer, this.whole.byteOffset, this.whole.byteLength).toString();
		return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
	}

	override async json(): Promise<unknown> {
		return JSON.parse(await this.text());
	}
}

const BYTE_ORDER_MARK = '\uFEFF';
const BODYLESS = new Set([101, 204, 205, 304]);

function optionsOf(url: string, init: FetchInit): IHttpRequestOptions {
	return {
		url,
		method: init.method as IHttpRequestOptions['method'],
		headers: init.headers,
		body: init.body ?? undefined,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: init.timeoutMs,
		abortSignal: init.signal,
	};
}

/**
 * Fetch through n8n's own HTTP helper, so that its proxy settings and SSRF protection apply.
 * Redirects are never followed: no token travels along one (S20, S35).
 */
export function fetchThroughN8n(helpers: HttpHelpers): Fetch {
	return async (url, init) => {
		const answer = (await helpers.httpRequest({ ...optionsOf(url, init), encoding: 'arraybuffer' })) as FullResponse;
		const body = BODYLESS.has(answer.statusCode) ? null : toBytes(answer.body);
		return new WholeResponse(body, { status: answer.statusCode, headers: toHeaders(answer.headers) });
	};
}

/** An answer whose body is not held in memory. */
export interface StreamedAnswer {
	/** Status and headers; the body only of what is no success: it tells what is wrong. */
	response: Response;
	/** The whole body; whoever asked reads it to its end or destroys it. */
	body: Readable;
}

export type StreamFetch = (url: string, init: FetchInit) => Promise<StreamedAnswer>;

/** What tells of a failure is short; of anything longer nobody reads the rest. */
const MAX_ERROR_BYTES = 1_000_000;

/** As `fetchThroughN8n`, for bodies of any size. A timeout of `init` is for the time until the headers come. */
export function streamThroughN8n(helpers: HttpHelpers): StreamFetch {
	return async (url, init) => {
		const answer = (await helpers.httpRequest({ ...optionsOf(url, init), encoding: 'stream' })) as FullResponse;
		const headers = toHeaders(answer.headers);
		const body = toReadable(answer.body);
		if (answer.statusCode >= 200 && answer.statusCode < 300) return { response: new Response(null, { status: answer.statusCode, headers }), body };
		const told = await readStart(body);
		return { response: new Response(BODYLESS.has(answer.statusCode) ? null : told, { status: answer.statusCode, headers }), body: Readable.from([told]) };
	};
}

function toReadable(body: unknown): Readable {
	if (body instanceof Readable) return body;
	const bytes = toBytes(body);
	return Readable.from(bytes === null ? [] : [Buffer.from(bytes)]);
}

async function readStart(body: Readable): Promise<Buffer<ArrayBuffer>> {
	const pieces: Buffer[] = [];
	let length = 0;
	for await (const piece of body as AsyncIterable<Buffer | string>) {
		const bytes = Buffer.from(piece as Buffer);
		pieces.push(bytes);
		length += bytes.length;
		// Leaving the loop destroys the stream.
		if (length >= MAX_ERROR_BYTES) break;
	}
	return Buffer.concat(pieces).subarray(0, MAX_ERROR_BYTES);
}

function toBytes(body: unknown): Uint8Array<ArrayBuffer> | null {
	if (body === undefined || body === null) return null;
	if (body instanceof ArrayBuffer) return new Uint8Array(body);
	if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength);
	return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}
