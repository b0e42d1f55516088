import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';

import { ConnectedAppsError } from '../../errors';
import { isBusy, lockedTooLong, toVaultError } from './errors';
import { Turn } from './turn';

export interface SqliteDriverOptions {
	path: string;
	/** How long a lock of another process is waited for. */
	lockTimeoutMs: number;
}

const STATEMENTS_KEPT = 200;
const FIRST_DELAY_MS = 2;
const LONGEST_DELAY_MS = 40;

/**
 * Kysely's driver over `node:sqlite`: one connection (Kysely queues transactions and queries for it). SQLite itself
 * never waits for a lock here, since its wait would stop the whole process; the driver asks again instead.
 */
export class SqliteDriver implements Driver {
	private connection: SqliteConnection | undefined;

	constructor(private readonly options: SqliteDriverOptions) {}

	async init(): Promise<void> {
		const connection = new SqliteConnection(openFile(this.options.path), this.options);
		try {
			// FULL: a rotated refresh token must outlive a power cut. None of these is written to the file.
			for (const pragma of ['busy_timeout = 0', 'foreign_keys = on', 'synchronous = full']) {
				await connection.run(`pragma ${pragma}`);
			}
		} catch (error) {
			connection.close();
			throw error;
		}
		this.connection = connection;
	}

	async acquireConnection(): Promise<DatabaseConnection> {
		if (!this.connection) throw new Error('The SQLite driver was not initialised');
		return this.connection;
	}

	async beginTransaction(): Promise<void> {
		// A transaction that begins with a read could not become a writer after somebody else has written.
		await this.connection?.run('begin immediate');
	}

	async commitTransaction(): Promise<void> {
		await this.connection?.run('commit');
	}

	async rollbackTransaction(): Promise<void> {
		// After a full disk and the like SQLite has rolled back already.
		if (this.connection?.isTransaction) await this.connection.run('rollback');
	}

	async releaseConnection(): Promise<void> {
		// There is one, and it stays.
	}

	async destroy(): Promise<void> {
		this.connection?.close();
		this.connection = undefined;
	}
}

class SqliteConnection implements DatabaseConnection {
	private readonly statements = new Map<string, StatementSync>();

	private readonly turn = new Turn();

	/** Since when every attempt has met a lock: whoever waits in the queue behind need not wait as long again. */
	private busySinceMs: number | undefined;

	constructor(
		private readonly database: DatabaseSync,
		private readonly options: SqliteDriverOptions,
	) {}

	get isTransaction(): boolean {
		return this.database.isTransaction;
	}

	async executeQuery<R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>> {
		for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 1.5, LONGEST_DELAY_MS)) {
			try {
				const result = this.executeOnce<R>(sql, parameters);
				this.busySinceMs = undefined;
				await this.turn.share();
				return result;
			} catch (error) {
				if (!isBusy(error)) throw toVaultError(error, this.options.path);
				const now = performance.now();
				this.busySinceMs ??= now;
				if (now - this.busySinceMs >= this.options.lockTimeoutMs) throw lockedTooLong(this.options.path, this.options.lockTimeoutMs, error);
			}
			await delay(delayMs * (0.5 + Math.random()));
		}
	}

	// Kysely's interface wants it; nobody here streams.
	// eslint-disable-next-line require-yield
	async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
		throw new Error('The vault does not stream');
	}

	async run(sql: string): Promise<void> {
		await this.executeQuery({ sql, parameters: [] });
	}

	close(): void {
		this.statements.clear();
		if (this.database.isOpen) this.database.close();
	}

	private executeOnce<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
		const statement = this.prepare(sql);
		const values = parameters.map(toSqlite);
		if (statement.columns().length > 0) return { rows: statement.all(...values) as R[] };
		const { changes } = statement.run(...values);
		return { rows: [], numAffectedRows: BigInt(changes) };
	}

	private prepare(sql: string): StatementSync {
		const known = this.statements.get(sql);
		if (known) return known;
		const statement = this.database.prepare(sql);
		if (this.statements.size >= STATEMENTS_KEPT) this.statements.clear();
		this.statements.set(sql, statement);
		return statement;
	}
}

/** `node:sqlite` binds every number as a float; whole numbers must arrive as what they are. */
function toSqlite(value: unknown): SQLInputValue {
	if (value === undefined) return null;
	if (typeof value === 'boolean') return value ? 1n : 0n;
	if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
	return value as SQLInputValue;
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
