import { Client } from 'pg';

import { startPostgres, type Postgres } from '../../../host/postgres';
import type { PostgresSettings } from '../../../../lib/vault';
import type { Place } from '../contract/setup';

/** A name that only survives with quotes, as DB_POSTGRESDB_SCHEMA and DB_TABLE_PREFIX may be. */
const schema = 'Vault tests';

export interface PostgresPlace extends Place {
	backend: PostgresSettings;
}

/** One server for the test file; for each test a prefix of tables that nobody uses. */
export function usePostgres(): { server(): Postgres; makePlace(how?: 'prepared'): Promise<PostgresPlace> } {
	let server: Postgres;
	let admin: Client;
	let places = 0;
	/** Prefixes whose tables are emptied: to make them anew takes longer than most tests do. */
	const emptied: string[] = [];

	beforeAll(async () => {
		server = await startPostgres();
		admin = await connectAdmin();
		await admin.query(`create schema "${schema}"`);
	}, 60_000);
	afterAll(async () => {
		await admin?.end();
		await server?.stop();
	});

	async function connectAdmin(): Promise<Client> {
		const client = new Client({ connectionString: server.url });
		client.on('error', () => undefined);
		await client.connect();
		return client;
	}

	async function empty(tablePrefix: string): Promise<void> {
		const { rows } = await admin.query<{ name: string }>('select tablename as name from pg_tables where schemaname = $1 and starts_with(tablename, $2)', [schema, tablePrefix]);
		// What stays is which version of the tables they are.
		await admin.query(rows.map(({ name }) => `delete from "${schema}"."${name}"${name.endsWith('_meta') ? " where name <> 'schemaVersion'" : ''}`).join(';'));
	}

	return {
		server: () => server,
		async makePlace(how?: 'prepared') {
			const tablePrefix = (how === 'prepared' ? emptied.pop() : undefined) ?? `N8n${++places}_`;
			const { host, port, user, password, database } = server;
			const table = (name: string): string => `"${schema}"."${tablePrefix}connected_apps_${name}"`;
			return await Promise.resolve({
				backend: {
					kind: 'postgres' as const,
					host,
					port,
					user,
					password,
					database,
					ssl: false as const,
					connectionTimeoutMs: 5_000,
					idleTimeoutMs: 10_000,
					statementTimeoutMs: 20_000,
					poolSize: 4,
					schema,
					tablePrefix,
				},
				table,
				query: async (sql: string) => (await admin.query<Record<string, unknown>>(sql)).rows,
				async dump() {
					const { rows } = await admin.query<{ name: string }>('select tablename as name from pg_tables where schemaname = $1 and starts_with(tablename, $2) order by 1', [schema, tablePrefix]);
					const texts: string[] = [];
					for (const { name } of rows) {
						const content = await admin.query<{ line: string }>(`select t::text as line from "${schema}"."${name}" as t order by 1`);
						texts.push(name, ...content.rows.map(({ line }) => line));
					}
					return texts.join('\n');
				},
				async remove() {
					if (how !== 'prepared') return;
					await empty(tablePrefix).then(
						() => emptied.push(tablePrefix),
						// A test that lets the server crash takes this connection along: the place is left as it is.
						() => undefined,
					);
				},
			});
		},
	};
}
