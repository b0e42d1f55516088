import { LEASE_MS } from '../../../../lib/connections/refreshGrant';
import { alice } from '../support/world';
import { asking, type FaultWorld } from './faultWorld';

const SKEW_MS = 300_000;

export function describeClocks(world: FaultWorld): void {
	describe('a process whose clock is five minutes off', () => {
		const skewed = (byMs: number) => world.engineWith({ clock: { nowMs: () => Date.now() + byMs } });

		it('fast and slow ones together refresh once', async () => {
			const { connection } = await world.expired();
			const engines = [skewed(SKEW_MS), skewed(-SKEW_MS), skewed(0)];
			const tokens = await Promise.all(Array.from({ length: 30 }, async (_, index) => await engines[index % 3]!.accessTokenFor(connection, alice, asking)));
			expect(new Set(tokens.map(({ tokenHash }) => tokenHash)).size).toBe(1);
			expect(await world.refreshes()).toBe(1);
		});

		it.each([SKEW_MS, -SKEW_MS])('(%i ms) respects the lease of another process to its end, and takes it then', async (byMs) => {
			const { connection, key } = await world.expired();
			await world.vault.grants.acquireLease(key, 'another process', LEASE_MS);
			const asked = skewed(byMs).accessTokenFor(connection, alice, asking);
			await new Promise((resolve) => setTimeout(resolve, 100));
			world.advance(LEASE_MS - 5_000);
			await new Promise((resolve) => setTimeout(resolve, 100));
			expect(await world.refreshes()).toBe(0);
			world.advance(5_000);
			await expect(asked).resolves.toBeDefined();
			expect(await world.refreshes()).toBe(1);
		});

		it.each([SKEW_MS, -SKEW_MS])('(%i ms) takes a token for what it is by the clock of the database', async (byMs) => {
			const { connection, key } = await world.expired();
			const nowMs = await world.vault.nowMs();
			await world.vault.grants.learnExpiry(key, 1, nowMs + 120_000);
			await skewed(byMs).accessTokenFor(connection, alice, asking);
			expect(await world.refreshes()).toBe(0);
			world.advance(61_000);
			await skewed(byMs).accessTokenFor(connection, alice, asking);
			expect(await world.refreshes()).toBe(1);
		});

		it.each([SKEW_MS, -SKEW_MS])('(%i ms) cools down as long as the server wants', async (byMs) => {
			const { connection } = await world.expired();
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 429, headers: { 'retry-after': '60' } });
			await expect(skewed(byMs).accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'providerUnavailable' });
			world.advance(59_000);
			await expect(skewed(byMs).accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'providerUnavailable' });
			expect(await world.refreshes()).toBe(1);
			world.advance(2_000);
			await expect(skewed(byMs).accessTokenFor(connection, alice, asking)).resolves.toBeDefined();
		});
	});
}
