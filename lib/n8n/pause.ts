import { WAIT_INDEFINITELY, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { completeIfSignedIn, handOverUrl, openSignInRequest, signInUrlOf, usersHashOf, type Connection } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import type { SignInTerms, UserKey } from '../types';
import type { NodeRun, StoredSignInRequest } from '../vault';
import { readFlowAnswer } from './flowAnswer';
import { closeGone } from './goneRequests';
import { withRestartPath } from './restartWebhooks';
import type { Runtime } from './runtime';

export type AnswerTheCaller = 'redirect' | 'json' | 'nothing';

export interface MissingUser {
	/** Which app they are to sign in to. */
	connection: Connection;
	userKey: UserKey;
	/** Scopes that a consent has to add. */
	scopes: string[];
	/** See `SignInTerms.approves`. */
	approves?: string;
}

export interface Pause {
	runtime: Runtime;
	run: NodeRun;
	/** One for each app that somebody lacks. */
	missing: MissingUser[];
	/** All users that the node evaluated, missing or not. */
	users: UserKey[];
	terms?: SignInTerms;
	answerTheCaller: AnswerTheCaller;
	/** 0 = no limit. */
	timeLimitMs: number;
}

/** Where no wait is possible: as a tool of an AI agent, and under n8n's engine v2, which cannot run a node again. */
export function canWait(context: IExecuteFunctions): boolean {
	if (typeof context.isToolExecution === 'function' && context.isToolExecution()) return false;
	if (typeof context.sendResponse !== 'function') return false;
	const settings = context.getWorkflowSettings() as { engineType?: string };
	return settings.engineType !== 'v2';
}

/** @throws ConnectedAppsError `userChanged`: whoever signed in did so for the people whom the node named when it paused */
export function assertSamePeople(users: Iterable<UserKey>, existing: StoredSignInRequest[]): void {
	const usersHash = usersHashOf(users);
	if (existing.some((request) => request.state !== 'closed' && request.usersHash !== usersHash)) {
		throw new ConnectedAppsError('userChanged', 'The parameter "User" names other people than before the pause', { field: 'user', advice: 'Use an expression that gives the same user again when the node goes on' });
	}
}

interface Asked {
	connection: Connection;
	request: StoredSignInRequest;
}

const appsOf = (asked: readonly Asked[]): string => [...new Set(asked.map(({ connection }) => connection.registration.appName))].join(', ');

async function answerCaller(context: IExecuteFunctions, pause: Pause, asked: readonly Asked[]): Promise<void> {
	const answer = readFlowAnswer(context);
	if (!answer.callerWaits) return;
	const [first] = asked;
	const app = appsOf(asked);
	// More than one missing person: no browser may be bound to somebody else's request (S38). Several apps of one person follow one another.
	if (first === undefined || [...pause.users, ...pause.missing.map(({ userKey }) => userKey)].some((user) => user !== first.request.userKey) || pause.answerTheCaller === 'nothing') {
		await context.sendResponse({ statusCode: 202, headers: { 'cache-control': 'no-store' }, body: { authentication: 'needed', app } });
		return;
	}
	const location = await handOverUrl(pause.runtime.vault, first.connection, first.request.id);
	if (pause.answerTheCaller === 'json') {
		await context.sendResponse({ statusCode: 401, headers: { 'cache-control': 'no-store' }, body: { authentication: 'needed', app, user: first.request.userKey, signInUrl: location } });
		return;
	}
	await context.sendResponse({ statusCode: 302, headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }, body: {} });
}

/**
 * Parks the execution until every missing user has signed in. `putExecutionToWait` is the last statement before the return:
 * whatever threw after it would leave the execution waiting although a retry succeeded.
 * @returns provisional items: the editor shows them, n8n drops them on resume
 */
export async function pauseForSignIn(context: IExecuteFunctions, pause: Pause, existing: StoredSignInRequest[]): Promise<INodeExecutionData[]> {
	const { vault, config } = pause.runtime;
	assertSamePeople(pause.users, existing);
	const workflow = context.getWorkflow();
	const answer = readFlowAnswer(context);
	const { resumeUrl } = context.getWorkflowDataProxy(0).$execution as { resumeUrl: string };
	const asked: Asked[] = [];
	try {
		for (const { connection, userKey, scopes, approves } of pause.missing) {
			const opening = {
				run: pause.run,
				userKey,
				workflowId: workflow.id ?? '',
				workflowName: workflow.name ?? '',
				answer: answer.mode,
				usersHash: usersHashOf(pause.users),
				scopes,
				terms: approves === undefined ? pause.terms : { ...pause.terms, approves },
				resumeUrl: withRestartPath(resumeUrl, answer.restartPath),
				expiresInMs: pause.timeLimitMs,
			};
			asked.push({ connection, request: await ask(connection, opening) });
		}
		for (const { connection, userKey, scopes } of pause.missing) await completeIfSignedIn(vault, connection, userKey, { scopes, exactScopes: pause.terms?.exactScopes });
		const [first] = asked;
		if (first === undefined) throw new ConnectedAppsError('internal', 'Nobody is missing, so there is nothing to wait for');
		await answerCaller(context, pause, asked);
		context.setMetadata({ resumeUrl: signInUrlOf(first.connection, first.request.id) });
	} catch (error) {
		// A node that could not ask everybody, or fails otherwise, does not wait for those whom it did ask.
		if (asked.length > 0) await vault.requests.close(pause.run);
		throw error;
	}
	context.customData.set('authentication', 'needed');
	context.customData.set('app', appsOf(asked));
	const items = asked.map(({ connection, request }) => ({ json: { authentication: 'needed', app: connection.registration.appName, user: request.userKey, signInUrl: signInUrlOf(connection, request.id) }, pairedItem: { item: 0 } }));
	await context.putExecutionToWait(WAIT_INDEFINITELY);
	return items;

	async function ask(connection: Connection, opening: Parameters<typeof openSignInRequest>[2]): Promise<StoredSignInRequest> {
		const open = async () => await openSignInRequest(vault, connection, opening, config.newPeoplePerHour);
		try {
			return await open();
		} catch (error) {
			if (!isConnectedAppsError(error, 'tooManyRequests') || !(await closeGone(pause.runtime, opening.userKey))) throw error;
			return await open();
		}
	}
}
