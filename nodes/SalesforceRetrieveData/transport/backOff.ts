import type { ApiFailure } from './apiFailure';

/** At most so many calls for one request, the first included. */
export const MAX_ATTEMPTS = 5;
/** At most so long in one wait: a server that wants more is told to the user instead. */
const MAX_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 500;

/** What passes by itself, and has done nothing: the same call may be made again. */
const PASSING_CODES = new Set(['UNABLE_TO_LOCK_ROW', 'SERVER_UNAVAILABLE', 'QUERY_TIMEOUT', 'REQUEST_RUNNING_TOO_LONG']);
const PASSING_STATUSES = new Set([429, 502, 503, 504]);
const PASSING_NETWORK_ERRORS = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'UND_ERR_SOCKET']);

/** Whether a later try may succeed. The daily quota comes back within a day, too many calls at once within moments: both have the same code. */
export function isPassing({ status, code, message }: ApiFailure): boolean {
	// A redirect is the same tomorrow, whatever stands in it.
	if (status >= 300 && status < 400) return false;
	if (code === 'REQUEST_LIMIT_EXCEEDED') return /concurrent/i.test(message);
	return PASSING_STATUSES.has(status) || (code !== undefined && PASSING_CODES.has(code));
}

export function isPassingNetworkError(error: unknown): boolean {
	return PASSING_NETWORK_ERRORS.has(networkCodeOf(error) ?? '');
}

export function networkCodeOf(error: unknown): string | undefined {
	const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
	const found = code ?? cause?.code;
	return typeof found === 'string' ? found : undefined;
}

/**
 * How long to wait before the next try, in milliseconds; undefined if there is none. Doubles each time, and half of it is left to
 * chance, so that many flows that were turned away together do not come back together.
 * @param attempt the one that has just failed, from 1
 */
export function nextWaitMs(attempt: number, retryAfterMs: number | undefined, random: () => number = Math.random): number | undefined {
	if (attempt >= MAX_ATTEMPTS) return undefined;
	if (retryAfterMs !== undefined) return retryAfterMs > MAX_WAIT_MS ? undefined : retryAfterMs;
	const span = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
	return Math.round(span / 2 + (span / 2) * random());
}
