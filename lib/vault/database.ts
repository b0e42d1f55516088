import { CamelCasePlugin, Kysely, sql, type Compilable, type CompiledQuery, type RawBuilder, type Transaction } from 'kysely';

import { DAY_MS } from '../clock';
import type { Backend } from './backend';
import type { Cipher } from './cipher';
import type { Tables } from './schema';
import { TableNamePlugin } from './tableNames';

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

const TRANSACTION_ATTEMPTS = 5;
/** Longer than anybody waits; an instant beyond what Node counts exactly could be written, and not be read again. */
const MAX_DURATION_MS = 36_500 * DAY_MS;

function wholeMs(durationMs: number): number {
	return Math.trunc(Math.max(-MAX_DURATION_MS, Math.min(MAX_DURATION_MS, durationMs)));
}

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
	/**
	 * A query that every use of a token asks: built once, because building it takes longer than its answer.
	 * @param build gets stand-ins, which it hands on to the query as values and does nothing else with
	 */
	prepare<Values extends readonly Value[], Row>(build: (...values: Values) => Compilable<Row>): (...values: Values) => Promise<Row[]>;
}

type Value = string | number;

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
			onceInMs: (durationMs) => sql<number>`(select ${nowMs()} + ${wholeMs(durationMs)})`,
			inMs: (durationMs) => sql<number>`(${nowMs()} + ${wholeMs(durationMs)})`,
		},
		prepare(build) {
			let prepared: PreparedQuery<Row<ReturnType<typeof build>>> | undefined;
			return async (...values) => {
				// A clock that is moved is part of the text.
				if (clockOffsetMs) return (await db.executeQuery(build(...values).compile())).rows;
				prepared ??= prepareQuery(build, values.length);
				return (await db.executeQuery(prepared(values))).rows;
			};
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

type Row<T> = T extends Compilable<infer R> ? R : never;
type PreparedQuery<R> = (values: readonly Value[]) => CompiledQuery<R>;

function prepareQuery<Values extends readonly Value[], R>(build: (...values: Values) => Compilable<R>, count: number): PreparedQuery<R> {
	const standIns = Array.from({ length: count }, (_, index) => `\0${index}`);
	const compiled = build(...(standIns as readonly Value[] as Values)).compile();
	const places = compiled.parameters.map((parameter) => standIns.indexOf(parameter as string));
	return (values) => ({ ...compiled, parameters: compiled.parameters.map((parameter, index) => values[places[index]!] ?? parameter) });
}
