import { ownerKeyOf } from '../connections';
import { ConnectedAppsError } from '../errors';
import { sha256, type PersonalLink } from '../vault';
import { assertAdmitted } from './access';
import { htmlPage, seeOther, type PortalResponse } from './http';
import { openPortalPage } from './pages';
import type { PortalContext } from './portal';

const used = () => new ConnectedAppsError('linkInvalid', 'This personal link was used already or has expired', { advice: 'Ask for a new link' });

/** A link of this very trigger's portal, and only as long as people do not sign in otherwise. @throws ConnectedAppsError `linkInvalid` */
function assertOwn({ access, owner }: PortalContext, link: PersonalLink): void {
	if (link.ownerKey !== ownerKeyOf(owner) || access.signIn.kind !== 'personalLink') throw used();
}

/** A GET opens nothing yet: link scanners follow links (S7). @throws ConnectedAppsError `linkInvalid`, `forbidden` */
export function showPortalLink(context: PortalContext, code: string, link: PersonalLink): PortalResponse {
	assertOwn(context, link);
	assertAdmitted(context.access, link.userKey, undefined);
	const form = { action: `${context.path}/connect`, hidden: { link: code, token: context.browser.formToken() } };
	return htmlPage(openPortalPage({ portalName: context.portalName, userKey: link.userKey, form }));
}

/** Opens My connected apps for the person that the link names, once. @throws ConnectedAppsError `linkInvalid`, `forbidden` */
export async function openByLink(context: PortalContext, code: string, seen: PersonalLink): Promise<PortalResponse> {
	assertOwn(context, seen);
	assertAdmitted(context.access, seen.userKey, undefined);
	const link = await context.vault.links.take(sha256(code));
	if (link === undefined) throw used();
	await context.browser.openSession({ userKey: link.userKey, method: 'link', claims: {} });
	await context.vault.audit.add({ type: 'portalSignedIn', portalId: context.access.portal.id, userKey: link.userKey, detail: 'By a personal link' });
	return seeOther(context.portalUrl);
}
