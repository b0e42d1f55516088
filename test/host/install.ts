/**
 * Brings the one n8n release that tests and demo run on onto this machine, once: `npm run host`.
 * The folder `n8n/` beside this file holds what is installed (package.json and lock).
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { npmEnvironment, runCommand } from './system/command';
import { withLock } from './system/lock';
import { cacheDirectory, nodeBinary } from './system/paths';

/** The n8n release of `n8n/package.json`. */
export const n8nVersion = '2.41.1';

export interface InstalledN8n {
	directory: string;
	/** n8n's own entry script: run it with `nodeBinary()`. */
	binary: string;
}

const manifestDirectory = join(__dirname, 'n8n');
const markerName = '.installed.json';

function progress(line: string): void {
	process.stderr.write(`[n8n host] ${line}\n`);
}

async function lockHash(): Promise<string> {
	const lock = await readFile(join(manifestDirectory, 'package-lock.json'));
	return createHash('sha256').update(lock).digest('hex');
}

function installedIn(directory: string): InstalledN8n {
	return { directory, binary: join(directory, 'node_modules', 'n8n', 'bin', 'n8n') };
}

/** The reason why what lies in `directory` cannot be used, or `undefined` if it works. */
async function defectOf({ directory, binary }: InstalledN8n): Promise<string | undefined> {
	if (!existsSync(binary)) return 'it is not there';
	try {
		const version = (await runCommand(nodeBinary(), [binary, '--version'], { env: npmEnvironment() })).trim();
		if (version !== n8nVersion) return `it is n8n ${version}`;
		await runCommand(nodeBinary(), ['-e', 'require("sqlite3")'], { cwd: directory, env: npmEnvironment() });
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

async function markedHash(directory: string): Promise<string | undefined> {
	try {
		const marker: unknown = JSON.parse(await readFile(join(directory, markerName), 'utf8'));
		if (typeof marker === 'object' && marker && 'lock' in marker) return String(marker.lock);
	} catch {
		// No marker, or half of one: verified and written anew.
	}
	return undefined;
}

async function mark(directory: string, lock: string): Promise<void> {
	await writeFile(join(directory, markerName), JSON.stringify({ n8n: n8nVersion, lock }));
}

async function installInto(directory: string): Promise<void> {
	await rm(directory, { recursive: true, force: true });
	await mkdir(directory, { recursive: true });
	for (const name of ['package.json', 'package-lock.json']) {
		await copyFile(join(manifestDirectory, name), join(directory, name));
	}
	// Beside the lock, for npm not to write download addresses into it.
	await writeFile(join(directory, '.npmrc'), 'legacy-peer-deps=true\nomit-lockfile-registry-resolved=true\n');
	const npm = { cwd: directory, env: npmEnvironment() };
	progress(`installing n8n ${n8nVersion} (about 100 s, 2.2 GB) …`);
	// Not "npm ci": it refuses a lock whose optional packages for other platforms are not to be had.
	await runCommand('npm', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'], npm);
	progress('building its SQLite driver (about 60 s) …');
	await runCommand('npm', ['rebuild', 'sqlite3'], npm);
}

async function install(target: InstalledN8n, hash: string): Promise<void> {
	const marked = await markedHash(target.directory);
	if (marked === hash && existsSync(target.binary)) return; // Another process was faster.
	const defect = marked && marked !== hash ? 'the lock has changed' : await defectOf(target);
	if (!defect) {
		await mark(target.directory, hash);
		return;
	}
	if (existsSync(target.directory)) progress(`replacing ${target.directory}: ${defect}`);
	const fresh = `${target.directory}.new`;
	const old = `${target.directory}.old`;
	await installInto(fresh);
	const freshDefect = await defectOf(installedIn(fresh));
	if (freshDefect) throw new Error(`n8n ${n8nVersion} was installed and does not work: ${freshDefect}`);
	await mark(fresh, hash);
	await rm(old, { recursive: true, force: true });
	if (existsSync(target.directory)) await rename(target.directory, old);
	await rename(fresh, target.directory);
	await rm(old, { recursive: true, force: true });
	progress(`n8n ${n8nVersion} is in ${target.directory}`);
}

let known: Promise<InstalledN8n> | undefined;

async function findOrInstall(): Promise<InstalledN8n> {
	const target = installedIn(join(cacheDirectory(), `n8n-${n8nVersion}`));
	const hash = await lockHash();
	if ((await markedHash(target.directory)) === hash && existsSync(target.binary)) {
		const sqlite = ['-e', 'require("sqlite3")'];
		const loads = await runCommand(nodeBinary(), sqlite, { cwd: target.directory, env: npmEnvironment() }).then(
			() => true,
			() => false,
		);
		if (loads) return target;
		await rm(join(target.directory, markerName), { force: true });
	}
	await withLock(`${target.directory}.lock`, async () => await install(target, hash), {
		onWait: () => progress('another process is installing n8n, waiting for it …'),
	});
	return target;
}

/**
 * The installed n8n; installs it first where it is missing, broken or of another lock. Safe when
 * several processes ask at once; progress goes to standard error.
 * @throws CommandError with npm's output when the installation fails
 */
export async function ensureN8n(): Promise<InstalledN8n> {
	known ??= findOrInstall();
	try {
		return await known;
	} catch (error) {
		known = undefined;
		throw error;
	}
}

if (require.main === module) {
	ensureN8n().then(
		({ directory }) => progress(`ready: ${directory}`),
		(error: unknown) => {
			progress(error instanceof Error ? (error.stack ?? error.message) : String(error));
			process.exitCode = 1;
		},
	);
}
