import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import { Kysely, sql } from 'kysely';

import { deriveVaultKey, openVault, type Vault } from '../../../lib/vault';
import { NodeSqliteDialect } from '../../../lib/vault/sqlite/dialect';
import { nodeBinary } from '../../host/system/paths';
import { account, revoking, tokens } from './contract/samples';
import { alice, KEYS, sales } from './contract/setup';
import { sqlitePlace } from './places/sqlite';
import { startRacers, tsx } from './processes/racers';

const key = { connectionId: sales, userKey: alice };
const NOBODY = 65_534;

describe('the vault file', () => {
	let place: Awaited<ReturnType<typeof sqlitePlace>>;
	const opened: Vault[] = [];
	const open = async (path = place.path): Promise<Vault> => {
		const vault = await openVault({ backend: { kind: 'sqlite', path }, keys: KEYS });
		opened.push(vault);
		return vault;
	};
	beforeEach(async () => {
		place = await sqlitePlace();
	});
	afterEach(async () => {
		for (const vault of opened.splice(0)) await vault.close();
		await place.remove();
	});

	it('is for nobody but its owner from the first moment, with the files beside it', async () => {
		const before = process.umask(0);
		try {
			const vault = await open();
			await vault.grants.save(key, tokens(), account, revoking);
			for (const file of [place.path, `${place.path}-wal`, `${place.path}-shm`]) expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
		} finally {
			process.umask(before);
		}
	});

	it('is in WAL mode, leaves nothing beside it once closed, and keeps everything', async () => {
		const vault = await open();
		await vault.grants.save(key, tokens(), account, revoking);
		expect(await place.query('pragma journal_mode')).toMatchObject([{ journal_mode: 'wal' }]);
		await vault.close();
		expect(existsSync(`${place.path}-wal`)).toBe(false);
		expect((await (await open()).grants.find(key))?.version).toBe(1);
	});

	it('stays the same byte by byte when the key is wrong', async () => {
		const vault = await open();
		await vault.grants.save(key, tokens(), account, revoking);
		await vault.close();
		const before = readFileSync(place.path);
		const wrong = { current: deriveVaultKey('another'), previous: [deriveVaultKey('yet another')] };
		await expect(openVault({ backend: { kind: 'sqlite', path: place.path }, keys: wrong })).rejects.toMatchObject({ code: 'vaultKeyWrong' });
		expect(readFileSync(place.path).equals(before)).toBe(true);
		expect(existsSync(`${place.path}-wal`)).toBe(false);
	});

	it('reads a grant by its primary key alone', async () => {
		await open();
		const plan = await place.query(`explain query plan select * from connected_apps_grants where connection_id = 'a' and user_key = 'b'`);
		expect(plan).toHaveLength(1);
		expect(plan[0]?.['detail']).toMatch(/^SEARCH connected_apps_grants USING INDEX sqlite_autoindex\S* \(connection_id=\? AND user_key=\?\)$/);
	});

	it("reads a client's connections, and what is past its end, by an index", async () => {
		await open();
		for (const [query, index] of [
			[`select * from connected_apps_registrations where client_id = 'a' and active = 1`, 'connected_apps_registrations_client (client_id=? AND active=?)'],
			['select cache_key from connected_apps_issued_tokens where expires_at_ms <= 1', 'connected_apps_issued_tokens_expiry (expires_at_ms<?)'],
			['select id_hash from connected_apps_references where expires_at_ms <= 1', 'connected_apps_references_expiry (expires_at_ms<?)'],
			[`select * from connected_apps_references where key_id in ('a')`, 'connected_apps_references_key (key_id=?)'],
		]) {
			const [step] = await place.query(`explain query plan ${query}`);
			expect(step?.['detail']).toContain(index);
		}
	});

	it('waits for the lock of another process without holding up its own', async () => {
		const vault = await open();
		await vault.grants.save(key, tokens(), account, revoking);
		const other = new DatabaseSync(place.path);
		other.exec('begin immediate');
		let ticks = 0;
		const ticking = setInterval(() => ticks++, 5);
		try {
			let written = false;
			const writing = vault.grants.recordUse(key, 1, {}).then(() => (written = true));
			await delay(300);
			expect(written).toBe(false);
			expect(ticks).toBeGreaterThan(20);
			other.exec('commit');
			await writing;
			expect((await vault.grants.find(key))?.useCount).toBe(1);
		} finally {
			clearInterval(ticking);
			other.close();
		}
	});

	it('says which file is locked, and does not let everybody wait in turn', async () => {
		await open();
		const db = new Kysely<Record<string, never>>({ dialect: new NodeSqliteDialect({ path: place.path, lockTimeoutMs: 200 }) });
		const other = new DatabaseSync(place.path);
		other.exec('begin immediate');
		try {
			const started = performance.now();
			const write = async () => await sql`update connected_apps_meta set value = value`.execute(db);
			const results = await Promise.allSettled([write(), write(), write(), write(), db.transaction().execute(async (tx) => await sql`select 1`.execute(tx))]);
			expect(performance.now() - started).toBeLessThan(600);
			for (const result of results) {
				expect(result).toMatchObject({ status: 'rejected', reason: { code: 'vaultUnavailable', message: expect.stringContaining(place.path), details: { advice: expect.any(String) } } });
			}
			other.exec('rollback');
			await write();
		} finally {
			other.close();
			await db.destroy();
		}
	});

	it('lets the rest of the process have its turn during a long run of queries', async () => {
		const vault = await open();
		await vault.grants.save(key, tokens(), account, revoking);
		let ticks = 0;
		const ticking = setInterval(() => ticks++, 1);
		const until = performance.now() + 300;
		while (performance.now() < until) await vault.grants.find(key);
		clearInterval(ticking);
		expect(ticks).toBeGreaterThan(5);
	});

	it('says that it is full and rolls the transaction back', async () => {
		await open();
		const db = new Kysely<Record<string, never>>({ dialect: new NodeSqliteDialect({ path: place.path, lockTimeoutMs: 200 }) });
		const [pages] = (await sql<{ page_count: number }>`pragma page_count`.execute(db)).rows;
		await sql.raw(`pragma max_page_count = ${pages!.page_count}`).execute(db);
		const filling = db.transaction().execute(async (tx) => await sql`insert into connected_apps_meta values ('big', ${'x'.repeat(100_000)})`.execute(tx));
		await expect(filling).rejects.toMatchObject({ code: 'vaultUnavailable', message: expect.stringMatching(/disk is full/), details: { advice: expect.any(String) } });
		expect((await sql`select 1 from connected_apps_meta where name = 'big'`.execute(db)).rows).toEqual([]);
		await db.destroy();
	});

	it.each([
		['no database', (path: string) => writeFileSync(path, 'these are no pages of a database\n'.repeat(100))],
		['a folder', (path: string) => mkdirSync(path)],
	])('says so where the path is %s, and changes nothing', async (_what, make) => {
		make(place.path);
		const before = statSync(place.path);
		await expect(open()).rejects.toMatchObject({ code: 'vaultUnavailable', message: expect.stringContaining(place.path), details: { advice: expect.any(String) } });
		expect(statSync(place.path)).toMatchObject({ size: before.size, mtimeMs: before.mtimeMs });
	});

	it('says so where its folder is missing', async () => {
		const path = join(place.directory, 'missing', 'vault.sqlite');
		await expect(open(path)).rejects.toMatchObject({ code: 'vaultUnavailable', message: expect.stringContaining(path) });
	});

	describe('for a user who may only read', () => {
		/** As root everything may be written: the vault is opened by another user, in another process. */
		async function openAsNobody(): Promise<{ code?: string; message?: string; advice?: string }> {
			const isRoot = process.getuid?.() === 0;
			const child = spawn(nodeBinary(), ['--import', tsx, join(__dirname, 'processes', 'opener.ts'), place.path], {
				stdio: ['ignore', 'pipe', 'inherit'],
				...(isRoot && { uid: NOBODY, gid: NOBODY }),
			});
			let output = '';
			child.stdout.on('data', (text: Buffer) => (output += text.toString()));
			await new Promise((resolve) => child.once('close', resolve));
			return JSON.parse(output) as { code?: string; message?: string };
		}

		it.each([
			['a read-only file in a folder of its own', 0o444, 0o777],
			['a file that may not even be read', 0o000, 0o777],
			['a writable file in a read-only folder', 0o666, 0o555],
		])('%s is reported with its path and the way out', async (_what, fileMode, folderMode) => {
			await (await open()).close();
			if (process.getuid?.() === 0) chownSync(place.directory, 0, 0);
			chmodSync(place.path, fileMode);
			chmodSync(place.directory, folderMode);
			expect(await openAsNobody()).toMatchObject({
				code: 'vaultUnavailable',
				message: expect.stringContaining(place.path),
				advice: expect.stringContaining('user that runs n8n'),
			});
		});
	});

	it('holds everything that was acknowledged before its process was killed', async () => {
		const racers = await startRacers({ kind: 'sqlite', path: place.path }, 1);
		await racers.one(0, 'open');
		await racers.one(0, 'prepare');
		await racers.one(0, 'use');
		racers.one(0, 'use').catch(() => undefined);
		await delay(5);
		await racers.kill();
		const vault = await open();
		const found = (await vault.grants.find(key))!;
		expect(found.useCount).toBeGreaterThanOrEqual(50);
		expect(await vault.grants.openTokens(found)).toEqual(tokens());
		expect(await place.query('pragma integrity_check')).toMatchObject([{ integrity_check: 'ok' }]);
	});
});

describe('a Node.js without SQLite', () => {
	afterEach(() => jest.dontMock('node:sqlite'));

	it('is told so, with the way out', async () => {
		const place = await sqlitePlace();
		await jest.isolateModulesAsync(async () => {
			jest.doMock('node:sqlite', () => {
				throw new Error('No such built-in module: node:sqlite');
			});
			// eslint-disable-next-line @typescript-eslint/no-require-imports -- isolateModules gives the fresh copy to require only
			const { openVault: openThere } = require('../../../lib/vault') as typeof import('../../../lib/vault');
			await expect(openThere({ backend: { kind: 'sqlite', path: place.path }, keys: KEYS })).rejects.toMatchObject({
				code: 'vaultUnavailable',
				details: { advice: expect.stringContaining('22.16') },
			});
		});
		expect(existsSync(place.path)).toBe(false);
		await place.remove();
	});
});
