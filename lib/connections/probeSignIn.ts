import { ConnectedAppsError, isConnectedAppsError, type ErrorCode } from '../errors';
import { fetchUserInfo } from '../oauth';
import type { UserKey } from '../types';
import type { Vault } from '../vault';
import type { TokenEngine, TokenRequest } from './accessTokenFor';
import type { Connection } from './connection';

/** How it was found out: the provider told whose token it is, renewed it, or could not be asked at all. */
export type CheckedBy = 'account' | 'renewal' | 'none';

export type Probe = { works: true; checkedBy: CheckedBy } | { works: false; error: ConnectedAppsError };

/** What says something about the sign-in; all else is about us, or the node. */
const FINDINGS: readonly ErrorCode[] = ['authenticationNeeded', 'consentNeeded', 'rotationInterrupted', 'refreshInProgress', 'providerUnavailable', 'providerError', 'clientRejected', 'wrongAccount', 'individualUsersOff', 'tokenTypeUnsupported'];

/** Where userinfo takes the connection's access token; one for another API or resource (RFC 8707) is none for it. */
function userInfoOf({ provider, registration: { endpoints } }: Connection): string | undefined {
	return provider.identitySource === 'idToken' || provider.apiOf !== undefined || endpoints.resource !== undefined ? undefined : endpoints.userInfoUrl;
}

/** Asks the provider whether a person's sign-in still works, without touching their data. @throws what is not about the sign-in */
export async function probeSignIn(vault: Vault, engine: TokenEngine, connection: Connection, userKey: UserKey, request: TokenRequest): Promise<Probe> {
	try {
		return { works: true, checkedBy: await check(vault, engine, connection, userKey, request) };
	} catch (error) {
		if (isConnectedAppsError(error, ...FINDINGS)) return { works: false, error };
		throw error;
	}
}

/** @throws ConnectedAppsError as `accessTokenFor`; `wrongAccount` if the provider names another account than the one that signed in */
async function check(vault: Vault, engine: TokenEngine, connection: Connection, userKey: UserKey, request: TokenRequest): Promise<CheckedBy> {
	const token = await engine.accessTokenFor(connection, userKey, request);
	const userInfoUrl = userInfoOf(connection);
	const key = { connectionId: connection.id, userKey };
	if (userInfoUrl === undefined) {
		const grant = await vault.grants.find(key);
		// Without a refresh token there is nothing to renew with: trying would end what works.
		if (grant?.state !== 'active' || (await vault.grants.openTokens(grant)).refreshToken === undefined) return 'none';
		await engine.accessTokenFor(connection, userKey, { ...request, renew: true });
		return 'renewal';
	}
	const claims = await fetchUserInfo(userInfoUrl, token, request.fetch).catch(async (error: unknown) => {
		if (!isConnectedAppsError(error, 'providerError') || (error.details.httpStatus !== 401 && error.details.httpStatus !== 403)) throw error;
		// Only once, with a token that the provider has given out just now.
		return await fetchUserInfo(userInfoUrl, await engine.accessTokenFor(connection, userKey, { ...request, rejectedTokenHash: token.tokenHash }), request.fetch);
	});
	const { subject } = connection.provider.accountOf(claims, connection.registration.traits);
	const pinned = (await vault.grants.find(key))?.account.subject;
	if (pinned !== undefined && pinned !== subject) throw new ConnectedAppsError('wrongAccount', `${connection.registration.appName} names another account than the one that signed in`, { app: connection.registration.appName, user: userKey, advice: 'Disconnect, then sign in again' });
	return 'account';
}
