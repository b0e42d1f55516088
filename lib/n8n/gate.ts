import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Connection } from '../connections';
import type { ConnectedAppsError } from '../errors';
import type { UserKey } from '../types';
import type { NodeRun, StoredSignInRequest } from '../vault';
import { openAttached } from './attachedConnections';
import { fetchThroughN8n } from './fetch';
import { rememberTransport } from './hostTransport';
import { assertSamePeople, canWait, pauseForSignIn, type AnswerTheCaller } from './pause';
import { assertOffered, isSignInMissing, nodeRunOf, takeUpRun, timedOutError, timeLimitMsOf, useContextOf, withLink, type IfNotSignedIn } from './preFlight';
import { getRuntime, type Runtime } from './runtime';
import { canSignIn, subjectReader, tokenOfSubject, type Subject } from './subject';

/** One person at one app. */
interface Passage {
	connection: Connection;
	subject: Subject;
}

interface Missing extends Passage {
	error: ConnectedAppsError;
}

/** `waiting`: return the items and do nothing else. */
export type Gate = { kind: 'waiting'; items: INodeExecutionData[] } | { kind: 'open'; /** One entry per input item: why it may not pass. */ refused: (Error | undefined)[] };

const nameOf = ({ connection, subject }: Passage): string => JSON.stringify([connection.id, subject.id]);

/** One app, and who is meant there by what an item holds. */
interface Door {
	connection: Connection;
	read: ReturnType<typeof subjectReader>;
}

/** @throws ConnectedAppsError as `readSubject` */
async function passagesOf(context: IExecuteFunctions, doors: readonly Door[], itemIndex: number): Promise<Passage[]> {
	const user = context.getNodeParameter('user', itemIndex, '');
	const passages: Passage[] = [];
	for (const { connection, read } of doors) passages.push({ connection, subject: await read(user) });
	return passages;
}

/**
 * Lets items through once their people have a usable token of every app whose credential is attached; until then the node waits.
 * All that are missing are asked at once, so that a browser walks from one app to the next, and nobody waits for anybody else.
 * @throws ConnectedAppsError for what concerns the whole node: `credentialMissing`, `connectionInactive`, `userChanged`, `tooManyRequests`
 */
export async function passGate(context: IExecuteFunctions): Promise<Gate> {
	const runtime = await getRuntime();
	const run = nodeRunOf(context);
	// Before anything that can go wrong: the flow may go on in spite of it, and wait for something else.
	const { existing, resumed } = await takeUpRun(runtime, run);
	const at = { workflowId: context.getWorkflow().id ?? '', executionId: context.getExecutionId(), fetch: fetchThroughN8n(context.helpers) };
	const doors = (await openAttached(context, runtime)).map((connection): Door => ({ connection, read: subjectReader(runtime, connection, at) }));
	rememberTransport(context.helpers);
	const found: (Passage[] | Error)[] = [];
	for (const itemIndex of context.getInputData().keys()) found.push(await passagesOf(context, doors, itemIndex).catch((error: unknown) => toError(error)));
	const passages = new Map(found.flatMap((passage) => (passage instanceof Error ? [] : passage)).map((passage) => [nameOf(passage), passage]));
	const users = [...new Set([...passages.values()].map(({ subject }) => subject.userKey))];

	if (resumed) assertSamePeople(users, existing);
	const { refused, missing } = await lookUp(context, runtime, passages);
	const waits = await settleMissing(context, { runtime, run, existing, users }, missing, refused);
	if (waits !== undefined) return { kind: 'waiting', items: waits };
	return { kind: 'open', refused: found.map((passage) => (passage instanceof Error ? passage : passage.map((one) => refused.get(nameOf(one))).find((error) => error !== undefined))) };
}

/** Obtains every token, renewed where it has to be: what the nodes behind the gate would find out is found out here. */
async function lookUp(context: IExecuteFunctions, runtime: Runtime, passages: ReadonlyMap<string, Passage>): Promise<{ refused: Map<string, Error>; missing: Missing[] }> {
	const refused = new Map<string, Error>();
	const missing: Missing[] = [];
	const request = { fetch: fetchThroughN8n(context.helpers), use: useContextOf(context) };
	for (const [name, { connection, subject }] of passages) {
		try {
			await tokenOfSubject(runtime, connection, subject, request);
		} catch (error) {
			if (isSignInMissing(error) && canSignIn(subject)) missing.push({ connection, subject, error });
			else refused.set(name, toError(error));
		}
	}
	return { refused, missing };
}

interface Round {
	runtime: Runtime;
	run: NodeRun;
	existing: StoredSignInRequest[];
	users: UserKey[];
}

/** Pauses, or adds everybody who is missing to `refused`. */
async function settleMissing(context: IExecuteFunctions, { runtime, run, existing, users }: Round, missing: readonly Missing[], refused: Map<string, Error>): Promise<INodeExecutionData[] | undefined> {
	if (missing.length === 0) return undefined;
	const overdueOf = ({ connection, subject }: Passage) => existing.find((request) => request.timedOut && request.state !== 'closed' && request.connectionId === connection.id && request.userKey === subject.userKey);
	const isOverdue = missing.some((one) => overdueOf(one) !== undefined);
	const ifNotSignedIn = context.getNodeParameter('ifNotSignedIn', 0, 'wait') as IfNotSignedIn;
	if (!isOverdue && ifNotSignedIn === 'wait' && canWait(context)) {
		for (const { connection } of missing) assertOffered(connection);
		const pause = {
			runtime,
			run,
			missing: missing.map(({ connection, subject, error }) => ({ connection, userKey: subject.userKey, scopes: error.details.missingScopes ?? [] })),
			users,
			answerTheCaller: context.getNodeParameter('options.answerTheCaller', 0, 'redirect') as AnswerTheCaller,
			timeLimitMs: timeLimitMsOf(context),
		};
		return await pauseForSignIn(context, pause, existing);
	}
	for (const one of missing) {
		const overdue = overdueOf(one);
		refused.set(nameOf(one), overdue === undefined ? withLink(one.error, one.connection) : timedOutError(one.connection, overdue));
	}
	return undefined;
}

function toError(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}
