import { SECOND_MS, type Clock } from '../clock';
import { ConnectedAppsError } from '../errors';
import { matchAccount } from '../identity';
import { SERVICE_ACCOUNT, type ApiAccount, type Fetch, type TokenSet, type UseContext, type UserKey } from '../types';
import { sha256, type GrantKey, type StoredGrant, type Vault } from '../vault';
import { apiOfScopes, wantedApiOf } from './apis';
import { apiTokenFor, scopesToAskOf } from './apiToken';
import { assertAllowed, type Connection } from './connection';
import { createExpiryLearner } from './learnExpiry';
import type { UseRecorder } from './recordUse';
import { refreshGrant, signInNeeded } from './refreshGrant';
import { missingScopes, policyExpiryOf, wantedScopes } from './status';
import { expireGrant } from './upkeep';

/** A token whose known end is nearer than this is renewed before it is used. */
const EXPIRY_MARGIN_MS = 60 * SECOND_MS;

/** A usable access token. Secret: never in a log or an error, and in an item only where the builder has chosen so. */
export interface AccessToken {
	accessToken: string;
	tokenType: string;
	/** Names the token when the API rejects it. */
	tokenHash: string;
	/** The grant's own API base address, where the provider tells one. */
	apiBaseUrl?: string;
	/** All accounts that it is good for, where there can be several; no other host gets it. */
	apiAccounts?: ApiAccount[];
	/** RFC 9449: the private JWK that it is bound to. */
	dpopKey?: string;
	/** Known end; milliseconds since the epoch, database clock. */
	expiresAtMs?: number;
	scopes: string[];
}

/** @param tokens fresh ones */
export function toAccessToken(tokens: TokenSet): AccessToken {
	const { accessToken, tokenType, apiBaseUrl, apiAccounts, dpopKey, expiresAtMs, scopes } = tokens;
	return { accessToken, tokenType, tokenHash: sha256(accessToken), apiBaseUrl, apiAccounts, dpopKey, expiresAtMs, scopes };
}

export interface TokenRequest {
	fetch: Fetch;
	use: UseContext;
	/** Hash of the token that the API has just rejected: renewed once, unless the stored one differs already. */
	rejectedTokenHash?: string;
	/** What the operation needs beyond the connection's own scopes. */
	scopes?: readonly string[];
	/** It needs just `scopes`, whatever the connection asks for. */
	exactScopes?: boolean;
	/** Origin of the address that the token is to go to: where the sign-in serves several APIs, the one that is there. */
	target?: string;
	/** Renews the tokens however fresh they are. */
	renew?: boolean;
}

export interface TokenEngine {
	accessTokenFor(connection: Connection, userKey: UserKey, request: TokenRequest): Promise<AccessToken>;
	/** The same with the refresh token: only for nodes whose outputs are tokens. */
	tokensFor(connection: Connection, userKey: UserKey, request: TokenRequest): Promise<TokenSet>;
}

export interface TokenEngineParts {
	vault: Vault;
	clock: Clock;
	uses: UseRecorder;
	leaseOwner: string;
	wait?: (ms: number) => Promise<void>;
}

const waitMs = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

function assertConsent(connection: Connection, { grantedScopes, userKey }: StoredGrant, { scopes = [], exactScopes }: TokenRequest): void {
	const { appName } = connection.registration;
	const lacking = missingScopes(wantedScopes(connection, { scopes, exactScopes }), grantedScopes, connection.provider);
	if (lacking.length === 0) return;
	throw new ConnectedAppsError('consentNeeded', `Authentication needed: ${userKey} has not consented to all that ${appName} is asked for (${lacking.join(', ')})`, { app: appName, user: userKey, missingScopes: lacking });
}

/** The token engine of one process: joins refreshes in flight per (connection, user), never by credential. */
export function createTokenEngine(parts: TokenEngineParts): TokenEngine {
	const inFlight = new Map<string, Promise<StoredGrant>>();
	const learnExpiry = createExpiryLearner(parts.vault, () => parts.clock.nowMs());

	async function renew(connection: Connection, key: GrantKey, request: TokenRequest, needsRefresh: (grant: StoredGrant) => boolean): Promise<StoredGrant> {
		const name = JSON.stringify([key.connectionId, key.userKey]);
		const running = inFlight.get(name);
		if (running !== undefined) {
			const joined = await running;
			if (!needsRefresh(joined)) return joined;
		}
		const started = refreshGrant({ vault: parts.vault, fetch: request.fetch, use: request.use, leaseOwner: parts.leaseOwner, nowMs: () => parts.clock.nowMs(), wait: parts.wait ?? waitMs }, connection, key, { isFresh: (grant) => !needsRefresh(grant), rejectedTokenHash: request.rejectedTokenHash });
		inFlight.set(name, started);
		try {
			return await started;
		} finally {
			if (inFlight.get(name) === started) inFlight.delete(name);
		}
	}

	const engine: TokenEngine = {
		/**
		 * Fast path: one indexed read, no lock. Otherwise one renewal for all who ask for the same person, as `refreshGrant` does it.
		 * @throws ConnectedAppsError `authenticationNeeded`, `consentNeeded`, `rotationInterrupted`, `refreshInProgress`, `providerUnavailable`, `clientRejected`, `individualUsersOff`, `serviceAccountOff`
		 */
		async accessTokenFor(connection, userKey, request) {
			return toAccessToken(await engine.tokensFor(connection, userKey, request));
		},

		async tokensFor(connection, userKey, request) {
			assertAllowed(connection, userKey);
			const { vault } = parts;
			const key: GrantKey = { connectionId: connection.id, userKey };
			let grant = await vault.grants.find(key);
			if (grant === undefined || grant.state === 'ended') throw signInNeeded(connection, userKey, grant?.endReason);

			const { policy } = connection.registration;
			const expiry = policyExpiryOf(policy, grant);
			if (expiry !== undefined && expiry.atMs <= grant.nowMs) {
				await expireGrant(vault, connection, grant, request.use);
				throw signInNeeded(connection, userKey, expiry.reason);
			}
			// A policy that was narrowed since the sign-in applies at once, also to the login of the service account.
			if (!matchAccount(policy, userKey, grant.account).ok) throw signInNeeded(connection, userKey);
			assertConsent(connection, grant, request);

			if (grant.accessExpiresAtMs === undefined && request.rejectedTokenHash === undefined && request.renew !== true && (await learnExpiry(connection, grant, request.fetch)) === 'dead') {
				grant = (await vault.grants.find(key)) ?? grant;
			}
			const seenVersion = grant.version;
			const rejectedTokenHash = request.renew === true ? grant.accessTokenHash : request.rejectedTokenHash;
			// The margin is for the token that we found. One that was renewed meanwhile is as fresh as it gets, however short it lives.
			const marginOf = (row: StoredGrant) => (row.version === seenVersion ? EXPIRY_MARGIN_MS : 0);
			const needsRefresh = (row: StoredGrant) =>
				(row.accessExpiresAtMs !== undefined && row.accessExpiresAtMs - marginOf(row) <= row.nowMs) || (rejectedTokenHash !== undefined && row.accessTokenHash === rejectedTokenHash);
			if (needsRefresh(grant)) {
				grant = await renew(connection, key, { ...request, rejectedTokenHash }, needsRefresh);
				// The answer to a renewal may hold fewer scopes than before (RFC 6749 section 6).
				assertConsent(connection, grant, request);
			}

			const tokens = await vault.grants.openTokens(grant);
			parts.uses.record(key, request.use);
			if (userKey === SERVICE_ACCOUNT && request.rejectedTokenHash === undefined) await vault.audit.add({ type: 'serviceAccountUsed', connectionId: connection.id, userKey, use: request.use });
			const wanted = wantedScopes(connection, request);
			const api = wantedApiOf(connection, wanted, grant.grantedScopes, request);
			if (api !== undefined && api !== apiOfScopes(connection, tokens.scopes)) {
				const renewGrant = async () => await engine.tokensFor(connection, userKey, { fetch: request.fetch, use: request.use, exactScopes: true, renew: true });
				const scopes = scopesToAskOf(connection, api, wanted, grant);
				return { ...(await apiTokenFor({ vault, renewGrant }, connection, grant, { fetch: request.fetch, use: request.use, api, scopes, rejectedTokenHash: request.rejectedTokenHash })), refreshToken: tokens.refreshToken };
			}
			// Introspection has told the end where the token answer did not.
			return { ...tokens, expiresAtMs: tokens.expiresAtMs ?? grant.accessExpiresAtMs };
		},
	};
	return engine;
}
