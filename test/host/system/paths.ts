/**
 * Where the test host keeps things. Nothing here knows what n8n is; nothing outside this file
 * reads the environment for a folder.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The root of this package: the folder whose `package.json` is published. */
export const projectDirectory = resolve(__dirname, '../../..');

/** Screenshots and other results that a person looks at afterwards; not in git. */
export const artifactsDirectory = join(projectDirectory, 'artifacts');

/**
 * The folder that outlives a run: the installed n8n, dependency trees, compiled code.
 * `CONNECTED_APPS_TEST_CACHE` overrides it.
 */
export function cacheDirectory(): string {
	const { CONNECTED_APPS_TEST_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
	if (own) return resolve(own);
	return join(xdg ? resolve(xdg) : join(homedir(), '.cache'), 'n8n-nodes-connected-apps');
}

/**
 * A Node that n8n 2.41 runs on (24 or newer): the running one, else the one that this project
 * installs as a development dependency.
 * @throws Error when neither is there
 */
export function nodeBinary(): string {
	const major = Number(process.versions.node.split('.')[0]);
	if (major >= 24) return process.execPath;
	const own = join(projectDirectory, 'node_modules', '.bin', 'node');
	if (existsSync(own)) return own;
	throw new Error(`n8n needs Node 24 and this is ${process.version}: run "npm install" first`);
}

/** `PATH` with the Node above in front, so that npm and what it starts use the same one. */
export function pathWithNode(): string {
	return `${dirname(nodeBinary())}:${process.env['PATH'] ?? ''}`;
}
