// Opens an HTTP server on 127.0.0.1 first and takes its handler later: every address has to be known
// before the servers that name each other are built.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
	readonly url: string;
	handle(listener: RequestListener): void;
	close(): Promise<void>;
}

/** `port` 0 takes any free port. Rejects with the system's error when the port is taken. */
export async function openLoopback(port: number): Promise<LoopbackServer> {
	// Larger than Salesforce's own 16,384 bytes, so that its 414 is answered by us and not by Node's parser.
	const server = createServer({ maxHeaderSize: 128 * 1024 });
	// Whoever asks ends what is kept alive. In a busy process the server's clock runs out first, and in the instant before the client
	// sees it, the client's next request meets a closed socket (ECONNRESET), which a POST cannot be repeated after.
	server.keepAliveTimeout = 0;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	const { port: actualPort } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${actualPort}`,
		handle: (listener) => void server.on('request', listener),
		close: () =>
			new Promise((resolve, reject) => {
				server.close((error) => (error ? reject(error) : resolve()));
				server.closeAllConnections();
			}),
	};
}
