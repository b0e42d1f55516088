import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../../lib/n8n';
import { passGate, type Gate } from '../../../lib/n8n/gate';
import { failedItem } from '../../../lib/n8n/perItem';

/** Passes items on as they came, JSON and binary data, once their people are signed in to every attached app. @throws NodeOperationError | NodeApiError */
export async function requireSignIn(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const continues = context.continueOnFail();
	const items = context.getInputData();
	let gate: Gate;
	try {
		gate = await passGate(context);
	} catch (error) {
		const mapped = toNodeError(context.getNode(), error);
		if (!continues) throw mapped;
		// n8n would pass the input on as if it were our output: the gate would stand open.
		return [items.map((_, itemIndex) => failedItem(mapped, itemIndex))];
	}
	if (gate.kind === 'waiting') return [gate.items];
	return [
		items.map((item, itemIndex) => {
			const refusal = gate.refused[itemIndex];
			if (refusal === undefined) return { json: item.json, ...(item.binary !== undefined && { binary: item.binary }), pairedItem: { item: itemIndex } };
			const mapped = toNodeError(context.getNode(), refusal, itemIndex);
			if (!continues) throw mapped;
			return failedItem(mapped, itemIndex);
		}),
	];
}
