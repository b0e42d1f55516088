import { ConnectedAppsError } from '../errors';
import type { Fetch, TokenSet } from '../types';
import { bareCause, parseRetryAfter } from './classifyAnswer';
import { dpopProof } from './dpop';
import { parseEndpoint } from './endpoint';
import { adviceOnStatus, adviceOnTransport } from './errorAdvice';

const USER_INFO_TIMEOUT_MS = 15_000;

async function ask(url: URL, { accessToken, dpopKey }: Pick<TokenSet, 'accessToken' | 'dpopKey'>, fetch: Fetch, nonce?: string): Promise<Response> {
	const authorization: Record<string, string> = dpopKey === undefined ? { authorization: `Bearer ${accessToken}` } : { authorization: `DPoP ${accessToken}`, dpop: await dpopProof(dpopKey, { method: 'GET', url: url.href, accessToken, nonce }) };
	const response = await fetch(url.href, { method: 'GET', headers: { ...authorization, accept: 'application/json' }, timeoutMs: USER_INFO_TIMEOUT_MS });
	const wanted = response.headers.get('dpop-nonce');
	// RFC 9449 section 9: once, with the number that the server has just given out.
	const again = response.status === 401 && dpopKey !== undefined && nonce === undefined && wanted !== null;
	return again ? await ask(url, { accessToken, dpopKey }, fetch, wanted) : response;
}

/**
 * The claims about the person whose access token this is.
 * @param token a bearer token, or a token with the key that it is bound to
 * @throws ConnectedAppsError `providerUnavailable` or `providerError`
 * @see OpenID Connect Core section 5.3
 */
export async function fetchUserInfo(userInfoUrl: string, token: string | Pick<TokenSet, 'accessToken' | 'dpopKey'>, fetch: Fetch): Promise<Record<string, unknown>> {
	const url = parseEndpoint(userInfoUrl, 'User Info URL');
	let response: Response;
	try {
		response = await ask(url, typeof token === 'string' ? { accessToken: token } : token, fetch);
	} catch (error) {
		const transport = adviceOnTransport(error);
		throw new ConnectedAppsError('providerUnavailable', `${url.host} could not be asked who signed in (${transport?.reason ?? bareCause(error).message})`, { advice: transport?.advice }, { cause: bareCause(error) });
	}
	if (!response.ok) {
		const temporary = response.status === 429 || response.status >= 500;
		throw new ConnectedAppsError(temporary ? 'providerUnavailable' : 'providerError', `The provider answered ${response.status} when asked who signed in`, {
			httpStatus: response.status,
			advice: adviceOnStatus(response.status),
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
