import { canRevoke, connectedAppsOf } from '../../connections';
import { ConnectedAppsError } from '../../errors';
import type { UserKey } from '../../types';
import { isKept, postForm } from '../connectedApps';
import { htmlPage, type PortalResponse } from '../http';
import { adminConfirmPage, type AdminConfirmProps } from '../pages/admin';
import { appView } from '../portal';
import { texts } from '../texts';
import { usageOf } from './connections';
import { administered, administeredOne, adminHref, personInWords, type AdminContext } from './frame';

/** Names that a page of this kind lists; the rest is counted. */
const MOST = 10;

function some(names: string[]): string[] {
	return names.length <= MOST ? names : [...names.slice(0, MOST), texts.connectedApps.more(names.length - MOST)];
}

type Words = Pick<AdminConfirmProps, 'title' | 'app' | 'lead' | 'facts' | 'fine' | 'submit' | 'cancelHref'>;

/** What an administrator is about to end, and whom it concerns: before anything happens. */
export async function showConfirm(context: AdminContext): Promise<PortalResponse> {
	const { portal } = context;
	const { query } = portal.request;
	const [act, id, user] = [query.get('act') ?? '', query.get('id') ?? '', (query.get('user') ?? '') as UserKey];
	const words = act === 'leaver' ? await ofPerson(context, user) : act === 'disconnect' ? await ofOne(context, id, user) : act === 'reauthorize' || act === 'delete' ? await ofConnection(context, act, id) : undefined;
	if (words === undefined) throw new ConnectedAppsError('linkInvalid', 'There is no such page');
	return htmlPage(adminConfirmPage({ portalName: portal.portalName, ...words, form: postForm(portal, 'admin', { act, ...(id !== '' && { id }), ...(user !== '' && { user }) }) }));
}

async function ofPerson(context: AdminContext, user: UserKey): Promise<Words> {
	const t = texts.admin.confirm;
	const { vault, access } = context.portal;
	const apps = (await connectedAppsOf(vault, await administered(context), user)).filter(isKept);
	const sessions = await vault.sessions.listByUser(access.portal.id, user);
	return { title: t.leaver.title(personInWords(user)), lead: t.leaver.lead, facts: [[texts.tabs.apps, some(apps.map(({ connection }) => connection.registration.appName))], [texts.admin.sections.sessions, sessions.length > 0 ? String(sessions.length) : undefined], [t.flows, some(apps.flatMap(({ uses }) => uses.map(({ workflowName }) => workflowName)))]], fine: t.leaver.fine, submit: t.leaver.submit, cancelHref: adminHref(context, { show: 'person', user }) };
}

async function ofOne(context: AdminContext, id: string, user: UserKey): Promise<Words> {
	const t = texts.admin.confirm;
	const connection = await administeredOne(context, id);
	const [app] = await connectedAppsOf(context.portal.vault, [connection], user);
	const { appName } = connection.registration;
	return { title: t.disconnect.title(personInWords(user), appName), app: appView(connection), lead: t.disconnect.lead, facts: [[texts.connectedApps.account, app?.grant?.account.username ?? app?.grant?.account.email], [t.flows, some(app?.uses.map(({ workflowName }) => workflowName) ?? [])]], fine: canRevoke(connection) ? undefined : t.notRevoked, submit: t.disconnect.submit, cancelHref: adminHref(context, { show: 'person', user }) };
}

async function ofConnection(context: AdminContext, act: 'reauthorize' | 'delete', id: string): Promise<Words> {
	const t = texts.admin.confirm;
	const connection = await administeredOne(context, id);
	const { vault } = context.portal;
	const [active, usage, [waiting]] = await Promise.all([vault.grants.countActive(connection.id), usageOf(context, [connection]), vault.requests.countOpen([connection.id])]);
	return {
		title: t[act].title(connection.registration.appName),
		app: appView(connection),
		lead: t[act].lead,
		facts: [[texts.admin.columns.users, String(active)], [texts.admin.columns.waiting, waiting === undefined ? undefined : String(waiting.waiting)], [t.flows, some(usage.map(({ workflow, workflowId }) => workflow || workflowId))]],
		fine: [t[act].fine, canRevoke(connection) ? '' : t.notRevoked].filter((text) => text !== '').join(' '),
		submit: t[act].submit,
		cancelHref: adminHref(context, { show: 'connection', id }),
	};
}
