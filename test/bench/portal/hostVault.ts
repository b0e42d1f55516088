// The vault of the n8n under measurement, opened a second time: to let people sign in anew, and to read when what happened.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { openConnection, readConnectionSettings, type Connection } from '../../../lib/connections';
import { deriveVaultKey, openVault, type SqliteSettings, type Vault } from '../../../lib/vault';
import { CREDENTIAL_TYPE, type World } from '../../e2e/world';
import { percentile } from '../tokens/statistics';

export interface HostVault {
	vault: Vault;
	backend: SqliteSettings;
	connection: Connection;
	/** Reads past the vault. */
	query<T>(sql: string): T[];
}

export async function openHostVault(world: World, key: string): Promise<HostVault> {
	const backend: SqliteSettings = { kind: 'sqlite', path: join(world.n8n.userFolder, '.n8n', 'connected-apps.sqlite') };
	const vault = await openVault({ backend, keys: { current: deriveVaultKey(key), previous: [] } });
	const connection = await openConnection(vault, readConnectionSettings(CREDENTIAL_TYPE, world.credentialData));
	return {
		vault,
		backend,
		connection,
		query<T>(sql: string) {
			const database = new DatabaseSync(backend.path, { timeout: 5_000 });
			try {
				return database.prepare(sql).all() as T[];
			} finally {
				database.close();
			}
		},
	};
}

/** One line; `aimMs` is what the 95th percentile should not exceed, where there is an aim. The spread of the medians of four parts of the run is its noise. */
export function tell(what: string, times: readonly number[], aimMs?: number): void {
	const sorted = [...times].sort((a, b) => a - b);
	const size = Math.max(1, Math.ceil(times.length / 4));
	const medians = Array.from({ length: Math.ceil(times.length / size) }, (_, part) => percentile(times.slice(part * size, (part + 1) * size).sort((a, b) => a - b), 0.5)).sort((a, b) => a - b);
	const p95 = percentile(sorted, 0.95);
	process.stdout.write(`${what.padEnd(56)} p50 ${percentile(sorted, 0.5).toFixed(0)} ms   p95 ${p95.toFixed(0)} ms   (medians of parts ${medians[0]!.toFixed(0)}–${medians.at(-1)!.toFixed(0)}, n = ${times.length}${aimMs === undefined ? '' : `; aim p95 ≤ ${aimMs} ms: ${p95 <= aimMs ? 'met' : 'MISSED'}`})\n`);
}
