import { LEASE_MS } from '../../../../lib/connections/refreshGrant';
import { statusOf } from '../../../../lib/connections';
import { alice } from '../support/world';
import { asking, type FaultWorld } from './faultWorld';
import { useActors, type StopPoint } from './processes/actors';

export function describeKilled(world: FaultWorld): void {
	describe('S19 a process that is killed in mid-refresh', () => {
		const startActor = useActors();

		/** A real process takes the one user's refresh up to `point`, and dies there. */
		async function killedAt(point: StopPoint, rotation: boolean) {
			await world.control('POST', 'settings', { rotation });
			const signedIn = await world.expired();
			const before = await world.storedPair(signedIn.key);
			const actor = await startActor({ backend: world.place.backend, raw: world.raw() });
			const { pair } = await actor.stopAt(point, alice);
			await actor.kill();
			// Another process, as after a restart.
			const next = world.engine(await world.open());
			return { ...signedIn, before, pair, ask: async () => await next.accessTokenFor(signedIn.connection, alice, asking) };
		}

		it.each(['leased', 'beforePost'] as const)('"%s": the next process waits for the end of the lease, then refreshes, and nobody notices', async (point) => {
			const { connection, key, before, ask } = await killedAt(point, true);
			const left = (await world.vault.grants.find(key))!;
			expect(left).toMatchObject({ state: 'active', version: 1, refreshStartedVersion: point === 'leased' ? undefined : 1 });
			expect(statusOf(connection.registration.policy, left, false)).toBe('refreshPending');
			expect(await world.storedPair(key)).toBe(before);
			const asked = ask();
			await new Promise((resolve) => setTimeout(resolve, 150));
			expect(await world.refreshes()).toBe(0);
			world.advance(LEASE_MS);
			const { accessToken, tokenHash } = await asked;
			expect(await world.refreshes()).toBe(1);
			expect(await world.actsAs(accessToken)).toBe(alice);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 2, accessTokenHash: tokenHash, refreshStartedVersion: undefined });
		});

		it('"answered", single-use refresh tokens: reported as an interrupted rotation, and the person is asked once more', async () => {
			const { connection, key, before, pair, ask } = await killedAt('answered', true);
			expect(pair).toMatch(/^\S{43} \S{43}$/);
			// Nothing of the lost answer is in the row: still the pair that came with the sign-in.
			expect(await world.storedPair(key)).toBe(before);
			world.advance(LEASE_MS);
			await expect(ask()).rejects.toMatchObject({ code: 'rotationInterrupted', details: { user: alice, app: 'Salesforce' } });
			const ended = (await world.vault.grants.find(key))!;
			expect(ended).toMatchObject({ state: 'ended', endReason: 'rotationInterrupted', sealedTokens: undefined });
			expect(statusOf(connection.registration.policy, ended, false)).toBe('needsSignIn');
			expect((await world.audited())[0]).toBe('refused: The renewal was interrupted; a new sign-in is needed');
			expect((await world.tokenCalls('refresh_token')).map(({ status }) => status)).toEqual([200, 400]);
			// And again, without asking the provider.
			await expect(ask()).rejects.toMatchObject({ code: 'rotationInterrupted' });
			expect(await world.refreshes()).toBe(2);
			await world.signIn(connection, 'alice');
			expect(await world.actsAs((await ask()).accessToken)).toBe(alice);
		});

		it('"answered", reusable refresh tokens: the next process refreshes, and nobody notices', async () => {
			const { key, before, pair, ask } = await killedAt('answered', false);
			expect(pair).toMatch(/^\S{43} kept$/);
			expect(await world.storedPair(key)).toBe(before);
			world.advance(LEASE_MS);
			expect(await world.actsAs((await ask()).accessToken)).toBe(alice);
			expect(await world.refreshes()).toBe(2);
			const [access, refresh] = (await world.storedPair(key)).split(' ');
			expect([access, refresh]).toEqual([expect.not.stringContaining(pair!.split(' ')[0]!), before.split(' ')[1]]);
		});

		it.each([true, false])('"committed" (single-use refresh tokens: %s): the next process uses what was stored at once, and does not refresh', async (rotation) => {
			const { key, before, pair, ask } = await killedAt('committed', rotation);
			const stored = await world.storedPair(key);
			expect(stored).toBe(rotation ? pair : pair!.replace('kept', before.split(' ')[1]!));
			// No waiting for a lease: the commit has given it back.
			const { accessToken, tokenHash } = await ask();
			expect(tokenHash).toBe(stored.split(' ')[0]);
			expect(await world.actsAs(accessToken)).toBe(alice);
			expect(await world.refreshes()).toBe(1);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 2, refreshStartedVersion: undefined, leaseOwner: undefined });
		});

		it('at moments that nobody chose: what is stored belongs together, and the person goes on or is told why not', async () => {
			await world.control('POST', 'settings', { refreshHoldMs: 0 });
			const { connection, key } = await world.expired();
			let movedMs = 0;
			for (const afterMs of [2, 14, 26]) {
				const victim = await startActor({ backend: world.place.backend, raw: world.raw(), clockOffsetMs: movedMs });
				void victim.run({ users: [alice] });
				await new Promise((resolve) => setTimeout(resolve, afterMs));
				await victim.kill();
				world.advance(LEASE_MS);
				movedMs += LEASE_MS;
				await world.storedPair(key);
				const outcome = await world
					.engine(await world.open())
					.accessTokenFor(connection, alice, asking)
					.then(async ({ accessToken }) => await world.actsAs(accessToken), ({ code }: { code: string }) => code);
				expect([alice, 'rotationInterrupted']).toContain(outcome);
				if (outcome !== alice) await world.signIn(connection, 'alice');
				await world.vault.grants.expireAccessToken(key, (await world.vault.grants.find(key))!.version);
				await world.control('POST', 'expire-access-tokens', { user: 'alice' });
			}
		}, 30_000);
	});
}
