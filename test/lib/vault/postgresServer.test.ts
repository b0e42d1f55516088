import { Client, types } from 'pg';

import { createCipher } from '../../../lib/vault/cipher';
import { createDatabase } from '../../../lib/vault/database';
import { postgresBackend } from '../../../lib/vault/postgres/backend';
import { openVault, type PostgresSettings, type Vault } from '../../../lib/vault';
import { account, revoking, tokens } from './contract/samples';
import { alice, KEYS, sales } from './contract/setup';
import { usePostgres, type PostgresPlace } from './places/postgres';

const key = { connectionId: sales, userKey: alice };

describe('the Postgres of the vault', () => {
	const postgres = usePostgres();
	let place: PostgresPlace;
	const opened: Vault[] = [];
	const open = async (more: Partial<PostgresSettings> = {}): Promise<Vault> => {
		const vault = await openVault({ backend: { ...place.backend, ...more }, keys: KEYS });
		opened.push(vault);
		return vault;
	};
	const failure = async (more: Partial<PostgresSettings>) => {
		const error: unknown = await open(more).catch((reason: unknown) => reason);
		return error as { code: string; message: string; details: { advice?: string }; cause?: unknown };
	};
	const url = (more: { password?: string; database?: string } = {}): string => {
		const { user, password, host, port, database } = postgres.server();
		return `postgres://${user}:${more.password ?? password}@${host}:${port}/${more.database ?? database}`;
	};
	beforeEach(async () => {
		place = (await postgres.makePlace());
	});
	afterEach(async () => {
		for (const vault of opened.splice(0)) await vault.close();
	});

	it('may be named by a connection string', async () => {
		const { schema, tablePrefix, connectionTimeoutMs, idleTimeoutMs, statementTimeoutMs, poolSize } = place.backend;
		const settings: PostgresSettings = { kind: 'postgres', connectionString: url(), schema, tablePrefix, connectionTimeoutMs, idleTimeoutMs, statementTimeoutMs, poolSize };
		const vault = await openVault({ backend: settings, keys: KEYS });
		opened.push(vault);
		await vault.grants.save(key, tokens(), account, revoking);
		expect(await place.query(`select user_key from ${place.table('grants')}`)).toEqual([{ user_key: alice }]);
	});

	it('holds tables of several prefixes in one schema', async () => {
		const [one, two] = [await open({ tablePrefix: `${place.backend.tablePrefix}a_` }), await open({ tablePrefix: `${place.backend.tablePrefix}b_` })];
		await one.grants.save(key, tokens(), account, revoking);
		expect(await two.grants.find(key)).toBeUndefined();
	});

	it.each<[string, Partial<PostgresSettings>, RegExp]>([
		['cannot be reached', { port: 1 }, /database "postgres" on 127\.0\.0\.1:1/],
		['does not know the password', { password: 'wrong-password-canary' }, /password authentication failed/],
		['does not know the database', { database: 'no_such_database' }, /database "no_such_database" on 127\.0\.0\.1/],
		['does not have the schema', { schema: 'no_such_schema' }, /no_such_schema/],
		['speaks no TLS', { ssl: { rejectUnauthorized: false } }, /SSL/],
	])('says so with host and database where it %s, and never the password', async (_what, more, message) => {
		const error = await failure(more);
		expect(error).toMatchObject({ code: 'vaultUnavailable', message: expect.stringMatching(message), details: { advice: expect.any(String) } });
		expect(error.message).toMatch(/127\.0\.0\.1/);
		const told = JSON.stringify([error, error.message, error.cause, String(error.cause), (error as unknown as Error).stack]);
		for (const secret of [postgres.server().password, 'wrong-password-canary']) expect(told).not.toContain(secret);
	});

	it('never quotes a connection string', async () => {
		const secret = 'pass word canary';
		for (const connectionString of [`postgres://u:${secret}@no port:x/db`, url({ password: 'password-canary' }), url({ database: 'no_such_database' })]) {
			const error = await failure({ connectionString });
			expect(['vaultUnavailable', 'configurationInvalid']).toContain(error.code);
			const told = JSON.stringify([error, error.message, error.cause, String(error.cause), (error as unknown as Error).stack]);
			for (const each of [secret, 'canary', postgres.server().password]) expect(told).not.toContain(each);
		}
	});

	it('gives at most four connections to a process, whatever was asked for', async () => {
		const vault = await open({ poolSize: 40 });
		await Promise.all(Array.from({ length: 40 }, async () => await vault.grants.find(key)));
		const [row] = await place.query(`select count(*)::int as n from pg_stat_activity where application_name = 'n8n-connected-apps'`);
		expect(row?.['n']).toBeGreaterThan(1);
		expect(row?.['n']).toBeLessThanOrEqual(4);
	});

	it('ends a statement that takes too long', async () => {
		const vault = await open({ statementTimeoutMs: 200 });
		await vault.grants.save(key, tokens(), account, revoking);
		const other = new Client({ connectionString: url() });
		await other.connect();
		await other.query(`begin; select 1 from ${place.table('grants')} for update`);
		await expect(vault.grants.recordUse(key, 1, {})).rejects.toMatchObject({ code: 'vaultUnavailable', message: expect.stringContaining('statement timeout') });
		await other.query('rollback');
		await other.end();
		await vault.grants.recordUse(key, 1, {});
		expect((await vault.grants.find(key))?.useCount).toBe(1);
	});

	it('reads on over connections that were cut, and writes again after that', async () => {
		const vault = await open();
		await vault.grants.save(key, tokens(), account, revoking);
		const kill = async () => await place.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'n8n-connected-apps'`);
		for (let i = 0; i < 5; i++) {
			// Not awaited first: the read meets a connection that dies under it.
			const [found] = await Promise.all([vault.grants.find(key), kill()]);
			expect(found?.version).toBe(1);
		}
		expect((await vault.requests.listDue(0, 10))).toEqual([]);
		await vault.grants.recordUse(key, 1, {});
		expect((await vault.grants.find(key))?.useCount).toBe(1);
	});

	it('keeps its numbers to itself: other users of pg still read int8 as text', async () => {
		const vault = await open();
		expect(typeof (await vault.nowMs())).toBe('number');
		expect((types.getTypeParser(20) as (value: string) => unknown)('12')).toBe('12');
		expect(await place.query('select 12::int8 as n')).toEqual([{ n: '12' }]);
	});

	it('runs a transaction again that lost in a deadlock', async () => {
		const vault = await open();
		for (const userKey of ['u1', 'u2'] as (typeof alice)[]) await vault.grants.save({ ...key, userKey }, tokens(userKey), account, revoking);
		const { db, transaction } = createDatabase(postgresBackend(place.backend), createCipher(KEYS));
		let attempts = 0;
		let first = 0;
		let bothAreIn!: () => void;
		const bothIn = new Promise<void>((resolve) => (bothAreIn = resolve));
		const useBoth = async (order: string[]): Promise<void> =>
			await transaction(async (tx) => {
				attempts++;
				for (const userKey of order) {
					await tx.updateTable('grants').set((eb) => ({ useCount: eb('useCount', '+', 1) })).where('userKey', '=', userKey).execute();
					if (++first === 2) bothAreIn();
					await bothIn;
				}
			});
		try {
			await Promise.all([useBoth(['u1', 'u2']), useBoth(['u2', 'u1'])]);
		} finally {
			await db.destroy();
		}
		expect(attempts).toBe(3);
		expect((await vault.grants.listByConnection(sales)).map(({ useCount }) => useCount)).toEqual([2, 2]);
	});

	it('reads a grant by one index, by connection and user', async () => {
		await open();
		await place.query(`insert into ${place.table('grants')} (connection_id, user_key, version, state, granted_scopes, account, account_subject, connected_at_ms, last_used_at_ms, use_count, failure_count)
			select 'c' || i % 10, 'u' || i, 1, 'active', '[]', '{}', 's', 0, 0, 0, 0 from generate_series(1, 5000) as i`);
		await place.query(`analyze ${place.table('grants')}`);
		const plan = await place.query(`explain select * from ${place.table('grants')} where connection_id = 'c1' and user_key = 'u1'`);
		const text = plan.map((row) => row['QUERY PLAN']).join('\n');
		expect(text).toMatch(/^Index Scan using "?\w*connected_apps_grants_(?:pk|user)"?/);
		expect(text).toMatch(/Index Cond: (?=.*connection_id)(?=.*user_key)/);
	});

	it('outlives a crash of the server', async () => {
		const vault = await open();
		await vault.grants.save(key, tokens(), account, revoking);
		// The test server does without fsync: what shall outlive its crash must be on the disk.
		await place.query('checkpoint');
		await postgres.server().restart();
		expect((await vault.grants.find(key))?.version).toBe(1);
		await vault.grants.recordUse(key, 1, {});
	}, 30_000);
});
