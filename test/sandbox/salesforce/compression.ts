// Answers for a client that takes gzip are compressed, those that are streamed, too.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_compression.htm
import { pipeline, Readable } from 'node:stream';
import { constants, createGzip, gzip } from 'node:zlib';
import type { RequestHandler, Response } from 'express';
import type { SalesforceApiSettings } from './apiSettings';

const worthwhileBytes = 1_024;
/** The sandbox plays a service, not a benchmark of zlib. */
const options = { level: constants.Z_BEST_SPEED };

/** For what goes out by `json` and `send`. */
export function compression(settings: SalesforceApiSettings): RequestHandler {
	return (request, response, next) => {
		response.locals['gzip'] = settings.gzip && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
		if (!response.locals['gzip']) return next();
		const send = response.send.bind(response);
		response.send = (body: unknown) => {
			// `json` comes back here with its text; a Buffer is sent as it is.
			if (typeof body !== 'string' || body.length < worthwhileBytes) return send(body);
			gzip(body, options, (error, compressed) => {
				if (error) return void response.destroy(error);
				response.set('Content-Encoding', 'gzip').vary('Accept-Encoding');
				send(compressed);
			});
			return response;
		};
		next();
	};
}

/** Sends what `chunks` yields as the client reads it. A client that goes away ends it. */
export function stream(response: Response, chunks: Iterable<string | Buffer>, { compressed }: { compressed: boolean }): void {
	const source = Readable.from(chunks, { objectMode: false });
	// The only error here is a client that hung up; nobody is left to be told.
	const done = (): void => undefined;
	if (!compressed || !response.locals['gzip']) return void pipeline(source, response, done);
	response.set('Content-Encoding', 'gzip').vary('Accept-Encoding');
	pipeline(source, createGzip(options), response, done);
}
