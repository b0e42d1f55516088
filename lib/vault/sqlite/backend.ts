// The vault in a SQLite file beside n8n's own, through Node's `node:sqlite`. Owns the file's mode, its journal and
// how a lock of another process is waited for; knows no table but by name.
import { resolve } from 'node:path';

import { sql } from 'kysely';

import type { Backend } from '../backend';
import type { SqliteSettings } from '../port';
import { NodeSqliteDialect } from './dialect';

const LOCK_TIMEOUT_MS = 5_000;

export function sqliteBackend(settings: SqliteSettings): Backend {
	const path = resolve(settings.path);
	const prefix = 'connected_apps_';
	return {
		kind: 'sqlite',
		place: path,
		tables: { prefix },
		supportsForUpdate: false,
		createDialect: () => new NodeSqliteDialect({ path, lockTimeoutMs: LOCK_TIMEOUT_MS }),
		nowMs: () => sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`,
		// BEGIN IMMEDIATE: whoever is in a transaction is the only writer.
		lock: async () => undefined,
		async hasTable(db, table) {
			const { rows } = await sql`select 1 from sqlite_master where type = 'table' and name = ${prefix + table}`.execute(db);
			return rows.length > 0;
		},
		isConflict: () => false,
		async settle(db) {
			// Written to the file, hence only now. Where WAL cannot be had (some network file systems) the old journal is safe, too.
			await sql`pragma journal_mode = wal`.execute(db);
		},
	};
}
