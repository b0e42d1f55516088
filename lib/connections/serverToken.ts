import { MINUTE_MS, SECOND_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { buildClient, classifyAnswer, createDpopKey, fetchUserInfo, requestClientCredentials, requestWithAssertion, signAssertion } from '../oauth';
import type { EndpointSource, Fetch, OAuthEndpoints, TokenSet } from '../types';
import { sha256, type Vault } from '../vault';
import { toAccessToken, type AccessToken } from './accessTokenFor';
import { serverLoginMaterialOf, type ServerLoginSettings } from './serverLoginSettings';

/** A token whose known end is nearer than this is replaced before it is used. */
const EXPIRY_MARGIN_MS = 60 * SECOND_MS;
/** A token that is told to live longer is asked for anew all the same: what an admin withdraws ends within this time. */
const MAX_CACHED_MS = 60 * MINUTE_MS;

export interface ServerTokenTools {
	vault: Vault;
	fetch: Fetch;
	resolveEndpoints(source: EndpointSource, fetch: Fetch): Promise<OAuthEndpoints>;
}

export interface ServerTokenRequest {
	/** Instead of the credential's. */
	scopes?: readonly string[];
	/** Hash of the token that the API has just rejected: replaced once. */
	rejectedTokenHash?: string;
	/** A token of its own, whatever is cached (credential test, login node). */
	fresh?: boolean;
}

const inFlight = new Map<string, Promise<TokenSet>>();

function scopesOf({ login, scopes }: ServerLoginSettings, request: ServerTokenRequest): string[] {
	if (login.scopes === 'none') return [];
	const wanted = request.scopes !== undefined && request.scopes.length > 0 ? [...request.scopes] : scopes;
	if (wanted.length === 0 && login.scopes === 'required') {
		throw new ConnectedAppsError('scopeMissing', 'No scope is given: neither in the node nor in the credential', { field: 'scope', advice: 'Enter the scopes of the API, or choose "None" under Scopes in the credential if the server needs none' });
	}
	return [...new Set([...(login.requiredScopes ?? []), ...wanted])];
}

/** Asks the server for a token. Errors are classified; nothing is kept. */
async function requestToken(tools: ServerTokenTools, settings: ServerLoginSettings, scopes: string[], nowMs: number): Promise<TokenSet> {
	const { login, provider, traits, assertion } = settings;
	const endpoints = await tools.resolveEndpoints(settings.source, tools.fetch);
	const client = await buildClient(endpoints, settings.client, { fetch: tools.fetch, anonymous: login.grant === 'jwtBearer' && settings.client.clientAuthentication === 'none' });
	const dpopKey = await createDpopKey(endpoints.dpopAlgorithms ?? []);
	let answer: Readonly<Record<string, unknown>> = {};
	const reading = {
		requestedScopes: scopes,
		nowMs,
		dpopKey,
		apiBaseUrlOf: (told: Record<string, unknown>) => {
			answer = told;
			return login.apiBaseUrlOf({ answer: told, requestedScopes: scopes, traits });
		},
	};
	try {
		const resource = settings.resource ?? endpoints.resource;
		if (login.grant === 'clientCredentials' || login.jwt === undefined) return await requestClientCredentials(client, { scopes, resource, reading, dpopKey });
		if (assertion?.subject === undefined || assertion.subject === '') {
			throw new ConnectedAppsError('settingInvalid', 'Credential setting "Subject" is empty', { field: 'subject', advice: 'Enter the user that the token is for, or an expression that names the user of each item' });
		}
		const claims = { issuer: assertion.issuer, subject: assertion.subject, audience: assertion.audience, lifetimeSeconds: assertion.lifetimeSeconds, extra: { ...assertion.extraClaims, ...(login.jwt.scopesIn === 'claim' && { scope: scopes.join(' ') }) } };
		// By this machine's clock, as client assertions are; the database's is for our own deadlines.
		const signed = await signAssertion(assertion.key, claims, { header: assertion.extraHeader });
		const tokens = await requestWithAssertion(client, signed, { scopes: login.jwt.scopesIn === 'parameter' ? scopes : [], resource, reading, dpopKey });
		if (login.asksUserInfo !== true || endpoints.userInfoUrl === undefined) return tokens;
		const accountClaims = await fetchUserInfo(endpoints.userInfoUrl, tokens, tools.fetch);
		return { ...tokens, apiBaseUrl: login.apiBaseUrlOf({ answer, claims: accountClaims, requestedScopes: scopes, traits }) ?? tokens.apiBaseUrl, apiAccounts: provider.apiAccountsOf?.(accountClaims, traits) };
	} catch (error) {
		throw toServerLoginError(settings, error, nowMs);
	}
}

function toServerLoginError(settings: ServerLoginSettings, error: unknown, nowMs: number): ConnectedAppsError {
	if (error instanceof ConnectedAppsError) return error;
	const { login, provider, assertion } = settings;
	const { error: told, kind } = classifyAnswer(error, { knownErrors: login.knownErrors ?? provider.knownErrors }, nowMs);
	const said = `${told.details.oauthError ?? ''} ${told.message}`;
	if (login.jwt?.approvalNeeded?.test(said) === true) {
		return new ConnectedAppsError('approvalNeeded', `${assertion?.subject ?? 'The user'} has not approved this app at ${login.appName} yet`, { ...told.details, app: login.appName, user: assertion?.subject, advice: told.details.advice ?? 'The user signs in once and approves it, or an administrator approves it for everybody' }, { cause: told.cause });
	}
	// The message of a refused sign-in speaks of a person; here it is the assertion or the app that was refused.
	if (kind === 'invalidGrant' && told.code === 'authenticationNeeded') return new ConnectedAppsError(login.grant === 'jwtBearer' ? 'assertionRejected' : 'clientRejected', told.message, told.details, { cause: told.cause });
	if (told.details.oauthError === 'invalid_scope') return new ConnectedAppsError('scopeMissing', told.message, { field: 'scope', ...told.details }, { cause: told.cause });
	return told;
}

/**
 * A token without anybody signing in (client credentials, JWT bearer), from the vault's cache or from the server. The cache is
 * per subject and per everything else that the token depends on, never on the shared credential.
 * @throws ConnectedAppsError `scopeMissing`, `settingInvalid`, `approvalNeeded`, `assertionRejected`, `clientRejected`, `providerUnavailable`, `providerError`, `tokenTypeUnsupported`
 * @see RFC 6749 section 4.4, RFC 7523 section 2.1
 */
export async function serverTokenFor(tools: ServerTokenTools, settings: ServerLoginSettings, request: ServerTokenRequest = {}): Promise<AccessToken> {
	const { vault } = tools;
	const scopes = scopesOf(settings, request);
	const cacheKey = vault.proofOf(JSON.stringify(['issuedToken', serverLoginMaterialOf(settings), scopes]));
	if (request.rejectedTokenHash !== undefined) await vault.issuedTokens.forget(cacheKey, request.rejectedTokenHash);
	if (request.fresh !== true) {
		const cached = await vault.issuedTokens.find(cacheKey);
		if (cached !== undefined) return toAccessToken(cached.tokens);
	}
	let running = inFlight.get(cacheKey);
	if (running === undefined) {
		running = issue().finally(() => inFlight.delete(cacheKey));
		inFlight.set(cacheKey, running);
	}
	return toAccessToken(await running);

	async function issue(): Promise<TokenSet> {
		const nowMs = await vault.nowMs();
		const tokens = await requestToken(tools, settings, scopes, nowMs);
		const livesMs = tokens.expiresAtMs === undefined ? settings.login.assumedLifetimeMs : tokens.expiresAtMs - nowMs - EXPIRY_MARGIN_MS;
		// One that ends at once would only be found expired.
		if (livesMs > 0) await vault.issuedTokens.put(cacheKey, { tokens }, Math.min(livesMs, MAX_CACHED_MS));
		return tokens;
	}
}

/** Tries the credential without leaving anything behind. @throws as `serverTokenFor` */
export async function tryServerLogin(tools: Omit<ServerTokenTools, 'vault'>, settings: ServerLoginSettings, nowMs: number): Promise<TokenSet> {
	return await requestToken(tools as ServerTokenTools, settings, scopesOf(settings, {}), nowMs);
}

/** Does a reference's token belong to this credential's client? */
export function isSameClient(settings: Pick<ServerLoginSettings, 'credentialType' | 'authority' | 'client'>, reference: { credentialType: string; authority: string; clientId: string }): boolean {
	return reference.credentialType === settings.credentialType && reference.authority === settings.authority && sha256(reference.clientId) === sha256(settings.client.clientId);
}
