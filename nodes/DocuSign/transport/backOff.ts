import { ConnectedAppsError } from '../../../lib/errors';
import type { ApiFailure } from './apiFailure';

/** At most so many calls for one request, the first included. */
export const MAX_ATTEMPTS = 5;
/** At most so long in one wait: a limit that lasts longer is told to the user instead. */
const MAX_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 500;

const LIMIT_CODES = new Set(['HOURLY_APIINVOCATION_LIMIT_EXCEEDED', 'BURST_APIINVOCATION_LIMIT_EXCEEDED']);
const PASSING_NETWORK_ERRORS = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EAI_AGAIN', 'UND_ERR_SOCKET']);

/** Turned away before anything was done: the same call may be made again, whatever it does. */
export function isTurnedAway({ status, code }: ApiFailure): boolean {
	return status === 429 || (code !== undefined && LIMIT_CODES.has(code));
}

/** The server may have done what it was asked all the same. */
export function isDoubtful({ status }: ApiFailure): boolean {
	return status === 500 || status === 502 || status === 503 || status === 504 || status === 408;
}

export function networkCodeOf(error: unknown): string | undefined {
	const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
	const found = code ?? cause?.code;
	return typeof found === 'string' ? found : undefined;
}

/** The connection itself failed, so nothing was sent. */
export function isNeverSent(error: unknown): boolean {
	return ['ECONNREFUSED', 'EAI_AGAIN', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH'].includes(networkCodeOf(error) ?? '');
}

export function isPassingNetworkError(error: unknown): boolean {
	return PASSING_NETWORK_ERRORS.has(networkCodeOf(error) ?? '');
}

/**
 * How long to wait before the next try, in milliseconds; undefined if there is none. Doubles each time, half of it left to chance.
 * @param attempt the one that has just failed, from 1
 */
export function nextWaitMs(attempt: number, retryAfterMs: number | undefined, random: () => number = Math.random): number | undefined {
	if (attempt >= MAX_ATTEMPTS) return undefined;
	if (retryAfterMs !== undefined) return retryAfterMs > MAX_WAIT_MS ? undefined : retryAfterMs;
	const span = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
	return Math.round(span / 2 + (span / 2) * random());
}

/** Waits, unless the execution is cancelled meanwhile. @throws ConnectedAppsError `internal` if it is */
export async function waitMs(ms: number, signal?: AbortSignal): Promise<void> {
	assertNotCancelled(signal);
	await new Promise<void>((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal?.addEventListener('abort', done);
	});
	assertNotCancelled(signal);
}

/** @throws ConnectedAppsError `internal` if the execution is cancelled */
export function assertNotCancelled(signal?: AbortSignal): void {
	if (signal?.aborted === true) throw new ConnectedAppsError('internal', 'The execution was cancelled');
}
