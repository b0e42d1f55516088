import { MINUTE_MS } from '../clock';
import { failSignInRequest, startSignIn, tellAuthenticationNeeded, type Connection } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { UserKey } from '../types';
import { sha256, type SignInPurpose, type StoredSignInRequest } from '../vault';
import { readConnectAct, seeOther, type PortalResponse } from './http';
import { addressOf, callbackPage, ownConnection, ownRequest, type PortalContext } from './portal';
import { seeOtherAndTell } from './told';

/** A person may ask for one new link in this time. */
const SEND_LINK_WINDOW_MS = 2 * MINUTE_MS;

/** `POST connect`: every way to start a sign-in. Who starts must be who completes: checked here and again at the callback (S6). */
export async function connect(context: PortalContext): Promise<PortalResponse> {
	context.browser.assertOwnForm(new URL(context.portalUrl).origin);
	const act = readConnectAct(context.request.form);
	switch (act?.kind) {
		case 'request':
			return await connectRequest(context, act.requestId);
		case 'link':
			return await connectByLink(context, act.code);
		case 'connection':
			return await connectFromPortal(context, act.connectionId);
		case 'portalSignIn':
			return await start(context, await known(context, act.connectionId), 'portal', undefined, act.thenRequestId);
		case 'sendLink':
			return await sendLink(context, act.requestId);
		case 'cancel':
			return await cancel(context, act.requestId);
		case 'cancelLink':
			return await cancelByLink(context, act.code);
		case 'signOut':
			await context.browser.closeSession();
			return seeOther(context.portalUrl);
		case undefined:
			throw new ConnectedAppsError('forbidden', 'This form asks for nothing that is known here', { advice: 'Open the page again' });
	}
}

async function known(context: PortalContext, id: string): Promise<Connection> {
	const connection = await ownConnection(context, id);
	if (connection === undefined) throw new ConnectedAppsError('connectionUnknown', 'This app is not offered here any more');
	return connection;
}

async function connectRequest(context: PortalContext, requestId: string): Promise<PortalResponse> {
	const { request, connection } = await ownRequest(context, requestId);
	if (request.state !== 'open') return seeOther(`${addressOf(context, 'sign-in')}?request=${encodeURIComponent(request.id)}`);
	const { browser, vault } = context;
	if (browser.isBoundTo(request)) return await startForRequest(context, connection, request.id, request.userKey, request.browserHash as string);
	if ((await browser.sessionUser()) !== request.userKey) {
		await vault.audit.add({ type: 'refused', connectionId: connection.id, userKey: request.userKey, detail: 'A sign-in link was used in a browser that is not known' });
		throw new ConnectedAppsError('wrongBrowser', 'This browser is not the one that started the flow', { advice: 'Open the link there, or ask for a personal link' });
	}
	const hash = browser.newBinding(request.id, callbackPage(connection));
	await vault.requests.bindBrowser(request.id, hash);
	return await startForRequest(context, connection, request.id, request.userKey, hash);
}

async function connectByLink(context: PortalContext, code: string): Promise<PortalResponse> {
	const { vault, browser } = context;
	const seen = await vault.links.peek(sha256(code));
	// Belongs to another trigger: not even used up here.
	if (seen?.connectionId !== undefined) await known(context, seen.connectionId);
	const link = await vault.links.take(sha256(code));
	if (link?.connectionId === undefined) throw new ConnectedAppsError('linkInvalid', 'This personal link was used already or has expired', { advice: 'Ask for a new link' });
	const connection = await known(context, link.connectionId);
	if (link.purpose === 'serviceAccount') return await start(context, connection, 'serviceAccount', link.userKey);
	const { request } = await ownRequest(context, link.requestId ?? '');
	if (request.state !== 'open') return seeOther(`${addressOf(context, 'sign-in')}?request=${encodeURIComponent(request.id)}`);
	const hash = browser.newBinding(request.id, callbackPage(connection));
	await vault.requests.bindBrowser(request.id, hash);
	return await startForRequest(context, connection, request.id, link.userKey, hash);
}

async function connectFromPortal(context: PortalContext, id: string): Promise<PortalResponse> {
	const userKey = await context.browser.sessionUser();
	if (userKey === undefined) return seeOther(context.portalUrl);
	return await start(context, await known(context, id), 'connect', userKey);
}

async function startForRequest(context: PortalContext, connection: Connection, requestId: string, userKey: UserKey, browserHash: string): Promise<PortalResponse> {
	try {
		const { authorizeUrl } = await startSignIn(context.vault, connection, { purpose: 'request', userKey, requestId, browserHash }, context.fetch);
		return seeOther(authorizeUrl);
	} catch (error) {
		// Where requests are pushed (RFC 9126), the provider is asked before the browser goes there.
		if (!(await failSignInRequest(context.vault, requestId, error))) throw error;
		return seeOther(continueAddress(context, requestId));
	}
}

async function start(context: PortalContext, connection: Connection, purpose: SignInPurpose, userKey?: UserKey, thenRequestId?: string): Promise<PortalResponse> {
	const secret = context.browser.newTransactionSecret();
	const { authorizeUrl, stateHash } = await startSignIn(context.vault, connection, { purpose, userKey, browserHash: sha256(secret), returnTo: thenRequestId }, context.fetch);
	context.browser.keepTransaction(stateHash, secret, callbackPage(connection));
	return seeOther(authorizeUrl);
}

const continueAddress = (context: PortalContext, requestId: string): string => `${addressOf(context, 'continue')}?request=${encodeURIComponent(requestId)}`;

/** "Not now": a flow that wants to hear of it goes on without the sign-in. Who may say so is who might have signed in. */
async function cancel(context: PortalContext, requestId: string): Promise<PortalResponse> {
	const { request, connection } = await ownRequest(context, requestId);
	if (!context.browser.isBoundTo(request) && (await context.browser.sessionUser()) !== request.userKey) {
		throw new ConnectedAppsError('wrongBrowser', 'This browser is not the one that started the flow', { advice: 'Open the link there' });
	}
	return await endWithout(context, request, connection);
}

async function cancelByLink(context: PortalContext, code: string): Promise<PortalResponse> {
	const seen = await context.vault.links.peek(sha256(code));
	if (seen?.connectionId !== undefined) await known(context, seen.connectionId);
	const link = await context.vault.links.take(sha256(code));
	if (link?.requestId === undefined) throw new ConnectedAppsError('linkInvalid', 'This personal link was used already or has expired', { advice: 'Ask for a new link' });
	const { request, connection } = await ownRequest(context, link.requestId);
	return await endWithout(context, request, connection);
}

async function endWithout(context: PortalContext, request: StoredSignInRequest, connection: Connection): Promise<PortalResponse> {
	const { browser, vault } = context;
	if (request.state === 'open' && !browser.isBoundTo(request)) await vault.requests.bindBrowser(request.id, browser.newBinding(request.id, callbackPage(connection)));
	await failSignInRequest(vault, request.id, new ConnectedAppsError('signInDeclined', 'The person did not want to sign in'));
	return seeOther(continueAddress(context, request.id));
}

/** The answer is the same whether a link was sent or one was sent a moment ago: it tells nobody who exists. */
async function sendLink(context: PortalContext, requestId: string): Promise<PortalResponse> {
	const { request, connection } = await ownRequest(context, requestId);
	if (request.state === 'open') await tellAuthenticationNeeded(context.vault, connection, request, { key: JSON.stringify(['sendLink', request.id]), windowMs: SEND_LINK_WINDOW_MS });
	return seeOtherAndTell(context.vault, addressOf(context, 'sign-in'), { kind: 'linkSent' });
}
