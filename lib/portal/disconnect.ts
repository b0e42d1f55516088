import { canRevoke, connectedAppsOf, disconnect, disconnectAll, workOffRevocations, type Connection } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { UserKey } from '../types';
import { isKept, postForm } from './connectedApps';
import { htmlPage, seeOther, type PortalResponse } from './http';
import { confirmDisconnectPage } from './pages';
import { appView, portalConnection, portalConnections, type PortalContext } from './portal';
import { seeOtherAndTell, TOLD_REVOCATION, type ToldRevocation } from './told';
import { flowNames } from './words';

async function known(context: PortalContext, id: string): Promise<Connection> {
	const connection = await portalConnection(context, id);
	if (connection === undefined) throw new ConnectedAppsError('connectionUnknown', 'This app is not offered here any more');
	return connection;
}

/** `GET disconnect`: what will end, before it does. */
export async function showDisconnect(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, request, portalName, path } = context;
	const userKey = (await browser.portalSession())?.userKey;
	if (userKey === undefined) return seeOther(context.portalUrl);
	const everything = request.query.has('all');
	const connections = everything ? await portalConnections(context) : [await known(context, request.query.get('connection') ?? '')];
	const apps = (await connectedAppsOf(vault, connections, userKey)).filter(isKept);
	if (apps.length === 0) return seeOther(context.portalUrl);
	return htmlPage(
		confirmDisconnectPage({
			portalName,
			apps: apps.map(({ connection }) => ({ app: appView(connection), revokes: canRevoke(connection) })),
			everything,
			account: everything ? undefined : (apps[0]?.grant?.account.username ?? apps[0]?.grant?.account.email),
			flows: flowNames(apps.flatMap(({ uses }) => uses)),
			form: postForm(context, 'disconnect', everything ? { everything: '1' } : { connection: connections[0]!.id }),
			cancelHref: path,
		}),
	);
}

/** `POST disconnect`: ended here at once; the receipt says honestly what the provider made of it. */
export async function disconnectPost(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, request } = context;
	browser.assertOwnForm(new URL(context.portalUrl).origin);
	const userKey = (await browser.portalSession())?.userKey;
	if (userKey === undefined) return seeOther(context.portalUrl);
	if (request.form.has('everything')) return await disconnectEverything(context, userKey);
	const connection = await known(context, request.form.get('connection') ?? '');
	await disconnect(vault, connection, userKey);
	const revoked = await revokedOf(context, connection, userKey);
	// Nothing was ever revoked, so there is nothing to tell.
	if (revoked === undefined) return seeOther(context.portalUrl);
	return seeOtherAndTell(vault, context.portalUrl, { kind: 'disconnected', connectionId: connection.id, revoked, userKey });
}

async function disconnectEverything(context: PortalContext, userKey: UserKey): Promise<PortalResponse> {
	const { vault } = context;
	const ended = await disconnectAll(vault, await portalConnections(context), userKey);
	if (ended.length === 0) return seeOther(context.portalUrl);
	await tryRevocations(context, ended);
	const outcomes = await Promise.all(ended.map(async (connection) => ({ app: connection.registration.appName, revoked: await revokedOf(context, connection, userKey, true) })));
	const named = (revoked: ToldRevocation) => outcomes.filter((outcome) => outcome.revoked === revoked).map(({ app }) => app);
	return seeOtherAndTell(vault, context.portalUrl, { kind: 'allDisconnected', count: ended.length, queued: named('queued'), notSupported: named('notSupported'), userKey });
}

/** Tries at once what is queued for these; the sweeper goes on with what is left. */
export async function tryRevocations(context: PortalContext, connections: Connection[]): Promise<void> {
	try {
		await workOffRevocations(context.vault, connections.filter(canRevoke).map(({ id }) => id), context.processId, context.fetch);
	} catch (error) {
		context.logError('a revocation could not be tried at once', error);
	}
}

/** @param tried they were tried before */
async function revokedOf(context: PortalContext, connection: Connection, userKey: UserKey, tried = false): Promise<ToldRevocation | undefined> {
	if (!canRevoke(connection)) return 'notSupported';
	if (!tried) await tryRevocations(context, [connection]);
	const outcome = await context.vault.revocations.outcomeFor({ connectionId: connection.id, userKey });
	return outcome && TOLD_REVOCATION[outcome];
}
