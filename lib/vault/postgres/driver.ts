import { Pool, types, type ClientBase, type PoolClient, type PoolConfig } from 'pg';
import { AbortedTransactionError, SelectQueryNode, type CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';

import { isConflict, isConnectionLost, toVaultError } from './errors';

const INT8 = 20;
const STATEMENT_ATTEMPTS = 5;

export interface PostgresDriverOptions {
	pool: PoolConfig;
	/** Names host and database in errors. */
	place: string;
}

/** Kysely's driver over a `pg` pool that says what is wrong and gets over a connection that was cut while idle. */
export class PostgresDriver implements Driver {
	private pool: Pool | undefined;

	constructor(private readonly options: PostgresDriverOptions) {}

	async init(): Promise<void> {
		// eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it; only its types do not say so
		this.pool = new Pool({ ...this.options.pool, types: { getTypeParser }, onConnect: acknowledgeOnceWritten });
		// A connection that breaks: the pool drops an idle one by itself, and one in use fails in its query. Unheard,
		// the event would end the process.
		this.pool.on('error', () => undefined);
		this.pool.on('connect', (client) => client.on('error', () => undefined));
	}

	async acquireConnection(): Promise<DatabaseConnection> {
		return new PostgresConnection(await this.connect(), this.options.place, () => this.connect());
	}

	async beginTransaction(connection: DatabaseConnection): Promise<void> {
		await ours(connection).begin();
	}

	async commitTransaction(connection: DatabaseConnection): Promise<void> {
		if (!(await ours(connection).commit())) throw new AbortedTransactionError();
	}

	async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
		await ours(connection).rollback();
	}

	async releaseConnection(connection: DatabaseConnection): Promise<void> {
		ours(connection).release();
	}

	async destroy(): Promise<void> {
		const { pool } = this;
		this.pool = undefined;
		await pool?.end();
	}

	private async connect(): Promise<PoolClient> {
		if (!this.pool) throw new Error('The vault is closed');
		try {
			return await this.pool.connect();
		} catch (error) {
			throw toVaultError(error, this.options.place, true);
		}
	}
}

class PostgresConnection implements DatabaseConnection {
	private inTransaction = false;

	constructor(
		/** Absent once it was lost and given back. */
		private client: PoolClient | undefined,
		private readonly place: string,
		private readonly connect: () => Promise<PoolClient>,
	) {}

	async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
		const repeatable = !this.inTransaction && SelectQueryNode.is(query.query);
		const { command, rowCount, rows } = await this.query(query.sql, query.parameters, repeatable);
		const counts = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
		return { rows: rows as R[], numAffectedRows: counts ? BigInt(rowCount ?? 0) : undefined };
	}

	// eslint-disable-next-line require-yield -- it only throws: nobody here streams
	async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
		throw new Error('The vault does not stream');
	}

	/** Whatever the server's default is: the stores rely on a statement seeing what was committed before it. */
	async begin(): Promise<void> {
		await this.query('begin isolation level read committed read write', [], true);
		this.inTransaction = true;
	}

	/** @returns false if the server has rolled back instead */
	async commit(): Promise<boolean> {
		const { command } = await this.query('commit', [], false);
		this.inTransaction = false;
		return command !== 'ROLLBACK';
	}

	/** Never fails: where it cannot be said, the connection is closed, and the server rolls back by itself. */
	async rollback(): Promise<void> {
		this.inTransaction = false;
		await this.client?.query('rollback').catch(() => this.release(true));
	}

	release(broken = false): void {
		this.client?.release(broken);
		this.client = undefined;
	}

	/** @param repeatable asking twice does no harm: after a lost connection it is tried once more on a new one */
	private async query(sql: string, parameters: readonly unknown[], repeatable: boolean) {
		for (let attempt = 1; ; attempt++) {
			// A new connection would be outside of the transaction that went with the old one.
			if (!this.client && this.inTransaction) throw new Error('The connection of this transaction was lost');
			this.client ??= await this.connect();
			try {
				return await this.client.query<Record<string, unknown>>(sql, [...parameters]);
			} catch (error) {
				// Alone, a statement that lost against another one has done nothing.
				if (!this.inTransaction && isConflict(error) && attempt < STATEMENT_ATTEMPTS) continue;
				const lost = isConnectionLost(error);
				if (lost) this.release(true);
				if (!lost || !repeatable || attempt > 1) throw toVaultError(error, this.place);
			}
		}
	}
}

function ours(connection: DatabaseConnection): PostgresConnection {
	return connection as PostgresConnection;
}

/** A rotated refresh token must outlive a crash of the server: where that acknowledges before it writes, it does not so for us. */
async function acknowledgeOnceWritten(client: ClientBase): Promise<void> {
	await client.query(`select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`);
}

/** Milliseconds and counters fit into a double; `pg` reads int8 as text. For this pool only. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
	oid === INT8 ? Number : (types.getTypeParser(oid, format) as (value: string) => unknown);
