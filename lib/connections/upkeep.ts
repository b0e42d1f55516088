import { DAY_MS } from '../clock';
import type { UseContext } from '../types';
import type { StoredGrant, Vault } from '../vault';
import { canRevoke, type Connection } from './connection';
import { policyExpiryOf, soonMsOf } from './status';
import { tellExpiringSoon, tellNeedsSignIn } from './tell';

const BATCH = 200;

/** Ends a grant that is past the policy's clocks and revokes it at the provider where that exists. */
export async function expireGrant(vault: Vault, connection: Connection, grant: StoredGrant, use?: UseContext): Promise<void> {
	const expiry = policyExpiryOf(connection.registration.policy, grant);
	if (expiry === undefined) return;
	const ended = await vault.grants.end(grant, expiry.reason, { version: grant.version, revoke: canRevoke(connection) });
	if (ended === undefined) return;
	await vault.audit.add({ type: 'expired', connectionId: connection.id, userKey: grant.userKey, use, detail: expiry.reason === 'expiredIdle' ? 'Not used for too long' : 'The longest time since sign-in has passed' });
	await tellNeedsSignIn(vault, connection, grant.userKey, expiry.reason, use);
}

/** Applies the clocks to people who start no flow: ends what is past them, tells once what ends soon. Returns how many were touched. */
export async function keepUp(vault: Vault, connection: Connection): Promise<number> {
	const { policy } = connection.registration;
	const [idleMs, absoluteMs] = [policy.idleLifetimeDays * DAY_MS, policy.absoluteLifetimeDays * DAY_MS];
	if (idleMs === 0 && absoluteMs === 0) return 0;
	const clocks = { idleMs, idleSoonMs: soonMsOf(idleMs), absoluteMs, absoluteSoonMs: soonMsOf(absoluteMs) };
	const grants = await vault.grants.listExpiring(connection.id, clocks, BATCH);
	for (const grant of grants) {
		const expiry = policyExpiryOf(policy, grant);
		if (expiry === undefined) continue;
		if (expiry.atMs <= grant.nowMs) {
			await expireGrant(vault, connection, grant);
			continue;
		}
		// Whoever marks it tells it: processes may look at the same time.
		if (await vault.grants.markExpiryTold(grant, expiry.atMs)) await tellExpiringSoon(vault, connection, grant.userKey, expiry.atMs);
	}
	return grants.length;
}
