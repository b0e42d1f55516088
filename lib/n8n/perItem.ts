import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isSignInMissing, preFlight, type PreFlight, type PreFlightOptions } from './preFlight';
import { toNodeError } from './toNodeError';
import type { UserSession } from './userSession';

/** An output item that is more than its JSON. */
export class OutputItem {
	constructor(
		readonly json: IDataObject,
		readonly binary?: IBinaryKeyData,
	) {}
}

/** What one operation of a connector does for one item. @param sessions those of all items: items of the same subject share one */
export type Operation = (context: IExecuteFunctions, session: UserSession, itemIndex: number, sessions: readonly (UserSession | Error)[]) => Promise<(IDataObject | OutputItem)[]>;

/**
 * Runs an operation for every item as that item's user, with n8n's manners: paired items, `continueOnFail`, the error output.
 * @throws NodeOperationError | NodeApiError with `itemIndex`
 */
export async function runPerItem(context: IExecuteFunctions, options: PreFlightOptions, operation: Operation): Promise<INodeExecutionData[][]> {
	return await run(context, options, operation, true);
}

/** Just these two fields: n8n 2.20 and later take such an item for a failed one, and replace the JSON of an item that has `error` beside it. */
export function failedItem(error: Error & { description?: unknown }, item: number): INodeExecutionData {
	const { message, description } = error;
	return { json: { error: message, ...(typeof description === 'string' && description !== '' && { message: description }) }, pairedItem: { item } };
}

/** @param mayStartOver the API has done nothing yet, so a grant that proves dead at the first call may still pause the node */
async function run(context: IExecuteFunctions, options: PreFlightOptions, operation: Operation, mayStartOver: boolean): Promise<INodeExecutionData[][]> {
	const continues = context.continueOnFail();
	let flight: PreFlight;
	try {
		flight = await preFlight(context, options);
	} catch (error) {
		if (!continues) throw error;
		// n8n would pass the input on as if it were our output.
		return [context.getInputData().map((_, itemIndex) => failedItem(toNodeError(context.getNode(), error), itemIndex))];
	}
	if (flight.kind === 'waiting') return [flight.items];
	const output: INodeExecutionData[] = [];
	for (const [itemIndex, session] of flight.sessions.entries()) {
		const pairedItem = { item: itemIndex };
		try {
			if (session instanceof Error) throw session;
			for (const made of await operation(context, session, itemIndex, flight.sessions)) {
				output.push(made instanceof OutputItem ? { json: made.json, ...(made.binary !== undefined && { binary: made.binary }), pairedItem } : { json: made, pairedItem });
			}
		} catch (error) {
			if (mayStartOver && isSignInMissing(error) && !flight.activity.accepted) return await run(context, options, operation, false);
			const mapped = toNodeError(context.getNode(), flight.explain(error), itemIndex);
			if (!continues) throw mapped;
			output.push(failedItem(mapped, itemIndex));
		}
	}
	return [output];
}
