import { setTimeout as delay } from 'node:timers/promises';

export interface PollOptions {
	/** What is waited for, as it shall read in the error: "n8n to be ready". */
	for: string;
	timeoutMs?: number;
	intervalMs?: number;
	/** Called only when the time is up; its text goes into the error. */
	detail?: () => string;
}

/**
 * Calls `attempt` until it returns something other than `undefined` or `false`, and returns that.
 * What `attempt` throws ends the wait: catch inside what is expected to fail at first.
 * @throws Error with the last `detail` when `timeoutMs` (default 30 s) has passed
 */
export async function waitUntil<T>(
	attempt: () => Promise<T | undefined | false> | T | undefined | false,
	{ for: awaited, timeoutMs = 30_000, intervalMs = 100, detail }: PollOptions,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const result = await attempt();
		if (result !== undefined && result !== false) return result;
		if (Date.now() >= deadline) {
			const told = detail?.();
			throw new Error(`Waited ${timeoutMs} ms for ${awaited}${told ? `\n${told}` : ''}`);
		}
		await delay(Math.min(intervalMs, Math.max(1, deadline - Date.now())));
	}
}
