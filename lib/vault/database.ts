import { CamelCasePlugin, Kysely, sql, type RawBuilder, type Transaction } from 'kysely';

import type { Backend } from './backend';
import type { Cipher } from './cipher';
import type { Tables } from './schema';
import { TableNamePlugin } from './tableNames';

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

const TRANSACTION_ATTEMPTS = 5;

/** Instants as SQL: nobody compares a deadline with the clock of the process that asks. */
export interface DatabaseClock {
	/** Read where it stands: after an UPDATE had to wait for a row, it is the time after the wait. */
	nowMs(): RawBuilder<number>;
	/** Read once per statement, so that an index on a deadline can be used. */
	onceMs(): RawBuilder<number>;
	/** `nowMs` plus a duration. */
	inMs(durationMs: number): RawBuilder<number>;
	/** `onceMs` plus a duration. */
	onceInMs(durationMs: number): RawBuilder<number>;
}

/** What every store gets. */
export interface Database {
	/** Sub-queries come from an expression builder, never from `db`: its plugins would rename tables twice. */
	readonly db: Db;
	readonly backend: Backend;
	readonly clock: DatabaseClock;
	readonly cipher: Cipher;
	/**
	 * Runs `work` in a transaction; again, if it lost against another one. Inside, only `tx` may be used: SQLite has
	 * one connection, and `db` would wait for the transaction that waits for it.
	 */
	transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export function createDatabase(backend: Backend, cipher: Cipher, clockOffsetMs?: () => number): Database {
	const db = new Kysely<Tables>({
		dialect: backend.createDialect(),
		plugins: [new CamelCasePlugin(), new TableNamePlugin(backend.tables)],
	});
	const nowMs = (): RawBuilder<number> =>
		clockOffsetMs ? sql<number>`(${backend.nowMs()} + ${Math.trunc(clockOffsetMs())})` : backend.nowMs();
	return {
		db,
		backend,
		cipher,
		clock: {
			nowMs,
			onceMs: () => sql<number>`(select ${nowMs()})`,
			onceInMs: (durationMs) => sql<number>`(select ${nowMs()} + ${Math.trunc(durationMs)})`,
			inMs: (durationMs) => sql<number>`(${nowMs()} + ${Math.trunc(durationMs)})`,
		},
		async transaction(work) {
			for (let attempt = 1; ; attempt++) {
				try {
					return await db.transaction().execute(work);
				} catch (error) {
					if (attempt === TRANSACTION_ATTEMPTS || !backend.isConflict(error)) throw error;
				}
			}
		},
	};
}
