import { ConnectedAppsError } from '../errors';
import type { Fetch } from '../types';
import { bareCause, parseRetryAfter } from './classifyAnswer';
import { parseEndpoint } from './endpoint';

const USER_INFO_TIMEOUT_MS = 15_000;

/**
 * The claims about the person whose access token this is.
 * @throws ConnectedAppsError `providerUnavailable` or `providerError`
 * @see OpenID Connect Core section 5.3
 */
export async function fetchUserInfo(userInfoUrl: string, accessToken: string, fetch: Fetch): Promise<Record<string, unknown>> {
	const url = parseEndpoint(userInfoUrl, 'User Info URL');
	let response: Response;
	try {
		response = await fetch(url.href, { method: 'GET', headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' }, timeoutMs: USER_INFO_TIMEOUT_MS });
	} catch (error) {
		throw new ConnectedAppsError('providerUnavailable', 'The provider could not be asked who signed in', {}, { cause: bareCause(error) });
	}
	if (!response.ok) {
		const temporary = response.status === 429 || response.status >= 500;
		throw new ConnectedAppsError(temporary ? 'providerUnavailable' : 'providerError', `The provider answered ${response.status} when asked who signed in`, {
			httpStatus: response.status,
			retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
		});
	}
	try {
		const claims: unknown = await response.json();
		if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims as Record<string, unknown>;
	} catch (error) {
		throw new ConnectedAppsError('providerError', 'The provider did not tell in JSON who signed in', {}, { cause: bareCause(error) });
	}
	throw new ConnectedAppsError('providerError', 'The provider did not tell who signed in');
}
