// Access tokens for the further APIs of a sign-in, got with its one refresh token (S29). The grant's own token stays the measure: it
// is renewed with the lease; these are made beside it where the refresh token may be used any number of times, and are kept apart.
import { MINUTE_MS, SECOND_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { classifyAnswer, refreshTokens, type ClassifiedAnswer } from '../oauth';
import type { Fetch, TokenSet, UseContext } from '../types';
import type { StoredGrant, Vault } from '../vault';
import { scopesOfApi } from './apis';
import { clientOf, type Connection } from './connection';

const EXPIRY_MARGIN_MS = 60 * SECOND_MS;
/** What is withdrawn at the provider ends here within this time. */
const MAX_CACHED_MS = 60 * MINUTE_MS;
const UNKNOWN_LIFETIME_MS = 5 * MINUTE_MS;

export interface ApiTokenRequest {
	fetch: Fetch;
	use: UseContext;
	/** As `Provider.apiOf` names it. */
	api: string;
	/** Of that API. */
	scopes: readonly string[];
	rejectedTokenHash?: string;
}

export interface ApiTokenTools {
	vault: Vault;
	/** Renews the grant's own token. @throws ConnectedAppsError `authenticationNeeded` where the refresh token is what was refused */
	renewGrant(): Promise<unknown>;
}

const inFlight = new Map<string, Promise<TokenSet>>();

/**
 * A token of the grant's person for another API than the grant's own token is for.
 * @param grant one whose own token is fresh
 * @throws ConnectedAppsError `consentNeeded`, `authenticationNeeded`, `clientRejected`, `providerUnavailable`, `providerError`
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens
 */
export async function apiTokenFor(tools: ApiTokenTools, connection: Connection, grant: StoredGrant, request: ApiTokenRequest): Promise<TokenSet> {
	const { vault } = tools;
	// A later sign-in has tokens of its own, whoever's they are.
	const cacheKey = vault.proofOf(JSON.stringify(['api', connection.id, grant.userKey, grant.connectedAtMs, grant.account.subject, request.api, request.scopes]));
	if (request.rejectedTokenHash !== undefined) await vault.issuedTokens.forget(cacheKey, request.rejectedTokenHash);
	const cached = await vault.issuedTokens.find(cacheKey);
	if (cached !== undefined) return cached.tokens;
	let running = inFlight.get(cacheKey);
	if (running === undefined) {
		running = issue(tools, connection, grant, request, cacheKey).finally(() => inFlight.delete(cacheKey));
		inFlight.set(cacheKey, running);
	}
	return await running;
}

async function issue(tools: ApiTokenTools, connection: Connection, grant: StoredGrant, { fetch, use, api, scopes }: ApiTokenRequest, cacheKey: string): Promise<TokenSet> {
	const { vault } = tools;
	const { provider, registration } = connection;
	const held = await vault.grants.openTokens(grant);
	if (held.refreshToken === undefined) throw consentNeeded(connection, grant, scopes);
	const client = await clientOf(vault, connection, fetch);
	let tokens: TokenSet;
	try {
		// Without the API address of the grant's own token: this one must not be sent there.
		const current = { ...held, apiBaseUrl: undefined, refreshToken: held.refreshToken };
		const apiBaseUrlOf = (answer: Record<string, unknown>) => provider.apiBaseUrlOf({ answer, requestedScopes: scopes, traits: registration.traits });
		tokens = await refreshTokens(client, current, { nowMs: grant.nowMs, resource: registration.endpoints.resource, scopes: [...scopes], apiBaseUrlOf });
	} catch (error) {
		throw await toApiError(tools, connection, grant, { api, scopes }, classifyAnswer(error, provider, grant.nowMs));
	}
	if (scopesOfApi(connection, tokens.scopes, api).length === 0) {
		throw new ConnectedAppsError('providerError', `${registration.appName} gave a token for another API than ${api}`, { app: registration.appName, user: grant.userKey, advice: 'Check the scopes in the credential and in the node' });
	}
	await vault.audit.add({ type: 'refreshed', connectionId: grant.connectionId, userKey: grant.userKey, use, detail: `For ${api}` });
	const livesMs = (tokens.expiresAtMs ?? grant.nowMs + UNKNOWN_LIFETIME_MS) - grant.nowMs - EXPIRY_MARGIN_MS;
	// The refresh token lies with the grant and ends with it.
	const kept = { ...tokens, refreshToken: undefined };
	if (livesMs > 0) await vault.issuedTokens.put(cacheKey, { tokens: kept }, Math.min(livesMs, MAX_CACHED_MS));
	return kept;
}

function consentNeeded({ registration }: Connection, { userKey }: StoredGrant, scopes: readonly string[], advice?: string): ConnectedAppsError {
	const { appName } = registration;
	return new ConnectedAppsError('consentNeeded', `Authentication needed: ${userKey} has not consented to all that ${appName} is asked for (${scopes.join(', ')})`, { app: appName, user: userKey, missingScopes: [...scopes], advice });
}

/** Only the grant's own renewal judges its refresh token: here, `invalid_grant` may be about this one API. */
async function toApiError({ vault, renewGrant }: ApiTokenTools, connection: Connection, grant: StoredGrant, { api, scopes }: Pick<ApiTokenRequest, 'api' | 'scopes'>, { kind, error }: ClassifiedAnswer): Promise<ConnectedAppsError> {
	if (kind !== 'invalidGrant' && error.code !== 'consentNeeded') return error;
	await renewGrant();
	// So that whoever looks finds the person not signed in for this API, and the next sign-in asks for it. Somebody else's renewal
	// that comes between wins: then the next use finds it out again.
	const current = (await vault.grants.find(grant)) ?? grant;
	const held = await vault.grants.openTokens(current);
	const lost = scopesOfApi(connection, held.scopes, api);
	const others = held.scopes.filter((scope) => !lost.includes(scope));
	await vault.grants.replaceTokens(current, current.version, { ...held, scopes: others });
	return consentNeeded(connection, grant, scopes, error.details.advice);
}

/** The scopes that a token of this API is asked for: what is wanted of it, else all that is granted there. */
export function scopesToAskOf(connection: Connection, api: string, wanted: readonly string[], { grantedScopes }: Pick<StoredGrant, 'grantedScopes'>): string[] {
	const own = scopesOfApi(connection, wanted, api);
	return [...new Set(own.length > 0 ? own : scopesOfApi(connection, grantedScopes, api))].sort();
}
