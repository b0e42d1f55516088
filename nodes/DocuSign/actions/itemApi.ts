import type { IExecuteFunctions } from 'n8n-workflow';

import type { UserSession } from '../../../lib/n8n';
import type { ApiUsage } from '../transport/apiUsage';
import { createDocuSignApi, type ItemApi } from '../transport/docuSignApi';
import { textOf } from './parameters';

/** What the items of one run of the node share: the warning about the limit is given once. */
export function createItemApis(context: IExecuteFunctions): (session: UserSession, itemIndex: number) => ItemApi {
	const node = context.getNode();
	// A node that runs as a tool may lack both.
	const signal = context.getExecutionCancelSignal?.();
	let warned = false;

	function warnAbout({ used, limit, percent }: ApiUsage, threshold: number): void {
		if (warned || threshold <= 0 || percent < threshold) return;
		warned = true;
		const message = `${percent} % of the account’s DocuSign API calls of this hour are used up (${used} of ${limit})`;
		context.logger.warn(message, { node: node.name });
		context.addExecutionHints?.({ message, type: 'warning', location: 'outputPane' });
	}

	return (session, itemIndex) => {
		const threshold = Number(context.getNodeParameter('options.apiUsageWarning', itemIndex, 80));
		const api = createDocuSignApi({ session, node, logger: context.logger, signal, accountId: textOf({ context, itemIndex, node }, 'account'), itemIndex, onUsage: (usage) => warnAbout(usage, threshold) });
		return { ...api, context, itemIndex };
	};
}
