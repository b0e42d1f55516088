import { decodeJwt, type JWTPayload } from 'jose';

import { MINUTE_MS, SECOND_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { userKey } from '../identity';
import { classifyAnswer, exchangeToken } from '../oauth';
import type { Fetch, TokenSet, UseContext, UserKey } from '../types';
import { sha256, type Vault } from '../vault';
import { toAccessToken, type AccessToken } from './accessTokenFor';
import { scopesOfOtherApis, wantedApiOf } from './apis';
import { clientOf, type Connection } from './connection';
import { isSignInScope, wantedScopes } from './status';

const EXPIRY_MARGIN_MS = 60 * SECOND_MS;
const MAX_CACHED_MS = 60 * MINUTE_MS;
const UNKNOWN_LIFETIME_MS = 5 * MINUTE_MS;
/** Bearer tokens of callers are far shorter; anything longer is no token. */
const MAX_TOKEN_LENGTH = 32_768;

export interface OnBehalfOfRequest {
	fetch: Fetch;
	use: UseContext;
	scopes?: readonly string[];
	/** Just these, whatever the connection asks for. */
	exactScopes?: boolean;
	/** Origin of the address that the token is to go to. */
	target?: string;
	rejectedTokenHash?: string;
}

/** The caller's own token, as the flow received it (with or without "Bearer "). */
export interface CallersToken {
	token: string;
	/** Whom it names, by the id that its issuer gives out. Only a name until the provider has accepted the token. */
	userKey: UserKey;
	/** What they are called, for people to read: at some providers everybody chooses that for themselves. */
	name?: string;
	/** Its own end, milliseconds since the epoch. */
	expiresAtMs?: number;
	/** All that it says, as little proved as the name. */
	claims: Record<string, unknown>;
}

/** `undefined` where there is none, or one that could not name a person (S37). */
function nameOf({ upn, preferred_username: username, email }: JWTPayload): string | undefined {
	try {
		return userKey(upn ?? username ?? email);
	} catch {
		return undefined;
	}
}

const inWords = ({ userKey: id, name }: CallersToken): string => (name === undefined ? id : `${name}, ${id}`);

/**
 * Reads whom a caller's token names. The provider checks signature, issuer, audience and expiry when it exchanges it; nothing is
 * done in that name before.
 * @throws ConnectedAppsError `userMissing`, `userInvalid`
 */
export function readCallersToken(value: unknown): CallersToken {
	if (value === undefined || value === null || value === '') throw new ConnectedAppsError('userMissing', 'The parameter "User" is empty', { field: 'user', advice: 'This credential acts on behalf of the caller: set "User" to the caller’s access token, e.g. ={{ $json.headers.authorization }}' });
	const token = typeof value === 'string' ? value.trim().replace(/^Bearer\s+/i, '') : '';
	try {
		if (token === '' || token.length > MAX_TOKEN_LENGTH) throw new Error('no token');
		const claims = decodeJwt(token);
		const { upn, preferred_username: username, email, oid, sub, exp } = claims;
		const id = oid ?? sub;
		// AD FS puts neither into some access tokens.
		return { token, userKey: userKey(id ?? upn ?? username ?? email), name: id === undefined ? undefined : nameOf(claims), expiresAtMs: exp === undefined ? undefined : exp * 1_000, claims };
	} catch {
		// The reason could quote the token.
		throw new ConnectedAppsError('userInvalid', 'The parameter "User" is not the caller’s access token', { field: 'user', advice: 'This credential acts on behalf of the caller: set "User" to the access token that the flow was called with, e.g. ={{ $json.headers.authorization }}' });
	}
}

const inFlight = new Map<string, Promise<TokenSet>>();

/** A server for many organisations exchanges the tokens of all of them (S41). What the token says of it, the exchange proves. */
function assertAllowedTenant({ registration, provider }: Connection, caller: CallersToken): void {
	const { claims, userKey: user } = caller;
	const { policy, traits, appName } = registration;
	if (policy.allowedTenants.length === 0) return;
	const tenant = provider.accountOf(claims, traits).tenant?.toLowerCase();
	if (policy.allowedTenants.some((allowed) => allowed.toLowerCase() === tenant)) return;
	throw new ConnectedAppsError('wrongAccount', `The caller’s token (${inWords(caller)}) belongs to an organisation that is not allowed here`, { app: appName, user, advice: 'Call the flow as a member of an allowed one, or add theirs to Allowed Tenants in the credential' });
}

/**
 * Exchanges the caller's own token for one of the API: no sign-in, and nobody can be named whose token is not at hand.
 * @throws ConnectedAppsError `individualUsersOff`, `wrongAccount`, `consentNeeded`, `interactionRequired`, `assertionRejected`, `clientRejected`, `providerUnavailable`, `providerError`
 * @see RFC 8693 section 2.1
 */
export async function onBehalfOfTokenFor(vault: Vault, connection: Connection, caller: CallersToken, request: OnBehalfOfRequest): Promise<AccessToken> {
	const { registration, provider } = connection;
	if (registration.policy.individualUsers === 'off') throw new ConnectedAppsError('individualUsersOff', `The credential does not allow individual users of ${registration.appName}`, { app: registration.appName, field: 'individualUsers', advice: 'An administrator can allow them in the credential' });
	const style = provider.exchange;
	if (style === undefined) throw new ConnectedAppsError('settingInvalid', `${registration.appName} exchanges no tokens`, { field: 'userIdentity', advice: 'Choose another User Identity in the credential' });
	assertAllowedTenant(connection, caller);
	// A sign-in adds what belongs to it (`openid`, …); an exchange asks for the API alone.
	const wanted = [...new Set(wantedScopes(connection, request))].filter((scope) => !isSignInScope(scope));
	const others = scopesOfOtherApis(connection, wanted, wantedApiOf(connection, wanted, [], request));
	const scopes = wanted.filter((scope) => !others.includes(scope));
	const cacheKey = vault.proofOf(JSON.stringify(['onBehalfOf', connection.id, registration.registeredAtMs, sha256(caller.token), scopes]));
	if (request.rejectedTokenHash !== undefined) await vault.issuedTokens.forget(cacheKey, request.rejectedTokenHash);
	const cached = await vault.issuedTokens.find(cacheKey);
	if (cached !== undefined) return toAccessToken(cached.tokens);
	let running = inFlight.get(cacheKey);
	if (running === undefined) {
		running = exchange().finally(() => inFlight.delete(cacheKey));
		inFlight.set(cacheKey, running);
	}
	return toAccessToken(await running);

	async function exchange(): Promise<TokenSet> {
		const nowMs = await vault.nowMs();
		const client = await clientOf(vault, connection, request.fetch);
		const { traits, endpoints } = registration;
		let tokens: TokenSet;
		try {
			const reading = { requestedScopes: scopes, nowMs, apiBaseUrlOf: (answer: Record<string, unknown>) => provider.apiBaseUrlOf({ answer, requestedScopes: scopes, traits }) };
			tokens = await exchangeToken(client, { style: style!, subjectToken: caller.token, scopes, resource: endpoints.resource, reading });
		} catch (error) {
			throw toExchangeError(connection, caller, error, nowMs);
		}
		await vault.audit.add({ type: 'exchanged', connectionId: connection.id, userKey: caller.userKey, use: request.use, ...(caller.name !== undefined && { detail: `Called as ${caller.name}` }) });
		// No longer than the token that the caller has shown.
		const endMs = Math.min(tokens.expiresAtMs ?? nowMs + UNKNOWN_LIFETIME_MS, caller.expiresAtMs ?? Infinity);
		const livesMs = endMs - nowMs - EXPIRY_MARGIN_MS;
		// The refresh token is not needed: whoever calls again brings a token of their own.
		if (livesMs > 0) await vault.issuedTokens.put(cacheKey, { tokens: { ...tokens, refreshToken: undefined } }, Math.min(livesMs, MAX_CACHED_MS));
		return tokens;
	}
}

function toExchangeError({ registration, provider }: Connection, caller: CallersToken, error: unknown, nowMs: number): ConnectedAppsError {
	if (error instanceof ConnectedAppsError) return error;
	const { error: told, kind } = classifyAnswer(error, provider, nowMs);
	// RFC 8693 section 2.2.2: whatever is wrong with the token, the request is.
	const isInvalidRequest = provider.exchange === 'tokenExchange' && told.details.oauthError === 'invalid_request';
	if (kind !== 'invalidGrant' && !isInvalidRequest) return told;
	const again = 'The caller signs in again and calls with a new token';
	const advice = isInvalidRequest ? again : (told.details.advice ?? again);
	return new ConnectedAppsError(told.code === 'authenticationNeeded' || told.code === 'providerError' ? 'interactionRequired' : told.code, `${registration.appName} does not exchange the caller’s token (${inWords(caller)}): ${told.message}`, { ...told.details, app: registration.appName, user: caller.userKey, advice }, { cause: told.cause });
}
