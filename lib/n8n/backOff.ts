// How connectors try again: how often, after how long, and which network errors pass by themselves. Which answers of an API pass, its node knows.

/** At most so many calls for one request, the first included. */
export const MAX_ATTEMPTS = 5;
/** At most so long in one wait: a server that wants more is told to the user instead. */
const MAX_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 500;

const PASSING_NETWORK_ERRORS = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EAI_AGAIN', 'UND_ERR_SOCKET']);

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

/** Seconds or a date. @see RFC 9110 section 10.2.3 */
export function retryAfterMsOf(headers: Headers, nowMs: number): number | undefined {
	const told = headers.get('retry-after')?.trim();
	if (told === undefined || told === '') return undefined;
	const ms = /^\d+$/.test(told) ? Number(told) * 1_000 : Date.parse(told) - nowMs;
	return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
