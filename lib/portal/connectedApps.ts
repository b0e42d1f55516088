import { connectedAppsOf, type ConnectedApp, type Connection } from '../connections';
import type { UserKey } from '../types';
import { htmlPage, type PortalResponse } from './http';
import { isAdmin } from './access';
import { keepLive, liveView } from './live';
import { connectedAppsPage, portalSignInPage, type ConnectionView, type FormView, type Receipt } from './pages';
import { openIdOrigins, organisationHost } from './openId';
import { appView, formOriginsOf, ownConnections, portalConnections, scopeViews, type PortalContext } from './portal';
import { runnableFlowViews } from './run';
import { readTold, TOLD_REVOCATION } from './told';
import { flowNames, formatTime, validityInWords } from './words';

/** `GET <portal>`: My connected apps, or how to get in. */
export async function showConnectedApps(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, portalName } = context;
	const connections = await portalConnections(context);
	const formOrigins = [...formOriginsOf(connections), ...(await openIdOrigins(context))];
	const session = await browser.portalSession();
	if (session === undefined) return await showWayIn(context, formOrigins);
	const apps = await connectedAppsOf(vault, connections, session.userKey);
	const goesOn = apps.some(({ status, waiting, waitsForUser }) => status === 'refreshPending' || (waiting.length > 0 && !waitsForUser && status !== 'misconfigured'));
	// Without what was told: the receipt is not to be shown twice.
	const live = goesOn ? liveView(context.request.query, context.path) : {};
	const page = htmlPage(
		connectedAppsPage({
			portalName,
			userKey: session.userKey,
			connections: apps.map((app) => view(context, app)),
			flows: runnableFlowViews(context, connections, session),
			signOutForm: signOutForm(context),
			tabs: tabsOf(context, isAdmin(context.access, session)),
			disconnectAllHref: apps.some(isKept) ? `${context.path}/disconnect?all=1` : undefined,
			receipt: receiptOf(context, session.userKey, connections),
			live,
		}),
		{ formOrigins },
	);
	return keepLive(page, live);
}

async function showWayIn(context: PortalContext, formOrigins: string[]): Promise<PortalResponse> {
	const { kind } = context.access.signIn;
	const organisation = kind === 'openId' ? { host: organisationHost(context), form: postForm(context, 'connect', { openIdSignIn: '1' }) } : undefined;
	// An app's account says who somebody is only where the portal has no sign-in of its own.
	const apps = kind === 'personalLink' ? (await ownConnections(context)).map((connection) => ({ app: appView(connection), form: postForm(context, 'connect', { portalSignIn: connection.id }) })) : [];
	return htmlPage(portalSignInPage({ portalName: context.portalName, apps, organisation, byProxy: kind === 'trustedHeader' }), { formOrigins });
}

export function postForm(context: PortalContext, page: string, hidden: Record<string, string>): FormView {
	return { action: `${context.path}/${page}`, hidden: { ...hidden, token: context.browser.formToken() } };
}

export function signOutForm(context: PortalContext): FormView | undefined {
	return context.access.signIn.kind === 'trustedHeader' ? undefined : postForm(context, 'connect', { signOut: '1' });
}

/** The pages of somebody who is signed in. */
export function tabsOf({ path }: Pick<PortalContext, 'path'>, administers: boolean): { apps: string; activity: string; administration?: string } {
	return { apps: path, activity: `${path}/activity`, administration: administers ? `${path}/admin` : undefined };
}

/** Whoever has never connected an app has no sign-in that could have ended. */
export function shownStatus({ grant, status }: Pick<ConnectedApp, 'grant' | 'status'>): ConnectionView['status'] {
	return grant === undefined && status === 'needsSignIn' ? 'disconnected' : status;
}

/** There is something to disconnect, or to forget. */
export function isKept({ grant }: ConnectedApp): boolean {
	return grant !== undefined && grant.endReason !== 'disconnected';
}

function view(context: PortalContext, app: ConnectedApp): ConnectionView {
	const { connection, grant, waiting, waitsForUser, uses, revocation } = app;
	const active = grant?.state === 'active' ? grant : undefined;
	const kept = isKept(app);
	return {
		app: appView(connection),
		status: shownStatus(app),
		account: kept ? (grant?.account.username ?? grant?.account.email) : undefined,
		connectedSince: active && formatTime(active.connectedAtMs),
		lastUsed: active?.lastUse && formatTime(active.lastUsedAtMs),
		lastUsedBy: active?.lastUse?.workflowName,
		usedBy: flowNames(uses),
		validUntil: validityInWords(app),
		scopes: active && scopeViews(connection, active.grantedScopes),
		revoked: revocation && TOLD_REVOCATION[revocation],
		waitingFlows: waiting.length,
		waitingNames: flowNames(waiting),
		waitsForUser,
		connectForm: postForm(context, 'connect', { connection: connection.id }),
		disconnectHref: kept ? `${context.path}/disconnect?connection=${encodeURIComponent(connection.id)}` : undefined,
	};
}

function receiptOf(context: PortalContext, userKey: UserKey, connections: Connection[]): Receipt | undefined {
	const told = readTold(context.vault, context.request.query.get('told'));
	if ((told?.kind !== 'allDisconnected' && told?.kind !== 'connected' && told?.kind !== 'disconnected') || told.userKey !== userKey) return undefined;
	if (told.kind === 'allDisconnected') return told;
	const connection = connections.find(({ id }) => id === told.connectionId);
	if (connection === undefined) return undefined;
	const app = connection.registration.appName;
	return told.kind === 'connected' ? { kind: 'connected', app } : { kind: 'disconnected', app, revoked: told.revoked, providerPage: connection.provider.manageAccessUrl };
}
