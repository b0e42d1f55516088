// Node runs that wait for something other than a sign-in: the node looks, and where it has not happened yet the execution is parked
// until somebody wakes the topic or it is time to look again. n8n's own timer is no use: it would pass the node's input through.
import { NodeOperationError, WAIT_INDEFINITELY, type IDataObject, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { isConnectedAppsError } from '../errors';
import type { StoredWait } from '../vault';
import { readFlowAnswer } from './flowAnswer';
import { canWait } from './pause';
import { failedItem } from './perItem';
import { isSignInMissing, nodeRunOf, preFlight, type PreFlight, type PreFlightOptions } from './preFlight';
import { getRuntime } from './runtime';
import { toNodeError } from './toNodeError';
import type { UserSession } from './userSession';
import { SWEPT_WITHIN_MS } from './waitRounds';

/** What one item waits for. */
export interface Awaited {
	/** The same text for whoever wakes; no secret. Items with the same topic share one wait. */
	topic: string;
	/** In words, as the object of a sentence: "envelope …". */
	what: string;
	/** Where people see it. */
	address?: string;
	/** It is looked at again after so long, if nobody wakes it before. */
	checkEveryMs: number;
	/** From the first look on; 0 = none. */
	limitMs: number;
	/** Which triggers go on with it: completes "Publish …". */
	publish: string;
	/** Looks once. @returns undefined while it has not happened yet */
	check(): Promise<IDataObject | undefined>;
}

export type Await = (context: IExecuteFunctions, session: UserSession, itemIndex: number, sessions: readonly (UserSession | Error)[]) => Promise<Awaited>;

type Outcome = { json: IDataObject } | { failed: { message: string; description?: string } };

interface Pending {
	awaited: Awaited;
	wait: StoredWait;
	checkInMs: number;
}

/**
 * Runs for every item until what it waits for has happened; what is settled is not looked at again when the node runs again.
 * @returns one item per input item, or what the node gives back while it waits
 * @throws NodeOperationError | NodeApiError with `itemIndex`
 */
export async function runUntilSettled(context: IExecuteFunctions, options: PreFlightOptions, awaitOne: Await): Promise<INodeExecutionData[][]> {
	return await run(context, options, awaitOne, true);
}

/** The run is not parked again: nobody may resume the execution for it. A vault that is away must not hide what went wrong. */
async function endWaits(context: IExecuteFunctions): Promise<void> {
	await getRuntime()
		.then(async ({ vault }) => await vault.waits.finish(nodeRunOf(context)))
		.catch(() => undefined);
}

async function run(context: IExecuteFunctions, options: PreFlightOptions, awaitOne: Await, mayStartOver: boolean): Promise<INodeExecutionData[][]> {
	const node = context.getNode();
	const continues = context.continueOnFail();
	let flight: PreFlight;
	try {
		flight = await preFlight(context, options);
	} catch (error) {
		await endWaits(context);
		if (!continues) throw error;
		return [context.getInputData().map((_, itemIndex) => failedItem(toNodeError(node, error), itemIndex))];
	}
	if (flight.kind === 'waiting') return [flight.items];
	const { vault } = await getRuntime();
	const nodeRun = nodeRunOf(context);
	const { id: workflowId = '', name: workflowName = '' } = context.getWorkflow();
	const { resumeUrl } = context.getWorkflowDataProxy(0).$execution as { resumeUrl: string };
	const before = new Map((await vault.waits.takeUp(nodeRun)).map((wait) => [wait.topic, wait]));
	const pending = new Map<string, Pending>();
	const outcomes = new Map<string, Outcome>();
	const output: INodeExecutionData[] = [];
	/** The run's waits are still needed: it is parked, or another go at it has dealt with them. */
	let keepsWaits = false;
	try {
		for (const [itemIndex, session] of flight.sessions.entries()) {
			try {
				if (session instanceof Error) throw session;
				const awaited = await awaitOne(context, session, itemIndex, flight.sessions);
				const outcome = pending.has(awaited.topic) ? undefined : (outcomes.get(awaited.topic) ?? (await look(awaited, itemIndex)));
				if (outcome === undefined) continue;
				outcomes.set(awaited.topic, outcome);
				output.push('json' in outcome ? { json: outcome.json, pairedItem: { item: itemIndex } } : failedItem(Object.assign(new Error(outcome.failed.message), { description: outcome.failed.description }), itemIndex));
			} catch (error) {
				// Looking changes nothing, so it may start over as long as somebody can sign in.
				if (mayStartOver && isSignInMissing(error)) {
					keepsWaits = true;
					return await run(context, options, awaitOne, false);
				}
				const mapped = toNodeError(node, flight.explain(error), itemIndex);
				if (!continues) throw mapped;
				output.push(failedItem(mapped, itemIndex));
			}
		}
		if (pending.size === 0) return [output];
		await assertCanWait([...pending.values()]);
		const items = await park([...pending.values()]);
		keepsWaits = true;
		await context.putExecutionToWait(WAIT_INDEFINITELY);
		return [items];
	} finally {
		// Whatever else became of the run: nobody may resume the execution for it.
		if (!keepsWaits) await vault.waits.finish(nodeRun);
	}

	/** @throws whatever `check` throws; where items go on in spite of errors, it is what became of the item */
	async function look(awaited: Awaited, itemIndex: number): Promise<Outcome | undefined> {
		const known = before.get(awaited.topic);
		if (known?.settled === true) return (await vault.waits.openContent(known)).outcome as Outcome | undefined;
		const wait = known ?? (await vault.waits.open({ ...nodeRun, topic: awaited.topic, workflowId, workflowName, resumeUrl, limitMs: awaited.limitMs }));
		if (!wait.isDue) {
			pending.set(awaited.topic, { awaited, wait, checkInMs: wait.checkInMs });
			return undefined;
		}
		const outcome = await checkOnce(awaited, wait, itemIndex);
		if (outcome === undefined) pending.set(awaited.topic, { awaited, wait, checkInMs: awaited.checkEveryMs });
		else await vault.waits.settle(wait, outcome);
		return outcome;
	}

	async function checkOnce({ what, check }: Awaited, wait: StoredWait, itemIndex: number): Promise<Outcome | undefined> {
		try {
			const json = wait.woken || wait.checkInMs === 0 ? await check() : undefined;
			if (json !== undefined) return { json };
			if (!wait.expired) return undefined;
			throw new NodeOperationError(node, `The time limit for ${what} has passed`, { itemIndex, description: 'Start the flow again, or raise the time limit' });
		} catch (error) {
			// After days of waiting, nobody wants to fail for a server that is away for a minute.
			if (before.has(wait.topic) && !wait.expired && isConnectedAppsError(error, 'providerUnavailable')) return undefined;
			if (!continues || isSignInMissing(error)) throw error;
			const { message, description } = toNodeError(node, error, itemIndex);
			return { failed: { message, ...(typeof description === 'string' && { description }) } };
		}
	}

	async function assertCanWait([first]: Pending[]): Promise<void> {
		if (!canWait(context)) throw new NodeOperationError(node, `${first?.awaited.what ?? 'It'} is not settled yet, and this node cannot wait here`, { description: 'A tool of an AI agent cannot wait; neither can a workflow with engine v2' });
		if (await vault.waits.isSwept(SWEPT_WITHIN_MS)) return;
		throw new NodeOperationError(node, `Nothing would go on with this execution: publish ${first?.awaited.publish ?? 'a trigger of this package'}`, { description: `While ${first?.awaited.what ?? 'something'} is waited for, a published trigger has to watch` });
	}

	/** All but `putExecutionToWait`, which must be the last statement before the return, see `pauseForSignIn`. */
	async function park(all: Pending[]): Promise<INodeExecutionData[]> {
		const address = all.find(({ awaited }) => awaited.address !== undefined)?.awaited.address;
		if (readFlowAnswer(context).callerWaits) await context.sendResponse({ statusCode: 202, headers: { 'cache-control': 'no-store' }, body: { waitingFor: all.map(({ awaited }) => awaited.what) } });
		// The editor must never show n8n's own: it is a key to the whole execution.
		context.setMetadata({ resumeUrl: address ?? 'about:blank' });
		await vault.waits.park(all.map(({ wait, checkInMs }) => ({ id: wait.id, wakesSeen: wait.wakes, checkInMs })));
		return all.map(({ awaited }) => ({ json: { waitingFor: awaited.what }, pairedItem: { item: 0 } }));
	}
}
