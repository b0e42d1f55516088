// The vault: registrations, grants, sign-in requests and what belongs to them, encrypted at rest, in the database
// that n8n uses. Owns rows, leases, deadlines (by the database's clock) and the key; must never know OAuth, a
// provider, a page or n8n. The port is in port.ts, one store per file in stores/, one folder per database.
import { sql } from 'kysely';

import type { Backend } from './backend';
import { createCipher } from './cipher';
import { createDatabase } from './database';
import { identityKeyOf, isProofOf, makeLastingProof, makeProof, type LastingKey } from './keys';
import { takePossession } from './ownership';
import type { Vault, VaultOptions } from './port';
import { postgresBackend } from './postgres/backend';
import { rekey, rekeyProgress } from './rekey';
import { pruning } from './retention';
import { sqliteBackend } from './sqlite/backend';
import { auditStore } from './stores/audit';
import { grantStore } from './stores/grants';
import { identityStore } from './stores/identities';
import { issuedTokenStore } from './stores/issuedTokens';
import { linkStore } from './stores/links';
import { outboxStore } from './stores/outbox';
import { referenceStore } from './stores/references';
import { registrationStore } from './stores/registrations';
import { requestStore } from './stores/requests';
import { revocationStore } from './stores/revocations';
import { sessionStore } from './stores/sessions';
import { portalSignInStore, transactionStore } from './stores/transactions';
import { seenStore } from './stores/seen';
import { usageStore } from './stores/usage';
import { waitStore } from './stores/waits';

export * from './port';
export { deriveVaultKey, sha256 } from './keys';

/**
 * Opens the vault, after making or updating its tables where needed. Safe in several processes at once.
 * @throws ConnectedAppsError `vaultUnavailable`, `vaultKeyWrong`, `vaultTooNew` (nothing was written then),
 *   `configurationInvalid`
 */
export async function openVault({ backend: settings, keys, clockOffsetMs }: VaultOptions): Promise<Vault> {
	const backend: Backend = settings.kind === 'sqlite' ? sqliteBackend(settings) : postgresBackend(settings);
	const database = createDatabase(backend, createCipher(keys), clockOffsetMs);
	const { db, clock } = database;
	let lastingKey: LastingKey;
	try {
		lastingKey = await takePossession(database, keys);
		await backend.settle(db);
	} catch (error) {
		await db.destroy();
		throw error;
	}
	return {
		registrations: registrationStore(database),
		grants: grantStore(database),
		usage: usageStore(database),
		requests: requestStore(database),
		waits: waitStore(database),
		seen: seenStore(database),
		transactions: transactionStore(database),
		portalSignIns: portalSignInStore(database),
		links: linkStore(database),
		sessions: sessionStore(database),
		identities: identityStore(database),
		issuedTokens: issuedTokenStore(database),
		references: referenceStore(database),
		outbox: outboxStore(database),
		revocations: revocationStore(database),
		audit: auditStore(database),
		proofOf: (material) => makeProof(keys, material),
		lastingProofOf: (material) => makeLastingProof(lastingKey, material),
		verifyProof: (material, proof) => isProofOf(keys, material, proof),
		identityKeys: [keys.current, ...keys.previous].map(identityKeyOf),
		async nowMs() {
			const { rows } = await sql<{ nowMs: number }>`select ${clock.nowMs()} as ${sql.ref('nowMs')}`.execute(db);
			return rows[0]!.nowMs;
		},
		rekey: rekey(database),
		rekeyProgress: rekeyProgress(database),
		...pruning(database),
		close: () => db.destroy(),
	};
}
