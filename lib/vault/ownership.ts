// Opening a vault: is it ours, is the key right, is the schema known? Answers all of it before the first write,
// and brings the tables up to date; in one transaction, so that processes that start at once do it in turn.
import { randomUUID } from 'node:crypto';

import { ConnectedAppsError } from '../errors';
import { keyIdOf, place, type Cipher } from './cipher';
import type { Database, Tx } from './database';
import { equalInConstantTime, hmac, newLastingKey, type LastingKey } from './keys';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations';
import type { VaultKey, VaultKeys } from './port';
import { openOrUnknown } from './stores/sealedRows';

const VERSION = 'schemaVersion';
const VAULT_ID = 'vaultId';
/** Key id that the vault is sealed with now. */
const KEY_ID = 'keyId';
/** Prefix of one row per key that the vault was ever sealed with. */
const KEY_CHECK = 'keyCheck:';
/** The lasting key, sealed with the key that the vault is sealed with now: whoever may open the vault can read it. */
const LASTING_KEY = 'lastingKey';

const keyCheck = (key: VaultKey, vaultId: string): string => hmac(key, 'key check', vaultId);

/**
 * @returns the vault's lasting key
 * @throws ConnectedAppsError `vaultTooNew` if a newer version of the package has migrated it, `vaultKeyWrong` if no
 *   given key is the one it is sealed with; nothing has been written then
 */
export async function takePossession({ transaction, backend, cipher }: Database, keys: VaultKeys): Promise<LastingKey> {
	return await transaction(async (tx) => {
		await backend.lock(tx, 'migrations');
		const meta = await readMeta(tx, await backend.hasTable(tx, 'meta'));
		const version = Number(meta.get(VERSION) ?? 0);
		if (version > SCHEMA_VERSION) throw tooNew(backend.place, version);

		const vaultId = meta.get(VAULT_ID);
		const key = vaultId === undefined ? undefined : keyOf(meta, vaultId, keys);
		if (vaultId !== undefined && key === undefined) throw keyWrong(backend.place);

		if (version < SCHEMA_VERSION) await migrate(tx, version);
		const id = vaultId ?? randomUUID();
		const { current } = keys;
		const { lastingKey, sealed } = await lastingKeyOf(cipher, id, meta.get(LASTING_KEY), key);
		await write(tx, meta, { [VAULT_ID]: id, [KEY_ID]: current.kid, [KEY_CHECK + current.kid]: keyCheck(current, id), [LASTING_KEY]: sealed });
		return lastingKey;
	});
}

/** The key that the vault is sealed with now, which must be among ours; an earlier one alone would open only old rows. */
function keyOf(meta: Map<string, string>, vaultId: string, { current, previous }: VaultKeys): VaultKey | undefined {
	const kid = meta.get(KEY_ID);
	const key = [current, ...previous].find((candidate) => candidate.kid === kid);
	const checks = key && meta.get(KEY_CHECK + key.kid);
	return key !== undefined && checks !== undefined && equalInConstantTime(checks, keyCheck(key, vaultId)) ? key : undefined;
}

/**
 * Sealed anew here and not in a re-key pass: between two passes a vault can be handed back to a key that the pass has left behind.
 * @param key of a vault that was there before: portals of one that had no lasting key yet were named with it, and keep their names
 */
async function lastingKeyOf(cipher: Cipher, vaultId: string, sealed: string | undefined, key: VaultKey | undefined): Promise<{ lastingKey: LastingKey; sealed: string }> {
	const where = place.lastingKey(vaultId);
	const stored = sealed === undefined ? undefined : await openOrUnknown<{ kid: string; mac: string }>(cipher, where, sealed);
	const lastingKey = stored === undefined ? (key ?? newLastingKey()) : { kid: stored.kid, mac: Buffer.from(stored.mac, 'base64url') };
	const isCurrent = stored !== undefined && sealed !== undefined && keyIdOf(sealed) === cipher.kid;
	const { kid, mac } = lastingKey;
	return { lastingKey: { kid, mac }, sealed: isCurrent ? sealed : await cipher.seal(where, JSON.stringify({ kid, mac: Buffer.from(mac).toString('base64url') })) };
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
