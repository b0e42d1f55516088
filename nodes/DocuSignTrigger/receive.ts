// What comes in at the trigger's address: only what DocuSign signed, once, and in time.
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { getRuntime } from '../../lib/n8n';
import { envelopeTopic, isSignedByConnect } from '../../lib/providers/docuSignConnect';
import { FINAL_EVENTS } from './events';
import { isOutOfTime, readMessage, REMEMBERED_MS } from './message';

async function keysOf(context: IWebhookFunctions): Promise<string[]> {
	const { hmacSecret, hmacSecret2, hmacSecret3 } = await context.getCredentials('docuSignConnectHmacApi');
	return [hmacSecret, hmacSecret2, hmacSecret3].map((key) => String(key ?? '').trim()).filter((key) => key !== '');
}

function parse(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
	} catch {
		// Signed, and no JSON: an account that is set to XML.
		return undefined;
	}
}

/** Never answers 2xx before the message is dealt with: DocuSign tries again what was not taken. */
export async function receive(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const answer = (status: number, message: string): IWebhookResponseData => {
		this.getResponseObject().status(status).set({ 'cache-control': 'no-store' }).json({ message });
		return { noWebhookResponse: true };
	};
	const request = this.getRequestObject();
	// The signature is over these bytes, and over nothing that somebody made of them.
	const bytes: unknown = request.rawBody;
	if (!(bytes instanceof Uint8Array) || !isSignedByConnect(await keysOf(this), request.headers, bytes)) return answer(401, 'The message is not signed with a key of this trigger');
	const message = readMessage(parse(bytes));
	if (message === undefined) return answer(400, 'This is no Connect message about an envelope (JSON SIM)');
	const { vault } = await getRuntime();
	if (isOutOfTime(message, await vault.nowMs())) return answer(403, 'The message is out of time');
	const manual = this.getMode() === 'manual';
	const id = JSON.stringify([this.getWorkflow().id, this.getNode().id, manual, message.id]);
	if (!(await vault.seen.first(id, REMEMBERED_MS))) return answer(200, 'This message has come before');
	if (FINAL_EVENTS.includes(message.event)) {
		await vault.waits.wake(envelopeTopic(message.accountId, message.envelopeId)).catch(async (error: unknown) => {
			await vault.seen.forget(id);
			throw error;
		});
	}
	const wanted = this.getNodeParameter('events', []) as string[];
	if (!wanted.includes(message.event)) return answer(200, 'Taken');
	return { workflowData: [[{ json: message.item as IDataObject }]] };
}
