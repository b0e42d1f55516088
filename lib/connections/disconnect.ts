import { MINUTE_MS, SECOND_MS } from '../clock';
import { revokeTokens } from '../oauth';
import type { ConnectionId, Fetch, UserKey } from '../types';
import type { RevocationOutcome, Vault } from '../vault';
import { clientOf, toConnection, type Connection } from './connection';
import { tellDisconnected } from './tell';

const REVOCATION_LEASE_MS = 60 * SECOND_MS;
const RETRY_BASE_MS = 10 * SECOND_MS;
const RETRY_MAX_MS = 60 * MINUTE_MS;
/** About two days of hourly retries. */
const MAX_ATTEMPTS = 60;
const BATCH = 20;

/** Ends a grant at once; revoking at the provider goes through the durable queue and never blocks it (S23). */
export async function disconnect(vault: Vault, connection: Connection, userKey: UserKey): Promise<boolean> {
	const ended = await vault.grants.end({ connectionId: connection.id, userKey }, 'disconnected', { revoke: connection.provider.revocation !== 'none' });
	if (ended === undefined) return false;
	await tellDisconnected(vault, connection, userKey);
	return true;
}

/** Works off what is due of these connections. Returns how many were finished. */
export async function workOffRevocations(vault: Vault, connectionIds: ConnectionId[], leaseOwner: string, fetch: Fetch): Promise<number> {
	if (connectionIds.length === 0) return 0;
	let finished = 0;
	for (const revocation of await vault.revocations.lease(connectionIds, leaseOwner, REVOCATION_LEASE_MS, BATCH)) {
		const registration = await vault.registrations.find(revocation.connectionId);
		if (registration === undefined) {
			await vault.revocations.finish(revocation.id, 'gaveUp');
			continue;
		}
		const connection = toConnection(registration);
		const client = await clientOf(vault, connection, fetch);
		const result = await revokeTokens(client, revocation.token, revocation.tokenTypeHint);
		if (result === 'retry' && revocation.attempts < MAX_ATTEMPTS) {
			await vault.revocations.retry(revocation.id, Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** Math.min(revocation.attempts, 12)));
			continue;
		}
		const outcome: RevocationOutcome = result === 'revoked' ? 'revoked' : 'gaveUp';
		await vault.revocations.finish(revocation.id, outcome);
		await vault.audit.add({ type: outcome === 'revoked' ? 'revoked' : 'refused', connectionId: revocation.connectionId, userKey: revocation.userKey, detail: outcome === 'revoked' ? 'Revoked at the provider' : 'The provider did not accept the revocation' });
		finished++;
	}
	return finished;
}
