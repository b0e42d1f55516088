// Against a real authorization server that insists: PKCE, pushed requests, signed clients, bound tokens, resources.
import { calculateJwkThumbprint, decodeJwt } from 'jose';

import { buildAuthorizeUrl, buildClient, classifyAnswer, createDpopKey, createEndpointResolver, dpopProof, exchangeCode, exchangeToken, fetchUserInfo, introspectToken, newTransactionSecrets, probeClient, refreshTokens, requestClientCredentials, requestWithAssertion, revokeTokens, signAssertion, verifyIdToken } from '../../../lib/oauth';
import type { Fetch, OAuthClientSettings, OAuthEndpoints, SigningAlgorithm, SigningKey, TokenSet } from '../../../lib/types';
import { Browser } from '../../sandbox/browser';
import { openLoopback } from '../../sandbox/loopback';
import type { OAuth2Sandbox } from '../../sandbox/oauth2/start';
import { useSandbox } from '../connections/support/sandboxControl';
import { ecPem, rsaPem } from './keys';
import { plainFetch, REDIRECT_URI } from './support';

const ALGORITHMS = ['RS256', 'PS256', 'ES256'] as const;

describe('a strict authorization server', () => {
	const played = useSandbox([REDIRECT_URI]);
	let oauth2: OAuth2Sandbox;
	let endpoints: OAuthEndpoints;
	let sent: Array<{ url: string; headers: Record<string, string>; body: URLSearchParams }>;
	const fetch: Fetch = async (url, init) => {
		sent.push({ url, headers: init.headers ?? {}, body: new URLSearchParams(String(init.body ?? '')) });
		return await plainFetch(url, init);
	};
	beforeEach(async () => {
		await played.control('DELETE', 'settings');
		({ oauth2 } = played.sandbox);
		endpoints = await createEndpointResolver()({ issuer: oauth2.issuer, known: {} }, plainFetch);
		sent = [];
	});

	const basic = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }): OAuthClientSettings => ({ clientId, clientSecret, clientAuthentication: 'basic' });
	const keyOf = (algorithm: SigningAlgorithm): SigningKey => {
		const { privateKey, kid } = oauth2.clients.privateKeyJwt.keys[algorithm];
		return { privateKey, keyId: kid, algorithm };
	};
	const signing = (signingKey: SigningKey): OAuthClientSettings => ({ clientId: oauth2.clients.privateKeyJwt.clientId, clientAuthentication: 'privateKeyJwt', signingKey });
	const reading = () => ({ nowMs: Date.now() });

	interface Wishes {
		scopes?: string[];
		changes?: Partial<OAuthEndpoints>;
		dpopKey?: string;
		extra?: Record<string, string>;
	}

	async function signIn(settings: OAuthClientSettings, { scopes = ['openid', 'email', 'read'], changes = {}, dpopKey, extra }: Wishes = {}) {
		const at = { ...endpoints, ...changes };
		const client = await buildClient(at, settings, { fetch });
		const secrets = newTransactionSecrets();
		const url = await buildAuthorizeUrl(client, at, { redirectUri: REDIRECT_URI, scopes, secrets, dpopKey, extra });
		const back = await new Browser().signIn(url.href, played.user('alice'), 'allow', REDIRECT_URI);
		const exchanged = await exchangeCode(client, { redirectUri: REDIRECT_URI, query: back.searchParams, state: secrets.state, codeVerifier: secrets.codeVerifier, resource: at.resource, dpopKey, reading: { ...reading(), requestedScopes: scopes } });
		return { ...exchanged, client, secrets, url, at };
	}

	/** Who the API takes the bearer for. */
	async function me(tokens: TokenSet): Promise<Record<string, unknown>> {
		const proof = tokens.dpopKey === undefined ? undefined : await dpopProof(tokens.dpopKey, { method: 'get', url: `${oauth2.apiUrl}/me?a=1#b`, accessToken: tokens.accessToken });
		const response = await plainFetch(`${oauth2.apiUrl}/me?a=1`, { method: 'GET', headers: { authorization: `${proof === undefined ? 'Bearer' : 'DPoP'} ${tokens.accessToken}`, ...(proof !== undefined && { dpop: proof }) } });
		return { status: response.status, ...((await response.json()) as object) };
	}

	it('tells its endpoints', () => {
		expect(endpoints).toMatchObject({ issuer: oauth2.issuer, tokenUrl: oauth2.tokenUrl, authorizationUrl: oauth2.authorizationUrl, jwksUrl: oauth2.jwksUrl, pushedAuthorizationUrl: oauth2.parUrl, userInfoUrl: oauth2.userInfoUrl, revocationUrl: oauth2.revocationUrl, introspectionUrl: oauth2.introspectionUrl, issParameterSupported: true, dpopAlgorithms: expect.arrayContaining(['ES256']) });
	});

	describe('signing in', () => {
		it.each(['basic', 'post', 'none'] as const)('with %s, pushed: the address holds nothing of the request; the person is known from ID token and userinfo', async (clientAuthentication) => {
			const chosen = { basic: basic(oauth2.clients.parRequired), post: { ...basic(oauth2.clients.confidentialPost), clientAuthentication }, none: { clientId: oauth2.clients.public.clientId, clientAuthentication } } as const;
			const { tokens, idToken, secrets, url, client } = await signIn(chosen[clientAuthentication], { changes: { dpopAlgorithms: undefined } });
			expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
			const claims = await verifyIdToken(idToken!, { endpoints, clientId: chosen[clientAuthentication].clientId, nonce: secrets.nonce, fetch: plainFetch });
			expect(claims).toMatchObject({ email: played.user('alice').email, sub: 'user-alice' });
			expect(await fetchUserInfo(oauth2.userInfoUrl, tokens, plainFetch)).toMatchObject({ sub: 'user-alice' });
			expect(await introspectToken(client, tokens.accessToken)).toMatchObject({ active: true });
			expect(tokens).toMatchObject({ tokenType: 'bearer', scopes: ['openid', 'email', 'read'] });
		});

		it('a client that must push is refused if it does not', async () => {
			await expect(signIn(basic(oauth2.clients.parRequired), { changes: { pushedAuthorizationUrl: undefined } })).rejects.toThrow(/shows an error|request_uri|Pushed/i);
		});

		it('a pushed request that is refused tells why, and the way out', async () => {
			const client = await buildClient(endpoints, basic(oauth2.clients.parRequired), { fetch });
			await expect(buildAuthorizeUrl(client, endpoints, { redirectUri: 'https://other.example.com/', scopes: ['openid'], secrets: newTransactionSecrets() })).rejects.toMatchObject({ code: 'providerError', details: { advice: expect.stringMatching(/redirect URI/) } });
			const wrong = await buildClient(endpoints, { ...basic(oauth2.clients.parRequired), clientSecret: 'wrong' }, { fetch });
			await expect(buildAuthorizeUrl(wrong, endpoints, { redirectUri: REDIRECT_URI, scopes: ['openid'], secrets: newTransactionSecrets() })).rejects.toMatchObject({ code: 'clientRejected' });
			await expect(buildAuthorizeUrl(client, { ...endpoints, authorizationUrl: undefined }, { redirectUri: REDIRECT_URI, scopes: [], secrets: newTransactionSecrets() })).rejects.toMatchObject({ code: 'settingInvalid', details: { field: 'authorizationUrl' } });
		});

		it.each(ALGORITHMS)('S11 with a client that signs with %s: sign-in, refresh, revocation', async (algorithm) => {
			const { tokens, client } = await signIn(signing(keyOf(algorithm)));
			const renewed = await refreshTokens(client, { ...tokens, refreshToken: tokens.refreshToken! }, reading());
			expect(renewed.accessToken).not.toBe(tokens.accessToken);
			expect(await revokeTokens(client, renewed.refreshToken!, 'refresh_token')).toBe('revoked');
			expect(classifyAnswer(await refreshTokens(client, { ...renewed, refreshToken: renewed.refreshToken! }, reading()).catch((error: unknown) => error)).kind).toBe('invalidGrant');
		});

		it('for one API: the token is for that one, also after a refresh', async () => {
			await played.control('POST', 'settings', { accessTokenFormat: 'jwt' });
			const { tokens, client, at } = await signIn(basic(oauth2.clients.confidentialBasic), { scopes: ['read'], changes: { resource: oauth2.apiUrl } });
			expect(decodeJwt(tokens.accessToken).aud).toBe(oauth2.apiUrl);
			const renewed = await refreshTokens(client, { ...tokens, refreshToken: tokens.refreshToken! }, { ...reading(), resource: at.resource });
			expect(decodeJwt(renewed.accessToken).aud).toBe(oauth2.apiUrl);
			expect(await me(renewed)).toMatchObject({ status: 200, user: 'alice', audience: oauth2.apiUrl });
		});

		it('a refresh may ask for less', async () => {
			const { tokens, client } = await signIn(basic(oauth2.clients.confidentialBasic), { scopes: ['openid', 'read', 'write'] });
			expect((await refreshTokens(client, { ...tokens, refreshToken: tokens.refreshToken! }, { ...reading(), scopes: ['read'] })).scopes).toEqual(['read']);
		});
	});

	describe('RFC 9449 tokens that are bound to a key', () => {
		it.each([false, true])('from sign-in to API, through refreshes, with a server that gives out numbers: %p', async (nonces) => {
			await played.control('POST', 'settings', { dpopNonce: nonces ? 'required' : 'off' });
			const dpopKey = (await createDpopKey(endpoints.dpopAlgorithms!))!;
			const { tokens, client, secrets, at } = await signIn(basic(oauth2.clients.dpopBound), { dpopKey });
			expect(tokens).toMatchObject({ tokenType: 'dpop', dpopKey });
			expect(sent.find(({ url }) => url === at.pushedAuthorizationUrl)!.body.get('dpop_jkt')).toBe(await calculateJwkThumbprint(JSON.parse(dpopKey)));
			expect(sent.filter(({ body }) => body.get('grant_type') === 'authorization_code')).toHaveLength(nonces ? 2 : 1);
			expect(await me(tokens)).toMatchObject({ status: 200, user: 'alice', tokenType: 'DPoP' });
			expect(await fetchUserInfo(oauth2.userInfoUrl, tokens, plainFetch)).toMatchObject({ sub: 'user-alice' });
			const renewed = await refreshTokens(client, { ...tokens, refreshToken: tokens.refreshToken! }, reading());
			expect(renewed).toMatchObject({ tokenType: 'dpop', dpopKey });
			expect(await me(renewed)).toMatchObject({ status: 200, user: 'alice' });
			expect(JSON.stringify([secrets, sent])).not.toContain((JSON.parse(dpopKey) as { d: string }).d);
		});

		it('S21 are not taken for what they are not: the key alone, the token alone, another key', async () => {
			const dpopKey = (await createDpopKey(['ES256']))!;
			const { tokens } = await signIn(basic(oauth2.clients.dpopBound), { dpopKey });
			expect(await me({ ...tokens, dpopKey: undefined })).toMatchObject({ status: 401 });
			expect(await me({ ...tokens, dpopKey: await createDpopKey(['ES256']) })).toMatchObject({ status: 401 });
		});

		it('are not given to a sign-in without a key', async () => {
			await expect(signIn(basic(oauth2.clients.dpopBound))).rejects.toMatchObject({ name: 'ConnectedAppsError', details: { advice: expect.any(String) } });
		});

		it('a server that answers with a bearer token keeps no key', async () => {
			await played.control('POST', 'settings', { tokenType: 'Bearer' });
			const { tokens } = await signIn(basic(oauth2.clients.confidentialBasic), { dpopKey: await createDpopKey(['ES256']) });
			expect(tokens).toMatchObject({ tokenType: 'bearer' });
			expect(tokens).not.toHaveProperty('dpopKey');
		});

		it('S21 a type that is neither is refused', async () => {
			await played.control('POST', 'settings', { tokenType: 'mac' });
			await expect(signIn(basic(oauth2.clients.confidentialBasic))).rejects.toMatchObject({ code: 'tokenTypeUnsupported' });
		});

		it.each(['ES256', 'RS256', 'PS256', 'Ed25519'])('%s keys prove', async (algorithm) => {
			const dpopKey = (await createDpopKey([algorithm]))!;
			const proof = await dpopProof(dpopKey, { method: 'post', url: 'https://api.example.com/a?b#c', accessToken: 'token', nonce: 'n' });
			expect(decodeJwt(proof)).toEqual({ htm: 'POST', htu: 'https://api.example.com/a', nonce: 'n', ath: 'PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A', jti: expect.any(String), iat: expect.any(Number) });
			const header = JSON.parse(Buffer.from(proof.split('.')[0]!, 'base64url').toString()) as { jwk: object };
			expect(header).toMatchObject({ typ: 'dpop+jwt', alg: algorithm });
			for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(header.jwk).not.toHaveProperty(secret);
		});

		it('the key is of the kind that we like best, and none if the server takes none that we know', async () => {
			expect(JSON.parse((await createDpopKey(['RS256', 'PS256', 'ES256']))!)).toMatchObject({ alg: 'ES256', crv: 'P-256' });
			expect(JSON.parse((await createDpopKey(['RS512', 'RS256']))!)).toMatchObject({ alg: 'RS256' });
			expect(await createDpopKey(['HS256', 'none'])).toBeUndefined();
			expect(await createDpopKey([])).toBeUndefined();
		});

		it('S12 a key that cannot be read is not quoted', async () => {
			const error: unknown = await dpopProof('{"d":"canary', { method: 'GET', url: 'https://api.example.com/', accessToken: 't' }).catch((caught: unknown) => caught);
			expect(error).toMatchObject({ code: 'internal' });
			expect(`${String(error)} ${String((error as Error).stack)} ${String((error as Error).cause)}`).not.toContain('canary');
		});
	});

	describe('tokens without a sign-in', () => {
		it('client credentials: for the client itself, with scopes and for a resource', async () => {
			await played.control('POST', 'settings', { accessTokenFormat: 'jwt' });
			const client = await buildClient(endpoints, basic(oauth2.clients.service), { fetch });
			const tokens = await requestClientCredentials(client, { scopes: ['read', 'write'], resource: oauth2.apiUrl, reading: reading() });
			expect(tokens).toMatchObject({ tokenType: 'bearer', scopes: ['read', 'write'], expiresAtMs: expect.any(Number) });
			expect(tokens.refreshToken).toBeUndefined();
			expect(decodeJwt(tokens.accessToken).aud).toBe(oauth2.apiUrl);
			expect(await me(tokens)).toMatchObject({ status: 200, user: null, clientId: oauth2.clients.service.clientId });
		});

		it('client credentials: bound to a key', async () => {
			await played.control('POST', 'settings', { dpopNonce: 'required' });
			const client = await buildClient(endpoints, basic(oauth2.clients.service), { fetch });
			const tokens = await requestClientCredentials(client, { scopes: ['read'], reading: reading(), dpopKey: await createDpopKey(['ES256']) });
			expect(tokens).toMatchObject({ tokenType: 'dpop' });
			expect(await me(tokens)).toMatchObject({ status: 200 });
		});

		it.each([
			['an unknown scope', { scopes: ['nonsense'] }, 'invalid_scope', /scopes/],
			['an unknown resource', { scopes: ['read'], resource: 'https://other.example.com' }, 'invalid_target', /resource/],
		])('client credentials: %s is told', async (_what, asked, oauthError, advice) => {
			const client = await buildClient(endpoints, basic(oauth2.clients.service), { fetch });
			const { error } = classifyAnswer(await requestClientCredentials(client, { ...asked, reading: reading() }).catch((caught: unknown) => caught));
			expect(error).toMatchObject({ code: 'providerError', details: { oauthError, advice: expect.stringMatching(advice) } });
		});

		it.each(ALGORITHMS)('S11 JWT bearer with %s: as the subject, and nothing but the assertion is sent', async (algorithm) => {
			const { clientId } = oauth2.clients.jwtBearer;
			const client = await buildClient(endpoints, { clientId: '', clientAuthentication: 'none' }, { fetch, anonymous: true });
			const assertion = await signAssertion(keyOf(algorithm), { issuer: clientId, subject: played.user('bob').email, audience: oauth2.tokenUrl, lifetimeSeconds: 120 });
			const tokens = await requestWithAssertion(client, assertion, { scopes: ['read'], resource: oauth2.apiUrl, reading: reading() });
			expect(await me(tokens)).toMatchObject({ status: 200, user: 'bob' });
			const [{ headers, body }] = sent as [(typeof sent)[0]];
			expect([...body.keys()].sort()).toEqual(['assertion', 'grant_type', 'resource', 'scope']);
			expect(Object.keys(headers)).not.toContain('authorization');
			// Good once.
			expect(classifyAnswer(await requestWithAssertion(client, assertion, { scopes: [], reading: reading() }).catch((error: unknown) => error)).kind).toBe('invalidGrant');
		});

		it('JWT bearer: a client may authenticate itself besides', async () => {
			const settings = signing(keyOf('PS256'));
			const client = await buildClient(endpoints, settings, { fetch });
			const assertion = await signAssertion(keyOf('PS256'), { issuer: settings.clientId, subject: played.user('alice').email, audience: oauth2.issuer, lifetimeSeconds: 60 });
			expect(await me(await requestWithAssertion(client, assertion, { scopes: ['read'], reading: reading() }))).toMatchObject({ user: 'alice' });
			expect(sent.at(-1)!.body.has('client_assertion')).toBe(true);
		});

		it.each([
			['for another server', { audience: 'https://evil.example' }],
			['for too long', { lifetimeSeconds: 3_600 }],
			['of nobody', { subject: 'nobody@example.com' }],
			['of another client', { issuer: 'another' }],
		])('JWT bearer: an assertion %s is refused', async (_what, changes) => {
			const client = await buildClient(endpoints, { clientId: oauth2.clients.jwtBearer.clientId, clientAuthentication: 'none' }, { fetch });
			const assertion = await signAssertion(keyOf('RS256'), { issuer: oauth2.clients.jwtBearer.clientId, subject: played.user('bob').email, audience: oauth2.tokenUrl, lifetimeSeconds: 120, ...changes });
			const error: unknown = await requestWithAssertion(client, assertion, { scopes: ['read'], reading: reading() }).catch((caught: unknown) => caught);
			expect(classifyAnswer(error)).toMatchObject({ kind: 'invalidGrant', error: { details: { oauthError: 'invalid_grant', advice: expect.any(String) } } });
		});

		it('RFC 8693: somebody’s token becomes one for the API', async () => {
			const { tokens: theirs } = await signIn(basic(oauth2.clients.confidentialBasic), { scopes: ['openid'] });
			const client = await buildClient(endpoints, basic(oauth2.clients.tokenExchange), { fetch });
			const tokens = await exchangeToken(client, { style: 'tokenExchange', subjectToken: theirs.accessToken, scopes: ['read'], resource: oauth2.apiUrl, reading: reading() });
			expect(await me(tokens)).toMatchObject({ status: 200, user: 'alice', clientId: oauth2.clients.tokenExchange.clientId });
			const error: unknown = await exchangeToken(client, { style: 'tokenExchange', subjectToken: 'nonsense', scopes: ['read'], reading: reading() }).catch((caught: unknown) => caught);
			expect(classifyAnswer(error)).toMatchObject({ kind: 'other', error: { details: { oauthError: 'invalid_request' } } });
		});
	});

	describe('the credential test', () => {
		const probe = async (settings: OAuthClientSettings, changes: Partial<OAuthEndpoints> = {}) => await probeClient(await buildClient({ ...endpoints, ...changes }, settings, { fetch }), 'https://localhost/');

		it('knows a right client, however it authenticates and whatever it must do', async () => {
			await played.control('POST', 'settings', { dpopNonce: 'required' });
			const { confidentialBasic, confidentialPost, parRequired, dpopBound, public: open } = oauth2.clients;
			const right: OAuthClientSettings[] = [basic(confidentialBasic), { ...basic(confidentialPost), clientAuthentication: 'post' }, basic(parRequired), basic(dpopBound), { ...open, clientAuthentication: 'none' }, ...ALGORITHMS.map((algorithm) => signing(keyOf(algorithm)))];
			for (const settings of right) expect([settings.clientId, await probe(settings)]).toEqual([settings.clientId, undefined]);
		});

		it.each<[string, (clients: OAuth2Sandbox['clients']) => OAuthClientSettings, string]>([
			['a wrong secret', ({ confidentialBasic }) => ({ ...basic(confidentialBasic), clientSecret: 'wrong' }), 'clientSecret'],
			['a secret that is not sent', ({ confidentialBasic }) => ({ clientId: confidentialBasic.clientId, clientAuthentication: 'none' }), 'clientId'],
			['a key that is not registered', () => signing({ privateKey: rsaPem, algorithm: 'RS256' }), 'privateKey'],
			['another key under a registered name', () => signing({ ...keyOf('ES256'), privateKey: ecPem }), 'privateKey'],
			['an unknown client with a key', () => ({ ...signing(keyOf('ES256')), clientId: 'unknown' }), 'privateKey'],
			['an unknown public client', () => ({ clientId: 'unknown', clientAuthentication: 'none' }), 'clientId'],
		])('tells %s', async (_what, settings, field) => {
			expect(await probe(settings(oauth2.clients))).toMatchObject({ code: 'clientRejected', message: expect.stringContaining(new URL(oauth2.tokenUrl).host), details: { field, advice: expect.any(String) } });
		});

		it('tells an address where nothing is, and a host that does not answer', async () => {
			expect(await probe(basic(oauth2.clients.confidentialBasic), { tokenUrl: `${oauth2.issuer}/nothing` })).toMatchObject({ code: 'providerUnavailable', message: expect.stringContaining('404'), details: { advice: expect.stringMatching(/address of the provider/) } });
			const gone = await openLoopback(0);
			await gone.close();
			expect(await probe(basic(oauth2.clients.confidentialBasic), { tokenUrl: `${gone.url}/token` })).toMatchObject({ code: 'providerUnavailable', message: expect.stringMatching(/^127\.0\.0\.1:\d+ could not be reached \(connect ECONNREFUSED/), details: { advice: expect.stringMatching(/Nothing answers/) } });
		});
	});
});
