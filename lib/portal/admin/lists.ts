import { SERVICE_ACCOUNT } from '../../types';
import type { PortalSession } from '../../vault';
import { activityView, sessionView } from '../activity';
import { htmlPage, type PortalResponse } from '../http';
import { adminActivityPage, adminSessionsPage, adminUsagePage } from '../pages/admin';
import { texts } from '../texts';
import { usageOf } from './connections';
import { csvOf } from './csv';
import { administered, adminHref, frameOf, methodInWords, type AdminContext } from './frame';

const SESSIONS = 50;
const ENTRIES = 100;
const MOST_IN_FILE = 10_000;
/** Living ones only; in one go, since a session that is used while a file is written would move out of it. */
const MOST_SESSIONS_IN_FILE = 50_000;

export async function showUsage(context: AdminContext): Promise<PortalResponse> {
	return htmlPage(adminUsagePage({ frame: frameOf(context), usage: await usageOf(context, await administered(context)), csvHref: adminHref(context, { show: 'usage', format: 'csv' }) }));
}

export async function showSessions(context: AdminContext): Promise<PortalResponse> {
	const { portal } = context;
	const after = readCursor(portal.request.query.get('after'));
	const found = await portal.vault.sessions.list(portal.access.portal.id, SESSIONS + 1, after);
	const sessions = found.slice(0, SESSIONS);
	return htmlPage(
		adminSessionsPage({
			frame: frameOf(context),
			sessions: sessions.map((session) => sessionView(portal, session, 'admin')),
			nextHref: found.length > SESSIONS ? adminHref(context, { show: 'sessions', after: cursorOf(sessions.at(-1)!) }) : undefined,
			firstHref: after === undefined ? undefined : adminHref(context, { show: 'sessions' }),
			csvHref: adminHref(context, { show: 'sessions', format: 'csv' }),
		}),
	);
}

type SessionCursor = Pick<PortalSession, 'lastSeenAtMs' | 'idHash'>;

const cursorOf = ({ lastSeenAtMs, idHash }: SessionCursor): string => `${lastSeenAtMs}.${idHash}`;

/** @returns undefined for whatever no page of ours has written: then it is the first page */
function readCursor(text: string | null): SessionCursor | undefined {
	const [, lastSeenAtMs, idHash] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(text ?? '') ?? [];
	return lastSeenAtMs === undefined || idHash === undefined ? undefined : { lastSeenAtMs: Number(lastSeenAtMs), idHash };
}

export async function sessionsFile({ portal }: AdminContext): Promise<PortalResponse> {
	const sessions = await portal.vault.sessions.list(portal.access.portal.id, MOST_SESSIONS_IN_FILE);
	return csvOf('sessions.csv', ['user', 'signedInBy', 'since', 'lastSeen'], sessions.map((session) => [session.userKey, methodInWords(session), new Date(session.createdAtMs).toISOString(), new Date(session.lastSeenAtMs).toISOString()]));
}

export async function showAdminActivity(context: AdminContext): Promise<PortalResponse> {
	const connections = await administered(context);
	const names = new Map<string, string>(connections.map(({ id, registration }) => [id, registration.appName]));
	const entries = await context.portal.vault.audit.listByConnections(connections.map(({ id }) => id), ENTRIES);
	return htmlPage(adminActivityPage({ frame: frameOf(context), activity: entries.map((entry) => ({ ...activityView(entry, names), userKey: entry.userKey === SERVICE_ACCOUNT ? texts.admin.people.serviceAccount : entry.userKey, actor: entry.actor })), csvHref: adminHref(context, { show: 'activity', format: 'csv' }) }));
}

export async function activityFile(context: AdminContext): Promise<PortalResponse> {
	const connections = await administered(context);
	const entries = await context.portal.vault.audit.listByConnections(connections.map(({ id }) => id), MOST_IN_FILE);
	return csvOf('activity.csv', ['at', 'type', 'connectionName', 'user', 'administrator', 'detail', 'workflow', 'execution'], entries.map(({ atMs, type, connectionId, userKey, actor, detail, use }) => [new Date(atMs).toISOString(), type, connections.find(({ id }) => id === connectionId)?.registration.connectionName, userKey, actor, detail, use?.workflowName, use?.executionId]));
}
