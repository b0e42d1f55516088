import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { OutputItem, type UserSession } from '../../../lib/n8n';
import type { ApiUsage } from '../transport/apiUsage';
import { createSalesforceApi, type ItemApi } from '../transport/salesforceApi';
import type { Operation } from './operation';

type Sessions = readonly (UserSession | Error)[];

/** What the items of one run of the node share: the warning about the quota is given once. */
export interface OperationRuns {
	run(operation: Operation, session: UserSession, itemIndex: number, sessions: Sessions): Promise<(IDataObject | OutputItem)[]>;
}

export function createOperationRuns(context: IExecuteFunctions): OperationRuns {
	const node = context.getNode();
	// A node that runs as a tool may lack both.
	const signal = context.getExecutionCancelSignal?.();
	let warned = false;

	function warnAbout({ used, limit, percent }: ApiUsage, threshold: number): void {
		if (warned || threshold <= 0 || percent < threshold) return;
		warned = true;
		const message = `${percent} % of the organization’s daily Salesforce API calls are used up (${used} of ${limit})`;
		context.logger.warn(message, { node: node.name });
		context.addExecutionHints?.({ message, type: 'warning', location: 'outputPane' });
	}

	return {
		async run(operation, session, itemIndex, sessions) {
			const threshold = Number(context.getNodeParameter('options.apiUsageWarning', itemIndex, 80));
			const api = createSalesforceApi({
				session,
				node,
				logger: context.logger,
				signal,
				version: context.getNodeParameter('options.apiVersion', itemIndex, ''),
				itemIndex,
				onUsage: (usage) => warnAbout(usage, threshold),
			});
			const itemApi: ItemApi = Object.assign(Object.create(api) as typeof api, { context, itemIndex, sessions });
			const made = await operation(itemApi);
			if (context.getNodeParameter('options.addApiUsage', itemIndex, false) !== true || api.usage === undefined) return made;
			const apiUsage = { ...api.usage };
			return made.map((item) => (item instanceof OutputItem ? new OutputItem({ ...item.json, apiUsage }, item.binary) : { ...item, apiUsage }));
		},
	};
}
