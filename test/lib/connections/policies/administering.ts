import { deleteConnection, disconnectAll, reauthorize, type Connection } from '../../../../lib/connections';
import type { UserKey } from '../../../../lib/types';
import { request } from '../../vault/contract/samples';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, useWorld } from '../support/world';

const admin = 'admin@example.com' as UserKey;
/** More than are read at once, and not a multiple of it. */
const MANY_PEOPLE = 230;
const MANY_WAITING = 1_003;

export function describeAdministering(makePlace: MakePlace): void {
	describe('what an administrator ends', () => {
		const world = useWorld(makePlace);
		async function events(): Promise<Record<string, unknown>[]> {
			const told = await world.vault.outbox.lease('workflow-1:node-1', 'test', 60_000, 10_000);
			for (const { eventId } of told) await world.vault.outbox.markEmitted(eventId);
			return told.map(({ type, payload }) => ({ type, ...payload }));
		}
		async function crowd(connection: Connection): Promise<UserKey[]> {
			await world.signIn(connection, 'alice');
			const { account } = (await world.vault.grants.find({ connectionId: connection.id, userKey: alice }))!;
			const people = Array.from({ length: MANY_PEOPLE }, (_, index) => `person-${index}@example.com` as UserKey);
			for (const userKey of people) await world.vault.grants.save({ connectionId: connection.id, userKey }, { accessToken: `t-${userKey}`, tokenType: 'bearer', scopes: [] }, account, { revokeReplaced: false });
			await events();
			return [alice, ...people];
		}

		it('by a new sign-in for everybody is told to each person once, whoever has it no more is left alone', async () => {
			const connection = await world.register();
			const people = await crowd(connection);
			await disconnectAll(world.vault, [connection], alice);
			await events();
			expect(await reauthorize(world.vault, connection, admin)).toBe(MANY_PEOPLE);
			const told = await events();
			expect(told[0]).toEqual({ type: 'needsSignIn', user: expect.any(String), app: 'Salesforce', connectionName: 'salesforce', status: 'needsSignIn', reason: 'reauthorize', portalAddress: connection.registration.portalUrl });
			expect(told.map(({ type, user }) => `${String(type)} ${String(user)}`).sort()).toEqual(people.slice(1).map((user) => `needsSignIn ${user}`).sort());
			expect(await world.vault.audit.listByUser(people[1]!, 1)).toMatchObject([{ type: 'administered', actor: admin, connectionId: connection.id, detail: 'Must sign in again' }]);
			// What it came to is the newest entry, whatever the number of people.
			expect(await world.vault.audit.listByConnections([connection.id], 1)).toMatchObject([{ type: 'administered', actor: admin, userKey: undefined, detail: `Everybody must sign in again; sign-ins that ended: ${MANY_PEOPLE}` }]);
			expect(await reauthorize(world.vault, connection, admin)).toBe(0);
			expect(await events()).toEqual([]);
		});

		it('by deleting a connection is told to each person as by whom it was ended', async () => {
			const connection = await world.register();
			const people = await crowd(connection);
			expect(await deleteConnection(world.vault, connection, admin)).toBe(people.length);
			expect((await events()).map(({ type, user }) => `${String(type)} ${String(user)}`).sort()).toEqual(people.map((user) => `disconnected ${user}`).sort());
			expect(await world.vault.audit.listByUser(alice, 1)).toMatchObject([{ type: 'disconnected', actor: admin, connectionId: connection.id }]);
			expect(await world.vault.grants.countActive(connection.id)).toBe(0);
		});

		it('by deleting a connection are all that wait for it, however many, and nobody who waits for another', async () => {
			const [connection, other] = [await world.register(), await world.register({ connectionName: 'other' })];
			const { requests } = world.vault;
			for (let index = 0; index < MANY_WAITING; index++) await requests.open(request({ executionId: `e${index}`, connectionId: connection.id, userKey: index % 2 === 0 ? alice : bob }), MANY_WAITING);
			await requests.open(request({ executionId: 'other', connectionId: other.id }), MANY_WAITING);
			await deleteConnection(world.vault, connection, admin);
			expect(await requests.countOpen([connection.id, other.id])).toEqual([{ connectionId: other.id, waiting: 1 }]);
			const [last] = await requests.listForExecution(`e${MANY_WAITING - 1}`);
			expect(last).toMatchObject({ state: 'completed', failureCode: 'connectionInactive' });
			expect(await world.vault.audit.listByConnections([connection.id], 1)).toMatchObject([{ detail: `Connection deleted; sign-ins that ended: 0, that were waited for: ${MANY_WAITING}` }]);
		}, 60_000);
	});
}
