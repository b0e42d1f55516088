// A client at https://login.example.com, whose answers are what a test says.
import nock from 'nock';

import { buildClient, newTransactionSecrets } from '../../../lib/oauth';
import type { Fetch, OAuthClientSettings, OAuthEndpoints, TokenSet } from '../../../lib/types';

export const HOST = 'https://login.example.com';
export const REDIRECT_URI = 'https://n8n.example.com/webhook/connected-apps/salesforce/callback';
export const endpoints: OAuthEndpoints = { issuer: HOST, authorizationUrl: `${HOST}/authorize`, tokenUrl: `${HOST}/token`, revocationUrl: `${HOST}/revoke`, userInfoUrl: `${HOST}/userinfo`, introspectionUrl: `${HOST}/introspect` };
export const settings: OAuthClientSettings = { clientId: 'client', clientSecret: 'canary-client-secret', clientAuthentication: 'post' };
export const tokens: TokenSet & { refreshToken: string } = { accessToken: 'canary-access-token', refreshToken: 'canary-refresh-token', tokenType: 'bearer', scopes: ['api'], apiBaseUrl: 'https://api.example.com' };

// nock is at work from its import on, in sockets that all test files of a process share: two at once answer twice.
nock.restore();

/** As n8n's helper does it: no redirects; a deadline. */
export const plainFetch: Fetch = async (url, { timeoutMs = 10_000, signal: _signal, body, ...init }) => await fetch(url, { ...init, body: body as BodyInit | null | undefined, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });

export async function clientOf(changes: { endpoints?: Partial<OAuthEndpoints>; client?: Partial<OAuthClientSettings>; anonymous?: boolean } = {}) {
	return await buildClient({ ...endpoints, ...changes.endpoints }, { ...settings, ...changes.client }, { fetch: plainFetch, anonymous: changes.anonymous });
}

export function exchangeOf(query: Record<string, string> = {}, secrets = newTransactionSecrets()) {
	return { redirectUri: REDIRECT_URI, query: new URLSearchParams({ code: 'canary-code', state: secrets.state, ...query }), state: secrets.state, codeVerifier: secrets.codeVerifier, reading: { requestedScopes: ['api', 'openid'], nowMs: 1_000_000 } };
}

/** No network but nock's, and every interceptor is used. */
export function useNock(): void {
	beforeAll(() => {
		if (!nock.isActive()) nock.activate();
		nock.disableNetConnect();
	});
	afterEach(() => {
		const pending = nock.pendingMocks();
		nock.cleanAll();
		expect(pending).toEqual([]);
	});
	afterAll(() => {
		nock.enableNetConnect();
		nock.restore();
	});
}
