import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

import type { DatabaseConnection, Driver } from 'kysely';

import { ConnectedAppsError } from '../../errors';
import { SqliteConnection, SqliteSession, type SqliteDriverOptions } from './connection';
import { toVaultError } from './errors';

/**
 * Kysely's driver over `node:sqlite`: one connection, shared by all statements; a transaction keeps the others out. SQLite
 * itself never waits for a lock here, since its wait would stop the whole process; the driver asks again instead, and
 * whatever needs no lock (every read, in WAL mode) goes on meanwhile.
 */
export class SqliteDriver implements Driver {
	private connection: SqliteConnection | undefined;

	constructor(private readonly options: SqliteDriverOptions) {}

	async init(): Promise<void> {
		const connection = new SqliteConnection(openFile(this.options.path), this.options);
		try {
			// FULL: a rotated refresh token must outlive a power cut. None of these is written to the file.
			const session = new SqliteSession(connection);
			for (const pragma of ['busy_timeout = 0', 'foreign_keys = on', 'synchronous = full']) {
				await session.run(`pragma ${pragma}`);
			}
		} catch (error) {
			connection.close();
			throw error;
		}
		this.connection = connection;
	}

	async acquireConnection(): Promise<DatabaseConnection> {
		if (!this.connection) throw new Error('The SQLite driver was not initialised');
		return new SqliteSession(this.connection);
	}

	async beginTransaction(session: DatabaseConnection): Promise<void> {
		await ours(session).begin();
	}

	async commitTransaction(session: DatabaseConnection): Promise<void> {
		await ours(session).commit();
	}

	async rollbackTransaction(session: DatabaseConnection): Promise<void> {
		await ours(session).rollback();
	}

	async releaseConnection(): Promise<void> {
		// There is one, and it stays.
	}

	async destroy(): Promise<void> {
		this.connection?.close();
		this.connection = undefined;
	}
}

function ours(session: DatabaseConnection): SqliteSession {
	return session as SqliteSession;
}

function openFile(path: string): DatabaseSync {
	const { DatabaseSync: Database } = loadSqlite();
	try {
		// SQLite would make the file with the process's umask; it gives its -wal and -shm files the mode of this one.
		closeSync(openSync(path, 'a', 0o600));
		return new Database(path);
	} catch (error) {
		throw toVaultError(error, path);
	}
}

function loadSqlite(): typeof import('node:sqlite') {
	try {
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- only here and only now: an n8n on Postgres may run where this module does not exist
		return require('node:sqlite') as typeof import('node:sqlite');
	} catch (cause) {
		throw new ConnectedAppsError(
			'vaultUnavailable',
			`This Node.js (${process.version}) has no SQLite of its own, which the vault needs beside an n8n on SQLite`,
			{ advice: 'Run n8n on Node.js 22.16 or newer, or set CONNECTED_APPS_DATABASE_URL to a Postgres database.' },
			{ cause },
		);
	}
}
