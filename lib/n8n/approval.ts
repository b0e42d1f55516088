import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toConnection, type Connection, type ServerLoginSettings } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { Fetch, UserKey } from '../types';
import type { StoredSignInRequest } from '../vault';
import { canWait, pauseForSignIn } from './pause';
import { nodeRunOf, timeLimitMsOf } from './preFlight';
import type { Runtime } from './runtime';

/** One subject of a JWT bearer login who has not approved the app yet. */
export interface NeededApproval {
	settings: ServerLoginSettings;
	/** Who is asked to sign in and approve. */
	approver: UserKey;
	error: ConnectedAppsError;
}

/** Where a person can approve this very client: a published connection of the same client at the same server, if people may use it. */
async function findConnection(runtime: Runtime, { source, client }: ServerLoginSettings, fetch: Fetch): Promise<Connection | undefined> {
	const { tokenUrl } = await runtime.resolveEndpoints(source, fetch);
	const found = (await runtime.vault.registrations.listActiveByClient(client.clientId)).find(({ endpoints, policy }) => endpoints.tokenUrl === tokenUrl && policy.individualUsers !== 'off');
	return found && toConnection(found);
}

function withoutWay({ code, message, details, cause }: ConnectedAppsError): ConnectedAppsError {
	const advice = 'Offer a User Login credential of the same client in a published Connected Apps Trigger, so that people can approve it themselves; or let an administrator approve it for them at the provider';
	return new ConnectedAppsError(code, message, { ...details, advice }, { cause });
}

/**
 * Pauses the node until the people have approved the app by signing in once; afterwards the node runs again and needs nobody.
 * Asked once per node run: who was asked and is still refused is told so.
 * @param existing what this node run has waited for before, see `takeUpRun`
 * @returns what the node gives back while it waits, or the errors of those who cannot be asked
 */
export async function waitForApprovals(context: IExecuteFunctions, runtime: Runtime, fetch: Fetch, existing: StoredSignInRequest[], needed: readonly NeededApproval[]): Promise<{ waiting: INodeExecutionData[] } | { refused: Map<UserKey, ConnectedAppsError> }> {
	const refused = new Map<UserKey, ConnectedAppsError>();
	const run = nodeRunOf(context);
	const first = needed[0];
	const connection = first && (await findConnection(runtime, first.settings, fetch));
	for (const { approver, error } of needed) {
		const asked = existing.some((request) => request.userKey === approver && (request.completedAtMs !== undefined || request.timedOut));
		if (asked) refused.set(approver, error);
		else if (connection === undefined) refused.set(approver, withoutWay(error));
		else if (!canWait(context)) refused.set(approver, new ConnectedAppsError(error.code, error.message, { ...error.details, signInUrl: connection.registration.portalUrl }, { cause: error.cause }));
	}
	if (refused.size > 0 || connection === undefined || first === undefined) return { refused };
	// One sign-in of a person approves the app for one subject.
	const approvers = [...new Map(needed.map(({ approver, settings }) => [approver, settings.assertion?.subject ?? approver]))];
	const pause = { runtime, run, missing: approvers.map(([userKey, approves]) => ({ connection, userKey, scopes: first.settings.scopes, approves })), users: approvers.map(([userKey]) => userKey), terms: { prompt: 'consent' as const }, answerTheCaller: context.getNodeParameter('options.answerTheCaller', 0, 'redirect') as 'redirect' | 'json' | 'nothing', timeLimitMs: timeLimitMsOf(context) };
	return { waiting: await pauseForSignIn(context, pause, existing) };
}
