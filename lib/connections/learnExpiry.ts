import { MINUTE_MS } from '../clock';
import { isConnectedAppsError } from '../errors';
import { introspectToken } from '../oauth';
import type { ConnectionId, Fetch } from '../types';
import type { StoredGrant, Vault } from '../vault';
import { clientOf, type Connection } from './connection';

/** A server that will not say is not asked again for so long. */
const ASK_AGAIN_MS = 30 * MINUTE_MS;

const MAX_KEPT = 10_000;

export type ExpiryLearner = (connection: Connection, grant: StoredGrant, fetch: Fetch) => Promise<'dead' | 'unknown' | 'learned'>;

/**
 * Learns the end of an access token where the token answer does not tell it. Asked once per token: the answer is kept with the
 * grant. Whether the server may be asked at all is remembered per connection and process.
 */
export function createExpiryLearner(vault: Vault, nowMs: () => number): ExpiryLearner {
	const silentUntilMs = new Map<ConnectionId, number>();
	const asked = new Map<string, Promise<'dead' | 'unknown' | 'learned'>>();

	async function ask(connection: Connection, grant: StoredGrant, fetch: Fetch): Promise<'dead' | 'unknown' | 'learned'> {
		try {
			const { accessToken } = await vault.grants.openTokens(grant);
			const state = await introspectToken(await clientOf(vault, connection, fetch), accessToken);
			if (!state.active) {
				await vault.grants.expireAccessToken(grant, grant.version);
				return 'dead';
			}
			if (state.expiresAtMs === undefined) {
				silentUntilMs.set(connection.id, nowMs() + ASK_AGAIN_MS);
				return 'unknown';
			}
			await vault.grants.learnExpiry(grant, grant.version, state.expiresAtMs);
			return 'learned';
		} catch (error) {
			// Our own database was away, or one row does not open: nothing is known about the server.
			if (isConnectedAppsError(error, 'vaultUnavailable', 'vaultKeyWrong')) return 'unknown';
			// Not allowed, not there, not reachable: the API itself will tell when the token has ended.
			silentUntilMs.set(connection.id, nowMs() + ASK_AGAIN_MS);
			return 'unknown';
		}
	}

	return async (connection, grant, fetch) => {
		if (connection.provider.learnsExpiry !== 'introspection' || connection.registration.endpoints.introspectionUrl === undefined) return 'unknown';
		if ((silentUntilMs.get(connection.id) ?? 0) > nowMs()) return 'unknown';
		// Many runs of one person at once ask once; what was told is kept for those who read the row before it was written there.
		const name = JSON.stringify([grant.connectionId, grant.userKey, grant.accessTokenHash]);
		let answer = asked.get(name);
		if (answer === undefined) {
			if (asked.size >= MAX_KEPT) asked.clear();
			answer = ask(connection, grant, fetch);
			asked.set(name, answer);
		}
		const told = await answer;
		if (told === 'unknown') asked.delete(name);
		return told;
	};
}
