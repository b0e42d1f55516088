import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import { LEASE_MS } from '../../../../lib/connections/refreshGrant';
import type { Fetch } from '../../../../lib/types';
import type { Vault } from '../../../../lib/vault';
import { alice, bob, plainFetch, use } from '../support/world';
import { asking, type FaultWorld } from './faultWorld';
import { useActors } from './processes/actors';

/** Longer than the vault waits for a lock in one attempt (5 s): the refresh has to try again. */
const LOCKED_MS = 5_600;
const BASELINE_MS = 1_500;

export function describeSqliteFaults(world: FaultWorld): void {
	describe('a file that cannot be written when a refresh has just got its answer', () => {
		const startActor = useActors();
		afterEach(() => jest.restoreAllMocks());

		it('locked by another process: the tokens are kept, and nobody waits behind the one attempt to write', async () => {
			const { connection, key } = await world.expired();
			await world.signIn(connection, 'bob');
			const { path } = world.place.backend as { path: string };
			const actor = await startActor({ backend: world.place.backend, raw: world.raw() });
			const before = await actor.run({ measure: { bystander: bob, forMs: BASELINE_MS } });
			const { pair, finished } = await actor.stopAt('answered', alice);
			const locker = new DatabaseSync(path);
			locker.exec('begin immediate');
			actor.goOn();
			const during = await actor.run({ measure: { bystander: bob, forMs: LOCKED_MS } });
			expect((await world.vault.grants.find(key))?.version).toBe(1);
			locker.exec('rollback');
			locker.close();
			expect((await finished).answers).toEqual([{ user: alice, tokenHash: pair!.split(' ')[0] }]);
			expect(await world.storedPair(key)).toBe(pair);
			expect(await world.refreshes()).toBe(1);
			expect(during.answers.filter(({ error }) => error !== undefined)).toEqual([]);
			if (process.env['CONNECTED_APPS_TEST_NUMBERS']) console.log({ before: numbersOf(before), during: numbersOf(during) });
			// It waits 5 s; how much later than before the event loop turns is measured by the numbers above, not here: other work on the machine delays it, too.
			expect(during.slowestMs).toBeLessThan(1_000);
		}, 30_000);

		/** A vault whose one connection can be given real limits, as the file system would. */
		async function limitable(): Promise<{ vault: Vault; limit(pragma: string): void }> {
			const seen = new Set<DatabaseSync>();
			const prepare = DatabaseSync.prototype.prepare;
			const spy = jest.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql: string): StatementSync {
				seen.add(this);
				return prepare.call(this, sql);
			});
			const vault = await world.open();
			spy.mockRestore();
			const [connection] = seen;
			expect(seen.size).toBe(1);
			return { vault, limit: (pragma) => connection!.exec(`pragma ${pragma}`) };
		}
		/** Answers with an access token that needs new pages in the file. */
		const largeAnswer = async (answer: Response): Promise<Response> => {
			const body = (await answer.json()) as { access_token: string };
			return Response.json({ ...body, access_token: body.access_token.padEnd(40_000, 'x') });
		};
		const LIMITS = {
			'read-only': { set: 'query_only = 1', lift: 'query_only = 0', says: /read-only/ },
			full: { set: 'max_page_count = 1', lift: 'max_page_count = 1000000', says: /disk is full/ },
		};

		it.each(['read-only', 'full'] as const)('%s for a moment: the tokens are kept', async (which) => {
			const { connection, key } = await world.expired();
			const { vault, limit } = await limitable();
			let waits = 0;
			const engine = world.engineWith({
				vault,
				wait: async () => {
					if (++waits === 3) limit(LIMITS[which].lift);
				},
			});
			const fetch: Fetch = async (url, init) => {
				const answer = await plainFetch(url, init);
				if (!url.endsWith('/token')) return answer;
				limit(LIMITS[which].set);
				return await largeAnswer(answer);
			};
			const { tokenHash } = await engine.accessTokenFor(connection, alice, { use, fetch });
			expect(waits).toBe(3);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 2, accessTokenHash: tokenHash, leaseOwner: undefined });
			expect(await world.refreshes()).toBe(1);
		});

		it.each(['read-only', 'full'] as const)('%s for longer: told as that, nothing new is handed out, the old state stays readable, and its loss is told later', async (which) => {
			const { connection, key } = await world.expired();
			const before = await world.storedPair(key);
			const { vault, limit } = await limitable();
			let nowMs = 0;
			const engine = world.engineWith({
				vault,
				clock: { nowMs: () => nowMs },
				wait: async (ms) => {
					nowMs += ms * 20;
				},
			});
			const fetch: Fetch = async (url, init) => {
				const answer = await plainFetch(url, init);
				if (!url.endsWith('/token')) return answer;
				limit(LIMITS[which].set);
				return await largeAnswer(answer);
			};
			await expect(engine.accessTokenFor(connection, alice, { use, fetch })).rejects.toMatchObject({ code: 'vaultUnavailable', message: expect.stringMatching(LIMITS[which].says), details: { advice: expect.any(String) } });
			expect(nowMs).toBeGreaterThan(60_000);
			expect(await vault.grants.find(key)).toMatchObject({ state: 'active', version: 1 });
			expect(await world.storedPair(key)).toBe(before);
			limit(LIMITS[which].lift);
			world.advance(LEASE_MS);
			await expect(engine.accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'rotationInterrupted' });
			await world.signIn(connection, 'alice');
			await expect(engine.accessTokenFor(connection, alice, asking)).resolves.toBeDefined();
		});

		it('read-only already before: no refresh token is spent', async () => {
			const { connection, key } = await world.expired();
			const { vault, limit } = await limitable();
			limit(LIMITS['read-only'].set);
			await expect(world.engine(vault).accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'vaultUnavailable' });
			expect(await world.refreshes()).toBe(0);
			limit(LIMITS['read-only'].lift);
			await delay(1);
			await world.engine(vault).accessTokenFor(connection, alice, asking);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 2 });
		});
	});
}

function numbersOf({ answers, loopDelayP99Ms, slowestMs }: { answers: unknown[]; loopDelayP99Ms?: number; slowestMs?: number }) {
	return { calls: answers.length, loopDelayP99Ms, slowestMs };
}
