import { MINUTE_MS } from '../clock';
import type { ConnectionStatus, ProviderAccount, UseContext, UserKey } from '../types';
import type { GrantEndReason, StoredSignInRequest, Vault } from '../vault';
import { ownerKeyOf, type Connection } from './connection';

/** Events of the owner trigger. Links are made when an event is emitted, so none is stored. */
export type EventType = 'authenticationNeeded' | 'connected' | 'expiringSoon' | 'needsSignIn' | 'disconnected' | 'resumeFailed';

/**
 * At most one *authentication needed* for (connection, user) while the link of the last one lives: a longer bound would leave
 * a person who starts a flow again after 20 minutes with a dead link and no new one. They may ask for one on the page, too.
 */
const AUTHENTICATION_NEEDED_WINDOW_MS = 15 * MINUTE_MS;

/** @param status of the connection for this person, from the one closed set */
function about(connection: Connection, userKey: UserKey, status: ConnectionStatus): Record<string, unknown> {
	const { registration } = connection;
	return { user: userKey, app: registration.appName, connectionName: registration.connectionName, status };
}

function dedupeKey(connection: Connection, userKey: UserKey): string {
	return JSON.stringify(['authenticationNeeded', connection.id, userKey]);
}

/** @param dedupe another bound than the usual one, e.g. when the person asked for a new link on the page */
export async function tellAuthenticationNeeded(vault: Vault, connection: Connection, request: StoredSignInRequest, dedupe?: { key: string; windowMs: number }): Promise<void> {
	const payload = {
		...about(connection, request.userKey, request.scopes.length > 0 ? 'needsConsent' : 'needsSignIn'),
		workflow: { id: request.workflowId, name: request.workflowName },
		executionId: request.executionId,
		node: request.nodeName,
		requestId: request.id,
	};
	const event = { ownerKey: ownerKeyOf(connection.registration.owner), type: 'authenticationNeeded' satisfies EventType, payload };
	await vault.outbox.add(event, dedupe ?? { key: dedupeKey(connection, request.userKey), windowMs: AUTHENTICATION_NEEDED_WINDOW_MS });
}

export async function tellConnected(vault: Vault, connection: Connection, userKey: UserKey, account: ProviderAccount): Promise<void> {
	await vault.outbox.clearDedupe(dedupeKey(connection, userKey));
	await vault.audit.add({ type: 'connected', connectionId: connection.id, userKey, detail: `As ${account.username ?? account.email ?? account.subject}` });
	await vault.outbox.add({ ownerKey: ownerKeyOf(connection.registration.owner), type: 'connected' satisfies EventType, payload: { ...about(connection, userKey, 'connected'), account: account.username ?? account.email } });
}

/** @param expiresAtMs when the admin's clocks end the grant unless it is used before */
export async function tellExpiringSoon(vault: Vault, connection: Connection, userKey: UserKey, expiresAtMs: number): Promise<void> {
	await vault.outbox.add({ ownerKey: ownerKeyOf(connection.registration.owner), type: 'expiringSoon' satisfies EventType, payload: { ...about(connection, userKey, 'expiringSoon'), expiresAt: new Date(expiresAtMs).toISOString(), portalAddress: connection.registration.portalUrl } });
}

/** A sign-in that its person did not end: by a clock of the admin, by the provider, lost in an interrupted renewal, or since an administrator asks everybody anew. */
export type EndedForThem = Extract<GrantEndReason, 'expiredIdle' | 'expiredAbsolute' | 'invalidGrant' | 'rotationInterrupted' | 'reauthorize'>;

function needsSignInEvent(connection: Connection, userKey: UserKey, reason: EndedForThem, use?: UseContext) {
	const expired = reason === 'expiredIdle' || reason === 'expiredAbsolute';
	const payload = {
		...about(connection, userKey, expired ? 'expired' : 'needsSignIn'),
		reason,
		portalAddress: connection.registration.portalUrl,
		...(use?.workflowId !== undefined && { workflow: { id: use.workflowId, name: use.workflowName }, executionId: use.executionId, node: use.nodeName }),
	};
	return { ownerKey: ownerKeyOf(connection.registration.owner), type: 'needsSignIn' satisfies EventType, payload };
}

/** Told by whoever ended the grant, so once. @param use the flow that found it out; if it waits, an event of its own asks for the sign-in */
export async function tellNeedsSignIn(vault: Vault, connection: Connection, userKey: UserKey, reason: EndedForThem, use?: UseContext): Promise<void> {
	await vault.outbox.add(needsSignInEvent(connection, userKey, reason, use));
}

/** Each of them, since an administrator asks them anew. */
export async function tellAllNeedSignIn(vault: Vault, connection: Connection, userKeys: UserKey[], by: UserKey): Promise<void> {
	await vault.audit.addAll(userKeys.map((userKey) => ({ type: 'administered', connectionId: connection.id, userKey, actor: by, detail: 'Must sign in again' })));
	await vault.outbox.addAll(userKeys.map((userKey) => needsSignInEvent(connection, userKey, 'reauthorize')));
}

function disconnectedEvent(connection: Connection, userKey: UserKey) {
	return { ownerKey: ownerKeyOf(connection.registration.owner), type: 'disconnected' satisfies EventType, payload: about(connection, userKey, 'disconnected') };
}

/** Each of them, by an administrator. */
export async function tellAllDisconnected(vault: Vault, connection: Connection, userKeys: UserKey[], by: UserKey): Promise<void> {
	await vault.audit.addAll(userKeys.map((userKey) => ({ type: 'disconnected', connectionId: connection.id, userKey, actor: by })));
	await vault.outbox.addAll(userKeys.map((userKey) => disconnectedEvent(connection, userKey)));
}

/** @param use the flow that did it */
export async function tellDisconnected(vault: Vault, connection: Connection, userKey: UserKey, by?: UserKey, use?: UseContext): Promise<void> {
	await vault.audit.add({ type: 'disconnected', connectionId: connection.id, userKey, use, actor: by });
	await vault.outbox.add(disconnectedEvent(connection, userKey));
}

export async function tellResumeFailed(vault: Vault, connection: Connection, request: StoredSignInRequest, reason: string): Promise<void> {
	await vault.audit.add({ type: 'resumeFailed', connectionId: connection.id, userKey: request.userKey, use: { workflowId: request.workflowId, workflowName: request.workflowName, nodeName: request.nodeName, executionId: request.executionId }, detail: reason });
	await vault.outbox.add({
		ownerKey: ownerKeyOf(connection.registration.owner),
		type: 'resumeFailed' satisfies EventType,
		payload: { ...about(connection, request.userKey, request.timedOut ? 'needsSignIn' : 'connected'), workflow: { id: request.workflowId, name: request.workflowName }, executionId: request.executionId, node: request.nodeName, reason },
	});
}
