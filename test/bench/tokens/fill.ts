import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

import { Client } from 'pg';

import type { ConnectionId, UserKey } from '../../../lib/types';
import type { PostgresSettings, SqliteSettings, Vault } from '../../../lib/vault';

/** As many people are really signed in and asked for; the others are rows of the same size that nobody opens. */
export const SAMPLE = 1_000;

export function personOf(index: number): UserKey {
	return `person-${index}@example.com` as UserKey;
}

/** Fills a vault up to `count` grants of one connection. The sample is spread over the whole key range. */
export async function fillGrants(vault: Vault, backend: SqliteSettings | PostgresSettings, connectionId: ConnectionId, count: number): Promise<UserKey[]> {
	const step = Math.max(1, Math.floor(count / SAMPLE));
	const sample: UserKey[] = [];
	for (let index = 0; index < Math.min(SAMPLE, count); index++) {
		const userKey = personOf(index * step);
		sample.push(userKey);
		await vault.grants.save(
			{ connectionId, userKey },
			{ accessToken: randomBytes(84).toString('base64url'), refreshToken: randomBytes(64).toString('base64url'), tokenType: 'bearer', expiresAtMs: Date.now() + 36_000_000, scopes: ['openid', 'refresh_token', 'api'], apiBaseUrl: 'https://example.my.salesforce.com' },
			{ subject: `00D/${userKey}`, tenant: '00D', username: userKey, email: userKey, emailVerified: true },
			{ revokeReplaced: true },
		);
	}
	if (count > SAMPLE) await copyRows(backend, connectionId, count);
	return sample;
}

async function copyRows(backend: SqliteSettings | PostgresSettings, connectionId: ConnectionId, count: number): Promise<void> {
	const table = `${backend.kind === 'postgres' ? backend.tablePrefix : ''}connected_apps_grants`;
	const columns = backend.kind === 'sqlite' ? sqliteColumns(backend.path, table) : await postgresColumns(backend, table);
	const others = columns.filter((column) => column !== 'user_key' && column !== 'account_subject');
	const list = ['user_key', 'account_subject', ...others].map((column) => `"${column}"`).join(', ');
	const source = others.map((column) => `g."${column}"`).join(', ');
	const numbers = backend.kind === 'sqlite' ? `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})` : `WITH n(i) AS (SELECT generate_series(0, ${count - 1}))`;
	const person = backend.kind === 'sqlite' ? "'person-' || n.i || '@example.com'" : "concat('person-', n.i, '@example.com')";
	const statement = `${numbers} INSERT INTO "${table}" (${list}) SELECT ${person}, ${person}, ${source} FROM n CROSS JOIN (SELECT * FROM "${table}" WHERE user_key = '${personOf(0)}') g WHERE true ON CONFLICT DO NOTHING`;
	if (backend.kind === 'sqlite') {
		const database = new DatabaseSync(backend.path);
		database.exec(statement);
		database.exec('ANALYZE');
		database.close();
		return;
	}
	const client = new Client({ connectionString: backend.connectionString });
	await client.connect();
	await client.query(statement);
	await client.query(`ANALYZE "${table}"`);
	await client.end();
	void connectionId;
}

function sqliteColumns(path: string, table: string): string[] {
	const database = new DatabaseSync(path);
	const columns = database.prepare(`PRAGMA table_info("${table}")`).all() as { name: string }[];
	database.close();
	return columns.map(({ name }) => name);
}

async function postgresColumns(backend: PostgresSettings, table: string): Promise<string[]> {
	const client = new Client({ connectionString: backend.connectionString });
	await client.connect();
	const { rows } = await client.query<{ column_name: string }>('SELECT column_name FROM information_schema.columns WHERE table_name = $1', [table]);
	await client.end();
	return rows.map(({ column_name: name }) => name);
}
