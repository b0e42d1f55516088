import { SECOND_MS } from '../clock';
import { ASSERTION_LIFETIME_MS, ownerKeyOf, portalAssertion, portalIdOf, type Connection } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { SessionIdentity } from '../types';
import { sha256, type RunnableFlow, type StoredRegistration } from '../vault';
import { isStrong } from './access';
import { postForm } from './connectedApps';
import { htmlPage, seeOther, type PortalResponse } from './http';
import { runFlowPage, runTooLatePage, type RunnableFlowView } from './pages';
import { addressOf, portalConnections, type PortalContext } from './portal';
import { readTold, seeOtherAndTell } from './told';

/** The field of the form that hands the person over: a flow reads it as `$json.body.connected_apps_assertion`. */
const ASSERTION_FIELD = 'connected_apps_assertion';
/** The page that asks is shown, and shown again, for so long after *Run* was pressed. */
const ASKED_MS = 60 * SECOND_MS;
/** Then the page gives way to one that says so: what it holds must not end in the flow's own error. */
const PAGE_MS = ASSERTION_LIFETIME_MS - 30 * SECOND_MS;
const ID_LENGTH = 22;

/** Names a flow as it is listed: once the trigger lists it otherwise, an old page does not start something else. */
function idOf(registration: StoredRegistration, { name, url, audience }: RunnableFlow): string {
	return sha256(JSON.stringify([ownerKeyOf(registration.owner), name, url, audience ?? ''])).slice(0, ID_LENGTH);
}

/** What the triggers of this portal list, each flow once. @param connections the portal's: nothing of a trigger that is not published */
function runnableFlows({ access }: Pick<PortalContext, 'access'>, connections: readonly Connection[]): Map<string, RunnableFlow> {
	const own = connections.filter(({ registration }) => portalIdOf(registration) === access.portal.id);
	return new Map(own.flatMap(({ registration }) => (registration.portal?.flows ?? []).map((flow): [string, RunnableFlow] => [idOf(registration, flow), flow])));
}

/** May flows be started as this person? A personal link opens the page, but whoever makes links could name anybody with it (S6). */
function mayRun({ access }: Pick<PortalContext, 'access'>, session: SessionIdentity): boolean {
	return isStrong(access, session);
}

export function runnableFlowViews(context: PortalContext, connections: readonly Connection[], session: SessionIdentity): RunnableFlowView[] {
	const may = mayRun(context, session);
	return [...runnableFlows(context, connections)].map(([id, { name, description }]) => ({ name, description, runForm: may ? postForm(context, 'run', { flow: id }) : undefined }));
}

/** @throws ConnectedAppsError `linkInvalid` */
async function listed(context: PortalContext, id: string): Promise<RunnableFlow> {
	const flow = runnableFlows(context, await portalConnections(context)).get(id);
	if (flow === undefined) throw new ConnectedAppsError('linkInvalid', 'This flow is not offered here any more', { advice: 'Open My connected apps and see what is' });
	return flow;
}

/** @throws ConnectedAppsError `forbidden` */
function assertMayRun(context: PortalContext, session: SessionIdentity): void {
	if (!mayRun(context, session)) throw new ConnectedAppsError('forbidden', 'This sign-in does not prove enough to start flows as a person', { user: session.userKey, advice: 'Sign out, then sign in with an app that confirms your e-mail address; a personal link does not prove who you are' });
}

/** `POST run`: from the list to the page that asks; only a form of ours leads there (S17). */
export async function startRun(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, request, access } = context;
	browser.assertOwnForm(new URL(context.portalUrl).origin);
	const session = await browser.portalSession();
	if (session === undefined) return seeOther(context.portalUrl);
	assertMayRun(context, session);
	const flowId = request.form.get('flow') ?? '';
	await listed(context, flowId);
	const waitMs = access.limits.starts.take(session.userKey);
	if (waitMs > 0) throw new ConnectedAppsError('tooManyRequests', 'Too many flows were started for the same person', { advice: 'Wait some minutes, then try again', retryAfterMs: waitMs });
	return seeOtherAndTell(vault, addressOf(context, 'run'), { kind: 'run', flowId, userKey: session.userKey, atMs: await vault.nowMs() });
}

/**
 * `GET run`: who, what and where, before it happens. The page's one form posts the portal's word on the person from this browser to the
 * flow, in the body; the page may post nowhere else, and shows it to nobody but the person who pressed *Run*.
 */
export async function showRun(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, request, portalName, portalUrl, path, access } = context;
	const session = await browser.portalSession();
	if (session === undefined) return seeOther(portalUrl);
	const told = readTold(vault, request.query.get('told'));
	if (told?.kind !== 'run' || told.userKey !== session.userKey) return seeOther(portalUrl);
	assertMayRun(context, session);
	const { flowId } = told;
	const { name, description, url, audience = url } = await listed(context, flowId);
	if ((await vault.nowMs()) - told.atMs > ASKED_MS) return htmlPage(runTooLatePage({ portalName, flow: name, form: postForm(context, 'run', { flow: flowId }), cancelHref: path }), { status: 410 });
	const assertion = await portalAssertion(vault, { portalUrl, portalId: access.portal.id, audience, flow: name }, session);
	const { origin, host } = new URL(url);
	const page = htmlPage(runFlowPage({ portalName, userKey: session.userKey, flow: { name, description }, host, form: { action: url, hidden: { [ASSERTION_FIELD]: assertion } }, cancelHref: path }), { onlyFormOrigin: origin });
	const again = `${path}/run?told=${encodeURIComponent(request.query.get('told') ?? '')}`;
	return { ...page, headers: { ...page.headers, refresh: `${PAGE_MS / SECOND_MS}; url=${again}` } };
}
