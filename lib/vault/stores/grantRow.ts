import type { ConnectionId, EncryptedTokens, ProviderAccount, TokenSet, UseContext, UserKey } from '../../types';
import { place, type Cipher } from '../cipher';
import { sha256 } from '../keys';
import type { GrantKey, StoredGrant } from '../port';
import type { GrantRow } from '../schema';

const present = <T>(value: T | null): T | undefined => value ?? undefined;

export function toGrant(row: GrantRow & { nowMs: number }): StoredGrant {
	return {
		connectionId: row.connectionId as ConnectionId,
		userKey: row.userKey as UserKey,
		version: row.version,
		state: row.state,
		endReason: present(row.endReason),
		sealedTokens: present(row.sealedTokens) as EncryptedTokens | undefined,
		accessTokenHash: present(row.accessTokenHash),
		accessExpiresAtMs: present(row.accessExpiresAtMs),
		grantedScopes: JSON.parse(row.grantedScopes) as string[],
		account: JSON.parse(row.account) as ProviderAccount,
		connectedAtMs: row.connectedAtMs,
		lastUsedAtMs: row.lastUsedAtMs,
		lastUse: row.lastUse === null ? undefined : (JSON.parse(row.lastUse) as UseContext),
		useCount: row.useCount,
		refreshStartedVersion: present(row.refreshStartedVersion),
		leaseOwner: present(row.leaseOwner),
		leaseUntilMs: present(row.leaseUntilMs),
		coolDownUntilMs: present(row.coolDownUntilMs),
		failureCount: row.failureCount,
		lastFailureCode: present(row.lastFailureCode),
		nowMs: row.nowMs,
	};
}

/** The columns that hold a token set, sealed for `version`. The expiry stays outside: it is learned later, too. */
export async function sealTokens(cipher: Cipher, key: GrantKey, version: number, { expiresAtMs, ...tokens }: TokenSet) {
	return {
		version,
		sealedTokens: await cipher.seal(place.tokens(key, version), JSON.stringify(tokens)),
		keyId: cipher.kid,
		accessTokenHash: sha256(tokens.accessToken),
		accessExpiresAtMs: expiresAtMs === undefined ? null : Math.trunc(expiresAtMs),
		grantedScopes: JSON.stringify(tokens.scopes),
	} satisfies Partial<GrantRow>;
}

export async function openTokens(cipher: Cipher, grant: StoredGrant & { sealedTokens: EncryptedTokens }): Promise<TokenSet> {
	const tokens = JSON.parse(await cipher.open(place.tokens(grant, grant.version), grant.sealedTokens)) as TokenSet;
	return grant.accessExpiresAtMs === undefined ? tokens : { ...tokens, expiresAtMs: grant.accessExpiresAtMs };
}

/** Nothing is under way and nothing has failed. */
export const SETTLED = {
	leaseOwner: null,
	leaseUntilMs: null,
	refreshStartedVersion: null,
	coolDownUntilMs: null,
	failureCount: 0,
	lastFailureCode: null,
} satisfies Partial<GrantRow>;
