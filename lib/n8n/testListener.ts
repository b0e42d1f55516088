import type { IHookFunctions } from 'n8n-workflow';

import { SECOND_MS } from '../clock';
import { readConfig } from './config';

const FIRST_CALL_MS = 300;
const TRIES = 10;

/**
 * *Execute step* on a node with webhooks waits until somebody calls its test address. The owner trigger has something to
 * show at once, so it makes that one call itself; the item then comes from `trigger()` in manual mode.
 */
export function callOwnTestWebhook(context: IHookFunctions, path: string): void {
	const testBase = (context as unknown as { additionalData?: { webhookTestBaseUrl?: string } }).additionalData?.webhookTestBaseUrl;
	if (testBase === undefined) return;
	const { pathname } = new URL(testBase);
	const address = `${readConfig().internalUrl}${pathname.replace(/\/+$/, '')}/${path}`;
	const call = async (triesLeft: number): Promise<void> => {
		try {
			const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(5 * SECOND_MS) });
			if (response.status !== 404) return;
		} catch (error) {
			context.logger.debug('Connected Apps: the test listener could not be called yet', { error: error instanceof Error ? error.message : String(error) });
		}
		if (triesLeft > 0) setTimeout(() => void call(triesLeft - 1), FIRST_CALL_MS).unref();
	};
	setTimeout(() => void call(TRIES), FIRST_CALL_MS).unref();
}
