import type { ConnectionStatus, UserKey } from '../types';
import type { StoredGrant, Vault } from '../vault';
import type { Connection } from './connection';
import { missingScopes, needsUser, policyExpiryOf, statusOf } from './status';

/** What stands of one person's sign-in to one app; no secret inside. Times: milliseconds since the epoch, database clock. */
export interface SignInState {
	status: ConnectionStatus;
	/** A flow can use it, or could if the provider answered. */
	signedIn: boolean;
	/** Absent once the person has disconnected. */
	account?: string;
	connectedAtMs?: number;
	lastUsedAtMs?: number;
	/** The admin's own clocks. */
	expiresAtMs?: number;
	scopes: string[];
}

/** @param grant as the vault holds it, if it does */
export function stateOf({ registration, provider }: Connection, grant: StoredGrant | undefined): SignInState {
	const active = grant?.state === 'active' ? grant : undefined;
	const lacks = active !== undefined && missingScopes(registration.scopes, active.grantedScopes, provider).length > 0;
	const status = statusOf(registration.policy, grant, lacks);
	const kept = grant !== undefined && grant.endReason !== 'disconnected';
	return {
		status,
		signedIn: !needsUser(status),
		account: kept ? (grant.account.username ?? grant.account.email) : undefined,
		connectedAtMs: active?.connectedAtMs,
		lastUsedAtMs: active?.lastUsedAtMs,
		expiresAtMs: active && policyExpiryOf(registration.policy, active)?.atMs,
		scopes: active?.grantedScopes ?? [],
	};
}

export async function signInStateOf(vault: Vault, connection: Connection, userKey: UserKey): Promise<SignInState> {
	return stateOf(connection, await vault.grants.find({ connectionId: connection.id, userKey }));
}
