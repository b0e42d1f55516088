import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock';
import { nameInWords, openConnection, readConnectionSettings, signInUrlOf, type Connection } from '../connections';
import { ConnectedAppsError, isConnectedAppsError, type ErrorCode } from '../errors';
import { SERVICE_ACCOUNT, type SignInTerms, type UseContext, type UserKey } from '../types';
import type { NodeRun, StoredSignInRequest } from '../vault';
import { fetchThroughN8n, streamThroughN8n } from './fetch';
import { rememberTransport } from './hostTransport';
import { neededScopes, type NeededScopes } from './neededScopes';
import { assertSamePeople, canWait, pauseForSignIn, type AnswerTheCaller } from './pause';
import { ownFlight, type OwnLogins } from './ownLogin';
import { getRuntime, type Runtime } from './runtime';
import { serverFlight } from './serverFlight';
import { canSignIn, subjectOf, subjectReader, tokenOfSubject, type Subject } from './subject';
import { toNodeError } from './toNodeError';
import { createUserSession, type Activity, type TokenRejected, type UserSession } from './userSession';

export type IfNotSignedIn = 'wait' | 'useServiceAccount' | 'stopWithError' | 'continueErrorOutput';

export interface PreFlightOptions extends NeededScopes {
	credentialType: string;
	isTokenRejected: TokenRejected;
	/** Credential types of the logins without a person that the connector offers under *Authentication*. */
	serverLogins?: Readonly<Partial<Record<'clientCredentials' | 'jwtBearer', string>>>;
	/** Logins that are no OAuth, by their value of *Authentication*. */
	ownLogins?: OwnLogins;
	/** What the node wants of a sign-in, beyond the usual. */
	terms?: SignInTerms;
	/** Default: the node's own parameter. */
	ifNotSignedIn?: IfNotSignedIn;
	/** Errors are handed back as they are: those of single items are kept, those of the whole node are thrown without being mapped. */
	keepsErrors?: boolean;
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

/** As people. */
export interface ReadyUserFlight extends ReadyFlight {
	/** The same items: whom they are about. */
	subjects: (Subject | Error)[];
	connection: Connection;
	runtime: Runtime;
}

export type UserPreFlight = { kind: 'waiting'; items: INodeExecutionData[] } | ReadyUserFlight;

/** The user can mend it by signing in. */
export function isSignInMissing(error: unknown): error is ConnectedAppsError {
	return isConnectedAppsError(error, 'authenticationNeeded', 'consentNeeded', 'rotationInterrupted');
}

const TIME_UNITS_MS = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS } as const;

export function nodeRunOf(context: IExecuteFunctions): NodeRun {
	return { executionId: context.getExecutionId(), nodeName: context.getNode().name, runIndex: runIndexOf(context) };
}

/** n8n's own contexts have it at hand. What nodes are promised is only the way of expressions, and making their world for one number takes as long as getting a token. */
function runIndexOf(context: IExecuteFunctions): number {
	const { runIndex } = context as { runIndex?: unknown };
	return typeof runIndex === 'number' ? runIndex : Number(context.getWorkflowDataProxy(0).$runIndex);
}

export function useContextOf(context: IExecuteFunctions): UseContext {
	const workflow = context.getWorkflow();
	return { workflowId: workflow.id, workflowName: workflow.name, nodeName: context.getNode().name, executionId: context.getExecutionId() };
}

export function timeLimitMsOf(context: IExecuteFunctions): number {
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

/** What this node run has waited for before. If it runs again, nobody may resume the execution for that wait from now on, whatever becomes of the run. */
export async function takeUpRun({ vault }: Runtime, run: NodeRun): Promise<{ existing: StoredSignInRequest[]; resumed: boolean }> {
	const existing = await vault.requests.listForNode(run);
	const resumed = existing.some(({ state }) => state === 'resuming' || state === 'completed' || state === 'timedOut');
	if (resumed) await vault.requests.markResumed(run);
	return { existing, resumed };
}

export type KeepError = (error: unknown, itemIndex?: number) => Error;

/** What becomes of the error of one item or person: thrown, or kept for the items that it concerns. */
function keeperOf(context: IExecuteFunctions, { keepsErrors }: PreFlightOptions): KeepError {
	return (error, itemIndex) => {
		if (keepsErrors === true) return error instanceof Error ? error : new Error(String(error));
		const mapped = toNodeError(context.getNode(), error, itemIndex);
		if (!context.continueOnFail()) throw mapped;
		return mapped;
	};
}

async function subjectsOf(context: IExecuteFunctions, runtime: Runtime, connection: Connection, keep: KeepError): Promise<(Subject | Error)[]> {
	const asService = context.getNodeParameter('authentication', 0, 'individualUser') === 'serviceAccount';
	const read = subjectReader(runtime, connection, { workflowId: context.getWorkflow().id ?? '', executionId: context.getExecutionId(), fetch: fetchThroughN8n(context.helpers) });
	const subjects: (Subject | Error)[] = [];
	for (const itemIndex of context.getInputData().keys()) {
		try {
			subjects.push(asService ? subjectOf(SERVICE_ACCOUNT) : await read(context.getNodeParameter('user', itemIndex, '')));
		} catch (error) {
			subjects.push(keep(error, itemIndex));
		}
	}
	return subjects;
}

/** The sign-in that this very node run has asked for, in whatever way it ended. */
function ownSignIn(existing: StoredSignInRequest[], connection: Connection, user: UserKey): StoredSignInRequest | undefined {
	return existing.find((request) => request.userKey === user && request.connectionId === connection.id && request.completedAtMs !== undefined && request.state !== 'open' && request.state !== 'closed');
}

const FAILED_SIGN_IN: Partial<Record<ErrorCode, string>> = {
	signInDeclined: 'did not want to sign in',
	interactionRequired: 'would have to be shown a page to sign in',
	providerUnavailable: 'could not be signed in: the provider did not answer',
	tokenTypeUnsupported: 'could not be signed in: the provider gave a token of an unknown type',
};

function failedSignIn(connection: Connection, { userKey: user, failureCode = 'internal' }: StoredSignInRequest): ConnectedAppsError {
	const app = connection.registration.appName;
	return new ConnectedAppsError(failureCode, `${user} ${FAILED_SIGN_IN[failureCode] ?? 'could not be signed in'} (${app})`, { app, user });
}

/** Nobody could sign in, so nobody may wait for it. @throws ConnectedAppsError `connectionInactive` */
export function assertOffered({ registration: { active, appName, owner } }: Connection): void {
	if (active) return;
	throw new ConnectedAppsError('connectionInactive', `Authentication needed, but nobody can sign in to ${appName}: its Connected Apps Trigger is not published`, { app: appName, advice: `Publish the workflow "${owner.workflowName}" again` });
}

export function timedOutError(connection: Connection, request: StoredSignInRequest): ConnectedAppsError {
	return new ConnectedAppsError('signInTimedOut', `${request.userKey} did not sign in to ${connection.registration.appName} in time`, { app: connection.registration.appName, user: request.userKey, advice: 'Start the flow again, or raise the option "Time Limit"' });
}

/** The link that the error carries has no authority of its own; where no request waits it is the portal's first page. */
export function withLink(error: ConnectedAppsError, connection: Connection, requestId?: string): ConnectedAppsError {
	const signInUrl = requestId === undefined ? connection.registration.portalUrl : signInUrlOf(connection, requestId);
	return new ConnectedAppsError(error.code, error.message, { ...error.details, signInUrl }, { cause: error.cause });
}

/**
 * Evaluates every item's user and obtains every user's token; only then may the first API call come. So running again
 * after a pause repeats no side effect.
 * @throws NodeOperationError | NodeApiError; with `keepsErrors` whatever there was
 */
export async function preFlight(context: IExecuteFunctions, options: PreFlightOptions): Promise<PreFlight> {
	const authentication = context.getNodeParameter('authentication', 0, 'individualUser') as string;
	const serverLogin = options.serverLogins?.[authentication as 'clientCredentials' | 'jwtBearer'];
	const ownLogin = options.ownLogins?.[authentication];
	if (serverLogin === undefined && ownLogin === undefined) return await userPreFlight(context, options);
	try {
		if (serverLogin === undefined) return await ownFlight(context, ownLogin!, keeperOf(context, options));
		return await serverFlight(context, { credentialType: serverLogin, isTokenRejected: options.isTokenRejected, keep: keeperOf(context, options) });
	} catch (error) {
		throw options.keepsErrors === true ? error : toNodeError(context.getNode(), error);
	}
}

/** The same for people alone (and the service account, who is one). @throws NodeOperationError | NodeApiError */
export async function userPreFlight(context: IExecuteFunctions, options: PreFlightOptions): Promise<UserPreFlight> {
	try {
		return await checkIn(context, options);
	} catch (error) {
		throw options.keepsErrors === true ? error : toNodeError(context.getNode(), error);
	}
}

async function checkIn(context: IExecuteFunctions, options: PreFlightOptions): Promise<UserPreFlight> {
	const runtime = await getRuntime();
	const run = nodeRunOf(context);
	// Side by side: in Postgres each is a way to the server and back.
	const [connection, { existing, resumed }] = await Promise.all([openNodeConnection(context, runtime, options.credentialType), takeUpRun(runtime, run)]);
	const keep = keeperOf(context, options);
	const subjects = await subjectsOf(context, runtime, connection, keep);
	const distinct = new Map(subjects.filter((subject): subject is Subject => !(subject instanceof Error)).map((subject) => [subject.id, subject]));
	const people = [...new Set([...distinct.values()].map(({ userKey }) => userKey))];
	const use = useContextOf(context);
	const fetch = fetchThroughN8n(context.helpers);
	rememberTransport(context.helpers);
	const { terms = {} } = options;
	const scopes = neededScopes(connection, options);
	const ifNotSignedIn = options.ifNotSignedIn ?? (context.getNodeParameter('ifNotSignedIn', 0, 'wait') as IfNotSignedIn);

	if (resumed) assertSamePeople(people, existing);
	const timedOut = new Map(existing.filter((request) => request.timedOut && request.state !== 'closed').map((request) => [request.userKey, request]));

	const activity: Activity = { accepted: false };
	const sessions = new Map<string, UserSession | Error>();
	const missing: { userKey: UserKey; error: ConnectedAppsError }[] = [];
	const sessionOf = async (subject: Subject): Promise<UserSession> => {
		const request = { fetch, use, scopes, exactScopes: terms.exactScopes };
		const token = await tokenOfSubject(runtime, connection, subject, request);
		const renew = async (rejectedTokenHash: string) => await tokenOfSubject(runtime, connection, subject, { ...request, rejectedTokenHash });
		return createUserSession({ activity, appName: connection.registration.appName, actsAs: nameInWords(subject.userKey), fetch, openStream: streamThroughN8n(context.helpers), isTokenRejected: options.isTokenRejected, token, renew });
	};
	for (const subject of distinct.values()) {
		const { id: user, userKey } = subject;
		try {
			const own = ownSignIn(existing, connection, userKey);
			if (own?.failureCode !== undefined) throw failedSignIn(connection, own);
			// One of its own for this very run, even if the person is signed in. Whoever brings a token is never shown a page.
			if (terms.prompt === 'consent' && own === undefined && canSignIn(subject)) throw new ConnectedAppsError('authenticationNeeded', `Authentication needed: ${userKey} is asked to sign in to ${connection.registration.appName}`, { app: connection.registration.appName, user: userKey });
			sessions.set(user, await sessionOf(subject));
		} catch (error) {
			if (isSignInMissing(error) && canSignIn(subject)) missing.push({ userKey, error });
			else sessions.set(user, keep(error));
		}
	}

	const overdue = missing.flatMap(({ userKey: user }) => timedOut.get(user) ?? []);
	if (overdue.length > 0) {
		for (const request of overdue) {
			sessions.set(request.userKey, keep(timedOutError(connection, request)));
		}
		// Who had signed in and was lost again has no time left either.
		for (const { userKey: user, error } of missing) if (!sessions.has(user)) sessions.set(user, keep(withLink(error, connection)));
	} else if (missing.length > 0) {
		const waits = await settleMissing();
		if (waits !== undefined) return { kind: 'waiting', items: waits };
	}
	return {
		kind: 'ready',
		sessions: subjects.map((subject) => (subject instanceof Error ? subject : (sessions.get(subject.id) as UserSession | Error))),
		subjects,
		connection,
		runtime,
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
			assertOffered(connection);
			return await pauseForSignIn(
				context,
				{
					runtime,
					run,
					missing: missing.map(({ userKey: user, error }) => ({ connection, userKey: user, scopes: terms.exactScopes === true ? [...(scopes ?? [])] : (error.details.missingScopes ?? []) })),
					users: people,
					terms,
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
			const session = await sessionOf(subjectOf(SERVICE_ACCOUNT));
			for (const { userKey: user } of missing) sessions.set(user, session);
			return undefined;
		}
		for (const { userKey: user, error } of missing) {
			sessions.set(user, keep(withLink(error, connection)));
		}
		return undefined;
	}
}
