// A client at https://login.example.com, whose answers are what a test says.
import nock from 'nock';

import { buildClient, newTransactionSecrets } from '../../../lib/oauth';
import type { OAuthClientSettings, OAuthEndpoints, TokenSet } from '../../../lib/types';
import { plainFetch } from '../connections/support/world';

export const HOST = 'https://login.example.com';
export const REDIRECT_URI = 'https://n8n.example.com/webhook/connected-apps/salesforce/callback';
export const endpoints: OAuthEndpoints = { issuer: HOST, authorizationUrl: `${HOST}/authorize`, tokenUrl: `${HOST}/token`, revocationUrl: `${HOST}/revoke`, userInfoUrl: `${HOST}/userinfo`, introspectionUrl: `${HOST}/introspect` };
export const settings: OAuthClientSettings = { clientId: 'client', clientSecret: 'canary-client-secret', clientAuthentication: 'post' };
export const tokens: TokenSet & { refreshToken: string } = { accessToken: 'canary-access-token', refreshToken: 'canary-refresh-token', tokenType: 'bearer', scopes: ['api'], apiBaseUrl: 'https://api.example.com' };

export function clientOf(changes: { endpoints?: Partial<OAuthEndpoints>; client?: Partial<OAuthClientSettings>; ignoreIdToken?: boolean } = {}) {
	return buildClient({ ...endpoints, ...changes.endpoints }, { ...settings, ...changes.client }, { fetch: plainFetch, ignoreIdToken: changes.ignoreIdToken ?? true });
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
