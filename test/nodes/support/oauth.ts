// What the tests of the OAuth nodes share: people who answer a paused run's sign-in, and credentials for the generic provider.
import { randomBytes } from 'node:crypto';

import { completeSignIn, failSignInRequest, openConnection, readConnectionSettings, registerConnection, takeTransaction, type Connection } from '../../../lib/connections';
import { userKey } from '../../../lib/identity';
import { sha256, type StoredSignInRequest } from '../../../lib/vault';
import { Browser } from '../../sandbox/browser';
import { owner, plainFetch, PORTAL_URL, resolveEndpoints, type World } from '../../lib/connections/support/world';

export const GENERIC_USER_LOGIN = 'userLoginOAuth2Api';

/** A generic User Login credential for a client of the played server. */
export function genericUserLogin({ sandbox }: World, client: { clientId: string; clientSecret?: string }, changes: Record<string, unknown> = {}): Record<string, unknown> {
	const { issuer, apiUrl } = sandbox.oauth2;
	return {
		connectionName: 'id',
		endpointMode: 'discovery',
		issuer,
		apiHosts: new URL(apiUrl).host,
		clientAuthentication: 'basic',
		...client,
		scopes: 'openid email read',
		userIdentity: 'workflow',
		...changes,
	};
}

/** A generic JWT bearer credential; everybody is known there by e-mail address. */
export function genericJwtBearer({ sandbox }: World, changes: Record<string, unknown> = {}): Record<string, unknown> {
	const { issuer, apiUrl, clients } = sandbox.oauth2;
	const { clientId, keys } = clients.jwtBearer;
	return { endpointMode: 'discovery', issuer, resource: apiUrl, apiHosts: new URL(apiUrl).host, clientAuthentication: 'none', clientId, privateKey: keys.RS256.privateKey, keyId: keys.RS256.kid, scopes: 'read', subject: 'alice@example.com', ...changes };
}

/** A generic client credentials credential. */
export function genericClientCredentials({ sandbox }: World, changes: Record<string, unknown> = {}): Record<string, unknown> {
	const { issuer, apiUrl, clients } = sandbox.oauth2;
	return { endpointMode: 'discovery', issuer, resource: apiUrl, apiHosts: new URL(apiUrl).host, clientAuthentication: 'basic', ...clients.service, scopes: 'read', ...changes };
}

/** Offers it, as a published trigger does. */
export async function registerGeneric(world: World, raw: Record<string, unknown>): Promise<Connection> {
	await world.control('POST', 'redirect-uris', { uri: `${PORTAL_URL}/oauth2/callback`, provider: 'oauth2' });
	const settings = readConnectionSettings(GENERIC_USER_LOGIN, raw);
	await registerConnection(world.vault, { owner, credentialId: 'credential-2', settings, portalUrl: PORTAL_URL, resolveEndpoints });
	return await openConnection(world.vault, settings);
}

interface SignInAs {
	person: string;
	decision?: 'allow' | 'deny';
	/** The paused run's; without one, as on My connected apps. */
	request?: StoredSignInRequest;
}

/** A person signs in for themselves, or follows the link of a paused run, and the portal's callback does what it does. */
export async function signInAs(world: World, connection: Connection, { person, decision, request }: SignInAs): Promise<void> {
	const browserHash = sha256(randomBytes(16).toString('hex'));
	if (request !== undefined) await world.vault.requests.bindBrowser(request.id, browserHash);
	const { redirectUri } = connection.registration;
	const { email, ...account } = world.user(person);
	const { authorizeUrl } = await world.start(connection, request?.userKey ?? userKey(email), { browserHash, ...(request && { purpose: 'request', requestId: request.id }) });
	// The address does not tell the redirect URI where the request was pushed.
	const { searchParams: query } = await new Browser().signIn(authorizeUrl, account, decision, redirectUri);
	const state = query.get('state') ?? '';
	const transaction = await takeTransaction(world.vault, connection, state, redirectUri, () => browserHash);
	try {
		await completeSignIn(world.vault, connection, { transaction, state, query, fetch: plainFetch });
	} catch (error) {
		if (request === undefined || !(await failSignInRequest(world.vault, request.id, error))) throw error;
	}
}
