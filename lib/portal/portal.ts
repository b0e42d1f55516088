import { assertionKeys, ownerKeyOf, portalIdOf, toConnection, type Connection } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import type { Fetch, OwnerTrigger } from '../types';
import type { StoredSignInRequest, Vault } from '../vault';
import type { PortalAccess } from './access';
import { Browser } from './browser';
import { administrationPost, showAdministration } from './admin';
import { endSessions, showActivity } from './activity';
import { BACK_CHANNEL_LOGOUT, takeLogoutToken } from './backChannelLogout';
import { showCallback } from './callback';
import { connect } from './connect';
import { showConnectedApps } from './connectedApps';
import { goOn } from './continue';
import { disconnectPost, showDisconnect } from './disconnect';
import { toErrorPage, type ErrorPageContext } from './errorPage';
import { jsonAnswer, seeOther, type PortalRequest, type PortalResponse } from './http';
import { networkOf, retryAfterSeconds } from './limits';
import { OPEN_ID_CALLBACK, showOpenIdCallback, SIGNED_OUT_PAGE } from './openId';
import { exportOwnData } from './ownData';
import { dressed, policyFor, type AppView, type CompanyLook, type ScopeView } from './pages';
import { showRun, startRun } from './run';
import { showSignIn } from './signIn';
import { showSignedOut } from './signedOut';

/** The answer of a flow that was resumed from the server, to be relayed to the browser. */
export interface FlowAnswerRelay {
	status: number;
	headers: Record<string, string>;
	body: Uint8Array;
}

export interface PortalParts {
	vault: Vault;
	fetch: Fetch;
	/** Public address, no trailing slash. */
	portalUrl: string;
	portalName: string;
	/** The company's own logo and colour. */
	look?: CompanyLook;
	owner: OwnerTrigger;
	access: PortalAccess;
	/** Names this process as claimer. */
	processId: string;
	/** Resumes an execution and waits for what its flow answers; `late` = it goes on, but no answer came in time; `gone` = nobody waits any more. */
	resume(request: StoredSignInRequest): Promise<FlowAnswerRelay | 'late' | 'gone'>;
	/** Tells n8n's log. */
	logError(message: string, error: unknown): void;
}

/** One request's view of the portal. */
export interface PortalContext extends PortalParts {
	request: PortalRequest;
	browser: Browser;
	/** Path of the portal as browsers see it. */
	path: string;
	errorContext(extra?: Partial<ErrorPageContext>): ErrorPageContext;
	/**
	 * Something was shown that is not known here: whoever keeps doing that is told nothing more than to wait (S33). What succeeds is
	 * held up by nobody's failures: it takes a secret that nobody finds by trying, and others share the network.
	 * @throws ConnectedAppsError `tooManyRequests`
	 */
	countFailure(): void;
	/** What anybody may bring about as often as they like is not written down each time. */
	auditRefusal(entry: Omit<Parameters<Vault['audit']['add']>[0], 'type'>): Promise<void>;
}

export function addressOf(context: PortalContext, page: string): string {
	return page === '' ? context.portalUrl : `${context.portalUrl}/${page}`;
}

/** A connection of this very trigger; another trigger's links, requests and users are none of its business (S34). */
export async function ownConnection(context: PortalContext, id: string): Promise<Connection | undefined> {
	const registration = await context.vault.registrations.find(id as Connection['id']);
	if (registration === undefined || registration.deletedAtMs !== undefined || registration.owner.workflowId !== context.owner.workflowId || registration.owner.nodeId !== context.owner.nodeId) return undefined;
	return toConnection(registration);
}

export async function ownConnections(context: PortalContext): Promise<Connection[]> {
	return (await context.vault.registrations.listByOwner(context.owner)).filter((registration) => registration.active).map(toConnection);
}

/** A connection of this portal, whichever of its triggers offers it; only who holds the portal's sign-in credential is one of them (S34). */
export async function portalConnection(context: PortalContext, id: string): Promise<Connection | undefined> {
	const registration = await context.vault.registrations.find(id as Connection['id']);
	if (registration === undefined || registration.deletedAtMs !== undefined) return undefined;
	const own = ownerKeyOf(registration.owner) === ownerKeyOf(context.owner);
	return own || portalIdOf(registration) === context.access.portal.id ? toConnection(registration) : undefined;
}

export async function portalConnections(context: PortalContext): Promise<Connection[]> {
	const own = await ownConnections(context);
	const shared = (await context.vault.registrations.listByPortal(context.access.portal.id)).filter(({ active, id }) => active && !own.some((connection) => connection.id === id));
	return [...own, ...shared.map(toConnection)];
}

/** @throws ConnectedAppsError `linkInvalid` */
export async function ownRequest(context: PortalContext, id: string): Promise<{ request: StoredSignInRequest; connection: Connection }> {
	const request = id === '' ? undefined : await context.vault.requests.find(id);
	const connection = request === undefined ? undefined : await ownConnection(context, request.connectionId);
	if (request === undefined || connection === undefined) {
		throw new ConnectedAppsError('linkInvalid', 'This link does not belong to a flow that waits', { advice: 'Start the flow again' });
	}
	return { request, connection };
}

/** The connection of a request that may belong to another trigger: its own portal goes on from there. */
export async function toConnectionOf(context: PortalContext, request: StoredSignInRequest): Promise<Connection | undefined> {
	const registration = await context.vault.registrations.find(request.connectionId);
	return registration === undefined ? undefined : toConnection(registration);
}

export function appView(connection: Connection): AppView {
	return { name: connection.registration.appName, description: connection.registration.appDescription || undefined, iconSvg: connection.provider.iconSvg };
}

export function scopeViews(connection: Connection, scopes: string[]): ScopeView[] {
	return scopes.map((scope) => ({ scope, meaning: connection.provider.knownScopes.find((known) => known.scope === scope)?.meaning }));
}

export function callbackPage(connection: Connection): string {
	return `${connection.provider.callbackSegment}/callback`;
}

/** Whole: for cookies that only the callback reads. */
export function callbackPathOf({ registration }: Connection): string {
	return new URL(registration.redirectUri).pathname;
}

export const formOriginsOf = (connections: Connection[]): string[] => connections.flatMap((connection) => connection.registration.endpoints.authorizationUrl ?? []);

async function route(context: PortalContext): Promise<PortalResponse> {
	const { method, page } = context.request;
	if (method === 'GET' && page === '') return context.access.portal.mode === 'portal' ? await showConnectedApps(context) : await toPortal(context);
	if (method === 'GET' && page === 'sign-in') return await showSignIn(context);
	if (method === 'POST' && page === 'connect') return await connect(context);
	if (method === 'GET' && page === 'disconnect') return await showDisconnect(context);
	if (method === 'POST' && page === 'run') return await startRun(context);
	if (method === 'GET' && page === 'run') return await showRun(context);
	if (method === 'GET' && page === 'activity') return await showActivity(context);
	if (method === 'GET' && page === 'export') return await exportOwnData(context);
	if (method === 'GET' && page === 'admin') return await showAdministration(context);
	if (method === 'POST' && page === 'admin') return await administrationPost(context);
	if (method === 'POST' && page === 'sessions') return await endSessions(context);
	if (method === 'POST' && page === 'disconnect') return await disconnectPost(context);
	if (method === 'GET' && page === 'continue') return await goOn(context);
	if (method === 'GET' && page === SIGNED_OUT_PAGE) return showSignedOut(context);
	if (method === 'GET' && page === 'jwks') return jsonAnswer(assertionKeys(context.vault));
	if (method === 'GET' && page === OPEN_ID_CALLBACK) return await showOpenIdCallback(context);
	if (method === 'POST' && page === BACK_CHANNEL_LOGOUT) return await takeLogoutToken(context);
	if (method === 'GET' && page.endsWith('/callback')) return await showCallback(context, page.slice(0, -'/callback'.length));
	throw new ConnectedAppsError('linkInvalid', 'There is no such page');
}

/** The page of a portal is that of its one trigger in mode `portal`. */
async function toPortal(context: PortalContext): Promise<PortalResponse> {
	const page = (await context.vault.registrations.listByPortal(context.access.portal.id)).find(({ active, portal }) => active && portal?.mode === 'portal');
	if (page === undefined) throw new ConnectedAppsError('connectionInactive', 'The page My connected apps of this portal is not published', { advice: 'Ask your administrator for its address' });
	return seeOther(page.portalUrl);
}

/** What somebody who tries would meet again and again; nobody is held up for a provider that is away. */
export function isFailure(error: unknown): boolean {
	return isConnectedAppsError(error, 'linkInvalid', 'stateInvalid', 'wrongBrowser', 'forbidden');
}

const clientNetwork = ({ clientAddress }: PortalRequest): string | undefined => (clientAddress === undefined ? undefined : networkOf(clientAddress));

/** @throws ConnectedAppsError `tooManyRequests` */
function assertNoWait(waitMs: number, what = 'requests'): void {
	if (waitMs > 0) throw new ConnectedAppsError('tooManyRequests', `Too many ${what} came from your network`, { advice: 'Wait a minute, then try again', retryAfterMs: waitMs });
}

/** @throws ConnectedAppsError `tooManyRequests` */
function assertMayAsk({ access: { limits } }: PortalParts, request: PortalRequest): void {
	const network = clientNetwork(request);
	// What is held up anyway takes nothing from what all have together: one address must not use it up.
	if (network !== undefined) assertNoWait(limits.requests.take(network));
	assertNoWait(limits.requestsInAll.take('all'));
}

/** Somebody who is not known yet goes to a provider: each leaves a transaction behind. @throws ConnectedAppsError `tooManyRequests` */
export function assertMayStartUnknown({ access: { limits }, request }: Pick<PortalContext, 'access' | 'request'>): void {
	const network = clientNetwork(request);
	if (network !== undefined) assertNoWait(limits.unknownStarts.take(network), 'sign-ins');
}

function inLook({ look = {} }: PortalParts, response: PortalResponse): PortalResponse {
	const policy = response.headers['content-security-policy'];
	if (policy === undefined || typeof response.body !== 'string' || !response.headers['content-type']?.startsWith('text/html')) return response;
	return { ...response, headers: { ...response.headers, 'content-security-policy': policyFor(policy, look) }, body: dressed(response.body, look) };
}

/** Answers one request; never throws. */
export async function handlePortalRequest(parts: PortalParts, request: PortalRequest): Promise<PortalResponse> {
	return inLook(parts, await answer(parts, request));
}

function errorAnswer(context: PortalContext, error: unknown): PortalResponse {
	try {
		if (isFailure(error)) context.countFailure();
	} catch (heldUp) {
		return errorAnswer(context, heldUp);
	}
	const page = toErrorPage(error, context.errorContext());
	const waitMs = isConnectedAppsError(error, 'tooManyRequests') ? error.details.retryAfterMs : undefined;
	return waitMs === undefined ? page : { ...page, headers: { ...page.headers, 'retry-after': String(retryAfterSeconds(waitMs)) } };
}

async function answer(parts: PortalParts, request: PortalRequest): Promise<PortalResponse> {
	const path = new URL(parts.portalUrl).pathname;
	const browser = new Browser(parts.vault, request, path, parts.access);
	const { limits } = parts.access;
	const network = clientNetwork(request);
	const context: PortalContext = {
		...parts,
		request,
		browser,
		path,
		countFailure: () => {
			if (network !== undefined) assertNoWait(limits.failures.take(network));
		},
		auditRefusal: async (entry) => {
			if (network === undefined || limits.refusals.take(network) === 0) await parts.vault.audit.add({ type: 'refused', ...entry });
		},
		errorContext: (extra) => ({ portalName: parts.portalName, portalHref: parts.portalUrl, ...extra }),
	};
	let response: PortalResponse;
	try {
		assertMayAsk(parts, request);
		response = await route(context);
	} catch (error) {
		if (!(error instanceof ConnectedAppsError)) parts.logError('a page could not be shown', error);
		response = errorAnswer(context, error);
	}
	return { ...response, cookies: [...browser.cookies, ...response.cookies] };
}
