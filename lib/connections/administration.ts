import { ConnectedAppsError } from '../errors';
import { probeClient } from '../oauth';
import type { Fetch, UserKey } from '../types';
import type { GrantEndReason, Vault } from '../vault';
import { canRevoke, clientOf, type Connection } from './connection';
import { disconnect } from './disconnect';
import { tellAllDisconnected, tellAllNeedSignIn } from './tell';

/** Grants that are read at once: a page of them is ended, and told, before the next is read. */
const PAGE = 100;
/** Waiting node runs that are read at once: all of them fail before the next are read. */
const WAITING = 500;

/** @returns those that were ended; @param by the administrator who does it for somebody who has left */
export async function disconnectAll(vault: Vault, connections: Connection[], userKey: UserKey, by?: UserKey): Promise<Connection[]> {
	const ended: Connection[] = [];
	for (const connection of connections) if (await disconnect(vault, connection, userKey, by)) ended.push(connection);
	return ended;
}

/** @param tell those whose grants have ended, by the page: each writing waits for the disk */
async function endEvery(vault: Vault, connection: Connection, reason: GrantEndReason, tell: (userKeys: UserKey[]) => Promise<void>): Promise<number> {
	let ended = 0;
	let after = '' as UserKey;
	for (;;) {
		const grants = await vault.grants.listPage(connection.id, after, PAGE);
		const people: UserKey[] = [];
		for (const grant of grants) if (grant.state === 'active' && (await vault.grants.end(grant, reason, { revoke: canRevoke(connection) })) !== undefined) people.push(grant.userKey);
		await tell(people);
		ended += people.length;
		const last = grants.at(-1);
		if (last === undefined || grants.length < PAGE) return ended;
		after = last.userKey;
	}
}

/** Everybody must sign in again; what they had is revoked where it can be. @returns how many had one */
export async function reauthorize(vault: Vault, connection: Connection, by: UserKey): Promise<number> {
	const ended = await endEvery(vault, connection, 'reauthorize', async (people) => await tellAllNeedSignIn(vault, connection, people, by));
	await vault.audit.add({ type: 'administered', connectionId: connection.id, actor: by, detail: `Everybody must sign in again; sign-ins that ended: ${ended}` });
	return ended;
}

/**
 * Takes the connection away: nobody gets a token of it any more, every grant is ended and revoked where it can be, and flows that
 * wait for it fail. A mark stays: it does not come back by registering, only if an administrator allows it again.
 */
export async function deleteConnection(vault: Vault, connection: Connection, by: UserKey): Promise<number> {
	// First, so that nobody signs in while the others are ended.
	await vault.registrations.markDeleted(connection.id, by);
	const ended = await endEvery(vault, connection, 'disconnected', async (people) => await tellAllDisconnected(vault, connection, people, by));
	const waited = await failEveryWaiting(vault, connection);
	await vault.audit.add({ type: 'administered', connectionId: connection.id, actor: by, detail: `Connection deleted; sign-ins that ended: ${ended}, that were waited for: ${waited}` });
	return ended;
}

/** @returns how many there were */
async function failEveryWaiting(vault: Vault, { id }: Connection): Promise<number> {
	let failed = 0;
	for (;;) {
		const waiting = await vault.requests.listOpen({ connectionIds: [id] }, WAITING);
		const outcomes = [];
		for (const request of waiting) outcomes.push(await vault.requests.fail(request.id, 'connectionInactive'));
		failed += outcomes.filter(Boolean).length;
		if (waiting.length < WAITING) return failed;
	}
}

/** @returns undefined if the provider knows the client, else what is wrong */
export async function probeConnection(vault: Vault, connection: Connection, fetch: Fetch): Promise<ConnectedAppsError | undefined> {
	try {
		return await probeClient(await clientOf(vault, connection, fetch), connection.registration.redirectUri, connection.provider);
	} catch (error) {
		if (error instanceof ConnectedAppsError) return error;
		throw error;
	}
}
