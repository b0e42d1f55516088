// Connections of every kind of client to the strict provider, in a fresh vault, and people who sign in to them.
import { randomBytes } from 'node:crypto';

import { completeSignIn, openConnection, openSignInRequest, readConnectionSettings, readServerLoginSettings, registerConnection, takeTransaction, usersHashOf, type Connection, type ServerLoginSettings } from '../../../../lib/connections';
import { userKey } from '../../../../lib/identity';
import { authorizationHeaders } from '../../../../lib/n8n/apiAuthorization';
import type { Fetch, SignInTerms, TokenSet, UserKey } from '../../../../lib/types';
import { sha256, type StoredSignInRequest } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import type { SigningAlgorithm } from '../../../sandbox/oauth2/clients';
import type { OAuth2Sandbox } from '../../../sandbox/oauth2/start';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, owner, plainFetch, PORTAL_URL, resolveEndpoints, useWorld, type World } from '../support/world';
import type { SandboxCall } from '../support/sandboxControl';

export const USER_LOGIN = 'userLoginOAuth2Api';
export const CLIENT_CREDENTIALS = 'clientCredentialsOAuth2Api';
export const JWT_BEARER = 'jwtBearerOAuth2Api';
export const CALLBACK = `${PORTAL_URL}/oauth2/callback`;

export type Raw = Record<string, unknown>;

/** A client of the provider, as the form of a credential has it. */
export type Proof = 'basic' | 'post' | 'none' | SigningAlgorithm | 'encrypted key' | 'pushed only' | 'bound only';
export const PROOFS: readonly Proof[] = ['basic', 'post', 'none', 'RS256', 'PS256', 'ES256', 'encrypted key', 'pushed only', 'bound only'];

export interface WalkOptions {
	/** Default: the person's own address. */
	user?: UserKey;
	/** For somebody whom not every provider knows. */
	logsInAs?: { username: string; password: string };
	request?: StoredSignInRequest;
	decision?: 'allow' | 'deny';
	/** Remembers the provider's session. */
	browser?: Browser;
	fetch?: Fetch;
	/** Of the answer, on its way through the browser. */
	tamper?(query: URLSearchParams): void;
}

export interface OAuthWorld extends World {
	readonly oauth2: OAuth2Sandbox;
	clientFields(proof: Proof): Raw;
	/** What an admin enters for people's logins. */
	login(changes?: Raw, proof?: Proof): Raw;
	/** Its endpoints one by one instead of the issuer. */
	oneByOne(changes?: Raw, proof?: Proof): Raw;
	offer(raw: Raw, type?: string): Promise<Connection>;
	/** From the authorize address to the grant. */
	walk(connection: Connection, person: string, options?: WalkOptions): Promise<Awaited<ReturnType<typeof completeSignIn>> & { authorizeUrl: string }>;
	tokensOf(connection: Connection, user?: UserKey): Promise<TokenSet>;
	/** What the API says of whoever shows this token. */
	me(token: Pick<TokenSet, 'accessToken' | 'dpopKey'>): Promise<{ status: number; user?: string | null; tokenType?: string; scopes?: string[]; audience?: string | null }>;
	waiting(connection: Connection, changes?: { user?: UserKey; executionId?: string; scopes?: string[]; terms?: SignInTerms }): Promise<StoredSignInRequest>;
	clientCredentials(changes?: Raw): ServerLoginSettings;
	jwtBearer(changes?: Raw): ServerLoginSettings;
	/** Calls of the provider's servers. */
	oauthCalls(path: string): Promise<SandboxCall[]>;
	/** Tokens that the provider was asked to end, since the test began. */
	ended(): Promise<string[]>;
}

export function useOAuth(makePlace: MakePlace): OAuthWorld {
	const world = useWorld(makePlace);
	let endedBefore = 0;
	const endedEver = async () => (await world.revocations()).filter(({ reason }) => reason === 'revokeEndpoint').map(({ user }) => user ?? '');
	beforeAll(async () => {
		for (const segment of ['oauth2', 'sharepoint-online']) await world.control('POST', 'redirect-uris', { uri: `${PORTAL_URL}/${segment}/callback` });
	});
	beforeEach(async () => {
		await world.control('DELETE', 'settings');
		endedBefore = (await endedEver()).length;
	});

	const clientFields = (proof: Proof): Raw => {
		const { confidentialBasic, confidentialPost, dpopBound, parRequired, privateKeyJwt, public: open } = own.oauth2.clients;
		switch (proof) {
			case 'basic':
				return { clientAuthentication: 'basic', ...confidentialBasic };
			case 'post':
				return { clientAuthentication: 'post', ...confidentialPost };
			case 'none':
				return { clientAuthentication: 'none', ...open, connectionKey: 'canary-connection-key' };
			case 'pushed only':
				return { clientAuthentication: 'basic', ...parRequired };
			case 'bound only':
				return { clientAuthentication: 'basic', ...dpopBound };
			case 'encrypted key': {
				const { kid, privateKey, passphrase } = privateKeyJwt.encryptedKey;
				return { clientAuthentication: 'privateKeyJwt', clientId: privateKeyJwt.clientId, signingAlgorithm: 'RS256', keyId: kid, privateKey, privateKeyPassphrase: passphrase };
			}
			default: {
				const { kid, privateKey } = privateKeyJwt.keys[proof];
				return { clientAuthentication: 'privateKeyJwt', clientId: privateKeyJwt.clientId, signingAlgorithm: proof, keyId: kid, privateKey };
			}
		}
	};
	const common = (): Raw => ({ connectionName: 'any', userIdentity: 'workflow', apiHosts: own.oauth2.apiUrl, scopes: 'openid email read' });
	const keyOf = ({ clientId, keys }: OAuth2Sandbox['clients']['jwtBearer']): Raw => ({ clientId, signingAlgorithm: 'ES256', privateKey: keys.ES256.privateKey, keyId: keys.ES256.kid });

	const own: Omit<OAuthWorld, keyof World> = {
		get oauth2() {
			return world.sandbox.oauth2;
		},
		clientFields,
		login: (changes, proof = 'basic') => ({ ...common(), endpointMode: 'discovery', issuer: own.oauth2.issuer, ...clientFields(proof), ...changes }),
		oneByOne(changes, proof = 'basic') {
			const { authorizationUrl, tokenUrl, userInfoUrl, revocationUrl, jwksUrl, issuer } = own.oauth2;
			return { ...common(), endpointMode: 'single', authorizationUrl, tokenUrl, userInfoUrl, revocationUrl, jwksUrl, issuer, ...clientFields(proof), ...changes };
		},
		async offer(raw, type = USER_LOGIN) {
			const settings = readConnectionSettings(type, raw);
			await registerConnection(world.vault, { owner, credentialId: 'credential-1', settings, portalUrl: PORTAL_URL, resolveEndpoints });
			return await openConnection(world.vault, settings);
		},
		async walk(connection, person, { logsInAs = world.user(person), user = userKey(world.user(person).email), request, decision, browser = new Browser(), fetch = plainFetch, tamper } = {}) {
			const browserHash = sha256(randomBytes(16).toString('hex'));
			if (request !== undefined) await world.vault.requests.bindBrowser(request.id, browserHash);
			const { authorizeUrl } = await world.start(connection, user, { browserHash, ...(request && { purpose: 'request', requestId: request.id }) });
			const { redirectUri } = connection.registration;
			const { searchParams: query } = await browser.signIn(authorizeUrl, logsInAs, decision, redirectUri);
			const state = query.get('state') ?? '';
			tamper?.(query);
			const transaction = await takeTransaction(world.vault, connection, state, redirectUri, () => browserHash);
			return { authorizeUrl, ...(await completeSignIn(world.vault, connection, { transaction, state, query, fetch })) };
		},
		tokensOf: async (connection, user = alice) => await world.vault.grants.openTokens((await world.vault.grants.find({ connectionId: connection.id, userKey: user }))!),
		async me(token) {
			const url = `${own.oauth2.apiUrl}/me`;
			const response = await fetch(url, { headers: await authorizationHeaders(token, { method: 'GET', url }) });
			return { status: response.status, ...(response.ok && ((await response.json()) as object)) };
		},
		waiting: async (connection, { user = alice, executionId = '1', scopes = [], terms = {} } = {}) =>
			await openSignInRequest(world.vault, connection, { run: { executionId, nodeName: 'Node', runIndex: 0 }, userKey: user, workflowId: 'flow-1', workflowName: 'A flow', answer: 'none', usersHash: usersHashOf([user]), scopes, terms, resumeUrl: 'http://127.0.0.1:9/webhook-waiting/1?signature=canary', expiresInMs: 0 }),
		clientCredentials: (changes) => readServerLoginSettings(CLIENT_CREDENTIALS, { issuer: own.oauth2.issuer, apiHosts: own.oauth2.apiUrl, clientAuthentication: 'basic', ...own.oauth2.clients.service, scopes: 'read', ...changes }),
		jwtBearer: (changes) => readServerLoginSettings(JWT_BEARER, { issuer: own.oauth2.issuer, apiHosts: own.oauth2.apiUrl, clientAuthentication: 'none', ...keyOf(own.oauth2.clients.jwtBearer), scopes: 'read', subject: 'alice@example.com', ...changes }),
		oauthCalls: async (path) => (await world.calls()).filter((call) => call.server === 'oauth' && call.path === path),
		ended: async () => (await endedEver()).slice(endedBefore),
	};
	// Getters stay getters.
	return Object.defineProperties(Object.create(world) as object, Object.getOwnPropertyDescriptors(own)) as OAuthWorld;
}
