import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';

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

/** A lock that was met so recently is still the same one. */
const SAME_LOCK_MS = 1_000;

/** One query or one transaction, as Kysely sees it. */
export class SqliteSession implements DatabaseConnection {
	constructor(private readonly connection: SqliteConnection) {}

	async executeQuery<R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>> {
		return await this.connection.execute<R>(this, sql, parameters);
	}

	// eslint-disable-next-line require-yield -- it only throws: nobody here streams
	async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
		throw new Error('The vault does not stream');
	}

	async run(sql: string): Promise<void> {
		await this.connection.execute(this, sql, []);
	}

	async begin(): Promise<void> {
		// A transaction that begins with a read could not become a writer after somebody else has written.
		await this.connection.execute(this, 'begin immediate', [], () => this.connection.enter(this));
	}

	async commit(): Promise<void> {
		await this.run('commit');
		this.connection.leave(this);
	}

	async rollback(): Promise<void> {
		try {
			// After a full disk and the like SQLite has rolled back already.
			if (this.connection.isTransaction) await this.run('rollback');
		} finally {
			this.connection.leave(this);
		}
	}
}

interface PreparedStatement {
	statement: StatementSync;
	/** Asked once: describing the columns of a wide row costs as much as reading it. */
	givesRows: boolean;
}

interface OpenTransaction {
	session: SqliteSession;
	ended: Promise<void>;
	end(): void;
}

/**
 * The one connection. A statement runs at once, in one go, unless another session's transaction is open; while it waits for
 * the lock of another process it holds nothing, so whatever needs no lock passes it.
 */
export class SqliteConnection {
	private readonly statements = new Map<string, PreparedStatement>();

	private readonly turn = new Turn();

	private transaction: OpenTransaction | undefined;

	/** Since when, and when last, somebody met a lock: whoever comes after need not wait as long again. */
	private lock: { sinceMs: number; lastMs: number } | undefined;

	constructor(
		private readonly database: DatabaseSync,
		private readonly options: SqliteDriverOptions,
	) {}

	get isTransaction(): boolean {
		return this.database.isTransaction;
	}

	enter(session: SqliteSession): void {
		let end!: () => void;
		const ended = new Promise<void>((resolve) => (end = resolve));
		this.transaction = { session, ended, end };
	}

	leave(session: SqliteSession): void {
		if (this.transaction?.session !== session) return;
		const { end } = this.transaction;
		this.transaction = undefined;
		end();
	}

	/** @param whenDone in the same turn as the statement, before anybody else's */
	async execute<R>(session: SqliteSession, sql: string, parameters: readonly unknown[], whenDone?: () => void): Promise<QueryResult<R>> {
		for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 1.5, LONGEST_DELAY_MS)) {
			while (this.transaction && this.transaction.session !== session) await this.transaction.ended;
			try {
				const result = this.executeOnce<R>(sql, parameters);
				whenDone?.();
				// A read tells nothing about the lock of a writer.
				if (!sql.startsWith('select')) this.lock = undefined;
				await this.turn.share();
				return result;
			} catch (error) {
				if (!isBusy(error)) throw toVaultError(error, this.options.path);
				const nowMs = performance.now();
				const sinceMs = this.lock !== undefined && nowMs - this.lock.lastMs < SAME_LOCK_MS ? this.lock.sinceMs : nowMs;
				this.lock = { sinceMs, lastMs: nowMs };
				if (nowMs - sinceMs >= this.options.lockTimeoutMs) throw lockedTooLong(this.options.path, this.options.lockTimeoutMs, error);
			}
			await delay(delayMs * (0.5 + Math.random()));
		}
	}

	close(): void {
		this.statements.clear();
		if (this.database.isOpen) this.database.close();
	}

	private executeOnce<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
		const { statement, givesRows } = this.prepare(sql);
		const values = parameters.map(toSqlite);
		if (givesRows) return { rows: statement.all(...values) as R[] };
		const { changes } = statement.run(...values);
		return { rows: [], numAffectedRows: BigInt(changes) };
	}

	private prepare(sql: string): PreparedStatement {
		const known = this.statements.get(sql);
		if (known) return known;
		const statement = this.database.prepare(sql);
		const prepared = { statement, givesRows: statement.columns().length > 0 };
		if (this.statements.size >= STATEMENTS_KEPT) this.statements.clear();
		this.statements.set(sql, prepared);
		return prepared;
	}
}

/** `node:sqlite` binds every number as a float; whole numbers must arrive as what they are. */
function toSqlite(value: unknown): SQLInputValue {
	if (value === undefined) return null;
	if (typeof value === 'boolean') return value ? 1n : 0n;
	if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
	return value as SQLInputValue;
}
