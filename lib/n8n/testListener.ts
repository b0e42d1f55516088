import type { IHookFunctions } from 'n8n-workflow';

import { SECOND_MS } from '../clock';
import { readConfig } from './config';
import { internalAddressesOf } from './internalAddress';

const FIRST_CALL_MS = 300;
const TRIES = 10;

/** False where nobody listens (yet): n8n says 404, or answers with its editor. */
async function isTakenAt(address: string): Promise<boolean> {
	const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(5 * SECOND_MS) });
	await response.body?.cancel();
	return response.status !== 404 && response.headers.get('content-type')?.startsWith('text/html') !== true;
}

/**
 * *Execute step* on a node with webhooks waits until somebody calls its test address. The owner trigger has something to
 * show at once, so it makes that one call itself; the item then comes from `trigger()` in manual mode.
 */
export function callOwnTestWebhook(context: IHookFunctions, path: string): void {
	const testBase = (context as unknown as { additionalData?: { webhookTestBaseUrl?: string } }).additionalData?.webhookTestBaseUrl;
	if (testBase === undefined) return;
	const addresses = internalAddressesOf(`${testBase.replace(/\/+$/, '')}/${path}`, readConfig().internalUrl, 1 + path.split('/').length);
	const call = async (triesLeft: number): Promise<void> => {
		try {
			for (const address of addresses) if (await isTakenAt(address)) return;
		} catch (error) {
			context.logger.debug('Connected Apps: the test listener could not be called yet', { error: error instanceof Error ? error.message : String(error) });
		}
		if (triesLeft > 0) setTimeout(() => void call(triesLeft - 1), FIRST_CALL_MS).unref();
	};
	setTimeout(() => void call(TRIES), FIRST_CALL_MS).unref();
}
