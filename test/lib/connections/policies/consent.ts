import { isSignedIn, openSignInRequest, completeSignIn, takeTransaction, usersHashOf, type Connection } from '../../../../lib/connections';
import { Browser } from '../../../sandbox/browser';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, plainFetch, REDIRECT_URI, use, useWorld } from '../support/world';
import { sha256 } from '../../../../lib/vault';

const asking = { fetch: plainFetch, use };
/** What the admin chose lacks what the operation needs. */
const narrow = { scopeMode: 'custom', scopes: [] };

export function describeConsent(makePlace: MakePlace): void {
	describe('an operation that needs more than the admin chose', () => {
		const world = useWorld(makePlace);
		const scopesOf = (authorizeUrl: string) => new URL(authorizeUrl).searchParams.get('scope')!.split(' ').sort();
		const key = (connection: Connection) => ({ connectionId: connection.id, userKey: alice });
		async function waiting(connection: Connection, scopes: string[], executionId = '1') {
			const request = await openSignInRequest(world.vault, connection, { run: { executionId, nodeName: 'N', runIndex: 0 }, userKey: alice, workflowId: 'f', workflowName: 'F', answer: 'none', usersHash: usersHashOf([alice]), scopes, resumeUrl: 'http://127.0.0.1/webhook-waiting/1', expiresInMs: 0 });
			const browserHash = sha256(`browser of ${executionId}`);
			await world.vault.requests.bindBrowser(request.id, browserHash);
			return { request, state: async () => (await world.vault.requests.find(request.id))?.state, start: async () => await world.start(connection, alice, { purpose: 'request', requestId: request.id, browserHash }) };
		}
		async function complete(connection: Connection, walk: { browserHash: string }, { state, query }: { state: string; query: URLSearchParams }) {
			const transaction = await takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash);
			return await completeSignIn(world.vault, connection, { transaction, state, query, fetch: plainFetch });
		}
		/** The server grants `scope` only. */
		async function grantedOnly(walk: { authorizeUrl: string }, scope: string) {
			const narrowed = new URL(walk.authorizeUrl);
			narrowed.searchParams.set('scope', scope);
			const { searchParams: query } = await new Browser().signIn(narrowed.href, world.user('alice'));
			return { state: query.get('state')!, query };
		}

		it('S22 is told what is missing, once each, and leaves the grant alone', async () => {
			const connection = await world.register(narrow);
			const { grant } = await world.signIn(connection, 'alice');
			expect(grant!.grantedScopes.sort()).toEqual(['openid', 'refresh_token']);
			const engine = world.engine();
			await expect(engine.accessTokenFor(connection, alice, { ...asking, scopes: ['api', 'openid'] })).rejects.toMatchObject({ code: 'consentNeeded', details: { missingScopes: ['api'], user: alice } });
			const wider = await world.register({ ...narrow, additionalScopes: 'api' });
			await expect(engine.accessTokenFor(wider, alice, { ...asking, scopes: ['api'] })).rejects.toMatchObject({ code: 'consentNeeded', details: { missingScopes: ['api'] }, message: expect.not.stringMatching(/api, api/) });
			expect(await world.vault.grants.find(key(connection))).toMatchObject({ state: 'active', version: 1 });
		});

		it('asks for the connection’s scopes, those granted already, and just what is missing; then it works', async () => {
			await world.signIn(await world.register({ ...narrow, additionalScopes: 'id' }), 'alice');
			// The admin asks for less now; what the person has granted is not taken back.
			const connection = await world.register(narrow);
			const { start, state, request } = await waiting(connection, ['api']);
			expect((await world.vault.requests.find(request.id))?.scopes).toEqual(['api']);
			expect(await isSignedIn(world.vault, connection, alice)).toBe(true);
			expect(await isSignedIn(world.vault, connection, alice, { scopes: ['api'] })).toBe(false);
			const walk = await start();
			expect(scopesOf(walk.authorizeUrl)).toEqual(['api', 'id', 'openid', 'refresh_token']);
			await complete(connection, walk, await walk.back('alice'));
			expect(await state()).toBe('completed');
			const engine = world.engine();
			for (const scopes of [['api'], ['id'], []]) await expect(engine.accessTokenFor(connection, alice, { ...asking, scopes })).resolves.toBeDefined();
			expect(await isSignedIn(world.vault, connection, alice, { scopes: ['api'] })).toBe(true);
			expect(scopesOf((await world.start(connection, alice)).authorizeUrl)).toEqual(['api', 'id', 'openid', 'refresh_token']);
		});

		it('does not carry over what somebody had granted before they disconnected', async () => {
			const connection = await world.register(narrow);
			await world.signIn(await world.register({ ...narrow, additionalScopes: 'web' }), 'alice');
			await world.register(narrow);
			await world.vault.grants.end(key(connection), 'disconnected', { revoke: false });
			expect(scopesOf((await world.start(connection, alice)).authorizeUrl)).toEqual(['openid', 'refresh_token']);
		});

		it('S22 a subset of what was asked for keeps the request open and the previous grant usable', async () => {
			const connection = await world.register(narrow);
			const { grant } = await world.signIn(connection, 'alice');
			const { start, state } = await waiting(connection, ['api']);
			const walk = await start();
			await expect(complete(connection, walk, await grantedOnly(walk, 'openid refresh_token'))).rejects.toMatchObject({ code: 'consentNeeded', message: expect.stringMatching(/api/) });
			expect(await state()).toBe('open');
			const token = await world.engine().accessTokenFor(connection, alice, asking);
			expect(token.tokenHash).toBe(grant!.accessTokenHash);
			const answer = await fetch(connection.registration.endpoints.userInfoUrl!, { headers: { authorization: `Bearer ${token.accessToken}` } });
			expect(answer.status).toBe(200);
			const again = await start();
			await complete(connection, again, await again.back('alice'));
			expect(await state()).toBe('completed');
		});

		it('goes on waiting when a sign-in that began before brought less than it needs', async () => {
			const connection = await world.register(narrow);
			const walk = await world.start(connection, alice);
			const [more, plain] = [await waiting(connection, ['api'], '1'), await waiting(connection, [], '2')];
			const { grant } = await complete(connection, walk, await walk.back('alice'));
			expect(grant!.grantedScopes).not.toContain('api');
			expect([await more.state(), await plain.state()]).toEqual(['open', 'completed']);
		});

		it('is met by Connect on My connected apps as well, which asks for what the person’s flows wait for', async () => {
			const connection = await world.register(narrow);
			const requests = [await waiting(connection, ['api'], '1'), await waiting(connection, ['id'], '2')];
			const walk = await world.start(connection, alice);
			expect(scopesOf(walk.authorizeUrl)).toEqual(['api', 'id', 'openid', 'refresh_token']);
			expect(scopesOf((await world.start(connection, bob)).authorizeUrl)).toEqual(['openid', 'refresh_token']);
			await complete(connection, walk, await walk.back('alice'));
			expect(await Promise.all(requests.map(async ({ state }) => await state()))).toEqual(['completed', 'completed']);
		});

		it('S22 is asked again when a renewal brings fewer scopes, before the API sees the token', async () => {
			const connection = await world.register();
			const { grant } = await world.signIn(connection, 'alice');
			await world.vault.grants.expireAccessToken(grant!, grant!.version);
			const fewer = async () => await Promise.resolve(Response.json({ access_token: 'fewer', refresh_token: 'next', token_type: 'Bearer', scope: 'openid refresh_token' }));
			await expect(world.engine().accessTokenFor(connection, alice, { use, fetch: fewer })).rejects.toMatchObject({ code: 'consentNeeded', details: { missingScopes: ['api'] } });
			expect(await world.vault.grants.find(key(connection))).toMatchObject({ state: 'active', version: 2, grantedScopes: ['openid', 'refresh_token'] });
		});
	});
}
