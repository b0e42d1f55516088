import { MINUTE_MS } from '../clock';
import { failSignInRequest, startSignIn, tellAuthenticationNeeded, type Connection } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { UserKey } from '../types';
import { sha256, type SignInPurpose, type StoredSignInRequest } from '../vault';
import { readConnectAct, seeOther, type PortalResponse } from './http';
import { assertAdmitted } from './access';
import { assertEstablished, establishFirst } from './establish';
import { signOut, startPortalSignIn } from './openId';
import { addressOf, assertMayStartUnknown, callbackPage, callbackPathOf, ownConnection, ownRequest, portalConnection, type PortalContext } from './portal';
import { openByLink } from './portalLink';
import { readTold, seeOtherAndTell } from './told';

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
			// Where the portal has its own sign-in, an app's account opens nothing but what waits for its person.
			return await start(context, await known(context, act.connectionId), 'portal', { thenRequestId: act.thenRequestId });
		case 'sendLink':
			return await sendLink(context, act.requestId);
		case 'cancel':
			return await cancel(context, act.requestId);
		case 'cancelLink':
			return await cancelByLink(context, act.code);
		case 'openIdSignIn':
			return await startPortalSignIn(context, act);
		case 'confirmAccount':
			return await confirmAccount(context, act.told);
		case 'signOut':
			return await signOut(context);
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
	const elsewhere = await establishFirst(context, connection, request.userKey, request.id);
	if (elsewhere !== undefined) return elsewhere;
	if (browser.isBoundTo(request)) return await startForRequest(context, connection, request.id, request.userKey, request.browserHash as string);
	if ((await browser.sessionUser()) !== request.userKey) {
		await context.auditRefusal({ connectionId: connection.id, userKey: request.userKey, detail: 'A sign-in link was used in a browser that is not known' });
		throw new ConnectedAppsError('wrongBrowser', 'This browser is not the one that started the flow', { advice: 'Open the link there, or ask for a personal link' });
	}
	const hash = browser.newBinding(request.id, callbackPage(connection));
	await vault.requests.bindBrowser(request.id, hash);
	return await startForRequest(context, connection, request.id, request.userKey, hash);
}

async function connectByLink(context: PortalContext, code: string): Promise<PortalResponse> {
	const { vault, browser } = context;
	const seen = await vault.links.peek(sha256(code));
	if (seen?.purpose === 'portal') return await openByLink(context, code, seen);
	// Belongs to another trigger: not even used up here.
	const about = seen?.connectionId === undefined ? undefined : await known(context, seen.connectionId);
	const elsewhere = about === undefined || seen === undefined ? undefined : await establishFirst(context, about, seen.userKey, seen.requestId);
	if (elsewhere !== undefined) return elsewhere;
	const link = await vault.links.take(sha256(code));
	if (link?.connectionId === undefined) throw new ConnectedAppsError('linkInvalid', 'This personal link was used already or has expired', { advice: 'Ask for a new link' });
	const connection = await known(context, link.connectionId);
	if (link.purpose === 'serviceAccount') return await start(context, connection, 'serviceAccount', { userKey: link.userKey });
	const { request } = await ownRequest(context, link.requestId ?? '');
	if (request.state !== 'open') return seeOther(`${addressOf(context, 'sign-in')}?request=${encodeURIComponent(request.id)}`);
	const hash = browser.newBinding(request.id, callbackPage(connection));
	await vault.requests.bindBrowser(request.id, hash);
	return await startForRequest(context, connection, request.id, link.userKey, hash);
}

async function connectFromPortal(context: PortalContext, id: string): Promise<PortalResponse> {
	const session = await context.browser.portalSession();
	if (session === undefined) return seeOther(context.portalUrl);
	const connection = await portalConnection(context, id);
	if (connection === undefined) throw new ConnectedAppsError('connectionUnknown', 'This app is not offered here any more');
	return await start(context, connection, 'connect', { userKey: session.userKey });
}

async function startForRequest(context: PortalContext, connection: Connection, requestId: string, userKey: UserKey, browserHash: string, confirmedSubject?: string): Promise<PortalResponse> {
	await assertMayStart(context, connection, userKey);
	try {
		const { authorizeUrl } = await startSignIn(context.vault, connection, { purpose: 'request', userKey, requestId, browserHash, confirmedSubject }, context.fetch);
		return seeOther(authorizeUrl);
	} catch (error) {
		// Where requests are pushed (RFC 9126), the provider is asked before the browser goes there.
		if (!(await failSignInRequest(context.vault, requestId, error))) throw error;
		return seeOther(continueAddress(context, requestId));
	}
}

interface Start {
	userKey?: UserKey;
	thenRequestId?: string;
	confirmedSubject?: string;
	/** Where the person came from; default: here. */
	returnPortalUrl?: string;
}

async function start(context: PortalContext, connection: Connection, purpose: SignInPurpose, { userKey, thenRequestId, confirmedSubject, returnPortalUrl = context.portalUrl }: Start): Promise<PortalResponse> {
	if (userKey === undefined) assertMayStartUnknown(context);
	else await assertMayStart(context, connection, userKey);
	const secret = context.browser.newTransactionSecret();
	const { authorizeUrl, stateHash } = await startSignIn(context.vault, connection, { purpose, userKey, browserHash: sha256(secret), returnTo: thenRequestId, returnPortalUrl, confirmedSubject }, context.fetch);
	context.browser.keepTransaction(stateHash, secret, callbackPathOf(connection));
	return seeOther(authorizeUrl);
}

/** @throws ConnectedAppsError `forbidden` whom the trigger does not admit, or who has not shown who they are; `tooManyRequests` (S33) */
async function assertMayStart(context: PortalContext, connection: Connection, userKey: UserKey): Promise<void> {
	const { access, browser } = context;
	assertAdmitted(access, userKey, await browser.session());
	await assertEstablished(context, connection, userKey);
	const waitMs = access.limits.starts.take(userKey);
	if (waitMs > 0) throw new ConnectedAppsError('tooManyRequests', 'Too many sign-ins were started for the same person', { advice: 'Wait some minutes, then try again', retryAfterMs: waitMs });
}

/** Another account may take the place of the one before, if the person who is asked says so: with the same rights as when they started (S24). */
async function confirmAccount(context: PortalContext, text: string): Promise<PortalResponse> {
	const told = readTold(context.vault, text);
	if (told?.kind !== 'otherAccount') throw new ConnectedAppsError('forbidden', 'This form asks for nothing that is known here', { advice: 'Start again' });
	const { browser } = context;
	if (told.requestId !== undefined) {
		const { request, connection } = await ownRequest(context, told.requestId);
		if (request.state !== 'open') return seeOther(`${addressOf(context, 'sign-in')}?request=${encodeURIComponent(request.id)}`);
		if (request.userKey !== told.userKey || !browser.isBoundTo(request)) throw new ConnectedAppsError('wrongBrowser', 'This browser is not the one that started the sign-in', { advice: 'Open the link there' });
		return (await establishFirst(context, connection, request.userKey, request.id)) ?? (await startForRequest(context, connection, request.id, request.userKey, request.browserHash as string, told.subject));
	}
	const session = await browser.session();
	if (session === undefined || session.userKey !== told.userKey) throw new ConnectedAppsError('wrongBrowser', 'This browser is not signed in as the person who started', { advice: 'Open My connected apps and connect again' });
	const connection = await portalConnection(context, told.connectionId);
	if (connection === undefined) throw new ConnectedAppsError('connectionUnknown', 'This app is not offered here any more');
	return await start(context, connection, 'connect', { userKey: session.userKey, confirmedSubject: told.subject, returnPortalUrl: told.returnPortalUrl });
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
	// One of another trigger, or for something else, is not even used up.
	if (seen?.connectionId !== undefined) await known(context, seen.connectionId);
	const link = seen?.requestId === undefined ? undefined : await context.vault.links.take(sha256(code));
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
	// Held up or not, the answer is the same.
	if (request.state === 'open' && context.access.limits.links.take(request.userKey) === 0) await tellAuthenticationNeeded(context.vault, connection, request, { key: JSON.stringify(['sendLink', request.id]), windowMs: SEND_LINK_WINDOW_MS });
	return seeOtherAndTell(context.vault, addressOf(context, 'sign-in'), { kind: 'linkSent' });
}
