// Opening a vault: is it ours, is the key right, is the schema known? Answers all of it before the first write,
// and brings the tables up to date; in one transaction, so that processes that start at once do it in turn.
import { randomUUID } from 'node:crypto';

import { ConnectedAppsError } from '../errors';
import type { Database, Tx } from './database';
import { equalInConstantTime, hmac } from './keys';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations';
import type { VaultKey, VaultKeys } from './port';

const VERSION = 'schemaVersion';
const VAULT_ID = 'vaultId';
/** Key id that the vault is sealed with now. */
const KEY_ID = 'keyId';
/** Prefix of one row per key that the vault was ever sealed with. */
const KEY_CHECK = 'keyCheck:';

const keyCheck = (key: VaultKey, vaultId: string): string => hmac(key, 'key check', vaultId);

/**
 * @throws ConnectedAppsError `vaultTooNew` if a newer version of the package has migrated it, `vaultKeyWrong` if no
 *   given key is the one it is sealed with; nothing has been written then
 */
export async function takePossession({ transaction, backend }: Database, keys: VaultKeys): Promise<void> {
	await transaction(async (tx) => {
		await backend.lock(tx, 'migrations');
		const meta = await readMeta(tx, await backend.hasTable(tx, 'meta'));
		const version = Number(meta.get(VERSION) ?? 0);
		if (version > SCHEMA_VERSION) throw tooNew(backend.place, version);

		const vaultId = meta.get(VAULT_ID);
		if (vaultId !== undefined && !matches(meta, vaultId, keys)) throw keyWrong(backend.place);

		if (version < SCHEMA_VERSION) await migrate(tx, version);
		const id = vaultId ?? randomUUID();
		const { current } = keys;
		await write(tx, meta, { [VAULT_ID]: id, [KEY_ID]: current.kid, [KEY_CHECK + current.kid]: keyCheck(current, id) });
	});
}

/** The key that the vault is sealed with now must be among ours; an earlier one alone would open only old rows. */
function matches(meta: Map<string, string>, vaultId: string, { current, previous }: VaultKeys): boolean {
	const kid = meta.get(KEY_ID);
	const key = [current, ...previous].find((candidate) => candidate.kid === kid);
	const checks = key && meta.get(KEY_CHECK + key.kid);
	return key !== undefined && checks !== undefined && equalInConstantTime(checks, keyCheck(key, vaultId));
}

async function readMeta(tx: Tx, exists: boolean): Promise<Map<string, string>> {
	if (!exists) return new Map();
	const rows = await tx.selectFrom('meta').selectAll().execute();
	return new Map(rows.map(({ name, value }) => [name, value]));
}

async function migrate(tx: Tx, from: number): Promise<void> {
	if (from === 0) {
		await tx.schema
			.createTable('meta')
			.addColumn('name', 'text', (column) => column.primaryKey())
			.addColumn('value', 'text', (column) => column.notNull())
			.execute();
	}
	for (const step of MIGRATIONS.slice(from)) await step(tx);
	await write(tx, new Map(), { [VERSION]: String(SCHEMA_VERSION) });
}

async function write(tx: Tx, known: Map<string, string>, values: Record<string, string>): Promise<void> {
	for (const [name, value] of Object.entries(values)) {
		if (known.get(name) === value) continue;
		await tx
			.insertInto('meta')
			.values({ name, value })
			.onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
			.execute();
	}
}

function tooNew(place: string, version: number): ConnectedAppsError {
	return new ConnectedAppsError(
		'vaultTooNew',
		`The vault (${place}) was written by a newer version of this package (schema ${version}, known up to ${SCHEMA_VERSION})`,
		{ advice: 'Update n8n-nodes-connected-apps in this n8n, on every main, worker and webhook process.' },
	);
}

function keyWrong(place: string): ConnectedAppsError {
	return new ConnectedAppsError(
		'vaultKeyWrong',
		`This vault (${place}) belongs to another n8n or the encryption key changed; set CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS or restore the key`,
		{
			field: 'CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS',
			advice: 'Put the earlier key into CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS, or restore the key; for another n8n choose another database.',
		},
	);
}
