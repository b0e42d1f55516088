import { networkCodeOf } from '../../../lib/n8n/backOff';
import type { ApiFailure } from './apiFailure';

export { isPassingNetworkError, MAX_ATTEMPTS, networkCodeOf, nextWaitMs } from '../../../lib/n8n/backOff';

const LIMIT_CODES = new Set(['HOURLY_APIINVOCATION_LIMIT_EXCEEDED', 'BURST_APIINVOCATION_LIMIT_EXCEEDED']);

/** Turned away before anything was done: the same call may be made again, whatever it does. */
export function isTurnedAway({ status, code }: ApiFailure): boolean {
	return status === 429 || (code !== undefined && LIMIT_CODES.has(code));
}

/** The server may have done what it was asked all the same. */
export function isDoubtful({ status }: ApiFailure): boolean {
	return status === 500 || status === 502 || status === 503 || status === 504 || status === 408;
}

/** The connection itself failed, so nothing was sent. */
export function isNeverSent(error: unknown): boolean {
	return ['ECONNREFUSED', 'EAI_AGAIN', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH'].includes(networkCodeOf(error) ?? '');
}
