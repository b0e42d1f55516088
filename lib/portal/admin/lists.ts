import { activityView, sessionView } from '../activity';
import { htmlPage, type PortalResponse } from '../http';
import { adminActivityPage, adminSessionsPage, adminUsagePage } from '../pages/admin';
import { usageOf } from './connections';
import { csvOf } from './csv';
import { administered, adminHref, frameOf, methodInWords, type AdminContext } from './frame';

const MOST_SESSIONS = 200;
const ENTRIES = 100;
const MOST_IN_FILE = 10_000;

export async function showUsage(context: AdminContext): Promise<PortalResponse> {
	return htmlPage(adminUsagePage({ frame: frameOf(context), usage: await usageOf(context, await administered(context)), csvHref: adminHref(context, { show: 'usage', format: 'csv' }) }));
}

export async function showSessions(context: AdminContext): Promise<PortalResponse> {
	const { portal } = context;
	const sessions = await portal.vault.sessions.list(portal.access.portal.id, MOST_SESSIONS);
	return htmlPage(adminSessionsPage({ frame: frameOf(context), sessions: sessions.map((session) => sessionView(portal, session, 'admin')), most: MOST_SESSIONS, csvHref: adminHref(context, { show: 'sessions', format: 'csv' }) }));
}

export async function sessionsFile({ portal }: AdminContext): Promise<PortalResponse> {
	const sessions = await portal.vault.sessions.list(portal.access.portal.id, MOST_IN_FILE);
	return csvOf('sessions.csv', ['user', 'signedInBy', 'since', 'lastSeen'], sessions.map((session) => [session.userKey, methodInWords(session), new Date(session.createdAtMs).toISOString(), new Date(session.lastSeenAtMs).toISOString()]));
}

export async function showAdminActivity(context: AdminContext): Promise<PortalResponse> {
	const connections = await administered(context);
	const names = new Map<string, string>(connections.map(({ id, registration }) => [id, registration.appName]));
	const entries = await context.portal.vault.audit.listByConnections(connections.map(({ id }) => id), ENTRIES);
	return htmlPage(adminActivityPage({ frame: frameOf(context), activity: entries.map((entry) => ({ ...activityView(entry, names), userKey: entry.userKey, actor: entry.actor })), csvHref: adminHref(context, { show: 'activity', format: 'csv' }) }));
}

export async function activityFile(context: AdminContext): Promise<PortalResponse> {
	const connections = await administered(context);
	const entries = await context.portal.vault.audit.listByConnections(connections.map(({ id }) => id), MOST_IN_FILE);
	return csvOf('activity.csv', ['at', 'type', 'connectionName', 'user', 'administrator', 'detail', 'workflow', 'execution'], entries.map(({ atMs, type, connectionId, userKey, actor, detail, use }) => [new Date(atMs).toISOString(), type, connections.find(({ id }) => id === connectionId)?.registration.connectionName, userKey, actor, detail, use?.workflowName, use?.executionId]));
}
