import type { AccessToken } from '../connections';
import { dpopProof } from '../oauth';

/**
 * The headers that authorize one request to an API: Bearer, or DPoP with its proof where the token is bound to a key.
 * @see RFC 6750 section 2.1, RFC 9449 section 7.1
 */
export async function authorizationHeaders(token: Pick<AccessToken, 'accessToken' | 'dpopKey'>, request: { method: string; url: string; nonce?: string }): Promise<Record<string, string>> {
	const { accessToken, dpopKey } = token;
	if (dpopKey === undefined) return { authorization: `Bearer ${accessToken}` };
	return { authorization: `DPoP ${accessToken}`, dpop: await dpopProof(dpopKey, { ...request, accessToken }) };
}

/** The nonce that an API wants in the proof, if that is why it refused. @see RFC 9449 section 9 */
export function demandedNonce(response: Pick<Response, 'status' | 'headers'>): string | undefined {
	if (response.status !== 401 || !/use_dpop_nonce/.test(response.headers.get('www-authenticate') ?? '')) return undefined;
	return response.headers.get('dpop-nonce') ?? undefined;
}
