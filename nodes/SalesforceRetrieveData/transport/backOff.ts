import type { ApiFailure } from './apiFailure';

export { isPassingNetworkError, MAX_ATTEMPTS, networkCodeOf, nextWaitMs } from '../../../lib/n8n/backOff';

/** What passes by itself, and has done nothing: the same call may be made again. */
const PASSING_CODES = new Set(['UNABLE_TO_LOCK_ROW', 'SERVER_UNAVAILABLE', 'QUERY_TIMEOUT', 'REQUEST_RUNNING_TOO_LONG']);
const PASSING_STATUSES = new Set([429, 502, 503, 504]);

/** Whether a later try may succeed. The daily quota comes back within a day, too many calls at once within moments: both have the same code. */
export function isPassing({ status, code, message }: ApiFailure): boolean {
	// A redirect is the same tomorrow, whatever stands in it.
	if (status >= 300 && status < 400) return false;
	if (code === 'REQUEST_LIMIT_EXCEEDED') return /concurrent/i.test(message);
	return PASSING_STATUSES.has(status) || (code !== undefined && PASSING_CODES.has(code));
}
