import { nameInWords, ownerKeyOf, portalIdOf, toConnection, type Connection } from '../../connections';
import { ConnectedAppsError } from '../../errors';
import type { UserKey } from '../../types';
import type { PortalSession, StoredRegistration } from '../../vault';
import { isAdmin } from '../access';
import { signOutForm, tabsOf } from '../connectedApps';
import type { AdminFrame } from '../pages/admin';
import type { PortalContext } from '../portal';
import { readTold } from '../told';
import { texts } from '../texts';

/** An administrator before these pages: all that they show and do is of this portal's connections. */
export interface AdminContext {
	portal: PortalContext;
	admin: UserKey;
}

/**
 * @returns `undefined` for whoever is not signed in
 * @throws ConnectedAppsError `forbidden` for whomever the trigger does not name; that is audited
 */
export async function adminOf(portal: PortalContext): Promise<AdminContext | undefined> {
	const session = await portal.browser.portalSession();
	if (session === undefined) return undefined;
	if (!isAdmin(portal.access, session)) {
		await portal.auditRefusal({ portalId: portal.access.portal.id, userKey: session.userKey, detail: 'Opened the administration without being an administrator' });
		throw new ConnectedAppsError('forbidden', 'These pages are for the administrators of this portal', { user: session.userKey, advice: 'Ask whoever looks after the Connected Apps Trigger to name you there' });
	}
	return { portal, admin: session.userKey };
}

/** Every connection of the portal, also those that are not offered any more; active ones first. */
export async function administered({ portal: { vault, owner, access } }: AdminContext): Promise<Connection[]> {
	const all = new Map<string, StoredRegistration>();
	for (const registration of [...(await vault.registrations.listByOwner(owner)), ...(await vault.registrations.listByPortal(access.portal.id))]) all.set(registration.id, registration);
	return [...all.values()].sort((a, b) => Number(b.active) - Number(a.active) || a.connectionName.localeCompare(b.connectionName)).map(toConnection);
}

/** @throws ConnectedAppsError `connectionUnknown` for one of another portal (S34) */
export async function administeredOne({ portal: { vault, owner, access } }: AdminContext, id: string): Promise<Connection> {
	const registration = id === '' ? undefined : await vault.registrations.find(id as Connection['id']);
	const own = registration !== undefined && (ownerKeyOf(registration.owner) === ownerKeyOf(owner) || portalIdOf(registration) === access.portal.id);
	if (!own) throw new ConnectedAppsError('connectionUnknown', 'This connection does not belong to this portal', { advice: 'Open the administration again' });
	return toConnection(registration);
}

export function adminHref({ portal: { path } }: AdminContext, query: Record<string, string> = {}): string {
	const text = new URLSearchParams(query).toString();
	return `${path}/admin${text === '' ? '' : `?${text}`}`;
}

export function frameOf(context: AdminContext): AdminFrame {
	const { portal, admin } = context;
	const told = readTold(portal.vault, portal.request.query.get('told'));
	return {
		portalName: portal.portalName,
		userKey: admin,
		tabs: tabsOf(portal, true),
		signOutForm: signOutForm(portal),
		sections: { connections: adminHref(context), people: adminHref(context, { show: 'people' }), usage: adminHref(context, { show: 'usage' }), sessions: adminHref(context, { show: 'sessions' }), activity: adminHref(context, { show: 'activity' }) },
		notice: told?.kind === 'administered' && told.userKey === admin ? { tone: told.tone, text: told.text } : undefined,
	};
}

export const personInWords = (userKey: string): string => nameInWords(userKey);
export const methodInWords = ({ method }: PortalSession): string => texts.activity.methods[method];
