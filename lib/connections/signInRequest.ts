import { createHash, randomBytes } from 'node:crypto';

import { MINUTE_MS } from '../clock';
import { ConnectedAppsError, isConnectedAppsError, type ErrorCode } from '../errors';
import { SERVICE_ACCOUNT, type UserKey } from '../types';
import { sha256, type NewSignInRequest, type NodeRun, type StoredSignInRequest, type Vault } from '../vault';
import { ownerKeyOf, type Connection } from './connection';
import { isMetBy } from './signIn';
import { isSignedIn, type WantedScopes } from './status';
import { tellAuthenticationNeeded } from './tell';

export const MAX_OPEN_REQUESTS_PER_USER = 20;
/** Of one workflow: people who never connected the app, asked within an hour. */
export const NEW_PEOPLE_PER_HOUR = 1_000;
/** Hours of the above that may wait at a time. */
const NEW_PEOPLE_HOURS = 10;
/** The waiting browser follows its redirect at once. */
export const HAND_OVER_MS = 2 * MINUTE_MS;
export const PERSONAL_LINK_MS = 15 * MINUTE_MS;

/** 256 random bits, base64url. */
export function newSecret(): string {
	return randomBytes(32).toString('base64url');
}

/** The same set of people gives the same hash, in whatever order their items came. */
export function usersHashOf(users: Iterable<UserKey>): string {
	return createHash('sha256').update(JSON.stringify([...new Set(users)].sort())).digest('base64url');
}

export interface SignInRequestOpening extends Omit<NewSignInRequest, keyof NodeRun | 'connectionId'> {
	run: NodeRun;
}

/** The address of a request without any authority (S39): for tooltips, items, errors. */
export function signInUrlOf(connection: Connection, requestId: string): string {
	return `${connection.registration.portalUrl}/sign-in?request=${encodeURIComponent(requestId)}`;
}

/**
 * Opens (or finds, when a node is retried) the request of one paused node run for one user, and tells the owner trigger once.
 * @param newPeoplePerHour people who never connected the app, that this workflow may ask: whoever makes people up fills neither the vault nor
 *   anybody's mailbox (S40)
 * @throws ConnectedAppsError `tooManyRequests`
 */
export async function openSignInRequest(vault: Vault, connection: Connection, opening: SignInRequestOpening, newPeoplePerHour: number = NEW_PEOPLE_PER_HOUR): Promise<StoredSignInRequest> {
	const { run, ...asked } = opening;
	const { request, created } = await vault.requests.open({ ...run, ...asked, connectionId: connection.id }, MAX_OPEN_REQUESTS_PER_USER, { perHour: newPeoplePerHour, waiting: newPeoplePerHour * NEW_PEOPLE_HOURS });
	if (created) await tellAuthenticationNeeded(vault, connection, request);
	return request;
}

/** Who signed in between a node's looking and its asking completed no request that was not there yet. */
export async function completeIfSignedIn(vault: Vault, connection: Connection, userKey: UserKey, wanted: WantedScopes): Promise<void> {
	if (!(await isSignedIn(vault, connection, userKey, wanted))) return;
	const key = { connectionId: connection.id, userKey };
	const grant = { grantedScopes: (await vault.grants.find(key))?.grantedScopes ?? [] };
	await vault.requests.complete(key, (request) => isMetBy(connection, request, grant));
}

/** What a sign-in may end with so that its flow goes on without it; all else lets the person try again. */
const ENDS_WAITING: readonly ErrorCode[] = ['signInDeclined', 'signInExpired', 'interactionRequired', 'clientRejected', 'providerUnavailable', 'providerError', 'tokenTypeUnsupported'];

const NEEDS_A_PAGE: readonly ErrorCode[] = ['consentNeeded', 'wrongAccount'];

/** A sign-in that came to nothing ends the wait of a node that wants to hear so. False: it waits on. */
export async function failSignInRequest(vault: Vault, requestId: string, error: unknown): Promise<boolean> {
	if (!isConnectedAppsError(error)) return false;
	const request = await vault.requests.find(requestId);
	if (request?.terms.endsOnFailure !== true) return false;
	// Where no page may be shown, nobody can choose another account or allow more: trying again would end the same way.
	if (request.terms.prompt === 'none' && NEEDS_A_PAGE.includes(error.code)) return await vault.requests.fail(requestId, 'interactionRequired');
	return ENDS_WAITING.includes(error.code) && (await vault.requests.fail(requestId, error.code));
}

/** The address for the one waiting browser: its code works once and for two minutes. */
export async function handOverUrl(vault: Vault, connection: Connection, requestId: string): Promise<string> {
	const code = newSecret();
	await vault.requests.setHandOver(requestId, sha256(code), HAND_OVER_MS);
	return `${signInUrlOf(connection, requestId)}&code=${code}`;
}

/**
 * A link that opens My connected apps for one person, once; who holds it sees and disconnects what is theirs.
 * @throws ConnectedAppsError `forbidden` where the portal has a sign-in of its own
 */
export async function portalLinkFor(vault: Vault, { registration }: Connection, userKey: UserKey): Promise<string> {
	const { portal, owner, portalUrl } = registration;
	if (portal !== undefined && portal.signInMethod !== 'personalLink') {
		throw new ConnectedAppsError('forbidden', 'People sign in to this portal by themselves: no link opens it', { advice: `Send them its address: ${portalUrl}` });
	}
	if (userKey === SERVICE_ACCOUNT) throw new ConnectedAppsError('forbidden', 'No link opens the portal for the service account');
	const code = newSecret();
	await vault.links.create(sha256(code), { purpose: 'portal', userKey, ownerKey: ownerKeyOf(owner) }, PERSONAL_LINK_MS);
	return `${portalUrl}/sign-in?link=${code}`;
}

/** A personal link for one request; made when its event is emitted, and only there. */
export async function personalLinkFor(vault: Vault, connection: Connection, link: { purpose: 'request' | 'serviceAccount'; userKey: UserKey; requestId?: string; ownerKey: string }): Promise<string> {
	const code = newSecret();
	await vault.links.create(sha256(code), { ...link, connectionId: connection.id }, PERSONAL_LINK_MS);
	// The request's id carries no authority, but a way on once the link is used or has expired.
	const way = link.requestId === undefined ? '' : `&request=${encodeURIComponent(link.requestId)}`;
	return `${connection.registration.portalUrl}/sign-in?link=${code}${way}`;
}
