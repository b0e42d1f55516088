import { randomUUID } from 'node:crypto';

import type { Configuration } from 'openid-client';

import { SECOND_MS } from '../clock';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { classifyAnswer, refreshTokens, type ClassifiedAnswer } from '../oauth';
import type { Fetch, TokenSet, UseContext } from '../types';
import { sha256, type GrantEndReason, type GrantKey, type StoredGrant, type Vault } from '../vault';
import { scopesForFirstApi, withOtherApis } from './apis';
import { clientOf, nameInWords, type Connection } from './connection';
import { revokeUnkept } from './disconnect';
import { tellNeedsSignIn } from './tell';

/** Longer than the deadline of one token request, so that nobody else refreshes while an answer may still come. */
export const LEASE_MS = 30 * SECOND_MS;
const LEASE_RENEWAL_MS = 10 * SECOND_MS;
/** Waiters give up after one whole lease and a second attempt. */
const WAIT_LIMIT_MS = 45 * SECOND_MS;
const POLL_MIN_MS = 25;
const POLL_MAX_MS = 120;
const MAX_ATTEMPTS = 3;
const RETRY_PAUSE_MS = 300;
const RETRY_PAUSE_MAX_MS = 3 * SECOND_MS;
const KEEP_TRYING_MS = 60 * SECOND_MS;
const COOL_DOWN_BASE_MS = 2 * SECOND_MS;
const COOL_DOWN_MAX_MS = 300 * SECOND_MS;
/** An admin who mends the secret is heard at the trigger's next registration, 30 s at the latest: nobody waits longer. */
const CLIENT_REJECTED_COOL_DOWN_MS = 30 * SECOND_MS;

export interface RefreshTools {
	vault: Vault;
	fetch: Fetch;
	/** For the audit log: the use that the renewal is for. */
	use: UseContext;
	/** Unique per process: begins the name of a lease's holder. */
	leaseOwner: string;
	/** Monotonic or wall clock, ms; only for how long we wait. */
	nowMs: () => number;
	wait: (ms: number) => Promise<void>;
}

/** What a caller may still use; `fresh` decides whether a row needs no refresh any more. */
export interface Freshness {
	isFresh(grant: StoredGrant): boolean;
	/** The API has rejected the token of this hash. */
	rejectedTokenHash?: string;
}

/** The stored access token has not passed its known end: an outage of the token endpoint need not stop the flow. */
function stillValid(grant: StoredGrant, { rejectedTokenHash }: Freshness): boolean {
	const rejected = rejectedTokenHash !== undefined && grant.accessTokenHash === rejectedTokenHash;
	return !rejected && grant.accessExpiresAtMs !== undefined && grant.accessExpiresAtMs > grant.nowMs;
}

function coolDownMs(failureCount: number, retryAfterMs: number | undefined): number {
	const backOff = Math.min(COOL_DOWN_MAX_MS, COOL_DOWN_BASE_MS * 2 ** Math.min(failureCount, 10));
	// Full jitter on the upper half: processes that failed together do not come back together.
	return Math.round(Math.max(retryAfterMs ?? 0, backOff / 2 + (Math.random() * backOff) / 2));
}

function unavailable(connection: Connection, grant: StoredGrant): ConnectedAppsError {
	const app = connection.registration.appName;
	const retryAfterMs = Math.max(0, (grant.coolDownUntilMs ?? 0) - grant.nowMs);
	const rejected = grant.lastFailureCode === 'clientRejected';
	return rejected
		? new ConnectedAppsError('clientRejected', `${app} refuses this client`, { app, field: 'clientSecret', retryAfterMs, advice: 'Check Client ID, Client Secret and Client Authentication in the credential' })
		: new ConnectedAppsError('providerUnavailable', `${app} cannot renew the access at the moment`, { app, retryAfterMs, advice: 'The sign-in is kept; try again later' });
}

export function signInNeeded(connection: Connection, userKey: string, reason?: GrantEndReason): ConnectedAppsError {
	const app = connection.registration.appName;
	if (reason === 'rotationInterrupted') {
		return new ConnectedAppsError('rotationInterrupted', `The sign-in of ${nameInWords(userKey)} to ${app} was lost when a renewal was interrupted; it is needed again`, { app, user: userKey });
	}
	return new ConnectedAppsError('authenticationNeeded', `Authentication needed: ${nameInWords(userKey)} is not signed in to ${app}`, { app, user: userKey });
}

/**
 * Renews a grant's tokens: never without the lease, fenced by the version alone.
 * @throws ConnectedAppsError `authenticationNeeded`, `rotationInterrupted`, `refreshInProgress`, `providerUnavailable`, `clientRejected`, `providerError`
 */
export async function refreshGrant(tools: RefreshTools, connection: Connection, key: GrantKey, freshness: Freshness): Promise<StoredGrant> {
	const { vault } = tools;
	// Not the process's: what one caller releases late must not be the lease that the next one has taken meanwhile.
	const leaseOwner = `${tools.leaseOwner} ${randomUUID()}`;
	const giveUpAtMs = tools.nowMs() + WAIT_LIMIT_MS;
	for (;;) {
		const leased = await vault.grants.acquireLease(key, leaseOwner, LEASE_MS);
		if (leased === undefined) {
			const seen = await vault.grants.find(key);
			if (seen === undefined || seen.state === 'ended') throw signInNeeded(connection, key.userKey, seen?.endReason);
			if (freshness.isFresh(seen)) return seen;
			if (tools.nowMs() > giveUpAtMs) {
				throw new ConnectedAppsError('refreshInProgress', `Another run is renewing the access of ${key.userKey} to ${connection.registration.appName}`, { advice: 'Try again in a moment', retryAfterMs: LEASE_MS });
			}
			await tools.wait(POLL_MIN_MS + Math.random() * (POLL_MAX_MS - POLL_MIN_MS));
			continue;
		}
		const renewal = setInterval(() => {
			// A lost renewal is harmless: the version fences the write.
			vault.grants.renewLease(key, leaseOwner, LEASE_MS).catch(() => undefined);
		}, LEASE_RENEWAL_MS);
		renewal.unref();
		try {
			const done = await refreshWithLease(tools, connection, leased, freshness, async () => await vault.grants.renewLease(key, leaseOwner, LEASE_MS));
			if (done !== undefined) return done;
		} finally {
			clearInterval(renewal);
			// One that cannot be given back ends by itself, and must not hide what came of the refresh.
			await vault.grants.releaseLease(key, leaseOwner).catch(() => undefined);
		}
	}
}

/**
 * One attempt under the lease. `undefined` = the row moved on while we asked, or the lease was lost: read again.
 * @param holdLease makes the lease whole again; false if it is another's by now
 */
async function refreshWithLease(tools: RefreshTools, connection: Connection, leased: StoredGrant, freshness: Freshness, holdLease: () => Promise<boolean>): Promise<StoredGrant | undefined> {
	const { vault } = tools;
	if (freshness.isFresh(leased)) return leased;
	if ((leased.coolDownUntilMs ?? 0) > leased.nowMs) {
		if (stillValid(leased, freshness)) return leased;
		throw unavailable(connection, leased);
	}
	const answerMayBeLost = leased.refreshStartedVersion === leased.version;
	const tokens = await vault.grants.openTokens(leased);
	if (tokens.refreshToken === undefined) return await endAndThrow(tools, connection, leased, 'invalidGrant');
	const client = await clientOf(vault, connection, tools.fetch);
	if (!(await vault.grants.markRefreshStarted(leased, leased.version))) return undefined;

	const answered = await askForTokens(tools, connection, leased, client, { ...tokens, refreshToken: tokens.refreshToken }, holdLease);
	if (answered === undefined) return undefined;
	if (answered.failure !== undefined) {
		const answer = answered.failure;
		if (answer.kind === 'invalidGrant') {
			const reread = await vault.grants.find(leased);
			if (reread === undefined || reread.version !== leased.version) return undefined;
			return await endAndThrow(tools, connection, leased, answerMayBeLost ? 'rotationInterrupted' : 'invalidGrant');
		}
		const pauseMs = answer.kind === 'clientRejected' ? CLIENT_REJECTED_COOL_DOWN_MS : coolDownMs(leased.failureCount, answer.retryAfterMs);
		// The journal stays where the server may have rotated without our hearing of it.
		await vault.grants.recordFailure(leased, leased.version, answer.error.code, pauseMs, answer.answerLost || answerMayBeLost);
		await vault.audit.add({ type: 'refused', connectionId: leased.connectionId, userKey: leased.userKey, use: tools.use, detail: answer.error.message });
		if (answer.kind === 'temporary' && stillValid(leased, freshness)) return leased;
		throw answer.error;
	}
	const { renewed } = answered;

	// Durable before the new access token is used for the first time (S19).
	const stored = await keepTokens(tools, leased, renewed);
	if (stored === undefined) {
		const current = await vault.grants.find(leased);
		const sameSignIn = current?.state === 'active' && current.connectedAtMs === leased.connectedAtMs;
		// Disconnected or signed in again meanwhile: what we just got belongs to nobody. Renewed by another process that took over
		// our lease: it belongs to the sign-in that is stored, and may even be its refresh token; revoking it would end that one.
		if (!sameSignIn) await revokeUnkept(vault, connection, client, { userKey: leased.userKey, subject: leased.account.subject }, renewed);
		return undefined;
	}
	await vault.audit.add({ type: 'refreshed', connectionId: leased.connectionId, userKey: leased.userKey, use: tools.use });
	return stored;
}

type Answered = { renewed: TokenSet; failure?: undefined } | { failure: ClassifiedAnswer };

/**
 * Asks again at once only where the server has surely not processed the request: a refresh token may work just once.
 * Never without a lease that outlives the request; `undefined` = it is another's.
 */
async function askForTokens(tools: RefreshTools, connection: Connection, leased: StoredGrant, client: Configuration, tokens: TokenSet & { refreshToken: string }, holdLease: () => Promise<boolean>): Promise<Answered | undefined> {
	const { provider, registration: { traits, endpoints: { resource } } } = connection;
	const scopes = scopesForFirstApi(connection, [...provider.requiredScopes, ...tokens.scopes]);
	for (let attempt = 1; ; attempt++) {
		if (!(await holdLease())) return undefined;
		try {
			const renewed = await refreshTokens(client, tokens, { nowMs: leased.nowMs, resource, scopes, apiBaseUrlOf: (answer) => provider.apiBaseUrlOf({ answer, requestedScopes: scopes ?? tokens.scopes, traits }) });
			return { renewed: { ...renewed, scopes: withOtherApis(connection, renewed.scopes, tokens.scopes) } };
		} catch (error) {
			const failure = classifyAnswer(error, connection.provider, leased.nowMs);
			const pauseMs = Math.max(failure.retryAfterMs ?? 0, attempt * RETRY_PAUSE_MS * (0.5 + Math.random()));
			if (failure.kind !== 'temporary' || failure.answerLost || attempt === MAX_ATTEMPTS || pauseMs > RETRY_PAUSE_MAX_MS) return { failure };
			await tools.wait(pauseMs);
		}
	}
}

/** The provider has given us the only key: a database that is away for a moment must not lose it. The version still fences. */
async function keepTokens(tools: RefreshTools, leased: StoredGrant, renewed: TokenSet): Promise<StoredGrant | undefined> {
	const { grants } = tools.vault;
	const giveUpAtMs = tools.nowMs() + KEEP_TRYING_MS;
	for (;;) {
		try {
			const stored = await grants.replaceTokens(leased, leased.version, renewed);
			if (stored !== undefined) return stored;
			// A commit of which the answer was lost has moved the row on: by us.
			const current = await grants.find(leased);
			return current?.accessTokenHash === sha256(renewed.accessToken) ? current : undefined;
		} catch (error) {
			if (!isConnectedAppsError(error, 'vaultUnavailable') || tools.nowMs() > giveUpAtMs) throw error;
			await tools.wait(RETRY_PAUSE_MS);
		}
	}
}

async function endAndThrow(tools: RefreshTools, connection: Connection, grant: StoredGrant, reason: 'invalidGrant' | 'rotationInterrupted'): Promise<undefined> {
	const ended = await tools.vault.grants.end(grant, reason, { version: grant.version, revoke: false });
	if (ended === undefined) return undefined;
	await tools.vault.audit.add({ type: 'refused', connectionId: grant.connectionId, userKey: grant.userKey, use: tools.use, detail: reason === 'rotationInterrupted' ? 'The renewal was interrupted; a new sign-in is needed' : 'The provider does not accept the sign-in any more' });
	await tellNeedsSignIn(tools.vault, connection, grant.userKey, reason, tools.use);
	throw signInNeeded(connection, grant.userKey, reason);
}
