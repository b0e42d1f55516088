/**
 * A server process that cannot outlive this one: it runs under `supervise.cts`, which ends it and
 * everything it started when this process is gone, even by SIGKILL.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { nodeBinary } from './paths';

export interface SuperviseOptions {
	command: string;
	args: string[];
	/** The whole environment of the server; nothing is inherited. */
	env: Record<string, string>;
	cwd?: string;
	uid?: number;
	gid?: number;
	/** A directory to delete if this process goes away without ending the server. */
	removeWhenOrphaned?: string;
}

export interface SupervisedProcess {
	/** `undefined` while it runs, else its exit code (128 after a signal). */
	exitCode(): number | undefined;
	/** Sends a signal to the server; SIGKILL goes to everything that it started, too. */
	signal(name: NodeJS.Signals): void;
	/** Resolves once the server and its children are gone. */
	ended: Promise<number>;
	/** SIGTERM (or `name`), then SIGKILL for whatever is still there after `graceMs`. */
	end(graceMs?: number, name?: NodeJS.Signals): Promise<number>;
}

/** Starts a server. `onOutput` gets what it prints on either stream, as it comes. */
export function startSupervised(
	options: SuperviseOptions,
	onOutput: (text: string) => void,
): SupervisedProcess {
	const supervisor = spawn(
		nodeBinary(),
		[join(__dirname, 'supervise.cts'), JSON.stringify(options)],
		{ detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } },
	);
	let code: number | undefined;
	supervisor.stdout.setEncoding('utf8').on('data', onOutput);
	supervisor.stderr.setEncoding('utf8').on('data', onOutput);
	// Writing a signal to a server that has just ended is no error.
	supervisor.stdin.on('error', () => undefined);
	const ended = new Promise<number>((resolve, reject) => {
		supervisor.once('error', reject);
		supervisor.once('close', (exit) => {
			code = exit ?? 128;
			resolve(code);
		});
	});
	ended.catch(() => undefined);

	const signal = (name: NodeJS.Signals): void => {
		if (code === undefined && supervisor.stdin.writable) supervisor.stdin.write(`${name}\n`);
	};
	return {
		exitCode: () => code,
		signal,
		ended,
		async end(graceMs = 10_000, name = 'SIGTERM') {
			if (name === 'SIGKILL') signal('SIGKILL');
			else signal(name);
			const timer = setTimeout(() => signal('SIGKILL'), graceMs);
			try {
				return await ended;
			} finally {
				clearTimeout(timer);
			}
		},
	};
}
