import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../../lib/clock';
import { createTokenEngine, keepUp, statusOf, UseRecorder, type Connection } from '../../../../lib/connections';
import { userKey } from '../../../../lib/identity';
import type { Fetch, UserKey } from '../../../../lib/types';
import type { StoredGrant } from '../../../../lib/vault';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, use, useWorld } from '../support/world';

const noFetch: Fetch = async () => await Promise.reject(new Error('nobody is to be asked'));
const asking = { fetch: noFetch, use };

export function describeClocks(makePlace: MakePlace): void {
	describe('the admin’s clocks', () => {
		let offsetMs = 0;
		let recorders: UseRecorder[] = [];
		beforeEach(() => {
			offsetMs = 0;
			recorders = [];
		});
		// Before the vault is closed, hence before the world.
		afterEach(async () => {
			for (const recorder of recorders) await recorder.stop();
		});
		const world = useWorld(makePlace);
		const advance = (ms: number) => {
			offsetMs += ms;
			world.advance(ms);
		};
		function engineAndUses() {
			const uses = new UseRecorder(world.vault, (error) => {
				throw error;
			});
			recorders.push(uses);
			return { uses, engine: createTokenEngine({ vault: world.vault, clock: { nowMs: () => Date.now() + offsetMs }, uses, leaseOwner: 'clocks' }) };
		}
		/** A grant whose access token outlives every test. */
		async function connected(connection: Connection, user: UserKey = alice): Promise<StoredGrant> {
			const nowMs = await world.vault.nowMs();
			return await world.vault.grants.save({ connectionId: connection.id, userKey: user }, { accessToken: `access of ${user}`, refreshToken: `refresh of ${user}`, tokenType: 'bearer', expiresAtMs: nowMs + 5_000 * DAY_MS, scopes: ['openid', 'refresh_token', 'api'] }, { subject: `org/${user}`, tenant: 'org', username: user, email: user, emailVerified: true }, { revokeReplaced: true });
		}
		/** A flow uses it, and the use is written. */
		async function used(connection: Connection, user: UserKey = alice): Promise<void> {
			const { engine, uses } = engineAndUses();
			await engine.accessTokenFor(connection, user, asking);
			await uses.flush();
			await world.vault.nowMs();
		}
		const rowOf = async (connection: Connection, user: UserKey = alice) => (await world.vault.grants.find({ connectionId: connection.id, userKey: user }))!;
		async function told(): Promise<Record<string, unknown>[]> {
			const events = await world.vault.outbox.lease('workflow-1:node-1', 'test', 60_000, 1_000);
			for (const { eventId } of events) await world.vault.outbox.markEmitted(eventId);
			return events.filter(({ type }) => type === 'expiringSoon').map(({ payload }) => payload);
		}
		const audited = async (user: UserKey = alice) => (await world.vault.audit.listByUser(user, 10)).map(({ type }) => type);

		it('idle slides with every use, and the absolute one does not', async () => {
			const connection = await world.register({ idleLifetimeDays: 2, absoluteLifetimeDays: 7 });
			await connected(connection);
			const { engine, uses } = engineAndUses();
			for (let day = 1.5; day < 7; day += 1.5) {
				advance(1.5 * DAY_MS);
				await engine.accessTokenFor(connection, alice, asking);
				await uses.flush();
			}
			// Six days; used a moment ago.
			advance(DAY_MS + 1_000);
			await expect(engine.accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await rowOf(connection)).toMatchObject({ state: 'ended', endReason: 'expiredAbsolute' });

			await connected(connection, bob);
			advance(2 * DAY_MS + 1_000);
			await expect(engine.accessTokenFor(connection, bob, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await rowOf(connection, bob)).toMatchObject({ endReason: 'expiredIdle' });
		});

		it('idle slides with uses that are written in batches, too', async () => {
			const connection = await world.register({ idleLifetimeDays: 2 });
			const { connectedAtMs } = await connected(connection);
			const { engine, uses } = engineAndUses();
			await engine.accessTokenFor(connection, alice, asking);
			await uses.flush();
			const first = await rowOf(connection);
			advance(9 * SECOND_MS);
			for (let times = 0; times < 3; times++) await engine.accessTokenFor(connection, alice, asking);
			expect(await rowOf(connection)).toMatchObject({ useCount: 1 });
			await uses.stop();
			const batched = await rowOf(connection);
			expect(batched).toMatchObject({ useCount: 4, lastUse: use, version: 1 });
			expect(batched.lastUsedAtMs - first.lastUsedAtMs).toBeGreaterThanOrEqual(9 * SECOND_MS);
			// Past what the first use gave, before what the last one gives.
			advance(2 * DAY_MS - (batched.lastUsedAtMs - connectedAtMs) + 5 * SECOND_MS);
			await expect(engine.accessTokenFor(connection, alice, asking)).resolves.toBeDefined();
		});

		it.each([
			['idle', 'idleLifetimeDays', 'expiredIdle'],
			['absolute', 'absoluteLifetimeDays', 'expiredAbsolute'],
		] as const)('a changed %s lifetime applies to existing grants at their next use, narrower and wider', async (_which, field, reason) => {
			const lifetime = (days: number) => ({ idleLifetimeDays: 0, [field]: days });
			await connected(await world.register(lifetime(30)));
			await connected(await world.register(lifetime(30)), bob);
			const { engine } = engineAndUses();
			advance(10 * DAY_MS);
			const narrowed = await world.register(lifetime(5));
			expect(statusOf(narrowed.registration.policy, await rowOf(narrowed), false)).toBe('expired');
			await expect(engine.accessTokenFor(narrowed, alice, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await rowOf(narrowed)).toMatchObject({ state: 'ended', endReason: reason });
			// Bob did nothing while it was narrow.
			const widened = await world.register(lifetime(20));
			await expect(engine.accessTokenFor(widened, bob, asking)).resolves.toBeDefined();
			// What has ended does not come back.
			await expect(engine.accessTokenFor(widened, alice, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
			const none = await world.register(lifetime(0));
			advance(3_000 * DAY_MS);
			await expect(engine.accessTokenFor(none, bob, asking)).resolves.toBeDefined();
		});

		it('upkeep ends what is past them, queues the revocation, audits it, and leaves the rest alone', async () => {
			const connection = await world.register({ idleLifetimeDays: 10 });
			await connected(connection);
			advance(6 * DAY_MS);
			await connected(connection, bob);
			advance(4 * DAY_MS + 1_000);
			expect(await keepUp(world.vault, connection)).toBe(1);
			expect(await rowOf(connection)).toMatchObject({ state: 'ended', endReason: 'expiredIdle', sealedTokens: undefined });
			expect(await world.vault.revocations.outcomeFor({ connectionId: connection.id, userKey: alice })).toBe('pending');
			expect((await world.vault.revocations.lease([connection.id], 'test', 1_000, 10)).map(({ token, userKey: user }) => [token, user])).toEqual([[`refresh of ${alice}`, alice]]);
			expect(await audited()).toEqual(['expired']);
			expect(await rowOf(connection, bob)).toMatchObject({ state: 'active', version: 1 });
			expect(await keepUp(world.vault, connection)).toBe(0);
			expect(await told()).toEqual([]);
		});

		it('an end that comes soon is told once, and anew once a use has moved it', async () => {
			const connection = await world.register({ idleLifetimeDays: 30 });
			const { lastUsedAtMs } = await connected(connection);
			advance(26 * DAY_MS);
			expect(await keepUp(world.vault, connection)).toBe(0);
			advance(1.5 * DAY_MS);
			for (let round = 0; round < 3; round++) await keepUp(world.vault, connection);
			const end = (atMs: number) => ({ user: alice, app: 'Salesforce', connectionName: 'salesforce', status: 'expiringSoon', expiresAt: new Date(atMs + 30 * DAY_MS).toISOString(), portalAddress: connection.registration.portalUrl });
			expect(await told()).toEqual([end(lastUsedAtMs)]);
			await used(connection);
			const moved = await rowOf(connection);
			expect(await keepUp(world.vault, connection)).toBe(0);
			advance(28 * DAY_MS);
			for (let round = 0; round < 3; round++) await keepUp(world.vault, connection);
			expect(await told()).toEqual([end(moved.lastUsedAtMs)]);
			advance(2 * DAY_MS + HOUR_MS);
			await keepUp(world.vault, connection);
			expect(await rowOf(connection)).toMatchObject({ endReason: 'expiredIdle' });
			expect(await told()).toEqual([]);
		});

		it('the absolute end is told once, however much the grant is used', async () => {
			const connection = await world.register({ idleLifetimeDays: 10, absoluteLifetimeDays: 20 });
			const { connectedAtMs } = await connected(connection);
			for (let day = 0; day < 19; day++) {
				await used(connection);
				await keepUp(world.vault, connection);
				advance(DAY_MS);
			}
			expect((await told()).map(({ expiresAt }) => expiresAt)).toEqual([new Date(connectedAtMs + 20 * DAY_MS).toISOString()]);
		});

		it('a short idle lifetime does not nag people who use their access all day', async () => {
			const connection = await world.register({ idleLifetimeDays: 1 });
			await connected(connection);
			for (let hour = 0; hour < 12; hour++) {
				advance(HOUR_MS);
				await used(connection);
				await keepUp(world.vault, connection);
				expect(statusOf(connection.registration.policy, await rowOf(connection), false)).toBe('connected');
			}
			expect(await told()).toEqual([]);
			advance(20 * HOUR_MS);
			await keepUp(world.vault, connection);
			expect(statusOf(connection.registration.policy, await rowOf(connection), false)).toBe('expiringSoon');
			expect(await told()).toHaveLength(1);
		});

		it('two processes that look at the same time tell it once', async () => {
			const connection = await world.register({ idleLifetimeDays: 30 });
			for (const user of [alice, bob]) await connected(connection, user);
			advance(28 * DAY_MS);
			const vaults = [world.vault, await world.open(), await world.open()];
			await Promise.all(vaults.map(async (vault) => await keepUp(vault, connection)));
			expect((await told()).map(({ user }) => user).sort()).toEqual([alice, bob]);
			advance(3 * DAY_MS);
			await Promise.all(vaults.map(async (vault) => await keepUp(vault, connection)));
			expect(await audited()).toEqual(['expired']);
		});

		it('upkeep does nothing where both are off, for however long nobody came', async () => {
			const connection = await world.register({ idleLifetimeDays: 0, absoluteLifetimeDays: 0 });
			await connected(connection);
			advance(3_000 * DAY_MS);
			const listed = jest.spyOn(world.vault.grants, 'listExpiring');
			expect(await keepUp(world.vault, connection)).toBe(0);
			expect(listed).not.toHaveBeenCalled();
			expect(await rowOf(connection)).toMatchObject({ state: 'active', version: 1 });
			expect([await told(), await audited()]).toEqual([[], []]);
		});

		it('upkeep gets through more than one batch, and those that end soon are not forgotten behind those that ended', async () => {
			const connection = await world.register({ idleLifetimeDays: 30 });
			const people = Array.from({ length: 230 }, (_, index) => userKey(`person-${index}@example.com`));
			for (const person of people) await connected(connection, person);
			advance(2 * DAY_MS);
			for (const user of [alice, bob]) await connected(connection, user);
			advance(28 * DAY_MS + 1_000);
			const rounds: number[] = [];
			do rounds.push(await keepUp(world.vault, connection));
			while (rounds.at(-1)! > 0 && rounds.length < 9);
			expect(rounds).toEqual([200, 32, 0]);
			expect(await world.vault.grants.countActive(connection.id)).toBe(2);
			expect((await told()).map(({ user }) => user).sort()).toEqual([alice, bob]);
		}, 30_000);
	});
}
