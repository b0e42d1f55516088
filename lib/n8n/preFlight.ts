import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock';
import { openConnection, readConnectionSettings, signInUrlOf, type Connection } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { userKey } from '../identity';
import { SERVICE_ACCOUNT, type UseContext, type UserKey } from '../types';
import type { NodeRun, StoredSignInRequest } from '../vault';
import { fetchThroughN8n } from './fetch';
import { assertSamePeople, canWait, pauseForSignIn, type AnswerTheCaller } from './pause';
import { getRuntime, type Runtime } from './runtime';
import { toNodeError } from './toNodeError';
import { createUserSession, type Activity, type TokenRejected, type UserSession } from './userSession';

export type IfNotSignedIn = 'wait' | 'useServiceAccount' | 'stopWithError' | 'continueErrorOutput';

export interface PreFlightOptions {
	credentialType: string;
	isTokenRejected: TokenRejected;
	/** What the connector's calls need, whatever the admin has chosen. */
	scopes?: readonly string[];
}

export interface ReadyFlight {
	kind: 'ready';
	/** One entry per input item. */
	sessions: (UserSession | Error)[];
	activity: Activity;
	/** Adds the way to sign in to an error that a call met later. */
	explain(error: unknown): unknown;
}

/** `waiting`: return the items and do nothing else. */
export type PreFlight = { kind: 'waiting'; items: INodeExecutionData[] } | ReadyFlight;

/** The user can mend it by signing in. */
export function isSignInMissing(error: unknown): error is ConnectedAppsError {
	return isConnectedAppsError(error, 'authenticationNeeded', 'consentNeeded', 'rotationInterrupted');
}

const TIME_UNITS_MS = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS } as const;

function nodeRunOf(context: IExecuteFunctions): NodeRun {
	return { executionId: context.getExecutionId(), nodeName: context.getNode().name, runIndex: Number(context.getWorkflowDataProxy(0).$runIndex) };
}

function useContextOf(context: IExecuteFunctions): UseContext {
	const workflow = context.getWorkflow();
	return { workflowId: workflow.id, workflowName: workflow.name, nodeName: context.getNode().name, executionId: context.getExecutionId() };
}

function timeLimitMsOf(context: IExecuteFunctions): number {
	const limit = context.getNodeParameter('options.timeLimit.limit', 0, {}) as { amount?: number; unit?: keyof typeof TIME_UNITS_MS };
	const amount = limit.amount ?? 7;
	if (!Number.isFinite(amount) || amount < 0) throw new ConnectedAppsError('settingInvalid', 'The option "Time Limit" must be a number of 0 or more', { field: 'timeLimit', advice: '0 waits without limit' });
	return amount * TIME_UNITS_MS[limit.unit ?? 'days'];
}

/** @throws ConnectedAppsError `credentialMissing`, `settingInvalid` and those of `openConnection` */
export async function openNodeConnection(context: IExecuteFunctions, runtime: Runtime, credentialType: string): Promise<Connection> {
	if (context.getNode().credentials?.[credentialType] === undefined) {
		throw new ConnectedAppsError('credentialMissing', 'No credential is selected', { field: 'credential', advice: 'Select the credential that a published Connected Apps Trigger offers' });
	}
	const settings = readConnectionSettings(credentialType, await context.getCredentials(credentialType, 0));
	return await openConnection(runtime.vault, settings);
}

function usersOf(context: IExecuteFunctions, itemCount: number, continueOnFail: boolean): (UserKey | Error)[] {
	const asService = context.getNodeParameter('authentication', 0, 'individualUser') === 'serviceAccount';
	return Array.from({ length: itemCount }, (_, itemIndex) => {
		if (asService) return SERVICE_ACCOUNT;
		try {
			return userKey(context.getNodeParameter('user', itemIndex, ''));
		} catch (error) {
			const mapped = toNodeError(context.getNode(), error, itemIndex);
			if (!continueOnFail) throw mapped;
			return mapped;
		}
	});
}

function timedOutError(connection: Connection, request: StoredSignInRequest): ConnectedAppsError {
	return new ConnectedAppsError('signInTimedOut', `${request.userKey} did not sign in to ${connection.registration.appName} in time`, { app: connection.registration.appName, user: request.userKey, advice: 'Start the flow again, or raise the option "Time Limit"' });
}

/** The link that the error carries has no authority of its own; where no request waits it is the portal's first page. */
function withLink(error: ConnectedAppsError, connection: Connection, requestId?: string): ConnectedAppsError {
	const signInUrl = requestId === undefined ? connection.registration.portalUrl : signInUrlOf(connection, requestId);
	return new ConnectedAppsError(error.code, error.message, { ...error.details, signInUrl }, { cause: error.cause });
}

/**
 * Evaluates every item's user and obtains every user's token; only then may the first API call come. So running again
 * after a pause repeats no side effect. See DESIGN "Pausing and resuming".
 * @throws NodeOperationError | NodeApiError
 */
export async function preFlight(context: IExecuteFunctions, options: PreFlightOptions): Promise<PreFlight> {
	try {
		return await checkIn(context, options);
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

async function checkIn(context: IExecuteFunctions, options: PreFlightOptions): Promise<PreFlight> {
	const runtime = await getRuntime();
	const { vault, engine } = runtime;
	const connection = await openNodeConnection(context, runtime, options.credentialType);
	const continueOnFail = context.continueOnFail();
	const users = usersOf(context, context.getInputData().length, continueOnFail);
	const distinct = [...new Set(users.filter((user): user is UserKey => typeof user === 'string'))];
	const run = nodeRunOf(context);
	const use = useContextOf(context);
	const fetch = fetchThroughN8n(context.helpers);
	const ifNotSignedIn = context.getNodeParameter('ifNotSignedIn', 0, 'wait') as IfNotSignedIn;

	const existing = await vault.requests.listForNode(run);
	const timedOut = new Map(existing.filter((request) => request.timedOut && request.state !== 'closed').map((request) => [request.userKey, request]));
	const resumed = existing.some((request) => request.state === 'resuming' || request.state === 'completed' || request.state === 'timedOut');
	if (resumed) {
		// The node runs again: from now on nobody may resume this execution for this wait, whatever becomes of the run.
		await vault.requests.markResumed(run);
		assertSamePeople(distinct, existing);
	}

	const activity: Activity = { accepted: false };
	const sessions = new Map<UserKey, UserSession | Error>();
	const missing: { userKey: UserKey; error: ConnectedAppsError }[] = [];
	for (const user of distinct) {
		try {
			const token = await engine.accessTokenFor(connection, user, { fetch, use, scopes: options.scopes });
			sessions.set(user, createUserSession({ activity, runtime, connection, fetch, use, isTokenRejected: options.isTokenRejected, token }));
		} catch (error) {
			if (isSignInMissing(error)) missing.push({ userKey: user, error });
			else if (continueOnFail) sessions.set(user, toNodeError(context.getNode(), error));
			else throw error;
		}
	}

	const overdue = missing.flatMap(({ userKey: user }) => timedOut.get(user) ?? []);
	if (overdue.length > 0) {
		for (const request of overdue) {
			const error = timedOutError(connection, request);
			if (!continueOnFail) throw error;
			sessions.set(request.userKey, toNodeError(context.getNode(), error));
		}
		// Who had signed in and was lost again has no time left either.
		for (const { userKey: user, error } of missing) if (!sessions.has(user)) sessions.set(user, toNodeError(context.getNode(), withLink(error, connection)));
	} else if (missing.length > 0) {
		const waits = await settleMissing();
		if (waits !== undefined) return { kind: 'waiting', items: waits };
	}
	return {
		kind: 'ready',
		sessions: users.map((user) => (typeof user === 'string' ? (sessions.get(user) as UserSession | Error) : user)),
		activity,
		explain: (error) => (isSignInMissing(error) ? withLink(error, connection) : error),
	};

	async function settleMissing(): Promise<INodeExecutionData[] | undefined> {
		const service = missing.some(({ userKey: user }) => user === SERVICE_ACCOUNT);
		if (service) {
			throw new ConnectedAppsError('authenticationNeeded', `Authentication needed: the service account of ${connection.registration.appName} is not signed in`, {
				app: connection.registration.appName,
				advice: 'An administrator signs it in with the one-time link that "Execute step" on the Connected Apps Trigger shows',
			});
		}
		if (ifNotSignedIn === 'wait' && canWait(context)) {
			// Nobody could sign in, so nobody may wait for it.
			if (!connection.registration.active) {
				throw new ConnectedAppsError('connectionInactive', `Authentication needed, but nobody can sign in to ${connection.registration.appName}: its Connected Apps Trigger is not published`, {
					app: connection.registration.appName,
					advice: `Publish the workflow "${connection.registration.owner.workflowName}" again`,
				});
			}
			return await pauseForSignIn(
				context,
				{
					runtime,
					connection,
					run,
					missing: missing.map(({ userKey: user, error }) => ({ userKey: user, scopes: error.details.missingScopes ?? [] })),
					users: distinct,
					answerTheCaller: context.getNodeParameter('options.answerTheCaller', 0, 'redirect') as AnswerTheCaller,
					timeLimitMs: timeLimitMsOf(context),
				},
				existing,
			);
		}
		if (ifNotSignedIn === 'useServiceAccount') {
			if (connection.registration.policy.individualUsers === 'required') {
				throw new ConnectedAppsError('serviceAccountOff', 'The credential requires individual users: the service account is never used instead of one', { field: 'individualUsers', advice: 'Choose another "If Not Signed In", or set "Individual Users" to "Allowed" in the credential' });
			}
			if (connection.registration.policy.serviceAccountUse !== 'fallback') {
				throw new ConnectedAppsError('serviceAccountOff', 'The credential does not allow the service account as a fallback', { field: 'serviceAccountUse', advice: 'Set "Service Account Use" to "As Fallback" in the credential, or choose another "If Not Signed In"' });
			}
			const token = await engine.accessTokenFor(connection, SERVICE_ACCOUNT, { fetch, use, scopes: options.scopes });
			const session = createUserSession({ activity, runtime, connection, fetch, use, isTokenRejected: options.isTokenRejected, token });
			for (const { userKey: user } of missing) sessions.set(user, session);
			return undefined;
		}
		for (const { userKey: user, error } of missing) {
			const linked = withLink(error, connection);
			if (!continueOnFail) throw linked;
			sessions.set(user, toNodeError(context.getNode(), linked));
		}
		return undefined;
	}
}
