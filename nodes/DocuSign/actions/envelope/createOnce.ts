import type { IDataObject } from 'n8n-workflow';

import { sha256 } from '../../../../lib/vault';
import type { ItemApi } from '../../transport/docuSignApi';

/**
 * DocuSign's own way to find an envelope whose answer was lost: an id of the sender's, known for seven days. It is the same for every
 * try of this item of this node run, and no other's.
 * @see https://www.docusign.com/blog/developers/common-api-tasks-use-transactionid-to-find-the-envelope-you-created
 */
export function transactionIdOf({ context, itemIndex, account }: ItemApi): string {
	const { $runIndex } = context.getWorkflowDataProxy(0);
	// A context outside n8n has no instance; the workflow's id is random.
	const instance = typeof context.getInstanceId === 'function' ? context.getInstanceId() : '';
	return sha256(JSON.stringify([instance, context.getWorkflow().id, context.getExecutionId(), context.getNode().id, Number($runIndex), itemIndex, account.id]));
}

/** Makes the envelope; where that was done before and only the answer was lost, it is found instead of made again. */
export async function createOnce(api: ItemApi, definition: IDataObject): Promise<IDataObject> {
	const transactionId = transactionIdOf(api);
	const find = async () => await findByTransaction(api, transactionId);
	// n8n does not tell which try this is.
	const before = api.node.retryOnFail === true ? await find() : undefined;
	const made = before ?? (await api.send('POST', '/envelopes', { ...definition, transactionId }, { about: 'a new envelope', recover: find }));
	return { ...made, accountId: api.account.id };
}

async function findByTransaction(api: ItemApi, transactionId: string): Promise<IDataObject | undefined> {
	const { envelopes } = await api.get<{ envelopes?: IDataObject[] }>('/envelopes', { query: { transaction_ids: transactionId }, about: 'an envelope whose answer may have been lost' });
	const [found] = envelopes ?? [];
	if (found === undefined) return undefined;
	const { envelopeId, status, envelopeUri, statusChangedDateTime } = found;
	return { envelopeId, uri: envelopeUri ?? `/envelopes/${String(envelopeId)}`, statusDateTime: statusChangedDateTime, status };
}
