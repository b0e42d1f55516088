import { timingSafeEqual } from 'node:crypto';

import { MINUTE_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { matchAccount, type AccountVerdict } from '../identity';
import { buildAuthorizeUrl, createDpopKey, exchangeCode, newTransactionSecrets } from '../oauth';
import { SERVICE_ACCOUNT, type ConnectionPolicy, type Fetch, type ProviderAccount, type SignInTerms, type TokenSet, type UserKey } from '../types';
import { sha256, type AuthorizationTransaction, type SignInPurpose, type StoredGrant, type StoredSignInRequest, type Vault } from '../vault';
import { claimsOf } from './account';
import { knownPerson } from './knownPerson';
import { scopesForFirstApi, withOtherApis } from './apis';
import { assertAllowed, canRevoke, clientOf, type Connection } from './connection';
import { revokeUnkept } from './disconnect';
import { missingScopes, signInScopes, wantedScopes } from './status';
import { tellConnected } from './tell';

/** RFC 9700 section 2.1.2 wants them short-lived; people need time for a second factor. */
export const TRANSACTION_MS = 10 * MINUTE_MS;

export interface SignInStart {
	purpose: SignInPurpose;
	/** Absent only for `portal`. */
	userKey?: UserKey;
	requestId?: string;
	/** SHA-256 of the secret that the browser holds in its cookie. */
	browserHash: string;
	/** Id of the request that the portal goes on with. */
	returnTo?: string;
	/** See `AuthorizationTransaction`. */
	returnPortalUrl?: string;
	/** See `AuthorizationTransaction`. */
	confirmedSubject?: string;
}

export interface StartedSignIn {
	authorizeUrl: string;
	stateHash: string;
}

export function equalHashes(a: string | undefined, b: string | undefined): boolean {
	if (a === undefined || b === undefined || a.length !== b.length) return false;
	return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/**
 * Starts one authorization transaction: the caller has checked that this browser may act for this user.
 * @throws ConnectedAppsError `connectionInactive` while the trigger is unpublished, `individualUsersOff`, `serviceAccountOff`, and where
 *   requests are pushed to the provider (RFC 9126) `clientRejected`, `providerUnavailable`, `providerError`
 */
export async function startSignIn(vault: Vault, connection: Connection, start: SignInStart, fetch: Fetch): Promise<StartedSignIn> {
	const { registration, provider } = connection;
	if (!registration.active) {
		throw new ConnectedAppsError('connectionInactive', `Nobody can sign in to ${registration.appName} at the moment`, { app: registration.appName, advice: 'An administrator must publish its Connected Apps Trigger again' });
	}
	if (start.userKey !== undefined) assertAllowed(connection, start.userKey);
	const secrets = newTransactionSecrets();
	// To learn who somebody is takes no access to their data.
	const request = start.requestId === undefined ? undefined : await vault.requests.find(start.requestId);
	const scopes = start.purpose === 'portal' ? portalScopes(connection) : await scopesToAsk(vault, connection, start, request);
	const stateHash = sha256(secrets.state);
	const dpopKey = await createDpopKey(registration.endpoints.dpopAlgorithms ?? []);
	await vault.transactions.start(
		stateHash,
		{
			connectionId: connection.id,
			userKey: start.userKey,
			purpose: start.purpose,
			requestId: start.requestId,
			redirectUri: registration.redirectUri,
			browserHash: start.browserHash,
			codeVerifier: secrets.codeVerifier,
			nonce: secrets.nonce,
			scopes,
			dpopKey,
			returnTo: start.returnTo,
			returnPortalUrl: start.returnPortalUrl,
			confirmedSubject: start.confirmedSubject,
		},
		TRANSACTION_MS,
	);
	const client = await clientOf(vault, connection, fetch);
	const hint = start.userKey === undefined ? undefined : start.userKey === SERVICE_ACCOUNT ? registration.policy.serviceAccountLogin : start.userKey;
	const extra = { ...authorizeParametersOf(connection, request?.terms), ...(hint !== undefined && { login_hint: hint }) };
	const url = await buildAuthorizeUrl(client, registration.endpoints, { redirectUri: registration.redirectUri, scopes, secrets, extra, dpopKey, quirks: provider });
	return { authorizeUrl: url.href, stateHash };
}

/** To learn who somebody is takes no access to their data; a server without OpenID Connect has no scope for just that. */
function portalScopes({ registration }: Connection): string[] {
	return registration.scopes.includes('openid') ? ['openid', ...registration.scopes.filter((scope) => scope === 'email' || scope === 'profile')] : registration.scopes;
}

function authorizeParametersOf({ provider, registration }: Connection, terms: SignInTerms = {}): Record<string, string> {
	const { prompt } = terms;
	const asked = prompt && (provider.promptParameters?.(prompt) ?? { prompt });
	return { ...provider.authorizeParameters, ...provider.authorizeParametersOf?.(registration.traits), ...asked };
}

export interface SignInCompletion {
	transaction: AuthorizationTransaction;
	state: string;
	query: URLSearchParams;
	fetch: Fetch;
}

export interface CompletedSignIn {
	userKey: UserKey;
	account: ProviderAccount;
	/** Absent for purpose `portal`, which stores nothing. */
	grant?: StoredGrant;
}

/**
 * Takes the transaction that a callback belongs to. One use: it is gone afterwards, whatever happens.
 * @param atRedirectUri the redirect URI of the address that was called (S5)
 * @param browserHashOf SHA-256 of what this browser holds for the transaction
 * @throws ConnectedAppsError `stateInvalid`, `wrongBrowser`; the token endpoint has not been called
 */
export async function takeTransaction(vault: Vault, connection: Connection, state: string, atRedirectUri: string, browserHashOf: (transaction: AuthorizationTransaction) => string | undefined): Promise<AuthorizationTransaction> {
	const transaction = await vault.transactions.take(sha256(state));
	if (transaction === undefined) throw new ConnectedAppsError('stateInvalid', 'This sign-in is not known any more: it took too long or was used already', { advice: 'Start again from your flow or from My connected apps' });
	if (transaction.connectionId !== connection.id || transaction.redirectUri !== atRedirectUri) {
		throw new ConnectedAppsError('stateInvalid', 'This answer belongs to another sign-in', { advice: 'Start again from your flow or from My connected apps' });
	}
	if (!equalHashes(browserHashOf(transaction), transaction.browserHash)) {
		await vault.audit.add({ type: 'refused', connectionId: connection.id, userKey: transaction.userKey, detail: 'A sign-in came back in another browser than the one that started it' });
		throw new ConnectedAppsError('wrongBrowser', 'This sign-in was started in another browser', { advice: 'Finish it in the browser where you started it, or start again here' });
	}
	if (transaction.requestId !== undefined) {
		const request = await vault.requests.find(transaction.requestId);
		if (request !== undefined && !equalHashes(request.browserHash, transaction.browserHash)) {
			throw new ConnectedAppsError('wrongBrowser', 'This sign-in went on in another browser meanwhile', { advice: 'Finish it there' });
		}
	}
	return transaction;
}

/**
 * Exchanges the code, learns who signed in, compares, pins and stores; every request that waited for it is completed.
 * @throws ConnectedAppsError `signInDeclined`, `signInExpired`, `issuerMismatch`, `consentNeeded`, `wrongAccount`, `forbidden` (nobody's account), `connectionInactive`, `clientRejected`, `providerUnavailable`, `providerError`
 */
export async function completeSignIn(vault: Vault, connection: Connection, completion: SignInCompletion): Promise<CompletedSignIn> {
	const { provider } = connection;
	const { transaction, fetch } = completion;
	const client = await clientOf(vault, connection, fetch);
	const nowMs = await vault.nowMs();
	const { traits, endpoints } = connection.registration;
	let answer: Readonly<Record<string, unknown>> = {};
	const exchanged = await exchangeCode(client, {
		redirectUri: transaction.redirectUri,
		query: completion.query,
		state: completion.state,
		codeVerifier: transaction.codeVerifier,
		resource: endpoints.resource,
		scopes: scopesForFirstApi(connection, transaction.scopes),
		dpopKey: transaction.dpopKey,
		quirks: provider,
		reading: {
			requestedScopes: transaction.scopes,
			nowMs,
			apiBaseUrlOf: (told) => {
				answer = told;
				return provider.apiBaseUrlOf({ answer: told, requestedScopes: transaction.scopes, traits });
			},
		},
	});
	// The answer tells of one API only. Whoever comes back has agreed to all: the page that asks lets nobody choose.
	let tokens: TokenSet = { ...exchanged.tokens, scopes: withOtherApis(connection, exchanged.tokens.scopes, transaction.scopes) };
	let signedIn: ProviderAccount | undefined;
	let accepted: AcceptedAccount;
	try {
		const claims = await claimsOf(connection, { ...exchanged, nonce: transaction.nonce, fetch });
		// Some providers tell the API's address only with the account.
		tokens = { ...tokens, apiBaseUrl: tokens.apiBaseUrl ?? provider.apiBaseUrlOf({ answer, claims, requestedScopes: transaction.scopes, traits }), apiAccounts: provider.apiAccountsOf?.(claims, traits) };
		signedIn = provider.accountOf(claims, traits);
		accepted = await acceptAccount(vault, connection, completion, tokens, signedIn);
		await assertNotDeleted(vault, connection);
	} catch (error) {
		// What nobody keeps must not live on at the provider, where it also counts against the account's approvals.
		await revokeUnkept(vault, connection, client, { userKey: transaction.userKey, subject: signedIn?.subject }, tokens);
		throw error;
	}
	if (transaction.purpose === 'portal') return { userKey: accepted.userKey, account: accepted.account };
	const { userKey, account, previous } = accepted;
	const key = { connectionId: connection.id, userKey };
	const grant = await vault.grants.save(key, tokens, account, { revokeReplaced: provider.revokesReplaced && canRevoke(connection) });
	if (previous !== undefined && previous.subject !== account.subject) {
		await vault.audit.add({ type: 'accountChanged', connectionId: connection.id, userKey, detail: `From ${nameOf(previous)} to ${nameOf(account)}` });
	}
	await tellConnected(vault, connection, userKey, account);
	// What waits for more than was granted goes on waiting for it.
	await vault.requests.complete(key, (request) => isMetBy(connection, request, grant, transaction.requestId));
	return { userKey, account, grant };
}

/** Does this sign-in give what a request waits for? One that asks for a sign-in of its own takes no other. */
export function isMetBy(connection: Connection, { id, scopes, terms }: Pick<StoredSignInRequest, 'id' | 'scopes' | 'terms'>, grant: Pick<StoredGrant, 'grantedScopes'>, signedInFor?: string): boolean {
	return (terms.prompt !== 'consent' || id === signedInFor) && missingScopes(wantedScopes(connection, { scopes, exactScopes: terms.exactScopes }), grant.grantedScopes, connection.provider).length === 0;
}

/**
 * Whoever approves the app for a subject may also show that they are that subject: its id is no e-mail address at many providers.
 * The grant that comes of it serves no other node: what it may do is judged by the policy at each use.
 */
function verdictOn(policy: ConnectionPolicy, userKey: UserKey, account: ProviderAccount, approves: string | undefined): AccountVerdict {
	const verdict = matchAccount(policy, userKey, account);
	if (approves === undefined || verdict.ok) return verdict;
	const same = approves === account.subject || approves.toLowerCase() === account.username?.toLowerCase();
	return same ? matchAccount({ ...policy, accountMatch: 'any' }, userKey, account) : { ok: false, reason: `You signed in as ${account.username ?? account.email ?? 'somebody else'}, but this is to approve the app for ${approves}.` };
}

/** An administrator may have deleted it while the provider was asked: a grant that comes after that would count once it is allowed again. */
async function assertNotDeleted(vault: Vault, { id, registration: { appName } }: Connection): Promise<void> {
	const registration = await vault.registrations.find(id);
	if (registration === undefined || registration.deletedAtMs !== undefined) {
		throw new ConnectedAppsError('connectionInactive', `${appName} was deleted while you signed in`, { app: appName, advice: 'Ask your administrator' });
	}
}

interface AcceptedAccount {
	userKey: UserKey;
	account: ProviderAccount;
	/** The account of the grant before, if there was one. */
	previous?: ProviderAccount;
}

const nameOf = ({ username, email, subject }: ProviderAccount): string => `${username ?? email ?? 'unnamed'} (${subject})`;

/** Learns whose tokens these are, and whether they may become that person's grant. */
async function acceptAccount(vault: Vault, connection: Connection, { transaction }: SignInCompletion, tokens: TokenSet, reported: ProviderAccount): Promise<AcceptedAccount> {
	const { registration, provider } = connection;

	if (transaction.purpose === 'portal') return { userKey: await userOfAccount(vault, connection, reported), account: reported };

	const userKey = transaction.userKey as UserKey;
	const person = await knownPerson(vault, connection, userKey);
	const account: ProviderAccount = { ...reported, ...(person !== undefined && { person }) };
	const refuse = async (message: string, advice: string) => {
		await vault.audit.add({ type: 'refused', connectionId: connection.id, userKey, detail: message });
		return new ConnectedAppsError('wrongAccount', message, { app: registration.appName, user: userKey, advice });
	};
	const request = transaction.requestId === undefined ? undefined : await vault.requests.find(transaction.requestId);
	const verdict = verdictOn(registration.policy, userKey, account, request?.terms.approves);
	if (!verdict.ok) throw await refuse(verdict.reason, `Sign out at ${registration.appName}, then sign in with the right account`);

	const previous = await vault.grants.find({ connectionId: connection.id, userKey });
	// The service account is pinned by its login; an account that the policy no longer accepts holds no place.
	const pinned = userKey !== SERVICE_ACCOUNT && previous !== undefined && previous.endReason !== 'disconnected' && matchAccount(registration.policy, userKey, previous.account).ok;
	if (pinned && previous.account.subject !== account.subject && transaction.confirmedSubject !== account.subject) {
		const [name, previousName] = [account, previous.account].map(({ username, email }) => username ?? email ?? 'unnamed') as [string, string];
		const refusal = await refuse(`${userKey} was connected with another account of ${registration.appName} before (${previousName})`, 'Sign in with the same account, or confirm that this one takes its place');
		throw new ConnectedAppsError(refusal.code, refusal.message, { ...refusal.details, otherAccount: { subject: account.subject, name, previousName } });
	}
	const needed = wantedScopes(connection, { scopes: request?.scopes ?? [], exactScopes: request?.terms.exactScopes });
	const lacking = missingScopes(needed, tokens.scopes, provider);
	if (lacking.length > 0 || (tokens.refreshToken === undefined && provider.refreshTokenOptional !== true)) {
		const what = lacking.length > 0 ? lacking.join(', ') : 'to stay connected (no refresh token came)';
		throw new ConnectedAppsError('consentNeeded', `${registration.appName} did not grant all that is needed: ${what}`, { app: registration.appName, advice: 'Sign in again and allow everything that is asked for; if it cannot be allowed, tell your administrator' });
	}
	return { userKey, account, previous: previous?.account };
}

/**
 * Incremental consent: what the connection asks for, what the person has granted already, and just what the waiting operation lacks;
 * without one, what their waiting flows lack. An operation that names its scopes exactly narrows no sign-in that is there.
 */
async function scopesToAsk(vault: Vault, connection: Connection, { userKey }: SignInStart, request: StoredSignInRequest | undefined): Promise<string[]> {
	const key = userKey && { connectionId: connection.id, userKey };
	const grant = key && (await vault.grants.find(key));
	const granted = grant?.state === 'active' ? grant.grantedScopes : [];
	const lacking = request === undefined && key !== undefined ? await vault.requests.scopesWaitedFor(key) : (request?.scopes ?? []);
	const own = request?.terms.exactScopes === true ? signInScopes(connection) : connection.registration.scopes;
	return [...new Set([...own, ...granted, ...lacking])];
}

/** *Sign in with <app>*: the one person whose grant is pinned to this account. */
async function userOfAccount(vault: Vault, connection: Connection, account: ProviderAccount): Promise<UserKey> {
	const people = (await vault.grants.findBySubject(connection.id, account.subject)).filter((grant) => grant.userKey !== SERVICE_ACCOUNT);
	const [person] = people;
	// One that the policy no longer accepts says nothing about anybody, until they have connected again.
	if (person === undefined || people.length > 1 || !matchAccount(connection.registration.policy, person.userKey, { ...account, person: person.account.person }).ok) {
		throw new ConnectedAppsError('forbidden', `No person here is connected with this account of ${connection.registration.appName}`, { advice: 'Start a flow that asks you to sign in, or use the personal link that you were sent' });
	}
	return person.userKey;
}
