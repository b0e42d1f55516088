import { missingScopes, policyExpiryOf, statusOf, type Connection } from '../connections';
import type { UserKey } from '../types';
import type { StoredGrant } from '../vault';
import { htmlPage, type PortalResponse } from './http';
import { connectedAppsPage, portalSignInPage, type ConnectionView, type FormView, type Receipt } from './pages';
import { openIdOrigins, organisationHost } from './openId';
import { appView, formOriginsOf, ownConnections, portalConnections, scopeViews, type PortalContext } from './portal';
import { readTold, TOLD_REVOCATION } from './told';

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const formatTime = (atMs: number): string => `${TIME.format(atMs)} UTC`;

/** `GET <portal>`: My connected apps, or how to get in. */
export async function showConnectedApps(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, portalName } = context;
	const connections = await portalConnections(context);
	const formOrigins = [...formOriginsOf(connections), ...(await openIdOrigins(context))];
	const userKey = (await browser.portalSession())?.userKey;
	if (userKey === undefined) {
		const { kind } = context.access.signIn;
		const organisation = kind === 'openId' ? { host: organisationHost(context), form: form(context, 'connect', { openIdSignIn: '1' }) } : undefined;
		// An app's account says who somebody is only where the portal has no sign-in of its own.
		const apps = kind === 'personalLink' ? (await ownConnections(context)).map((connection) => ({ app: appView(connection), form: form(context, 'connect', { portalSignIn: connection.id }) })) : [];
		return htmlPage(portalSignInPage({ portalName, apps, organisation, byProxy: kind === 'trustedHeader' }), { formOrigins });
	}
	const grants = await vault.grants.listByUser(userKey, connections.map(({ id }) => id));
	const views = await Promise.all(connections.map(async (connection) => await view(context, connection, userKey, grants.find((grant) => grant.connectionId === connection.id))));
	return htmlPage(connectedAppsPage({ portalName, userKey, connections: views, signOutForm: context.access.signIn.kind === 'trustedHeader' ? undefined : form(context, 'connect', { signOut: '1' }), receipt: receiptOf(context, connections) }), { formOrigins });
}

function form(context: PortalContext, page: string, hidden: Record<string, string>): FormView {
	return { action: `${context.path}/${page}`, hidden: { ...hidden, token: context.browser.formToken() } };
}

async function view(context: PortalContext, connection: Connection, userKey: UserKey, grant: StoredGrant | undefined): Promise<ConnectionView> {
	const { registration, provider } = connection;
	const active = grant?.state === 'active' ? grant : undefined;
	const lacks = active !== undefined && missingScopes(registration.scopes, active.grantedScopes, provider).length > 0;
	const expiry = active === undefined ? undefined : policyExpiryOf(registration.policy, active);
	const outcome = grant?.state === 'ended' ? await context.vault.revocations.outcomeFor(grant) : undefined;
	const kept = grant !== undefined && grant.endReason !== 'disconnected';
	return {
		app: appView(connection),
		status: statusOf(registration.policy, grant, lacks),
		account: kept ? (grant.account.username ?? grant.account.email) : undefined,
		connectedSince: active && formatTime(active.connectedAtMs),
		lastUsed: active?.lastUse && formatTime(active.lastUsedAtMs),
		lastUsedBy: active?.lastUse?.workflowName,
		validUntil: expiry && formatTime(expiry.atMs),
		scopes: active && scopeViews(connection, active.grantedScopes),
		revoked: outcome && TOLD_REVOCATION[outcome],
		waitingFlows: await context.vault.requests.countWaiting(userKey, connection.id),
		connectForm: form(context, 'connect', { connection: connection.id }),
		confirmDisconnectForm: kept ? form(context, 'disconnect', { connection: connection.id }) : undefined,
	};
}

function receiptOf(context: PortalContext, connections: Connection[]): Receipt | undefined {
	const told = readTold(context.vault, context.request.query.get('told'));
	if (told?.kind !== 'connected' && told?.kind !== 'disconnected') return undefined;
	const connection = connections.find(({ id }) => id === told.connectionId);
	if (connection === undefined) return undefined;
	const app = connection.registration.appName;
	return told.kind === 'connected' ? { kind: 'connected', app } : { kind: 'disconnected', app, revoked: told.revoked, providerPage: connection.provider.manageAccessUrl };
}
