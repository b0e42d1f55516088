import { ConnectedAppsError } from '../errors';
import { includesPerson, isNobody, type People } from '../identity';
import { buildAuthorizeUrl, buildClient, exchangeCode, fetchUserInfo, newTransactionSecrets, verifyIdToken } from '../oauth';
import type { Fetch, OAuthEndpoints, SessionIdentity } from '../types';
import { sha256, type PortalSignInTransaction, type Vault } from '../vault';
import { rememberPerson } from './knownPerson';
import type { OpenIdSettings } from './openIdSettings';
import { personOfClaims } from './personOfClaims';
import { equalHashes, TRANSACTION_MS } from './signIn';

const AGAIN = 'Start again from My connected apps';

/** What signing in to one portal takes. */
export interface OpenIdPortal {
	portalId: string;
	redirectUri: string;
	settings: OpenIdSettings;
	endpoints: OAuthEndpoints;
	/** Who may use the portal; nobody named = everybody. */
	allowed: People;
	/** Whose claims are looked at later. */
	admins: People;
	fetch: Fetch;
}

/** @throws ConnectedAppsError as `buildAuthorizeUrl` */
export async function startOpenIdSignIn(vault: Vault, portal: OpenIdPortal, start: { browserHash: string; returnTo?: string; asksAgain?: boolean }): Promise<{ authorizeUrl: string; stateHash: string }> {
	const { settings, endpoints, redirectUri, portalId, fetch } = portal;
	const secrets = newTransactionSecrets();
	const stateHash = sha256(secrets.state);
	const client = await buildClient(endpoints, settings.client, { fetch });
	const extra = start.asksAgain === true ? { prompt: 'login' } : undefined;
	const url = await buildAuthorizeUrl(client, endpoints, { redirectUri, scopes: settings.scopes, secrets, extra });
	await vault.portalSignIns.start(stateHash, { portalId, redirectUri, browserHash: start.browserHash, codeVerifier: secrets.codeVerifier, nonce: secrets.nonce, startedAtMs: await vault.nowMs(), returnTo: start.returnTo }, TRANSACTION_MS);
	return { authorizeUrl: url.href, stateHash };
}

/**
 * One use: gone afterwards, whatever happens.
 * @throws ConnectedAppsError `stateInvalid`, `wrongBrowser`; the token endpoint has not been called
 */
export async function takeOpenIdSignIn(vault: Vault, { portalId, redirectUri }: Pick<OpenIdPortal, 'portalId' | 'redirectUri'>, state: string, browserHash: string | undefined): Promise<PortalSignInTransaction> {
	const transaction = state === '' ? undefined : await vault.portalSignIns.take(sha256(state));
	if (transaction === undefined) throw new ConnectedAppsError('stateInvalid', 'This sign-in is not known any more: it took too long or was used already', { advice: AGAIN });
	if (transaction.portalId !== portalId || transaction.redirectUri !== redirectUri) throw new ConnectedAppsError('stateInvalid', 'This answer belongs to another sign-in', { advice: AGAIN });
	if (!equalHashes(browserHash, transaction.browserHash)) {
		await vault.audit.add({ type: 'refused', portalId, detail: 'A sign-in to the portal came back in another browser than the one that started it' });
		throw new ConnectedAppsError('wrongBrowser', 'This sign-in was started in another browser', { advice: 'Finish it in the browser where you started it, or start again here' });
	}
	return transaction;
}

/**
 * Learns who came back, and whether they may use the portal. Their tokens are forgotten: nothing is done with them.
 * @throws ConnectedAppsError `signInDeclined`, `signInExpired`, `issuerMismatch`, `stateInvalid`, `userInvalid`, `forbidden`, `clientRejected`, `providerUnavailable`, `providerError`, `settingInvalid`
 * @see OpenID Connect Core section 3.1
 */
export async function completeOpenIdSignIn(vault: Vault, portal: OpenIdPortal, transaction: PortalSignInTransaction, query: URLSearchParams): Promise<SessionIdentity> {
	const { settings, endpoints, fetch, redirectUri, portalId } = portal;
	const client = await buildClient(endpoints, settings.client, { fetch });
	const nowMs = await vault.nowMs();
	const { tokens, idToken } = await exchangeCode(client, { redirectUri, query, state: query.get('state') ?? '', codeVerifier: transaction.codeVerifier, reading: { requestedScopes: settings.scopes, nowMs, apiBaseUrlOf: () => undefined } });
	if (idToken === undefined) throw new ConnectedAppsError('providerError', 'The provider did not tell who signed in: no ID token came', { advice: 'Tell your administrator' });
	const proved = await verifyIdToken(idToken, { endpoints, clientId: settings.client.clientId, nonce: transaction.nonce, fetch });
	const claims = await withUserInfo(portal, proved, tokens.accessToken);
	const { userKey, person } = personOfClaims(claims, { claim: settings.userClaim, trustsEmail: settings.trustsEmail, emailAdvice: 'An administrator turns on "Treat E-Mails as Verified" in the OpenID credential if the provider gives out only addresses that are people’s own' });
	const identity: SessionIdentity = { userKey, method: 'openId', claims: claimsThatCount(portal, claims), person, ...(settings.endsProviderSession && { idToken }), ...(typeof proved.sid === 'string' && proved.sid !== '' && { providerSession: proved.sid }) };
	await assertMayEnter(vault, portal, identity, claims);
	await rememberPerson(vault, { portalId }, userKey, person);
	await vault.audit.add({ type: 'portalSignedIn', portalId, userKey, detail: `At ${new URL(settings.issuer).host}` });
	return identity;
}

/** Providers that tell little in the ID token tell the rest at userinfo. Its subject must be the same (OpenID Connect Core section 5.3.2). */
async function withUserInfo({ endpoints, settings, fetch, allowed, admins }: OpenIdPortal, proved: Record<string, unknown>, accessToken: string): Promise<Record<string, unknown>> {
	const wanted = [settings.userClaim, 'email', ...(settings.allowedGroups.length > 0 ? [settings.groupsClaim] : []), ...allowed.claims.keys(), ...admins.claims.keys()];
	if (endpoints.userInfoUrl === undefined || wanted.every((name) => proved[name] !== undefined)) return proved;
	const told = await fetchUserInfo(endpoints.userInfoUrl, accessToken, fetch);
	if (told.sub !== proved.sub) throw new ConnectedAppsError('providerError', 'The provider told two different people to have signed in');
	return { ...told, ...proved };
}

function valuesOf(value: unknown): string[] {
	return (Array.isArray(value) ? value : [value]).filter((entry): entry is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof entry)).map(String);
}

/** Only what settings name: a directory may tell thousands of groups. */
function claimsThatCount({ allowed, admins }: OpenIdPortal, claims: Readonly<Record<string, unknown>>): Record<string, string[]> {
	const kept: Record<string, string[]> = {};
	for (const name of new Set([...allowed.claims.keys(), ...admins.claims.keys()])) {
		const named = valuesOf(claims[name]).filter((value) => allowed.claims.get(name)?.has(value) === true || admins.claims.get(name)?.has(value) === true);
		if (named.length > 0) kept[name] = named;
	}
	return kept;
}

async function assertMayEnter(vault: Vault, { portalId, settings, allowed }: OpenIdPortal, identity: SessionIdentity, claims: Readonly<Record<string, unknown>>): Promise<void> {
	const { userKey, person } = identity;
	const refuse = async (reason: string, advice: string) => {
		await vault.audit.add({ type: 'refused', portalId, userKey, detail: `Sign-in to the portal: ${reason}` });
		return new ConnectedAppsError('forbidden', reason, { user: userKey, advice });
	};
	const again = 'Sign in with your organisation’s account, or ask your administrator for access';
	const { allowedDomains, groupsClaim, allowedGroups } = settings;
	const domain = person?.email?.slice(person.email.lastIndexOf('@') + 1) ?? (userKey.includes('@') ? userKey.slice(userKey.lastIndexOf('@') + 1) : undefined);
	if (allowedDomains.length > 0 && (domain === undefined || !allowedDomains.includes(domain))) throw await refuse(`Accounts ${domain === undefined ? 'without a verified address' : `at ${domain}`} are not admitted here`, again);
	if (allowedGroups.length > 0 && !valuesOf(claims[groupsClaim]).some((group) => allowedGroups.includes(group))) throw await refuse(`${userKey} is in none of the groups that are admitted here`, again);
	if (!isNobody(allowed) && !includesPerson(allowed, identity)) throw await refuse(`${userKey} is not among those who may use these apps`, again);
}

/** Where the browser signs out of the provider, too; `undefined` where that is not wanted or not offered. @see OpenID Connect RP-Initiated Logout section 2 */
export function endSessionUrlOf({ settings, endpoints }: Pick<OpenIdPortal, 'settings' | 'endpoints'>, { idToken, signedOutUrl }: { idToken?: string; signedOutUrl: string }): string | undefined {
	if (!settings.endsProviderSession || endpoints.endSessionUrl === undefined) return undefined;
	const url = new URL(endpoints.endSessionUrl);
	if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken);
	url.searchParams.set('client_id', settings.client.clientId);
	url.searchParams.set('post_logout_redirect_uri', signedOutUrl);
	return url.href;
}
