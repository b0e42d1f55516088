import { toConnection, type Connection } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { Fetch, OwnerTrigger } from '../types';
import type { StoredSignInRequest, Vault } from '../vault';
import { Browser } from './browser';
import { showCallback } from './callback';
import { connect } from './connect';
import { showConnectedApps } from './connectedApps';
import { goOn } from './continue';
import { disconnectPost } from './disconnect';
import { toErrorPage, type ErrorPageContext } from './errorPage';
import type { PortalRequest, PortalResponse } from './http';
import type { AppView, ScopeView } from './pages';
import { showSignIn } from './signIn';

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
	owner: OwnerTrigger;
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
}

export function addressOf(context: PortalContext, page: string): string {
	return page === '' ? context.portalUrl : `${context.portalUrl}/${page}`;
}

/** A connection of this very trigger; another trigger's links, requests and users are none of its business (S34). */
export async function ownConnection(context: PortalContext, id: string): Promise<Connection | undefined> {
	const registration = await context.vault.registrations.find(id as Connection['id']);
	if (registration === undefined || registration.owner.workflowId !== context.owner.workflowId || registration.owner.nodeId !== context.owner.nodeId) return undefined;
	return toConnection(registration);
}

export async function ownConnections(context: PortalContext): Promise<Connection[]> {
	return (await context.vault.registrations.listByOwner(context.owner)).filter((registration) => registration.active).map(toConnection);
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

export const formOriginsOf = (connections: Connection[]): string[] => connections.flatMap((connection) => connection.registration.endpoints.authorizationUrl ?? []);

async function route(context: PortalContext): Promise<PortalResponse> {
	const { method, page } = context.request;
	if (method === 'GET' && page === '') return await showConnectedApps(context);
	if (method === 'GET' && page === 'sign-in') return await showSignIn(context);
	if (method === 'POST' && page === 'connect') return await connect(context);
	if (method === 'POST' && page === 'disconnect') return await disconnectPost(context);
	if (method === 'GET' && page === 'continue') return await goOn(context);
	if (method === 'GET' && page.endsWith('/callback')) return await showCallback(context, page.slice(0, -'/callback'.length));
	throw new ConnectedAppsError('linkInvalid', 'There is no such page');
}

/** Answers one request; never throws. */
export async function handlePortalRequest(parts: PortalParts, request: PortalRequest): Promise<PortalResponse> {
	const path = new URL(parts.portalUrl).pathname;
	const browser = new Browser(parts.vault, request, path, parts.owner);
	const context: PortalContext = { ...parts, request, browser, path, errorContext: (extra) => ({ portalName: parts.portalName, portalHref: parts.portalUrl, ...extra }) };
	let response: PortalResponse;
	try {
		response = await route(context);
	} catch (error) {
		if (!(error instanceof ConnectedAppsError)) parts.logError('a page could not be shown', error);
		response = toErrorPage(error, context.errorContext());
	}
	return { ...response, cookies: [...browser.cookies, ...response.cookies] };
}
