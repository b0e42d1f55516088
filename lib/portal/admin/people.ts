import { connectedAppsOf } from '../../connections';
import { SERVICE_ACCOUNT, type UserKey } from '../../types';
import { activityView, isOfPortal, sessionView } from '../activity';
import { isKept, postForm, shownStatus } from '../connectedApps';
import { errorInWords } from '../errorPage';
import { htmlPage, type PortalResponse } from '../http';
import { adminPeoplePage, adminPersonPage } from '../pages/admin';
import { appView } from '../portal';
import { formatTime, validityInWords } from '../words';
import { csvOf } from './csv';
import { administered, administeredOne, adminHref, frameOf, type AdminContext } from './frame';

const PAGE = 50;
/** Of a file: read and written page by page. */
const FILE_PAGE = 500;
const ENTRIES = 50;

/** All connections, or the one that is asked for. */
async function asked(context: AdminContext) {
	const id = context.portal.request.query.get('id') ?? '';
	return id === '' ? { connections: await administered(context) } : { connections: [await administeredOne(context, id)], id };
}

export async function showPeople(context: AdminContext): Promise<PortalResponse> {
	const { portal } = context;
	const { query } = portal.request;
	const [search, after] = [query.get('find') ?? '', query.get('after') ?? ''];
	const { connections, id } = await asked(context);
	const found = await portal.vault.grants.listUsers({ connectionIds: connections.map((connection) => connection.id), search, after }, PAGE + 1);
	const people = found.slice(0, PAGE);
	const same = { show: 'people', ...(id !== undefined && { id }), ...(search !== '' && { find: search }) };
	return htmlPage(
		adminPeoplePage({
			frame: frameOf(context),
			people: people.map(({ userKey, active, lastUsedAtMs }) => ({ userKey, isServiceAccount: userKey === SERVICE_ACCOUNT, href: adminHref(context, { show: 'person', user: userKey }), active, lastUsed: formatTime(lastUsedAtMs) })),
			search,
			app: id === undefined ? undefined : connections[0]?.registration.appName,
			findForm: postForm(portal, 'admin', { act: 'find', ...(id !== undefined && { id }) }),
			nextHref: found.length > PAGE ? adminHref(context, { ...same, after: people.at(-1)!.userKey }) : undefined,
			firstHref: after === '' ? undefined : adminHref(context, same),
			csvHref: adminHref(context, { ...same, format: 'csv' }),
		}),
	);
}

/** One line per person and connection. */
export async function peopleFile(context: AdminContext): Promise<PortalResponse> {
	const { vault, request } = context.portal;
	const { connections } = await asked(context);
	const search = (request.query.get('find') ?? '').toLowerCase();
	const rows: (string | number | undefined)[][] = [];
	for (const { id, registration } of connections) {
		for (let after = '' as UserKey; ; ) {
			const page = await vault.grants.listPage(id, after, FILE_PAGE);
			for (const { userKey, state, endReason, account, connectedAtMs, lastUsedAtMs, lastUse, useCount, lastFailureCode } of page) {
				if (userKey.toLowerCase().includes(search)) rows.push([userKey, registration.connectionName, registration.appName, state, endReason, account.username ?? account.email ?? account.subject, new Date(connectedAtMs).toISOString(), new Date(lastUsedAtMs).toISOString(), useCount, lastUse?.workflowName, lastFailureCode]);
			}
			if (page.length < FILE_PAGE) break;
			after = page.at(-1)!.userKey;
		}
	}
	return csvOf('people.csv', ['user', 'connectionName', 'app', 'state', 'endReason', 'account', 'connectedAt', 'lastUsedAt', 'uses', 'lastWorkflow', 'lastFailure'], rows);
}

export async function showPerson(context: AdminContext): Promise<PortalResponse> {
	const { portal } = context;
	const { vault, access } = portal;
	const userKey = (portal.request.query.get('user') ?? '') as UserKey;
	const connections = await administered(context);
	const names = new Map<string, string>(connections.map(({ id, registration }) => [id, registration.appName]));
	const [apps, sessions, entries] = await Promise.all([connectedAppsOf(vault, connections, userKey), vault.sessions.listByUser(access.portal.id, userKey), vault.audit.listByUser(userKey, ENTRIES)]);
	const confirm = (query: Record<string, string>) => adminHref(context, { show: 'confirm', user: userKey, ...query });
	return htmlPage(
		adminPersonPage({
			frame: frameOf(context),
			userKey,
			isServiceAccount: userKey === SERVICE_ACCOUNT,
			apps: apps.filter(({ grant, waiting }) => grant !== undefined || waiting.length > 0).map((app) => {
				const { connection, grant, waiting } = app;
				const active = grant?.state === 'active' ? grant : undefined;
				return {
					app: appView(connection),
					status: shownStatus(app),
					account: grant?.account.username ?? grant?.account.email,
					since: active && formatTime(active.connectedAtMs),
					lastUsed: active?.lastUse && formatTime(active.lastUsedAtMs),
					lastUsedBy: active?.lastUse?.workflowName,
					validUntil: validityInWords(app),
					failure: active?.lastFailureCode && errorInWords(active.lastFailureCode),
					waiting: waiting.length,
					disconnectHref: isKept(app) ? confirm({ act: 'disconnect', id: connection.id }) : undefined,
				};
			}),
			sessions: sessions.map((session) => sessionView(portal, session, 'admin')),
			activity: entries.filter((entry) => isOfPortal(entry, access.portal.id, names)).map((entry) => ({ ...activityView(entry, names), actor: entry.actor })),
			leaverHref: apps.some(isKept) || sessions.length > 0 ? confirm({ act: 'leaver' }) : undefined,
		}),
	);
}
