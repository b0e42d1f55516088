// The administration of a portal: whom its trigger names sees all connections of the portal, and may end what is not theirs.
import { ConnectedAppsError } from '../../errors';
import { seeOther, type PortalResponse } from '../http';
import type { PortalContext } from '../portal';
import { administer } from './acts';
import { showConfirm } from './confirm';
import { connectionsFile, showConnection, showConnections, usageFile } from './connections';
import { administered, administeredOne, adminOf, type AdminContext } from './frame';
import { activityFile, sessionsFile, showAdminActivity, showSessions, showUsage } from './lists';
import { peopleFile, showPeople, showPerson } from './people';

/** A user key has no more characters. */
const LONGEST_SEARCH = 256;

type Show = (context: AdminContext) => Promise<PortalResponse>;

const PAGES: Record<string, Show> = { connections: showConnections, connection: showConnection, people: showPeople, person: showPerson, usage: showUsage, sessions: showSessions, activity: showAdminActivity, confirm: showConfirm };
const FILES: Record<string, Show> = { connections: connectionsFile, people: peopleFile, usage: usageFile, sessions: sessionsFile, activity: activityFile };

/** `GET admin`. */
export async function showAdministration(portal: PortalContext): Promise<PortalResponse> {
	const context = await adminOf(portal);
	if (context === undefined) return seeOther(portal.portalUrl);
	const { query } = portal.request;
	const what = query.get('show') ?? 'connections';
	const isFile = query.get('format') === 'csv';
	const pages = isFile ? FILES : PAGES;
	const show = Object.hasOwn(pages, what) ? pages[what] : undefined;
	if (show === undefined) throw new ConnectedAppsError('linkInvalid', 'There is no such page');
	const answer = await show(context);
	if (isFile) await noteFile(context, what);
	return answer;
}

/** Told of each connection whose data left with the file, so that it stands in that one's log; of nobody in particular where it holds no app's. */
async function noteFile(context: AdminContext, what: string): Promise<void> {
	const { vault, request, access } = context.portal;
	const id = request.query.get('id') ?? '';
	const search = request.query.get('find') ?? '';
	const concerned = what === 'sessions' ? [] : what === 'people' && id !== '' ? [await administeredOne(context, id)] : await administered(context);
	const entry = { type: 'exported' as const, actor: context.admin, detail: `As an administrator: ${what}${what === 'people' && search !== '' ? `, names with “${search.slice(0, LONGEST_SEARCH)}”` : ''}` };
	if (concerned.length === 0) return await vault.audit.add({ ...entry, portalId: access.portal.id });
	for (const connection of concerned) await vault.audit.add({ ...entry, connectionId: connection.id });
}

/** `POST admin`. */
export async function administrationPost(portal: PortalContext): Promise<PortalResponse> {
	portal.browser.assertOwnForm(new URL(portal.portalUrl).origin);
	const context = await adminOf(portal);
	return context === undefined ? seeOther(portal.portalUrl) : await administer(context);
}
