// The vault in a Postgres database, usually n8n's own: same schema, own tables, at most four connections a process.
// Owns the connection settings and what may be said about them (never the password); knows no table but by name.
import { sql } from 'kysely';
import type { PoolConfig } from 'pg';

import { ConnectedAppsError } from '../../errors';
import type { Backend } from '../backend';
import type { PostgresSettings } from '../port';
import { PgDialect } from './dialect';
import { isConflict } from './errors';

const MOST_CONNECTIONS = 4;

export function postgresBackend(settings: PostgresSettings): Backend {
	const { schema } = settings;
	const prefix = `${settings.tablePrefix}connected_apps_`;
	const place = placeOf(settings);
	return {
		kind: 'postgres',
		place,
		tables: { schema, prefix },
		supportsForUpdate: true,
		createDialect: () => new PgDialect({ pool: poolConfig(settings), place }),
		nowMs: () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
		async lock(tx, name) {
			await sql`select pg_advisory_xact_lock(hashtextextended(${`${schema}.${prefix}${name}`}, 0))`.execute(tx);
		},
		async hasTable(db, table) {
			const { rows } = await sql`
				select 1 from pg_catalog.pg_class as relation
				join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
				where namespace.nspname = ${schema} and relation.relname = ${prefix + table}`.execute(db);
			return rows.length > 0;
		},
		isConflict,
		settle: async () => undefined,
	};
}

function poolConfig(settings: PostgresSettings): PoolConfig {
	const { connectionString, host, port, user, password, database, ssl } = settings;
	return {
		...(connectionString === undefined ? { host, port, user, password, database } : { connectionString }),
		...(ssl !== undefined && { ssl }),
		max: Math.max(1, Math.min(MOST_CONNECTIONS, settings.poolSize)),
		connectionTimeoutMillis: settings.connectionTimeoutMs,
		idleTimeoutMillis: settings.idleTimeoutMs,
		...(settings.statementTimeoutMs > 0 && { statement_timeout: settings.statementTimeoutMs }),
		keepAlive: true,
		application_name: 'n8n-connected-apps',
	};
}

/** Host and database for people. A connection string is taken apart here, so that no error can quote it whole. */
function placeOf({ connectionString, host, port, database, user }: PostgresSettings): string {
	if (connectionString === undefined) return describe(database ?? user, host ?? 'localhost', port);
	let url: URL;
	try {
		url = new URL(connectionString);
	} catch {
		// The cause would quote the string, and with it the password.
		throw new ConnectedAppsError('configurationInvalid', 'The address of the vault database is not a Postgres URL', {
			field: 'CONNECTED_APPS_DATABASE_URL',
			advice: 'Write it as postgres://user:password@host:5432/database, with special characters of the password percent-encoded.',
		});
	}
	const path = decodeURIComponent(url.pathname.slice(1));
	return describe(path || decodeURIComponent(url.username), url.hostname || url.searchParams.get('host') || 'localhost', url.port);
}

function describe(database: string | undefined, host: string, port: number | string | undefined): string {
	return `the Postgres database "${database ?? 'postgres'}" on ${host}${port ? `:${port}` : ''}`;
}
