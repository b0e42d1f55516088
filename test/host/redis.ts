/** A throw-away Redis on loopback from the system's binary, for n8n's queue mode. */
import { connect } from 'node:net';

import { waitUntil } from './system/polling';
import { freePort } from './system/ports';
import { startSupervised } from './system/supervised';
import { removeTemporary, temporaryDirectory } from './system/temporary';

export interface Redis {
	host: string;
	port: number;
	stop(): Promise<void>;
}

async function accepts(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}

/** @throws Error that says what to install when there is none */
export async function startRedis(): Promise<Redis> {
	const directory = temporaryDirectory('redis');
	const port = await freePort();
	const log: string[] = [];
	const server = startSupervised(
		{ command: 'redis-server', args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory], env: { PATH: process.env['PATH'] ?? '' }, cwd: directory, removeWhenOrphaned: directory },
		(text) => log.push(text),
	);
	await waitUntil(
		async () => {
			if (server.exitCode() !== undefined) throw new Error(`Redis did not start (is it installed? "apt-get install redis-server")\n${log.join('')}`);
			return await accepts(port);
		},
		{ for: 'Redis to accept connections', intervalMs: 50, detail: () => log.join('') },
	);
	return {
		host: '127.0.0.1',
		port,
		async stop() {
			await server.end(5_000, 'SIGTERM');
			await removeTemporary(directory);
		},
	};
}
