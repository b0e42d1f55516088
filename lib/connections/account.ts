import { ConnectedAppsError } from '../errors';
import { fetchUserInfo, verifyIdToken } from '../oauth';
import type { Fetch, OAuthEndpoints, TokenSet } from '../types';
import type { Connection } from './connection';

export interface SignedInAs {
	tokens: TokenSet;
	idToken?: string;
	nonce: string;
	fetch: Fetch;
}

async function claimsOfIdToken({ endpoints, clientId }: { endpoints: OAuthEndpoints; clientId: string }, { idToken, nonce, fetch }: SignedInAs): Promise<Record<string, unknown>> {
	if (idToken === undefined) throw new ConnectedAppsError('providerError', 'The provider did not tell who signed in: no ID token came', { advice: 'The connection needs the scope "openid"' });
	return await verifyIdToken(idToken, { endpoints, clientId, nonce, fetch });
}

/**
 * What the provider says about the person who has just signed in.
 * @throws ConnectedAppsError `providerError`, `providerUnavailable`, `issuerMismatch`, `stateInvalid`
 * @see OpenID Connect Core sections 3.1.3.7 and 5.3.2
 */
export async function claimsOf({ registration, provider }: Connection, signedIn: SignedInAs): Promise<Record<string, unknown>> {
	const { userInfoUrl, jwksUrl } = registration.endpoints;
	// A token for another resource (RFC 8707) is none for userinfo.
	const onlyIdToken = provider.identitySource === 'userInfoOrIdToken' && registration.endpoints.resource !== undefined && signedIn.idToken !== undefined && jwksUrl !== undefined;
	if (provider.identitySource === 'idToken' || userInfoUrl === undefined || onlyIdToken) return await claimsOfIdToken(registration, signedIn);
	const told = await fetchUserInfo(userInfoUrl, signedIn.tokens, signedIn.fetch);
	// Userinfo is about the person of the access token; where an ID token came as well, it must be the same one.
	if (provider.identitySource === 'userInfoOrIdToken' && signedIn.idToken !== undefined && jwksUrl !== undefined) {
		const { sub, ...claims } = await claimsOfIdToken(registration, signedIn);
		if (told.sub !== undefined && told.sub !== sub) throw new ConnectedAppsError('providerError', 'The provider told two different people to have signed in');
		return { ...claims, sub, ...told };
	}
	return told;
}
