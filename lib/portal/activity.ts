import { isAdmin } from './access';
import { postForm, signOutForm, tabsOf } from './connectedApps';
import { htmlPage, seeOther, type PortalResponse } from './http';
import { activityPage, type ActivityView, type SessionView } from './pages';
import { openIdOrigins } from './openId';
import { portalConnections, type PortalContext } from './portal';
import type { AuditEntry, PortalSession } from '../vault';
import type { UserKey } from '../types';
import { readTold, seeOtherAndTell } from './told';
import { formatTime } from './words';

const ENTRIES = 50;

/** `GET activity`: what happened of late, where this person is signed in, and what is kept of them. */
export async function showActivity(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, portalName, access, path, request } = context;
	const session = await browser.portalSession();
	if (session === undefined) return seeOther(context.portalUrl);
	const { userKey } = session;
	const [entries, sessions, connections] = await Promise.all([vault.audit.listByUser(userKey, ENTRIES), vault.sessions.listByUser(access.portal.id, userKey), portalConnections(context)]);
	const apps = new Map<string, string>(connections.map(({ id, registration }) => [id, registration.appName]));
	const told = readTold(vault, request.query.get('told'));
	return htmlPage(
		activityPage({
			portalName,
			userKey,
			tabs: tabsOf(context, isAdmin(access, session)),
			signOutForm: signOutForm(context),
			activity: entries.filter((entry) => isOfPortal(entry, access.portal.id, apps)).map((entry) => activityView(entry, apps)),
			sessions: sessions.map((each) => sessionView(context, each, 'sessions')),
			endOthersForm: sessions.some(({ idHash }) => idHash !== browser.sessionHash) ? postForm(context, 'sessions', { others: '1' }) : undefined,
			exportHref: `${path}/export`,
			ended: told?.kind === 'sessionsEnded' && told.userKey === userKey ? told.count : undefined,
		}),
		{ formOrigins: await openIdOrigins(context) },
	);
}

/** What happened at another portal of this n8n is none of this one's business (S34). @param apps has the ids of this one's connections */
export function isOfPortal({ connectionId, portalId }: AuditEntry, ownId: string, apps: { has(id: string): boolean }): boolean {
	return connectionId === undefined ? portalId === ownId : apps.has(connectionId);
}

export function activityView({ atMs, type, connectionId, detail, use, actor }: AuditEntry & { atMs: number }, apps: ReadonlyMap<string, string>): ActivityView {
	return { type, at: formatTime(atMs), app: connectionId === undefined ? undefined : apps.get(connectionId), detail, flow: use?.workflowName, byAdministrator: actor !== undefined };
}

export function sessionView(context: PortalContext, { idHash, method, createdAtMs, lastSeenAtMs, userKey }: PortalSession, page: string): SessionView {
	const own = idHash === context.browser.sessionHash;
	return { userKey, method, since: formatTime(createdAtMs), lastSeen: formatTime(lastSeenAtMs), own, endForm: own ? undefined : postForm(context, page, { session: idHash }) };
}

/** `POST sessions`: ends sign-ins to the portal in other browsers; the apps stay connected. */
export async function endSessions(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, request, access } = context;
	browser.assertOwnForm(new URL(context.portalUrl).origin);
	const session = await browser.portalSession();
	if (session === undefined) return seeOther(context.portalUrl);
	const count = request.form.has('others') ? await vault.sessions.deleteByUser(access.portal.id, session.userKey, browser.sessionHash) : await endOne(context, session.userKey, request.form.get('session') ?? '');
	if (count > 0) await vault.audit.add({ type: 'sessionEnded', portalId: access.portal.id, userKey: session.userKey, detail: count === 1 ? 'In one browser' : `In ${count} browsers` });
	return seeOtherAndTell(vault, `${context.portalUrl}/activity`, { kind: 'sessionsEnded', count, userKey: session.userKey });
}

/** Only a session of this very person. */
async function endOne({ vault, access }: PortalContext, userKey: UserKey, idHash: string): Promise<number> {
	const own = (await vault.sessions.listByUser(access.portal.id, userKey)).some((session) => session.idHash === idHash);
	return own && (await vault.sessions.delete(idHash, access.portal.id)) ? 1 : 0;
}
