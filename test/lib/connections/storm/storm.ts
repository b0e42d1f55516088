import type { MakePlace } from '../../vault/contract/setup';
import { useActors, type Actor, type Answer } from '../faults/processes/actors';
import { useWorld } from '../support/world';

const PROCESSES = 4;

/** Needs the twenty people of crowd.ts in the sandbox. */
export function describeStorm(makePlace: MakePlace): void {
	describe('four processes at once, on single-use refresh tokens', () => {
		const world = useWorld(makePlace);
		const startActor = useActors();

		/** Signs these people in, and lets their access tokens end, for us and for the API. */
		async function expiredGrantsOf(names: readonly string[]) {
			const connection = await world.register();
			for (const name of names) {
				const { grant } = await world.signIn(connection, name);
				await world.vault.grants.expireAccessToken(grant!, grant!.version);
			}
			await world.control('POST', 'expire-access-tokens', {});
			await world.control('DELETE', 'calls');
			return connection;
		}
		const start = async (): Promise<Actor[]> => await Promise.all(Array.from({ length: PROCESSES }, async () => await startActor({ backend: world.place.backend, raw: world.raw() })));
		const replays = async () => (await world.revocations()).filter(({ reason }) => reason === 'replay');

		it('200 calls for one user are one refresh, and all of them get its token', async () => {
			const connection = await expiredGrantsOf(['alice']);
			const actors = await start();
			const asked = await Promise.all(actors.map(async (actor) => await actor.run({ users: ['alice@example.com'], times: 50 })));
			const answers = asked.flatMap(({ answers: of }) => of);
			expect(answers.filter(({ error }) => error !== undefined)).toEqual([]);
			expect(answers).toHaveLength(200);
			expect(new Set(answers.map(({ tokenHash }) => tokenHash)).size).toBe(1);
			expect((await world.tokenCalls('refresh_token')).map(({ status }) => status)).toEqual([200]);
			expect(await replays()).toEqual([]);
			const [stored] = await world.vault.grants.listByConnection(connection.id);
			expect(stored).toMatchObject({ state: 'active', version: 2, accessTokenHash: answers[0]!.tokenHash, leaseOwner: undefined, refreshStartedVersion: undefined });
		}, 30_000);

		it('400 interleaved calls of twenty users are twenty refreshes, and the API sees every call as its own user', async () => {
			const names = world.sandbox.users.map(({ name }) => name);
			expect(names).toHaveLength(20);
			const connection = await expiredGrantsOf(names);
			const actors = await start();
			const users = world.sandbox.users.map(({ email }) => email);
			const asked = await Promise.all(actors.map(async (actor, index) => await actor.run({ users: index % 2 === 0 ? users : [...users].reverse(), times: 5, useIt: true })));
			const answers = asked.flatMap(({ answers: of }) => of);
			expect(answers.filter(({ user, actedAs }) => actedAs !== user)).toEqual([]);
			expect(answers).toHaveLength(400);

			const refreshes = await world.tokenCalls('refresh_token');
			expect(refreshes.map(({ status }) => status)).toEqual(names.map(() => 200));
			expect(refreshes.map(({ user }) => user).sort()).toEqual([...names].sort());
			const apiCalls = (await world.calls()).filter(({ server }) => server === 'api');
			expect(countBy(apiCalls, ({ user, status }) => `${user} ${status}`)).toEqual(Object.fromEntries(names.map((name) => [`${name} 200`, 20])));
			expect(countBy(uniqueTokens(answers), ({ user }) => user)).toEqual(Object.fromEntries(users.map((user) => [user, 1])));
			expect(await replays()).toEqual([]);
			expect((await world.vault.grants.listByConnection(connection.id)).map(({ state, version }) => `${state} ${version}`)).toEqual(names.map(() => 'active 2'));
		}, 60_000);
	});
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
	return counts;
}

function uniqueTokens(answers: readonly Answer[]): Answer[] {
	return [...new Map(answers.map((answer) => [`${answer.user} ${answer.tokenHash}`, answer])).values()];
}
