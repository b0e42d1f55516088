import { DAY_MS } from '../../../../lib/clock';
import { disconnect, keepUp, type Connection } from '../../../../lib/connections';
import type { UserKey } from '../../../../lib/types';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, plainFetch, use, useWorld } from '../support/world';

export function describeEndedByItself(makePlace: MakePlace): void {
	describe('a sign-in that ends by itself', () => {
		const world = useWorld(makePlace);
		async function told(): Promise<Record<string, unknown>[]> {
			const events = await world.vault.outbox.lease('workflow-1:node-1', 'test', 60_000, 1_000);
			for (const { eventId } of events) await world.vault.outbox.markEmitted(eventId);
			return events.filter(({ type }) => type === 'needsSignIn').map(({ payload }) => payload);
		}
		/** The access token has ended, and the provider is asked for another. */
		async function useExpired(connection: Connection, user: UserKey = alice): Promise<unknown> {
			const key = { connectionId: connection.id, userKey: user };
			const grant = await world.vault.grants.find(key);
			if (grant !== undefined) await world.vault.grants.expireAccessToken(key, grant.version);
			return await world.engine().accessTokenFor(connection, user, { fetch: plainFetch, use }).catch((error: unknown) => error);
		}

		it('is told once where the provider does not accept it any more, with the flow that found out', async () => {
			const connection = await world.register();
			await world.signIn(connection, 'alice');
			await world.control('POST', 'revoke-grants', {});
			const answers = await Promise.all([useExpired(connection), useExpired(connection)]);
			expect(answers).toEqual([expect.objectContaining({ code: 'authenticationNeeded' }), expect.objectContaining({ code: 'authenticationNeeded' })]);
			await useExpired(connection);
			expect(await told()).toEqual([
				{ user: alice, app: 'Salesforce', connectionName: 'salesforce', status: 'needsSignIn', reason: 'invalidGrant', portalAddress: connection.registration.portalUrl, workflow: { id: use.workflowId, name: use.workflowName }, executionId: use.executionId, node: use.nodeName },
			]);
		});

		it('is told once where a lifetime has passed, for everybody by themselves, also to those who start no flow', async () => {
			const connection = await world.register({ idleLifetimeDays: 2 });
			await world.signIn(connection, 'alice');
			await world.signIn(connection, 'bob');
			world.advance(3 * DAY_MS);
			await Promise.all([keepUp(world.vault, connection), keepUp(world.vault, connection)]);
			await useExpired(connection);
			const events = await told();
			expect(events.map(({ user }) => user).sort()).toEqual([alice, bob]);
			expect(events[0]).toEqual({ user: expect.any(String), app: 'Salesforce', connectionName: 'salesforce', status: 'expired', reason: 'expiredIdle', portalAddress: connection.registration.portalUrl });
		});

		it('is not told where the person has ended it, or the provider only does not answer', async () => {
			const connection = await world.register();
			await world.signIn(connection, 'alice');
			await world.signIn(connection, 'bob');
			await disconnect(world.vault, connection, alice);
			await useExpired(connection);
			for (let times = 0; times < 3; times++) await world.fault({ match: { pathIncludes: '/token' }, kind: 'status', status: 503 });
			expect(await useExpired(connection, bob)).toMatchObject({ code: 'providerUnavailable' });
			expect(await told()).toEqual([]);
		});

		it('is told again after the person has signed in and lost it again', async () => {
			const connection = await world.register();
			for (let times = 0; times < 2; times++) {
				await world.signIn(connection, 'alice');
				await world.control('POST', 'revoke-grants', {});
				await useExpired(connection);
				expect(await told()).toHaveLength(1);
			}
		});
	});
}
