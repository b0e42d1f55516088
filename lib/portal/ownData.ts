import { connectedAppsOf, endsOf, type ConnectedApp } from '../connections';
import { isOfPortal } from './activity';
import { downloadOf, seeOther, type PortalResponse } from './http';
import { portalConnections, type PortalContext } from './portal';

/** More than a year of anybody's events. */
const ENTRIES = 10_000;

const iso = (atMs: number | undefined): string | undefined => (atMs === undefined ? undefined : new Date(atMs).toISOString());

/** `GET export`: everything that is kept of a person, but for the tokens themselves. */
export async function exportOwnData(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, access } = context;
	const session = await browser.portalSession();
	if (session === undefined) return seeOther(context.portalUrl);
	const { userKey } = session;
	const connections = await portalConnections(context);
	const ids = new Set<string>(connections.map(({ id }) => id));
	const [apps, entries, sessions] = await Promise.all([connectedAppsOf(vault, connections, userKey), vault.audit.listByUser(userKey, ENTRIES), vault.sessions.listByUser(access.portal.id, userKey)]);
	await vault.audit.add({ type: 'exported', portalId: access.portal.id, userKey, detail: 'Own data' });
	const data = {
		user: userKey,
		exportedAt: iso(await vault.nowMs()),
		apps: apps.map(appData),
		sessions: sessions.map(({ method, createdAtMs, lastSeenAtMs, claims, person }) => ({ signedInBy: method, since: iso(createdAtMs), lastSeen: iso(lastSeenAtMs), claims, person })),
		activity: entries.filter((entry) => isOfPortal(entry, access.portal.id, ids)).map(({ atMs, type, connectionId, detail, use, actor }) => ({ at: iso(atMs), type, app: connections.find(({ id }) => id === connectionId)?.registration.appName, detail, use, byAdministrator: actor !== undefined })),
	};
	return downloadOf(JSON.stringify(data, undefined, 2), { type: 'application/json; charset=utf-8', fileName: 'my-connected-apps.json' });
}

function appData({ connection, grant, status, uses, waiting }: ConnectedApp): Record<string, unknown> {
	const ends = grant?.state === 'active' ? endsOf(connection, grant) : undefined;
	return {
		app: connection.registration.appName,
		connectionName: connection.registration.connectionName,
		status,
		account: grant?.account,
		grantedScopes: grant?.grantedScopes,
		connectedAt: iso(grant?.connectedAtMs),
		lastUsedAt: iso(grant?.lastUsedAtMs),
		lastUse: grant?.lastUse,
		useCount: grant?.useCount,
		endsWithoutUseAt: iso(ends?.idleMs),
		endsAt: iso(ends?.absoluteMs),
		endReason: grant?.endReason,
		workflows: uses.map(({ workflowId, workflowName, useCount, lastUsedAtMs }) => ({ workflowId, workflowName, useCount, lastUsedAt: iso(lastUsedAtMs) })),
		waiting: waiting.map(({ workflowName, executionId, nodeName, createdAtMs }) => ({ workflowName, executionId, nodeName, since: iso(createdAtMs) })),
	};
}
