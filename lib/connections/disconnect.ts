import type { Configuration } from 'openid-client';

import { MINUTE_MS, SECOND_MS } from '../clock';
import { revokeTokens, type RevokeResult } from '../oauth';
import type { ConnectionId, Fetch, TokenSet, UseContext, UserKey } from '../types';
import type { Revocation, RevocationOutcome, Vault } from '../vault';
import { canRevoke, clientOf, toConnection, type Connection } from './connection';
import { tellDisconnected } from './tell';

const REVOCATION_LEASE_MS = 60 * SECOND_MS;
const RETRY_BASE_MS = 10 * SECOND_MS;
const RETRY_MAX_MS = 60 * MINUTE_MS;
/** About two days of hourly retries. */
const MAX_ATTEMPTS = 60;
const BATCH = 20;

/**
 * Ends a grant at once; revoking at the provider goes through the durable queue and never blocks it (S23).
 * @param by an administrator who does it for the person
 * @param use the flow that does it
 */
export async function disconnect(vault: Vault, connection: Connection, userKey: UserKey, by?: UserKey, use?: UseContext): Promise<boolean> {
	const ended = await vault.grants.end({ connectionId: connection.id, userKey }, 'disconnected', { revoke: canRevoke(connection) });
	if (ended === undefined) return false;
	await tellDisconnected(vault, connection, userKey, by, use);
	return true;
}

/** `queued`: asked again until the provider answers. `notSupported`: it cannot be told, or did not take it. */
export interface DisconnectReceipt {
	disconnected: boolean;
	/** Absent where there was nothing to revoke any more. */
	revoked?: 'revoked' | 'queued' | 'notSupported';
}

export interface DisconnectTools {
	fetch: Fetch;
	/** Names this process as holder of leases. */
	leaseOwner: string;
	/** The flow that does it. */
	use: UseContext;
}

/** Ends a grant and tells the provider at once where it can be told; what does not work out stays queued (S23). */
export async function disconnectAndRevoke(vault: Vault, connection: Connection, userKey: UserKey, { fetch, leaseOwner, use }: DisconnectTools): Promise<DisconnectReceipt> {
	if (!(await disconnect(vault, connection, userKey, undefined, use))) return { disconnected: false };
	if (!canRevoke(connection)) return { disconnected: true, revoked: 'notSupported' };
	// It stays in the queue; the owner trigger goes on.
	await workOffRevocations(vault, [connection.id], leaseOwner, fetch).catch(() => undefined);
	const outcome = await vault.revocations.outcomeFor({ connectionId: connection.id, userKey });
	if (outcome === undefined) return { disconnected: true };
	return { disconnected: true, revoked: outcome === 'revoked' ? 'revoked' : outcome === 'pending' ? 'queued' : 'notSupported' };
}

async function revoke(vault: Vault, connection: Connection, { token, tokenTypeHint }: Revocation, fetch: Fetch): Promise<RevokeResult> {
	return await revokeTokens(await clientOf(vault, connection, fetch), token, tokenTypeHint);
}

/** Whose tokens nobody keeps, as far as it is known. */
export interface UnkeptOf {
	userKey?: UserKey;
	/** The provider's account. */
	subject?: string;
}

/** A server may end a whole grant with one of its tokens (RFC 7009 section 2.1): then a sign-in that is kept must not end with another. */
async function wouldEndKept(vault: Vault, { id, provider }: Connection, { userKey, subject }: UnkeptOf): Promise<boolean> {
	if (provider.revokesReplaced) return false;
	if (subject !== undefined) return (await vault.grants.findBySubject(id, subject)).length > 0;
	return userKey === undefined || (await vault.grants.find({ connectionId: id, userKey }))?.state === 'active';
}

/** Revokes what a provider has just issued and nobody keeps; the queue goes on where it cannot be done at once (S23). Never throws. */
export async function revokeUnkept(vault: Vault, connection: Connection, client: Configuration, of: UnkeptOf, tokens: TokenSet): Promise<void> {
	if (!canRevoke(connection) || (await wouldEndKept(vault, connection, of).catch(() => true))) return;
	const { userKey } = of;
	const [token, tokenTypeHint] = tokens.refreshToken === undefined ? [tokens.accessToken, 'access_token' as const] : [tokens.refreshToken, 'refresh_token' as const];
	const result = await revokeTokens(client, token, tokenTypeHint).catch(() => 'retry' as const);
	// Whoever signs in to the portal has no name yet, and no access to data either.
	if (result !== 'retry' || userKey === undefined) return;
	await vault.revocations.add({ connectionId: connection.id, userKey }, { token, tokenTypeHint }).catch(() => undefined);
}

/** True if it is finished, false if it will be tried again. */
async function workOff(vault: Vault, revocation: Revocation, fetch: Fetch): Promise<boolean> {
	const registration = await vault.registrations.find(revocation.connectionId);
	if (registration === undefined) {
		await vault.revocations.finish(revocation.id, 'gaveUp');
		return true;
	}
	// One that cannot even be asked for must not keep the others from being revoked.
	const result = await revoke(vault, toConnection(registration), revocation, fetch).catch((): RevokeResult => 'retry');
	if (result === 'retry' && revocation.attempts < MAX_ATTEMPTS) {
		await vault.revocations.retry(revocation.id, Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** Math.min(revocation.attempts, 12)));
		return false;
	}
	const outcome: RevocationOutcome = result === 'revoked' ? 'revoked' : 'gaveUp';
	await vault.revocations.finish(revocation.id, outcome);
	await vault.audit.add({ type: outcome === 'revoked' ? 'revoked' : 'refused', connectionId: revocation.connectionId, userKey: revocation.userKey, detail: outcome === 'revoked' ? 'Revoked at the provider' : 'The provider did not accept the revocation' });
	return true;
}

/** Works off what is due of these connections, side by side: a server that hangs delays nobody else. Returns how many were finished. */
export async function workOffRevocations(vault: Vault, connectionIds: ConnectionId[], leaseOwner: string, fetch: Fetch): Promise<number> {
	if (connectionIds.length === 0) return 0;
	const leased = await vault.revocations.lease(connectionIds, leaseOwner, REVOCATION_LEASE_MS, BATCH);
	const finished = await Promise.all(leased.map(async (revocation) => await workOff(vault, revocation, fetch)));
	return finished.filter(Boolean).length;
}
