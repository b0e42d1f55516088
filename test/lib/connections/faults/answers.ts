import { LEASE_MS } from '../../../../lib/connections/refreshGrant';
import { TOKEN_REQUEST_TIMEOUT_MS } from '../../../../lib/oauth/client';
import type { Fetch } from '../../../../lib/types';
import { alice, use } from '../support/world';
import { asking, type FaultWorld } from './faultWorld';

export function describeAnswers(world: FaultWorld): void {
	describe('an authorization server that answers badly, late or not at all', () => {
		afterEach(() => jest.restoreAllMocks());

		it('an answer that was dropped after a rotation is told as such at the next try, and the person is asked once more', async () => {
			const { connection, key } = await world.expired();
			const engine = world.engine();
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'dropAfterCommit' });
			await expect(engine.accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'providerUnavailable' });
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 1, refreshStartedVersion: 1, leaseOwner: undefined });
			world.advance(3_000);
			await expect(engine.accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'rotationInterrupted' });
			expect((await world.audited())[0]).toBe('refused: The renewal was interrupted; a new sign-in is needed');
			await world.signIn(connection, 'alice');
			expect(await world.actsAs((await engine.accessTokenFor(connection, alice, asking)).accessToken)).toBe(alice);
		});

		it('an answer that was dropped where refresh tokens are reusable costs nothing but another try', async () => {
			await world.control('POST', 'settings', { rotation: false });
			const { connection, key } = await world.expired();
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'dropAfterCommit' });
			await expect(world.engine().accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'providerUnavailable' });
			world.advance(3_000);
			expect(await world.actsAs((await world.engine().accessTokenFor(connection, alice, asking)).accessToken)).toBe(alice);
			expect(await world.vault.grants.find(key)).toMatchObject({ version: 2, refreshStartedVersion: undefined, failureCount: 0 });
		});

		it('a server that hangs is left before the lease ends; meanwhile nobody else asks it', async () => {
			// Room for what lies between taking the lease and sending, and between the deadline and giving the lease back.
			expect(LEASE_MS - TOKEN_REQUEST_TIMEOUT_MS).toBeGreaterThanOrEqual(10_000);
			const { connection, key } = await world.expired();
			const timeout = AbortSignal.timeout.bind(AbortSignal);
			const deadlinesMs: number[] = [];
			jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
				deadlinesMs.push(ms);
				return timeout(ms === TOKEN_REQUEST_TIMEOUT_MS ? 300 : ms);
			});
			let underWay = 0;
			let most = 0;
			const hanging: Fetch = async (url, { signal, timeoutMs }) => {
				expect([url.endsWith('/token'), timeoutMs]).toEqual([true, TOKEN_REQUEST_TIMEOUT_MS]);
				most = Math.max(most, ++underWay);
				return await new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error)));
			};
			const engines = [world.engine(), world.engine(await world.open())];
			const asked = await Promise.allSettled(engines.map(async (engine) => await engine.accessTokenFor(connection, alice, { use, fetch: hanging })));
			expect(asked).toEqual(asked.map(() => expect.objectContaining({ status: 'rejected', reason: expect.objectContaining({ code: 'providerUnavailable' }) })));
			expect(deadlinesMs).toContain(TOKEN_REQUEST_TIMEOUT_MS);
			expect(most).toBe(1);
			// It may have been processed: that stays noted, and the lease is given back.
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', refreshStartedVersion: 1, leaseOwner: undefined, failureCount: 1 });
			jest.restoreAllMocks();
			world.advance(3_000);
			expect(await world.actsAs((await engines[1]!.accessTokenFor(connection, alice, asking)).accessToken)).toBe(alice);
		});

		it('who waits for another process that never gets ready is told so after one lease and a half, and asks nobody', async () => {
			const { connection, key } = await world.expired();
			await world.vault.grants.acquireLease(key, 'a process that renews its lease for ever', 24 * 3_600_000);
			let nowMs = 0;
			const engine = world.engineWith({
				clock: { nowMs: () => nowMs },
				wait: async (ms) => {
					nowMs += ms * 5;
				},
			});
			await expect(engine.accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'refreshInProgress', details: { retryAfterMs: LEASE_MS } });
			expect(nowMs).toBeGreaterThan(LEASE_MS);
			expect(nowMs).toBeLessThan(2 * LEASE_MS);
			expect(await world.refreshes()).toBe(0);
		});

		it.each([200, 502])('an HTML page with status %i keeps the grant, is not asked for twice, and is over when it is over', async (status) => {
			const { connection, key } = await world.expired();
			const engine = world.engine();
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'htmlError', status });
			const failed = Promise.allSettled(Array.from({ length: 10 }, async () => await engine.accessTokenFor(connection, alice, asking)));
			for (const result of await failed) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'providerUnavailable', message: expect.not.stringContaining('<') } });
			expect(await world.refreshes()).toBe(1);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 1, lastFailureCode: 'providerUnavailable' });
			world.advance(3_000);
			expect(await world.actsAs((await engine.accessTokenFor(connection, alice, asking)).accessToken)).toBe(alice);
			expect(await world.refreshes()).toBe(2);
		});

		it.each<[string, Record<string, string>, number]>([
			['with Retry-After', { 'retry-after': '5' }, 4],
			// Up to three at once and three more after each cool-down: 1 to 2 s, 2 to 4, 4 to 8, 8 to 16.
			['without a word when to come again', {}, 15],
		])('429 %s: a thousand calls of fifty runs on two processes in 20 s are a handful of requests', async (_which, headers, atMost) => {
			const { connection, key } = await world.expired();
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 429, headers, times: 1_000 });
			const engines = [world.engine(), world.engine(await world.open())];
			const codes: string[] = [];
			for (let second = 0; second < 20; second++) {
				const round = await Promise.allSettled(Array.from({ length: 50 }, async (_, index) => await engines[index % 2]!.accessTokenFor(connection, alice, asking)));
				for (const result of round) codes.push(result.status === 'rejected' ? (result.reason as { code: string }).code : 'a token');
				world.advance(1_000);
			}
			expect(codes).toEqual(Array.from({ length: 1_000 }, () => 'providerUnavailable'));
			const asked = await world.refreshes();
			expect(asked).toBeGreaterThanOrEqual(2);
			expect(asked).toBeLessThanOrEqual(atMost);
			await world.control('DELETE', 'faults');
			world.advance(300_000);
			await engines[0]!.accessTokenFor(connection, alice, asking);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 2, failureCount: 0 });
		}, 30_000);
	});
}
