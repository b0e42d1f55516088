import { Client } from 'pg';

import { startPostgres, type Postgres } from '../../../host/postgres';
import type { PostgresSettings } from '../../../../lib/vault';
import type { MakePlace, Place } from '../contract/setup';

/** A name that only survives with quotes, as DB_POSTGRESDB_SCHEMA and DB_TABLE_PREFIX may be. */
const schema = 'Vault tests';

export interface PostgresPlace extends Place {
	backend: PostgresSettings;
}

/** One server for the test file, one prefix of tables for each test. */
export function usePostgres(): { server(): Postgres; makePlace: MakePlace & (() => Promise<PostgresPlace>) } {
	let server: Postgres;
	let admin: Client;
	let places = 0;

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

	return {
		server: () => server,
		async makePlace() {
			const tablePrefix = `N8n${++places}_`;
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
				remove: async () => await Promise.resolve(),
			});
		},
	};
}
