import { DAY_MS } from '../clock';
import { matchAccount } from '../identity';
import type { Provider } from '../providers';
import type { ConnectionPolicy, ConnectionStatus, UserKey } from '../types';
import type { GrantEndReason, StoredGrant, Vault } from '../vault';
import type { Connection } from './connection';

const EXPIRING_SOON_MS = 3 * DAY_MS;

/** A grant that ends within this time is told to be "expiring soon": of a short lifetime the last quarter, so that nobody who uses it daily is told daily. */
export function soonMsOf(lifetimeMs: number): number {
	return Math.min(EXPIRING_SOON_MS, lifetimeMs / 4);
}

/** When the admin's own clocks end a grant; absent = never. Milliseconds since the epoch, database clock. */
export function policyExpiryOf(policy: Pick<ConnectionPolicy, 'idleLifetimeDays' | 'absoluteLifetimeDays'>, grant: Pick<StoredGrant, 'connectedAtMs' | 'lastUsedAtMs'>): { atMs: number; reason: Extract<GrantEndReason, 'expiredIdle' | 'expiredAbsolute'>; soonMs: number } | undefined {
	const [idleMs, absoluteMs] = [policy.idleLifetimeDays * DAY_MS, policy.absoluteLifetimeDays * DAY_MS];
	const idle = idleMs > 0 ? { atMs: grant.lastUsedAtMs + idleMs, reason: 'expiredIdle' as const, soonMs: soonMsOf(idleMs) } : undefined;
	const absolute = absoluteMs > 0 ? { atMs: grant.connectedAtMs + absoluteMs, reason: 'expiredAbsolute' as const, soonMs: soonMsOf(absoluteMs) } : undefined;
	if (idle === undefined) return absolute;
	return absolute === undefined || idle.atMs <= absolute.atMs ? idle : absolute;
}

/** Scopes that are wanted and that the grant lacks; what the provider never reports back does not count. */
export function missingScopes(wanted: readonly string[], granted: readonly string[], provider: Pick<Provider, 'impliesScope' | 'unreportedScopes'>): string[] {
	return [...new Set(wanted)].filter((scope) => !granted.includes(scope) && provider.unreportedScopes?.includes(scope) !== true && provider.impliesScope?.(granted, scope) !== true);
}

/** What a paused node wants of a sign-in. */
export interface WantedScopes {
	scopes?: readonly string[];
	/** Just these; else the connection's own as well. */
	exactScopes?: boolean;
}

export function wantedScopes({ registration }: Connection, { scopes = [], exactScopes }: WantedScopes): string[] {
	return exactScopes === true ? [...scopes] : [...registration.scopes, ...scopes];
}

/** Who somebody is and that they stay signed in, not what an API lets them do (OpenID Connect Core sections 5.4 and 11). */
export function isSignInScope(scope: string): boolean {
	return ['openid', 'profile', 'email', 'offline_access'].includes(scope);
}

/** What every sign-in asks for, however little an operation wants of it: without these nobody would be known. */
export function signInScopes({ registration, provider }: Connection): string[] {
	return [...provider.requiredScopes, ...registration.scopes.filter(isSignInScope)];
}

export function statusOf(policy: ConnectionPolicy, grant: StoredGrant | undefined, lacksScopes: boolean): ConnectionStatus {
	if (grant === undefined) return 'needsSignIn';
	if (grant.state === 'ended') {
		if (grant.endReason === 'disconnected') return 'disconnected';
		return grant.endReason === 'expiredIdle' || grant.endReason === 'expiredAbsolute' ? 'expired' : 'needsSignIn';
	}
	const expiry = policyExpiryOf(policy, grant);
	if (expiry !== undefined && expiry.atMs <= grant.nowMs) return 'expired';
	if (!matchAccount(policy, grant.userKey, grant.account).ok) return 'needsSignIn';
	if (lacksScopes) return 'needsConsent';
	if (grant.lastFailureCode === 'clientRejected') return 'misconfigured';
	if (grant.lastFailureCode !== undefined && (grant.coolDownUntilMs ?? 0) > grant.nowMs) return 'providerUnavailable';
	if ((grant.leaseUntilMs ?? 0) > grant.nowMs) return 'refreshPending';
	if (expiry !== undefined && expiry.atMs - grant.nowMs < expiry.soonMs) return 'expiringSoon';
	return 'connected';
}

/** States in which only the user can bring the access back. */
const USER_ACTS: readonly ConnectionStatus[] = ['needsSignIn', 'needsConsent', 'expired', 'disconnected'];

export function needsUser(status: ConnectionStatus): boolean {
	return USER_ACTS.includes(status);
}

/** Holds a grant now that a flow can use, or could if the provider answered. */
export async function isSignedIn(vault: Vault, connection: Connection, userKey: UserKey, wanted: WantedScopes = { scopes: [] }): Promise<boolean> {
	const { registration, provider } = connection;
	const grant = await vault.grants.find({ connectionId: connection.id, userKey });
	const lacks = grant !== undefined && missingScopes(wantedScopes(connection, wanted), grant.grantedScopes, provider).length > 0;
	return !needsUser(statusOf(registration.policy, grant, lacks));
}
