// The administration of a portal: whom its trigger names sees all connections of the portal, and may end what is not theirs.
import { ConnectedAppsError } from '../../errors';
import { seeOther, type PortalResponse } from '../http';
import type { PortalContext } from '../portal';
import { administer } from './acts';
import { showConfirm } from './confirm';
import { connectionsFile, showConnection, showConnections, usageFile } from './connections';
import { adminOf, type AdminContext } from './frame';
import { activityFile, sessionsFile, showAdminActivity, showSessions, showUsage } from './lists';
import { peopleFile, showPeople, showPerson } from './people';

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
	if (isFile) await portal.vault.audit.add({ type: 'exported', actor: context.admin, detail: `As an administrator: ${what}` });
	return await show(context);
}

/** `POST admin`. */
export async function administrationPost(portal: PortalContext): Promise<PortalResponse> {
	portal.browser.assertOwnForm(new URL(portal.portalUrl).origin);
	const context = await adminOf(portal);
	return context === undefined ? seeOther(portal.portalUrl) : await administer(context);
}
