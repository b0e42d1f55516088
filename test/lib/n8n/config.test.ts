import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readConfig, readSetting, type Environment } from '../../../lib/n8n/config';
import { deriveVaultKey } from '../../../lib/vault';
import { removeTemporary, temporaryDirectory } from '../../host/system/temporary';
import { DAY_MS } from '../../../lib/clock';

describe('configuration', () => {
	let folder: string;
	beforeEach(() => {
		folder = temporaryDirectory('config');
	});
	afterEach(async () => await removeTemporary(folder));
	const file = (content: string, name = 'secret'): string => {
		const path = join(folder, name);
		writeFileSync(path, content);
		return path;
	};
	const n8nConfig = (content: string) => {
		mkdirSync(join(folder, '.n8n'), { recursive: true });
		writeFileSync(join(folder, '.n8n', 'config'), content);
	};
	const read = (env: Environment = {}) => readConfig({ N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'n8n', ...env });
	const refusal = (env: Environment) => {
		try {
			read(env);
		} catch (error) {
			return error;
		}
		throw new Error('it was accepted');
	};

	it('keeps what is over as long as it is told to, and refuses what would delete it at once', () => {
		const env = { N8N_ENCRYPTION_KEY: 'k', CONNECTED_APPS_KEEP_FINISHED_DAYS: '1', CONNECTED_APPS_KEEP_ENDED_DAYS: '2', CONNECTED_APPS_KEEP_AUDIT_DAYS: '3' };
		expect(readConfig(env).retention).toEqual({ finishedMs: DAY_MS, endedGrantsMs: 2 * DAY_MS, auditMs: 3 * DAY_MS });
		expect(() => readConfig({ ...env, CONNECTED_APPS_KEEP_AUDIT_DAYS: '0' })).toThrow(/CONNECTED_APPS_KEEP_AUDIT_DAYS/);
	});

	it('needs no setting: SQLite beside n8n’s database, n8n’s own key, its own listener', () => {
		n8nConfig('{"encryptionKey":"of n8n"}');
		expect(readConfig({ N8N_USER_FOLDER: folder })).toEqual({ backend: { kind: 'sqlite', path: join(folder, '.n8n', 'connected-apps.sqlite') }, keys: { current: deriveVaultKey('of n8n'), previous: [] }, publicUrl: undefined, internalUrl: 'http://localhost:5678', retention: { finishedMs: 30 * DAY_MS, endedGrantsMs: 90 * DAY_MS, auditMs: 365 * DAY_MS } });
		expect(readConfig({ HOME: folder }).keys.current).toEqual(deriveVaultKey('of n8n'));
	});

	it('a variable that is present wins over its file, even if empty; the content of a file is trimmed', () => {
		const path = file('  from file \n');
		expect(readSetting({ X_FILE: path }, 'X')).toBe('from file');
		expect(readSetting({ X: 'direct', X_FILE: path }, 'X')).toBe('direct');
		expect(readSetting({ X: '', X_FILE: path }, 'X')).toBe('');
		expect(readSetting({}, 'X')).toBeUndefined();
		expect(() => readSetting({ X_FILE: join(folder, 'missing') }, 'X')).toThrow(expect.objectContaining({ code: 'configurationInvalid', details: { field: 'X_FILE' } }));
	});

	describe('key', () => {
		it.each<[string, Environment, string]>([
			['n8n’s settings file', { N8N_ENCRYPTION_KEY: undefined }, 'of the file'],
			['N8N_ENCRYPTION_KEY before the file', { N8N_ENCRYPTION_KEY: 'of n8n' }, 'of n8n'],
			['CONNECTED_APPS_ENCRYPTION_KEY before all', { CONNECTED_APPS_ENCRYPTION_KEY: 'own' }, 'own'],
			['an empty override counts as none', { CONNECTED_APPS_ENCRYPTION_KEY: '' }, 'n8n'],
			['an empty N8N_ENCRYPTION_KEY counts as none', { N8N_ENCRYPTION_KEY: '' }, 'of the file'],
		])('%s', (_name, env, expected) => {
			n8nConfig('{"encryptionKey":"of the file"}');
			expect(read(env).keys.current).toEqual(deriveVaultKey(expected));
		});

		it('comes from a file, with previous ones', () => {
			const keys = read({ CONNECTED_APPS_ENCRYPTION_KEY_FILE: file('own\n', 'a'), CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS_FILE: file('older,\noldest \n', 'b') }).keys;
			expect(keys).toEqual({ current: deriveVaultKey('own'), previous: [deriveVaultKey('older'), deriveVaultKey('oldest')] });
		});

		it.each([['missing', undefined], ['no JSON', 'canary{'], ['without key', '{}'], ['with an empty key', '{"encryptionKey":""}'], ['null', 'null']])('a settings file that is %s is told, and none of its content', (_name, content) => {
			if (content !== undefined) n8nConfig(content);
			const error = refusal({ N8N_ENCRYPTION_KEY: undefined }) as Error;
			expect(error).toMatchObject({ code: 'configurationInvalid', message: expect.stringContaining(folder) });
			expect(error.message).not.toContain('canary');
		});
	});

	it.each([['CONNECTED_APPS_REQUESTS_PER_MINUTE', 'requestsPerMinute'], ['CONNECTED_APPS_NEW_PEOPLE_PER_HOUR', 'newPeoplePerHour']] as const)('%s sets a number; nothing and 0 leave the usual one', (name, field) => {
		expect([read({ [name]: '250' })[field], read({ [name]: '0' })[field], read()[field]]).toEqual([250, undefined, undefined]);
		for (const value of ['-1', 'many']) expect(refusal({ [name]: value })).toMatchObject({ code: 'configurationInvalid', details: { field: name } });
	});

	describe('Postgres, as n8n is set', () => {
		const defaults = { kind: 'postgres', host: 'localhost', port: 5432, user: 'postgres', password: '', database: 'n8n', ssl: undefined, connectionTimeoutMs: 20_000, idleTimeoutMs: 30_000, statementTimeoutMs: 300_000, poolSize: 4, schema: 'public', tablePrefix: '' };
		const postgres = (env: Environment) => read({ DB_TYPE: 'postgresdb', ...env }).backend;

		it('defaults are n8n’s', () => {
			expect(postgres({})).toEqual(defaults);
		});

		it.each<[string, string, Record<string, unknown>]>([
			['DB_POSTGRESDB_HOST', 'db.internal', { host: 'db.internal' }],
			['DB_POSTGRESDB_PORT', '6432', { port: 6_432 }],
			['DB_POSTGRESDB_USER', 'n8n', { user: 'n8n' }],
			['DB_POSTGRESDB_PASSWORD', 'pass', { password: 'pass' }],
			['DB_POSTGRESDB_DATABASE', 'flows', { database: 'flows' }],
			['DB_POSTGRESDB_SCHEMA', 'automation', { schema: 'automation' }],
			['DB_TABLE_PREFIX', 'x_', { tablePrefix: 'x_' }],
			['DB_POSTGRESDB_CONNECTION_TIMEOUT', '5000', { connectionTimeoutMs: 5_000 }],
			['DB_POSTGRESDB_IDLE_CONNECTION_TIMEOUT', '1000', { idleTimeoutMs: 1_000 }],
			['DB_POSTGRESDB_STATEMENT_TIMEOUT', '60000', { statementTimeoutMs: 60_000 }],
			['DB_POSTGRESDB_SSL_ENABLED', 'true', { ssl: { rejectUnauthorized: true } }],
			['DB_POSTGRESDB_SSL_CA', 'CA', { ssl: { ca: 'CA', rejectUnauthorized: true } }],
			['DB_POSTGRESDB_SSL_CERT', 'CERT', { ssl: { cert: 'CERT', rejectUnauthorized: true } }],
			['DB_POSTGRESDB_SSL_KEY', 'KEY', { ssl: { key: 'KEY', rejectUnauthorized: true } }],
			['DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED', 'false', { ssl: { rejectUnauthorized: false } }],
		])('%s is followed, as variable and as file', (name, value, expected) => {
			expect(postgres({ [name]: value })).toEqual({ ...defaults, ...expected });
			expect(postgres({ [`${name}_FILE`]: file(`${value}\n`) })).toEqual({ ...defaults, ...expected });
		});

		it('a pool size of n8n’s does not make ours larger', () => {
			expect(postgres({ DB_POSTGRESDB_POOL_SIZE: '50' })).toMatchObject({ poolSize: 4 });
		});

		it('never runs without TLS where the certificate must not be checked', () => {
			expect(postgres({ DB_POSTGRESDB_SSL_ENABLED: 'false', DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: 'false' })).toMatchObject({ ssl: { rejectUnauthorized: false } });
		});

		it.each(['DB_POSTGRESDB_PORT', 'DB_POSTGRESDB_CONNECTION_TIMEOUT', 'DB_POSTGRESDB_STATEMENT_TIMEOUT', 'DB_POSTGRESDB_IDLE_CONNECTION_TIMEOUT'])('a bad %s is told by name', (name) => {
			expect(refusal({ DB_TYPE: 'postgresdb', [name]: 'many' })).toMatchObject({ code: 'configurationInvalid', details: { field: name }, message: expect.stringContaining(name) });
		});
	});

	describe('overrides', () => {
		it.each([
			['postgres://u:p@h/db', { kind: 'postgres', connectionString: 'postgres://u:p@h/db', schema: 'public', ssl: undefined }],
			['postgresql://u:p@h/db', { kind: 'postgres', connectionString: 'postgresql://u:p@h/db' }],
			['sqlite:/var/lib/vault.sqlite', { kind: 'sqlite', path: '/var/lib/vault.sqlite' }],
			['sqlite:///var/lib/vault.sqlite', { kind: 'sqlite', path: '/var/lib/vault.sqlite' }],
		])('CONNECTED_APPS_DATABASE_URL %s', (value, expected) => {
			expect(read({ CONNECTED_APPS_DATABASE_URL: value }).backend).toMatchObject(expected);
			expect(read({ CONNECTED_APPS_DATABASE_URL_FILE: file(value) }).backend).toMatchObject(expected);
		});

		it.each<[Environment, string]>([
			[{ CONNECTED_APPS_DATABASE_URL: 'mysql://u:canary@h/db' }, 'CONNECTED_APPS_DATABASE_URL'],
			[{ CONNECTED_APPS_PUBLIC_URL: 'n8n.example.com' }, 'CONNECTED_APPS_PUBLIC_URL'],
			[{ CONNECTED_APPS_PUBLIC_URL: 'javascript:alert(1)' }, 'CONNECTED_APPS_PUBLIC_URL'],
			[{ CONNECTED_APPS_INTERNAL_URL: 'localhost' }, 'CONNECTED_APPS_INTERNAL_URL'],
			[{ CONNECTED_APPS_INTERNAL_URL: 'ftp://localhost' }, 'CONNECTED_APPS_INTERNAL_URL'],
			[{ N8N_PORT: 'x' }, 'N8N_PORT'],
		])('%p is refused by name', (env, field) => {
			const error = refusal(env) as Error;
			expect(error).toMatchObject({ code: 'configurationInvalid', details: { field }, message: expect.stringContaining(field) });
			expect(error.message).not.toContain('canary');
		});

		it.each<[Environment, string]>([
			[{}, 'http://localhost:5678'],
			[{ N8N_PORT: '80' }, 'http://localhost:80'],
			[{ N8N_LISTEN_ADDRESS: '127.0.0.1' }, 'http://127.0.0.1:5678'],
			[{ N8N_LISTEN_ADDRESS: '0.0.0.0' }, 'http://localhost:5678'],
			[{ N8N_LISTEN_ADDRESS: '::1' }, 'http://[::1]:5678'],
			[{ N8N_PROTOCOL: 'https' }, 'https://localhost:5678'],
			[{ CONNECTED_APPS_INTERNAL_URL: 'http://n8n-main:5678/' }, 'http://n8n-main:5678'],
			[{ CONNECTED_APPS_INTERNAL_URL: '' }, 'http://localhost:5678'],
		])('the internal address for %p is %s', (env, expected) => {
			expect(read(env).internalUrl).toBe(expected);
		});

		it('the public address has no slash at its end, and empty means none', () => {
			expect(read({ CONNECTED_APPS_PUBLIC_URL: 'https://n8n.example.com/webhook//' }).publicUrl).toBe('https://n8n.example.com/webhook');
			expect(read({ CONNECTED_APPS_PUBLIC_URL: '' }).publicUrl).toBeUndefined();
		});
	});
});
