import { createRemoteJWKSet, customFetch, jwksCache, type JWKSCacheInput } from 'jose';

import { ConnectedAppsError } from '../errors';
import type { Fetch } from '../types';
import { bareCause } from './classifyAnswer';
import { adviceOnTransport } from './errorAdvice';

export const TOLERANCE_SECONDS = 60;
const KEYS_TIMEOUT_MS = 10_000;
/** Nothing that a shared secret could sign: the client's would do, and so would a public key that is taken for one (S28). */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

/** What was fetched, per address; kept apart from jose's own set because each caller brings the `fetch` of its n8n run. */
const cachedKeys = new Map<string, JWKSCacheInput>();

/** The keys of an issuer: kept for ten minutes; an unknown one has them fetched anew, at most twice a minute. */
export function keysAt(url: URL, fetch: Fetch) {
	const cache = cachedKeys.get(url.href) ?? {};
	cachedKeys.set(url.href, cache);
	return createRemoteJWKSet(url, {
		timeoutDuration: KEYS_TIMEOUT_MS,
		[jwksCache]: cache,
		[customFetch]: async (address, { method, headers, signal }) => {
			const sent: Record<string, string> = {};
			headers.forEach((value, name) => (sent[name] = value));
			let response: Response;
			try {
				response = await fetch(address, { method, headers: sent, timeoutMs: KEYS_TIMEOUT_MS, signal });
			} catch (error) {
				const transport = adviceOnTransport(error);
				throw new ConnectedAppsError('providerUnavailable', `The keys of the provider at ${url.host} could not be fetched (${transport?.reason ?? bareCause(error).message})`, { advice: transport?.advice }, { cause: bareCause(error) });
			}
			if (response.status === 200) return response;
			throw new ConnectedAppsError('providerUnavailable', `The provider answered ${response.status} when asked for its keys`, { httpStatus: response.status });
		},
	});
}
