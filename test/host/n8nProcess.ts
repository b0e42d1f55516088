/**
 * A real n8n as a child process, with this package installed the way n8n installs it.
 * Owns the process, its ports and its user folder; knows nothing of n8n's API.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ensureN8n } from './install';
import { n8nEnvironment, type Environment } from './n8nEnvironment';
import { installPackage } from './packageInstall';
import { nodeBinary } from './system/paths';
import { waitUntil } from './system/polling';
import { freePort } from './system/ports';
import { startSupervised, type SupervisedProcess } from './system/supervised';
import { removeTemporary, temporaryDirectory } from './system/temporary';

export interface StartOptions {
	/** `N8N_USER_FOLDER`. Default: a fresh one, deleted by `stop()`. A given one is never deleted. */
	userFolder?: string;
	/** Default: a free one. It stays the same over `restart()`. */
	port?: number;
	/** `worker` takes executions from the queue of a main process; default `start`. */
	command?: 'start' | 'worker';
	/** Added to, or with `undefined` taken from, the environment of `n8nEnvironment()`. */
	env?: Environment;
	/** Default true. Without the editor's pages n8n starts two seconds sooner. */
	editor?: boolean;
	/** Whether this package is installed first; default true. */
	installPackage?: boolean;
	/** Another package to install instead of this one. */
	packageDirectory?: string;
	/** Default 90 s: a first start on a slow machine takes 40. */
	readyTimeoutMs?: number;
}

export interface N8nProcess {
	/** `http://127.0.0.1:<port>`, without a slash at the end. */
	readonly url: string;
	readonly port: number;
	readonly userFolder: string;
	/** Everything that n8n printed so far, restarts included. */
	log(): string;
	/** Ends n8n in its own way and deletes a user folder that was made for it. Safe to call twice. */
	stop(): Promise<void>;
	/** SIGKILL to n8n and everything that it started. The user folder stays. */
	kill(): Promise<void>;
	/** Stops n8n if it runs and starts it again on the same folder and port, with `env` on top. */
	restart(env?: Environment): Promise<void>;
}

const readyTimeoutMs = 90_000;
/** n8n prints it after the published workflows were handed to the activation. */
const startedLines = { start: 'Editor is now accessible via', worker: 'n8n worker is now ready' };

async function launch(
	options: StartOptions,
	place: { port: number; userFolder: string; log: string[]; temporary: boolean },
): Promise<SupervisedProcess> {
	const { binary } = await ensureN8n();
	const command = options.command ?? 'start';
	const scratch = join(place.userFolder, 'tmp');
	await mkdir(scratch, { recursive: true });
	const env = n8nEnvironment({
		...place,
		brokerPort: await freePort(),
		scratch,
		editor: options.editor ?? true,
		extra: options.env,
	});
	const log: string[] = [];
	const child = startSupervised(
		{
			command: nodeBinary(),
			args: command === 'worker' ? [binary, 'worker', '--concurrency=10'] : [binary, 'start'],
			env,
			cwd: place.userFolder,
			removeWhenOrphaned: place.temporary ? place.userFolder : undefined,
		},
		(text) => {
			log.push(text);
			place.log.push(text);
		},
	);
	const tail = (): string => `The end of its log:\n${log.join('').slice(-6000)}`;
	const readiness = new URL('/healthz/readiness', `http://127.0.0.1:${place.port}`);
	try {
		await waitUntil(
			async () => {
				const code = child.exitCode();
				if (code !== undefined) throw new Error(`n8n ended with ${code} while it started. ${tail()}`);
				if (!log.join('').includes(startedLines[command])) return false;
				if (command === 'worker') return true;
				return await fetch(readiness).then(
					(response) => response.ok,
					() => false, // Nobody listens yet.
				);
			},
			{ for: 'n8n to be ready', timeoutMs: options.readyTimeoutMs ?? readyTimeoutMs, detail: tail },
		);
	} catch (error) {
		await child.end(0, 'SIGKILL');
		throw error;
	}
	return child;
}

/**
 * Starts n8n and waits until it is ready.
 * @throws Error with the end of n8n's log when it ends early or is not ready in time
 */
export async function startN8n(options: StartOptions = {}): Promise<N8nProcess> {
	const temporary = options.userFolder === undefined;
	const userFolder = options.userFolder ?? temporaryDirectory('n8n');
	const log: string[] = [];
	let port = options.port ?? 0;
	let running: SupervisedProcess | undefined;
	/** From then on workflows and their callers know the port: it must stay. */
	let started = false;

	const start = async (env?: Environment): Promise<void> => {
		const all = { ...options, env: { ...options.env, ...env } };
		for (let attempt = 1; ; attempt += 1) {
			port ||= await freePort();
			try {
				running = await launch(all, { port, userFolder, log, temporary });
				started = true;
				return;
			} catch (error) {
				// Someone else took the port (or the broker's) between our look and n8n's.
				const taken = error instanceof Error && /already in use|EADDRINUSE/.test(error.message);
				if (!taken || attempt === 3) throw error;
				if (options.port === undefined && !started) port = 0;
			}
		}
	};
	const end = async (name: NodeJS.Signals): Promise<void> => {
		const ending = running;
		running = undefined;
		await ending?.end(15_000, name);
	};

	try {
		if (options.installPackage ?? true) await installPackage(userFolder, options.packageDirectory);
		await start();
	} catch (error) {
		if (temporary) await removeTemporary(userFolder);
		throw error;
	}
	return {
		get url() {
			return `http://127.0.0.1:${port}`;
		},
		get port() {
			return port;
		},
		userFolder,
		log: () => log.join(''),
		async stop() {
			await end('SIGTERM');
			if (temporary) await removeTemporary(userFolder);
		},
		kill: async () => await end('SIGKILL'),
		async restart(env) {
			await end('SIGTERM');
			await start(env);
		},
	};
}

/** n8n's own folder, where its database, key file and community packages lie. */
export function n8nFolder({ userFolder }: Pick<N8nProcess, 'userFolder'>): string {
	return join(userFolder, '.n8n');
}
