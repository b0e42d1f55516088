import { HOUR_MS } from '../../../../lib/clock';
import { disconnect, startSignIn, workOffRevocations, type AccessToken } from '../../../../lib/connections';
import { createUserSession, type UserSession } from '../../../../lib/n8n/userSession';
import { sha256 } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, plainFetch, use } from '../support/world';
import { PROOFS, useOAuth, type Proof } from './oauthWorld';

const request = { fetch: plainFetch, use };
/** What the provider announces is not known where the endpoints are entered one by one. */
const NEEDS_DISCOVERY: readonly Proof[] = ['pushed only', 'bound only'];

export function describeSigningIn(makePlace: MakePlace): void {
	describe('signing in to any provider', () => {
		const world = useOAuth(makePlace);
		const sessionOf = (token: AccessToken, renew: (rejectedTokenHash: string) => Promise<AccessToken>): UserSession => {
			const here = (issued: AccessToken) => ({ ...issued, apiBaseUrl: world.oauth2.apiUrl });
			const openStream = async () => await Promise.reject(new Error('no streams here'));
			return createUserSession({ activity: { accepted: false }, appName: 'App', actsAs: alice, fetch: plainFetch, openStream, isTokenRejected: async ({ status }) => await Promise.resolve(status === 401), token: here(token), renew: async (hash) => here(await renew(hash)) });
		};

		it.each([...PROOFS.map((proof) => ['discovered', proof] as const), ...PROOFS.filter((proof) => !NEEDS_DISCOVERY.includes(proof)).map((proof) => ['entered one by one', proof] as const)])(
			'endpoints %s, client %s: tokens are kept, used, renewed and ended',
			async (how, proof) => {
				const discovered = how === 'discovered';
				const connection = await world.offer(discovered ? world.login({}, proof) : world.oneByOne({}, proof));
				const { account, grant } = await world.walk(connection, 'alice');
				expect(account).toMatchObject({ subject: 'user-alice', email: 'alice@example.com', emailVerified: true });
				expect(grant).toMatchObject({ state: 'active', userKey: alice, grantedScopes: expect.arrayContaining(['read']) });
				const engine = world.engine();
				const first = await world.tokensOf(connection);
				expect(await world.me(await engine.accessTokenFor(connection, alice, request))).toMatchObject({ user: 'alice', tokenType: discovered ? 'DPoP' : 'Bearer' });

				// Refresh tokens are good once: the second renewal needs what the first has brought.
				for (let renewals = 1; renewals <= 2; renewals++) {
					world.advance(3 * HOUR_MS);
					const token = await engine.accessTokenFor(connection, alice, request);
					expect(await world.me(token)).toMatchObject({ user: 'alice' });
					expect(await world.tokenCalls('refresh_token')).toHaveLength(renewals);
				}
				const last = await world.tokensOf(connection);
				expect([last.accessToken === first.accessToken, last.refreshToken === first.refreshToken, last.dpopKey === first.dpopKey]).toEqual([false, false, true]);
				expect(last.tokenType === 'dpop').toBe(last.dpopKey !== undefined);

				expect(await disconnect(world.vault, connection, alice)).toBe(true);
				expect(await workOffRevocations(world.vault, [connection.id], 'test', plainFetch)).toBe(1);
				expect(await world.vault.revocations.outcomeFor({ connectionId: connection.id, userKey: alice })).toBe('revoked');
				expect((await world.me(last)).status).toBe(401);
			},
		);

		it('RFC 9126 where requests are pushed, the address holds the client and a reference, and nothing else', async () => {
			const connection = await world.offer(world.login({ authorizeParameters: 'ui_locales=de' }));
			const { authorizeUrl } = await world.walk(connection, 'alice');
			expect([...new URL(authorizeUrl).searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
			expect((await world.oauthCalls('/request')).map(({ status }) => status)).toEqual([201]);
		});

		it.each<[string, Record<string, unknown>, string, RegExp]>([
			['for an API that is not known', { resource: 'https://unknown.example/' }, 'providerError', /resource/],
			['by a client with a wrong secret', { clientSecret: 'wrong' }, 'clientRejected', /Client Secret/],
		])('RFC 9126 a request that is refused when it is pushed, %s, leads nowhere and tells the way out', async (_what, changes, code, advice) => {
			const connection = await world.offer(world.login(changes));
			const start = startSignIn(world.vault, connection, { purpose: 'connect', userKey: alice, browserHash: sha256('browser') }, plainFetch);
			await expect(start).rejects.toMatchObject({ code, details: { advice: expect.stringMatching(advice) } });
		});

		it('RFC 9449 an API that hands out numbers for the proofs is asked twice the first time, and once from then on', async () => {
			await world.control('POST', 'settings', { dpopNonce: 'required', apiDpopNonce: true });
			const connection = await world.offer(world.login({ scopes: 'openid email read write' }, 'bound only'));
			await world.walk(connection, 'alice');
			world.advance(3 * HOUR_MS);
			const session = sessionOf(await world.engine().accessTokenFor(connection, alice, request), async () => await Promise.reject(new Error('nothing to renew')));
			await world.control('DELETE', 'calls');
			expect((await session.call('/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"one"}' })).status).toBe(201);
			expect((await session.call('/me')).status).toBe(200);
			expect((await world.calls()).map(({ method, status }) => [method, status])).toEqual([['POST', 401], ['POST', 201], ['GET', 200]]);
		});

		it('RFC 9449 a token that is rejected is renewed once, with its key', async () => {
			const connection = await world.offer(world.login());
			await world.walk(connection, 'alice');
			const engine = world.engine();
			const token = await engine.accessTokenFor(connection, alice, request);
			await world.control('POST', 'expire-access-tokens', { provider: 'oauth2' });
			const session = sessionOf(token, async (rejectedTokenHash) => await engine.accessTokenFor(connection, alice, { ...request, rejectedTokenHash }));
			expect(await (await session.call('/me')).json()).toMatchObject({ user: 'alice', tokenType: 'DPoP' });
			expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
			expect((await world.tokensOf(connection)).dpopKey).toBe(token.dpopKey);
		});

		it('RFC 8707 S29 a connection for one API signs in, and its tokens are for that one, also when they are renewed', async () => {
			const connection = await world.offer(world.login({ resource: world.oauth2.apiUrl }));
			expect((await world.walk(connection, 'alice')).account).toMatchObject({ subject: 'user-alice', email: 'alice@example.com', emailVerified: true });
			const engine = world.engine();
			const here = { user: 'alice', audience: world.oauth2.apiUrl };
			expect(await world.me(await engine.accessTokenFor(connection, alice, request))).toMatchObject(here);
			world.advance(3 * HOUR_MS);
			expect(await world.me(await engine.accessTokenFor(connection, alice, request))).toMatchObject(here);
		});

		it('a server without refresh tokens is good for as long as its token lives; then the person is asked again', async () => {
			await world.control('POST', 'settings', { refreshTokens: 'never', accessTokenTtlSeconds: 600 });
			const connection = await world.offer(world.login());
			await world.walk(connection, 'alice');
			const engine = world.engine();
			expect(await world.me(await engine.accessTokenFor(connection, alice, request))).toMatchObject({ user: 'alice' });
			world.advance(601_000);
			await expect(engine.accessTokenFor(connection, alice, request)).rejects.toMatchObject({ code: 'authenticationNeeded' });
		});

		it('S23 a server that has no address for it is not asked to end anything, now or later', async () => {
			const connection = await world.offer(world.oneByOne({ revocationUrl: '' }));
			await world.walk(connection, 'alice');
			await expect(world.walk(connection, 'bob', { user: alice })).rejects.toMatchObject({ code: 'wrongAccount' });
			expect(await disconnect(world.vault, connection, alice)).toBe(true);
			expect(await workOffRevocations(world.vault, [connection.id], 'test', plainFetch)).toBe(0);
			expect(await world.vault.revocations.outcomeFor({ connectionId: connection.id, userKey: alice })).toBeUndefined();
		});

		describe('where the end of one token may be the end of a whole grant', () => {
			it.each([true, false])('a second sign-in ends nothing: what it brought can be renewed (same browser: %p)', async (same) => {
				const connection = await world.offer(world.login());
				const browser = new Browser();
				await world.walk(connection, 'alice', { browser });
				await world.walk(connection, 'alice', { browser: same ? browser : new Browser() });
				expect(await workOffRevocations(world.vault, [connection.id], 'test', plainFetch)).toBe(0);
				world.advance(3 * HOUR_MS);
				expect(await world.me(await world.engine().accessTokenFor(connection, alice, request))).toMatchObject({ user: 'alice' });
				expect(await world.ended()).toEqual([]);
			});

			it('a sign-in that came to nothing ends no other of the same account', async () => {
				const connection = await world.offer(world.login());
				await world.walk(connection, 'alice');
				await world.walk(connection, 'bob');
				await world.control('POST', 'forget-sessions', {});
				// Alice keeps a scope back; Bob follows a link of hers; Alice keeps the same back on My connected apps.
				await world.control('POST', 'settings', { grantsOnly: ['email'] });
				await expect(world.walk(connection, 'alice')).rejects.toMatchObject({ code: 'consentNeeded' });
				await world.control('POST', 'settings', { grantsOnly: null });
				await expect(world.walk(connection, 'bob', { user: alice })).rejects.toMatchObject({ code: 'wrongAccount' });
				expect(await world.ended()).toEqual([]);
				world.advance(3 * HOUR_MS);
				for (const [user, name] of [[alice, 'alice'], [bob, 'bob']] as const) expect(await world.me(await world.engine().accessTokenFor(connection, user, request))).toMatchObject({ user: name });
			});

			it('S23 but what nobody keeps is ended where nothing else hangs on it', async () => {
				const connection = await world.offer(world.login());
				await world.walk(connection, 'alice');
				await expect(world.walk(connection, 'bob', { user: alice })).rejects.toMatchObject({ code: 'wrongAccount' });
				expect(new Set(await world.ended())).toEqual(new Set(['bob']));
			});
		});

		describe('S4 the issuer in the answer', () => {
			const exchanges = async () => (await world.tokenCalls('authorization_code')).length;

			it.each<[string, (query: URLSearchParams) => void]>([
				['another', (query) => query.set('iss', 'https://evil.example')],
				['one that only begins like it', (query) => query.set('iss', `${query.get('iss')}/`)],
				['none, though the server announces it', (query) => query.delete('iss')],
			])('%s is refused before the code is shown to anybody', async (_what, tamper) => {
				const connection = await world.offer(world.login());
				await expect(world.walk(connection, 'alice', { tamper })).rejects.toMatchObject({ code: 'issuerMismatch' });
				expect([await exchanges(), await world.vault.grants.find({ connectionId: connection.id, userKey: alice })]).toEqual([0, undefined]);
			});

			it('none is right where none is announced; a wrong one never is', async () => {
				await world.control('POST', 'settings', { issParameter: false });
				const connection = await world.offer(world.login());
				await expect(world.walk(connection, 'alice', { tamper: (query) => query.set('iss', 'https://evil.example') })).rejects.toMatchObject({ code: 'issuerMismatch' });
				expect((await world.walk(connection, 'alice')).grant).toMatchObject({ state: 'active' });
				expect(await exchanges()).toBe(1);
			});

			it('a refusal from elsewhere is none', async () => {
				const connection = await world.offer(world.login());
				const tamper = (query: URLSearchParams) => {
					query.delete('code');
					query.set('error', 'access_denied');
					query.set('iss', 'https://evil.example');
				};
				await expect(world.walk(connection, 'alice', { tamper })).rejects.toMatchObject({ code: 'issuerMismatch' });
			});
		});
	});
}
