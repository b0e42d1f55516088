/** A server of the test's own: an API that remembers what it was sent, a host that no token may reach, or a forward proxy. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded {
	method: string;
	path: string;
	headers: IncomingMessage['headers'];
	/** Of a request that was to be passed on: to whom. */
	target?: string;
}

export interface Recorder {
	readonly url: string;
	readonly host: string;
	readonly requests: Recorded[];
	/** Tokens of the Authorization headers. */
	tokens(): string[];
	close(): Promise<void>;
}

function passOn(incoming: IncomingMessage, target: URL, answer: ServerResponse): void {
	const outgoing = httpRequest(target, { method: incoming.method, headers: incoming.headers }, (response) => {
		answer.writeHead(response.statusCode ?? 502, response.headers);
		response.pipe(answer);
	});
	outgoing.on('error', () => answer.writeHead(502).end());
	incoming.pipe(outgoing);
}

/** `GET /status/500` and the like answer that status; everything else `{ "seen": true }`. */
export async function startRecorder(): Promise<Recorder> {
	const requests: Recorded[] = [];
	const server = createServer((incoming, answer) => {
		const { method = 'GET', url = '/', headers } = incoming;
		const isProxied = !url.startsWith('/');
		const parsed = new URL(url, 'http://recorder');
		requests.push({ method, path: parsed.pathname, headers, ...(isProxied && { target: parsed.host }) });
		if (isProxied) return passOn(incoming, parsed, answer);
		incoming.resume();
		const status = Number(/^\/status\/(\d{3})$/.exec(parsed.pathname)?.[1] ?? 200);
		answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ seen: true, status }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url: `http://${host}`,
		host,
		requests,
		tokens: () => requests.flatMap(({ headers }) => headers.authorization?.split(' ')[1] ?? []),
		close: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
