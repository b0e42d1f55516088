import type { TokenEngine } from '../../../../lib/connections';
import { sha256 } from '../../../../lib/vault';
import type { MakePlace } from '../../vault/contract/setup';
import { startRefreshers } from '../processes/refreshers';
import { alice, bob, plainFetch, use, useWorld } from '../support/world';

const asking = { fetch: plainFetch, use };

export function describeConcurrency(makePlace: MakePlace): void {
	describe('tokens asked for at the same time', () => {
		const world = useWorld(makePlace);

		async function withExpiredGrant() {
			const connection = await world.register();
			const { grant } = await world.signIn(connection, 'alice');
			await world.vault.grants.expireAccessToken(grant!, grant!.version);
			await world.control('DELETE', 'calls');
			return { connection, grant: grant! };
		}
		/** The single-use refresh token went out once, nobody replayed it, and the grant lives. */
		async function expectOneRefresh(hashes: string[], count: number) {
			expect(hashes).toHaveLength(count);
			expect(new Set(hashes).size).toBe(1);
			expect((await world.tokenCalls('refresh_token')).map(({ status }) => status)).toEqual([200]);
			expect((await world.revocations()).filter(({ reason }) => reason === 'replay')).toEqual([]);
			const [stored] = (await world.vault.grants.listByUser(alice, [(await world.vault.registrations.listByOwner({ workflowId: 'workflow-1', nodeId: 'node-1' }))[0]!.id]));
			expect(stored).toMatchObject({ state: 'active', version: 2, accessTokenHash: hashes[0], leaseOwner: undefined });
		}

		it('20 calls for one user in one process share one refresh of a single-use token', async () => {
			const { connection } = await withExpiredGrant();
			const engine = world.engine();
			const tokens = await Promise.all(Array.from({ length: 20 }, async () => await engine.accessTokenFor(connection, alice, asking)));
			await expectOneRefresh(tokens.map(({ tokenHash }) => tokenHash), 20);
		});

		it.each([2, 4])('20 calls over %i engines, each with a vault of its own, share one refresh', async (count) => {
			const { connection } = await withExpiredGrant();
			const engines: TokenEngine[] = [];
			while (engines.length < count) engines.push(world.engine(await world.open()));
			const tokens = await Promise.all(Array.from({ length: 20 }, async (_, index) => await engines[index % count]!.accessTokenFor(connection, alice, asking)));
			await expectOneRefresh(tokens.map(({ tokenHash }) => tokenHash), 20);
		});

		it('20 calls in each of two real processes share one refresh', async () => {
			await withExpiredGrant();
			const refreshers = await startRefreshers({ backend: world.place.backend, raw: world.raw(), user: alice, calls: 20 }, 2);
			try {
				const answers = await refreshers.all('go');
				expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
				await expectOneRefresh(answers.flatMap(({ hashes }) => hashes), 40);
			} finally {
				await refreshers.stop();
			}
		}, 30_000);

		it('20 reactive refreshes of the same rejected token across engines are one refresh', async () => {
			const connection = await world.register();
			const { grant } = await world.signIn(connection, 'alice');
			await world.control('POST', 'expire-access-tokens', {});
			const engines = [world.engine(), world.engine(await world.open())];
			const tokens = await Promise.all(Array.from({ length: 20 }, async (_, index) => await engines[index % 2]!.accessTokenFor(connection, alice, { ...asking, rejectedTokenHash: grant!.accessTokenHash })));
			await expectOneRefresh(tokens.map(({ tokenHash }) => tokenHash), 20);
		});

		it('S27 200 interleaved calls of two users with expired tokens: every API call is answered for its own user', async () => {
			const connection = await world.register();
			for (const person of ['alice', 'bob']) {
				const { grant } = await world.signIn(connection, person);
				await world.vault.grants.expireAccessToken(grant!, grant!.version);
			}
			const engines = [world.engine(), world.engine(await world.open())];
			const companies = async (token: string) => {
				const answer = await fetch(`${world.sandbox.salesforce.instanceUrl}/services/data/v62.0/query?q=${encodeURIComponent('SELECT Name FROM Account')}`, { headers: { authorization: `Bearer ${token}` } });
				return { status: answer.status, body: (await answer.json()) as { records?: { Name: string }[] } };
			};
			async function callAs(engine: TokenEngine, user: typeof alice) {
				let token = await engine.accessTokenFor(connection, user, asking);
				let answer = await companies(token.accessToken);
				if (answer.status === 401) {
					token = await engine.accessTokenFor(connection, user, { ...asking, rejectedTokenHash: token.tokenHash });
					answer = await companies(token.accessToken);
				}
				expect(token.tokenHash).toBe(sha256(token.accessToken));
				return { user, status: answer.status, owners: [...new Set(answer.body.records?.map(({ Name }) => Name.split(' ')[0]))] };
			}
			const answers = await Promise.all(
				Array.from({ length: 200 }, async (_, index) => {
					// Tokens die under the calls, of one and of the other.
					if (index % 40 === 20) await world.control('POST', 'expire-access-tokens', { user: index % 80 === 20 ? 'alice' : 'bob' });
					return await callAs(engines[index % 3 === 0 ? 1 : 0]!, index % 2 === 0 ? alice : bob);
				}),
			);
			const of = (user: typeof alice, owner: string) => ({ user, status: 200, owners: [owner] });
			expect(answers).toEqual(answers.map(({ user }) => of(user, user === alice ? 'Alice' : 'Bob')));
			expect((await world.revocations()).filter(({ reason }) => reason === 'replay')).toEqual([]);
			const apiCalls = (await world.calls()).filter(({ server, status }) => server === 'api' && status === 200);
			expect(apiCalls.filter(({ user }) => user === 'alice')).toHaveLength(100);
			expect(apiCalls.filter(({ user }) => user === 'bob')).toHaveLength(100);
		}, 30_000);

		it('a refresh that fails fails for those who wait for it, and nobody else', async () => {
			const { connection } = await withExpiredGrant();
			await world.signIn(connection, 'bob');
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 503, times: 5 });
			const engine = world.engine();
			const results = await Promise.allSettled([alice, bob, alice, bob, alice].map(async (user) => await engine.accessTokenFor(connection, user, asking)));
			expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled', 'rejected']);
			expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
		});

		it('never has two refreshes of one grant under way, even where tokens end within the minute', async () => {
			const { connection } = await withExpiredGrant();
			let underWay = 0;
			let most = 0;
			let made = 0;
			const shortLived = async () => {
				most = Math.max(most, ++underWay);
				await new Promise((resolve) => setTimeout(resolve, 60));
				underWay--;
				return Response.json({ access_token: `short-${++made}`, refresh_token: `next-${made}`, token_type: 'Bearer', expires_in: 30, scope: 'openid refresh_token api' });
			};
			// Between storing and releasing: time enough for the next one to take the lease, and to lose it to the release.
			const add = world.vault.audit.add;
			jest.spyOn(world.vault.audit, 'add').mockImplementation(async (entry) => {
				await new Promise((resolve) => setTimeout(resolve, 40));
				await add(entry);
			});
			const engine = world.engine();
			const tokens = await Promise.all(Array.from({ length: 6 }, async () => await engine.accessTokenFor(connection, alice, { use, fetch: shortLived })));
			expect(tokens).toHaveLength(6);
			expect(most).toBe(1);
		});

		it('a lease of a process that died is taken over when it is over', async () => {
			const { connection, grant } = await withExpiredGrant();
			await world.vault.grants.acquireLease(grant, 'a process that died', 30_000);
			const waiting = world.engine().accessTokenFor(connection, alice, asking);
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(await world.tokenCalls('refresh_token')).toEqual([]);
			world.advance(30_001);
			await expect(waiting).resolves.toBeDefined();
		});
	});
}
