// The body of an API request: JSON, or multipart with the documents as bytes; never more than the API takes.
import { raw, type RequestHandler } from 'express';
import { invalidBody } from './apiErrors';
import type { ApiLocals } from './apiLocals';
import { readMultipart } from './documents/multipart';
import type { DocuSignSettings } from './settings';
import { isWire } from './wire';

export function requestBody(settings: DocuSignSettings): RequestHandler[] {
	const read: RequestHandler = (request, response, next) => {
		// The web server in front refuses what is too large, in its own words, before it has read everything.
		if (Number(request.headers['content-length'] ?? 0) > settings.docuSignMaxRequestBytes) return tooLarge(response);
		raw({ type: () => true, limit: settings.docuSignMaxRequestBytes })(request, response, (error?: unknown) => {
			if ((error as { type?: string } | undefined)?.type === 'entity.too.large') return tooLarge(response);
			next(error);
		});
	};
	const understand: RequestHandler = (request, response, next) => {
		let parts: ApiLocals['parts'] = new Map();
		const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
		const type = request.headers['content-type'] ?? '';
		if (type.startsWith('multipart/')) {
			const { json, documents } = readMultipart(bytes, type);
			parts = documents;
			request.body = parse(json);
		} else {
			request.body = bytes.length === 0 || request.method === 'GET' ? {} : parse(bytes);
		}
		Object.assign(response.locals, { parts });
		next();
	};
	return [read, understand];
}

function parse(bytes: Buffer): unknown {
	let value: unknown;
	try {
		value = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
	} catch (error) {
		throw invalidBody(error instanceof Error ? error.message : '');
	}
	if (!isWire(value)) throw invalidBody();
	return value;
}

function tooLarge(response: Parameters<RequestHandler>[1]): void {
	response.status(413).set('Connection', 'close').type('html').send('<!DOCTYPE html><html><head><title>413 - Request Entity Too Large</title></head><body><h2>413 - Request Entity Too Large</h2><h3>The page was not displayed because the request entity is too large.</h3></body></html>');
}
