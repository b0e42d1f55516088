import type { Connection } from '../../connections';
import { SERVICE_ACCOUNT } from '../../types';
import { postForm } from '../connectedApps';
import { htmlPage, type PortalResponse } from '../http';
import { adminConnectionPage, adminConnectionsPage, type AdminConnectionView, type UsageRow } from '../pages/admin';
import { appView, scopeViews } from '../portal';
import { texts } from '../texts';
import { formatTime } from '../words';
import { csvOf } from './csv';
import { administered, administeredOne, adminHref, frameOf, type AdminContext } from './frame';

/** Workflows that a page lists at most; the file holds more. */
const MOST_WORKFLOWS = 200;
const MOST_IN_FILE = 50_000;

const stateOf = ({ registration: { active, deletedAtMs } }: Connection): AdminConnectionView['state'] => (deletedAtMs !== undefined ? 'deleted' : active ? 'active' : 'inactive');

async function views(context: AdminContext, connections: Connection[]): Promise<AdminConnectionView[]> {
	const { vault } = context.portal;
	const ids = connections.map(({ id }) => id);
	const [tallies, waiting] = await Promise.all([vault.grants.tally(ids), vault.requests.countOpen(ids)]);
	return connections.map((connection) => {
		const { active = 0, needSignIn = 0, failing = 0 } = tallies.find(({ connectionId }) => connectionId === connection.id) ?? {};
		return {
			app: appView(connection),
			connectionName: connection.registration.connectionName,
			href: adminHref(context, { show: 'connection', id: connection.id }),
			state: stateOf(connection),
			users: active,
			needSignIn,
			failing,
			waiting: waiting.find(({ connectionId }) => connectionId === connection.id)?.waiting ?? 0,
		};
	});
}

export async function showConnections(context: AdminContext): Promise<PortalResponse> {
	const shown = await views(context, await administered(context));
	const rekey = await context.portal.vault.rekeyProgress();
	return htmlPage(adminConnectionsPage({ frame: frameOf(context), connections: shown, csvHref: adminHref(context, { show: 'connections', format: 'csv' }), rekey: rekey.left + rekey.unreadable > 0 ? rekey : undefined }));
}

export async function connectionsFile(context: AdminContext): Promise<PortalResponse> {
	const connections = await administered(context);
	const shown = await views(context, connections);
	return csvOf('connections.csv', ['connectionName', 'app', 'state', 'users', 'needSignIn', 'failing', 'waiting', 'provider', 'clientId', 'workflow', 'node'], shown.map(({ connectionName, app, state, users, needSignIn, failing, waiting }, i) => {
		const { providerId, clientId, owner } = connections[i]!.registration;
		return [connectionName, app.name, state, users, needSignIn, failing, waiting, providerId, clientId, owner.workflowName, owner.nodeName];
	}));
}

export async function usageOf(context: AdminContext, connections: Connection[], limit = MOST_WORKFLOWS): Promise<(UsageRow & { lastUsedAtMs: number })[]> {
	const uses = await context.portal.vault.usage.listByWorkflow(connections.map(({ id }) => id), limit);
	return uses.map(({ workflowName, workflowId, connectionId, users, useCount, lastUsedAtMs }) => ({ workflow: workflowName, workflowId, app: connections.find(({ id }) => id === connectionId)?.registration.appName ?? '', users, uses: useCount, lastUsed: formatTime(lastUsedAtMs), lastUsedAtMs }));
}

export async function usageFile(context: AdminContext): Promise<PortalResponse> {
	const usage = await usageOf(context, await administered(context), MOST_IN_FILE);
	return csvOf('usage.csv', ['workflow', 'workflowId', 'app', 'users', 'uses', 'lastUsed'], usage.map(({ workflow, workflowId, app, users, uses, lastUsedAtMs }) => [workflow, workflowId, app, users, uses, new Date(lastUsedAtMs).toISOString()]));
}

function lifetimesOf({ registration: { policy } }: Connection): string {
	const t = texts.admin.connection.lifetime;
	const { idleLifetimeDays: idle, absoluteLifetimeDays: absolute } = policy;
	if (idle === 0 && absolute === 0) return t.never;
	return [idle > 0 ? t.idle(idle) : '', absolute > 0 ? t.absolute(absolute) : ''].filter((text) => text !== '').join('; ');
}

export async function showConnection(context: AdminContext): Promise<PortalResponse> {
	const { portal } = context;
	const connection = await administeredOne(context, portal.request.query.get('id') ?? '');
	const { registration, id } = connection;
	const [[view], usage, service] = await Promise.all([views(context, [connection]), usageOf(context, [connection]), portal.vault.grants.find({ connectionId: id, userKey: SERVICE_ACCOUNT })]);
	const { asRegistered, policy, deletedAtMs } = registration;
	const act = (name: string) => postForm(portal, 'admin', { act: name, id });
	const gone = deletedAtMs !== undefined;
	const confirm = (name: string) => (gone ? undefined : adminHref(context, { show: 'confirm', act: name, id }));
	const servesAll = policy.serviceAccountUse !== 'never';
	return htmlPage(
		adminConnectionPage({
			frame: frameOf(context),
			connection: view!,
			asRegistered: asRegistered && { name: asRegistered.appName, description: asRegistered.appDescription },
			// What is as the credential says stands empty, so that saving keeps it so.
			shown: { name: asRegistered !== undefined && asRegistered.appName !== registration.appName ? registration.appName : '', description: asRegistered !== undefined && asRegistered.appDescription !== registration.appDescription ? registration.appDescription : '' },
			owner: { workflow: registration.owner.workflowName, node: registration.owner.nodeName },
			host: new URL(registration.endpoints.authorizationUrl ?? registration.endpoints.tokenUrl).host,
			clientId: registration.clientId,
			redirectUri: registration.redirectUri,
			lifetimes: lifetimesOf(connection),
			scopes: scopeViews(connection, registration.scopes),
			serviceAccount: servesAll ? (service?.state === 'active' ? (service.account.username ?? service.account.email ?? service.account.subject) : texts.admin.connection.serviceNotSignedIn) : undefined,
			deleted: gone ? { at: formatTime(deletedAtMs), by: registration.deletedBy ?? '' } : undefined,
			usage,
			peopleHref: adminHref(context, { show: 'people', id }),
			testForm: gone ? undefined : act('test'),
			renameForm: gone ? undefined : act('rename'),
			serviceAccountForm: registration.active && servesAll ? act('serviceAccount') : undefined,
			reauthorizeHref: confirm('reauthorize'),
			deleteHref: confirm('delete'),
			allowAgainForm: gone ? act('allowAgain') : undefined,
		}),
	);
}
