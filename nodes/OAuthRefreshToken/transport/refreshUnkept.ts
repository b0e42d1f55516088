import type { ConnectionSettings } from '../../../lib/connections';
import { ConnectedAppsError } from '../../../lib/errors';
import type { Runtime } from '../../../lib/n8n';
import type { LoginResult } from '../../../lib/n8n/oauthOutput';
import { buildClient, classifyAnswer, refreshTokens } from '../../../lib/oauth';
import type { Fetch } from '../../../lib/types';

export interface RefreshTools extends Pick<Runtime, 'resolveEndpoints'> {
	fetch: Fetch;
	/** Database clock. */
	nowMs: number;
}

/**
 * One refresh of a token that the vault does not hold, with the credential's client; nothing is kept of it.
 * @param scopes fewer than were granted; none: all of them
 * @throws ConnectedAppsError `settingInvalid`, `authenticationNeeded` (the token is not valid), `clientRejected`, `providerUnavailable`, `providerError`, `tokenTypeUnsupported`
 * @see RFC 6749 section 6
 */
export async function refreshUnkept({ fetch, resolveEndpoints, nowMs }: RefreshTools, { source, client: clientSettings, provider }: ConnectionSettings, refreshToken: string, scopes: string[]): Promise<LoginResult> {
	const endpoints = await resolveEndpoints(source, fetch);
	const client = await buildClient(endpoints, clientSettings, { fetch });
	try {
		const unknown = { accessToken: '', tokenType: 'bearer', scopes: [], refreshToken };
		const tokens = await refreshTokens(client, unknown, { nowMs, resource: endpoints.resource, scopes });
		return {
			tokens,
			reference() {
				throw new ConnectedAppsError('internal', 'Nothing was kept that a reference could lead to');
			},
		};
	} catch (error) {
		throw classifyAnswer(error, provider, nowMs).error;
	}
}
