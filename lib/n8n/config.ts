// The only file that reads n8n's environment. Variables are followed as n8n 2.41 reads them (@n8n/config):
// a variable that is present wins over its `_FILE`, even if empty; file content is trimmed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DAY_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { deriveVaultKey, type PostgresSettings, type SqliteSettings, type VaultKeys } from '../vault';

export interface Config {
	backend: SqliteSettings | PostgresSettings;
	keys: VaultKeys;
	/** Overrides the base of all portal addresses, no trailing slash. */
	publicUrl?: string;
	/** Where this process reaches n8n when the public address does not work, no trailing slash. */
	internalUrl: string;
	/** How long what is over is kept. */
	retention: Retention;
	/** What the portal lets through of one client address; absent: its own default. */
	requestsPerMinute?: number;
	/** People who never connected an app, that one workflow may ask to sign in; absent: the usual number. */
	newPeoplePerHour?: number;
}

export interface Retention {
	/** Finished sign-in requests and emitted events. */
	finishedMs: number;
	/** Ended grants, which hold no tokens any more. */
	endedGrantsMs: number;
	auditMs: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const MAX_POOL_SIZE = 4;

function invalid(field: string, reason: string, cause?: unknown): ConnectedAppsError {
	return new ConnectedAppsError('configurationInvalid', `${field} ${reason}`, { field }, { cause });
}

/** A setting or the content of the file that `<name>_FILE` names. */
export function readSetting(env: Environment, name: string): string | undefined {
	const value = env[name];
	if (value !== undefined) return value;
	const file = env[`${name}_FILE`];
	if (file === undefined) return undefined;
	try {
		return readFileSync(file, 'utf8').trim();
	} catch (cause) {
		throw invalid(`${name}_FILE`, `names a file that cannot be read: ${file}`, cause);
	}
}

function readNumber(env: Environment, name: string, fallback: number): number {
	const value = readSetting(env, name);
	if (value === undefined || value === '') return fallback;
	const number = Number(value);
	if (!Number.isFinite(number)) throw invalid(name, `must be a number, not "${value}"`);
	return number;
}

function readBoolean(env: Environment, name: string, fallback: boolean): boolean {
	const value = readSetting(env, name)?.toLowerCase();
	if (value === 'true' || value === '1') return true;
	if (value === 'false' || value === '0') return false;
	return fallback;
}

/** `(N8N_USER_FOLDER ?? HOME ?? cwd)/.n8n` */
function n8nFolder(env: Environment): string {
	const home = process.platform === 'win32' ? env.USERPROFILE : env.HOME;
	return join(env.N8N_USER_FOLDER ?? home ?? process.cwd(), '.n8n');
}

function encryptionKey(env: Environment): string {
	const own = readSetting(env, 'CONNECTED_APPS_ENCRYPTION_KEY');
	if (own !== undefined && own !== '') return own;
	const fromEnvironment = readSetting(env, 'N8N_ENCRYPTION_KEY');
	if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
	const file = join(n8nFolder(env), 'config');
	if (!existsSync(file)) throw invalid('N8N_ENCRYPTION_KEY', `is not set and n8n's settings file does not exist: ${file}`);
	try {
		const settings: unknown = JSON.parse(readFileSync(file, 'utf8'));
		const key = (settings as { encryptionKey?: unknown } | null)?.encryptionKey;
		if (typeof key === 'string' && key !== '') return key;
	} catch (cause) {
		throw invalid("n8n's settings file", `cannot be read: ${file}`, cause);
	}
	throw invalid("n8n's settings file", `holds no encryptionKey: ${file}`);
}

function keys(env: Environment): VaultKeys {
	const previous = readSetting(env, 'CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS') ?? '';
	return {
		current: deriveVaultKey(encryptionKey(env)),
		previous: previous.split(/[\s,]+/).filter((key) => key !== '').map(deriveVaultKey),
	};
}

function postgres(env: Environment, connectionString?: string): PostgresSettings {
	const read = (name: string) => readSetting(env, `DB_POSTGRESDB_${name}`);
	const ca = read('SSL_CA') ?? '';
	const cert = read('SSL_CERT') ?? '';
	const key = read('SSL_KEY') ?? '';
	const rejectUnauthorized = readBoolean(env, 'DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED', true);
	// As n8n does: any certificate, or "do not reject", switches TLS on.
	const ssl = readBoolean(env, 'DB_POSTGRESDB_SSL_ENABLED', false) || ca !== '' || cert !== '' || key !== '' || !rejectUnauthorized;
	return {
		kind: 'postgres',
		...(connectionString !== undefined
			? { connectionString }
			: { host: read('HOST') ?? 'localhost', port: readNumber(env, 'DB_POSTGRESDB_PORT', 5432), user: read('USER') ?? 'postgres', password: read('PASSWORD') ?? '', database: read('DATABASE') ?? 'n8n' }),
		ssl: ssl && connectionString === undefined ? { ca: ca || undefined, cert: cert || undefined, key: key || undefined, rejectUnauthorized } : undefined,
		connectionTimeoutMs: readNumber(env, 'DB_POSTGRESDB_CONNECTION_TIMEOUT', 20_000),
		idleTimeoutMs: readNumber(env, 'DB_POSTGRESDB_IDLE_CONNECTION_TIMEOUT', 30_000),
		statementTimeoutMs: readNumber(env, 'DB_POSTGRESDB_STATEMENT_TIMEOUT', 300_000),
		poolSize: MAX_POOL_SIZE,
		schema: connectionString === undefined ? read('SCHEMA') || 'public' : 'public',
		tablePrefix: readSetting(env, 'DB_TABLE_PREFIX') ?? '',
	};
}

function backend(env: Environment): SqliteSettings | PostgresSettings {
	const override = readSetting(env, 'CONNECTED_APPS_DATABASE_URL');
	if (override !== undefined && override !== '') {
		if (/^postgres(ql)?:\/\//.test(override)) return postgres(env, override);
		if (override.startsWith('sqlite:')) return { kind: 'sqlite', path: override.replace(/^sqlite:(\/\/)?/, '') };
		throw invalid('CONNECTED_APPS_DATABASE_URL', 'must begin with postgres:// or sqlite:');
	}
	const type = readSetting(env, 'DB_TYPE') || 'sqlite';
	if (type === 'postgresdb') return postgres(env);
	return { kind: 'sqlite', path: join(n8nFolder(env), 'connected-apps.sqlite') };
}

/** @returns undefined where it is not set */
function readPositive(env: Environment, name: string): number | undefined {
	const value = readNumber(env, name, 0);
	if (value < 0) throw invalid(name, `must be a positive number, not ${value}`);
	return value === 0 ? undefined : value;
}

function readDays(env: Environment, name: string, fallbackDays: number): number {
	const days = readNumber(env, name, fallbackDays);
	if (days < 1) throw invalid(name, `must be 1 day or more, not ${days}`);
	return days * DAY_MS;
}

/** @throws ConnectedAppsError `configurationInvalid` that names the variable */
export function readConfig(env: Environment = process.env): Config {
	const publicUrl = readSetting(env, 'CONNECTED_APPS_PUBLIC_URL')?.replace(/\/+$/, '');
	const protocol = readSetting(env, 'N8N_PROTOCOL') || 'http';
	const listen = readSetting(env, 'N8N_LISTEN_ADDRESS') || '::';
	const host = listen === '::' || listen === '0.0.0.0' ? 'localhost' : listen.includes(':') ? `[${listen}]` : listen;
	const internalUrl = (readSetting(env, 'CONNECTED_APPS_INTERNAL_URL') || `${protocol}://${host}:${readNumber(env, 'N8N_PORT', 5678)}`).replace(/\/+$/, '');
	for (const [field, value] of [['CONNECTED_APPS_PUBLIC_URL', publicUrl], ['CONNECTED_APPS_INTERNAL_URL', internalUrl]] as const) {
		if (value !== undefined && value !== '' && !/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : '')) throw invalid(field, `is not an address that begins with http:// or https://: "${value}"`);
	}
	const retention: Retention = {
		finishedMs: readDays(env, 'CONNECTED_APPS_KEEP_FINISHED_DAYS', 30),
		endedGrantsMs: readDays(env, 'CONNECTED_APPS_KEEP_ENDED_DAYS', 90),
		auditMs: readDays(env, 'CONNECTED_APPS_KEEP_AUDIT_DAYS', 365),
	};
	const requestsPerMinute = readPositive(env, 'CONNECTED_APPS_REQUESTS_PER_MINUTE');
	const newPeoplePerHour = readPositive(env, 'CONNECTED_APPS_NEW_PEOPLE_PER_HOUR');
	return { retention, backend: backend(env), keys: keys(env), publicUrl: publicUrl || undefined, internalUrl, ...(requestsPerMinute !== undefined && { requestsPerMinute }), ...(newPeoplePerHour !== undefined && { newPeoplePerHour }) };
}
