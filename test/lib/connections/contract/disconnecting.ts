import { MINUTE_MS } from '../../../../lib/clock';
import { disconnect, workOffRevocations, type Connection } from '../../../../lib/connections';
import type { Fetch } from '../../../../lib/types';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, hastyFetch, plainFetch, use, useWorld } from '../support/world';

export function describeDisconnecting(makePlace: MakePlace): void {
	describe('disconnecting', () => {
		const world = useWorld(makePlace);
		let connection: Connection;
		beforeEach(async () => {
			connection = await world.register();
			await world.signIn(connection, 'alice');
			await world.control('DELETE', 'calls');
		});
		const workOff = async (fetch: Fetch = plainFetch) => await workOffRevocations(world.vault, [connection.id], 'test', fetch);
		const outcome = async () => await world.vault.revocations.outcomeFor({ connectionId: connection.id, userKey: alice });

		it('ends the grant at once without asking the provider, tells the trigger, and says so only once', async () => {
			expect(await disconnect(world.vault, connection, alice)).toBe(true);
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toMatchObject({ state: 'ended', endReason: 'disconnected', sealedTokens: undefined });
			expect(await world.calls()).toEqual([]);
			expect(await outcome()).toBe('pending');
			expect(await disconnect(world.vault, connection, alice)).toBe(false);
			expect(await disconnect(world.vault, connection, bob)).toBe(false);
			const told = await world.vault.outbox.lease('workflow-1:node-1', 'test', 1_000, 10);
			expect(told.map(({ type }) => type)).toEqual(['connected', 'disconnected']);
			await expect(world.engine().accessTokenFor(connection, alice, { fetch: plainFetch, use })).rejects.toMatchObject({ code: 'authenticationNeeded' });
		});

		it('S23 revokes the refresh token at the provider, from the queue, once', async () => {
			await disconnect(world.vault, connection, alice);
			expect(await workOff()).toBe(1);
			expect(await workOff()).toBe(0);
			expect(await outcome()).toBe('revoked');
			expect((await world.revocations()).filter(({ reason }) => reason === 'revokeEndpoint').map(({ kind, user }) => [kind, user])).toEqual(expect.arrayContaining([['RefreshToken', 'alice'], ['AccessToken', 'alice']]));
			expect((await world.calls()).filter(({ path }) => path.endsWith('/revoke'))).toHaveLength(1);
		});

		it('S23 a token that the provider does not know any more counts as revoked', async () => {
			await world.control('POST', 'revoke-grants', { user: 'alice' });
			await disconnect(world.vault, connection, alice);
			await workOff();
			expect((await world.calls()).filter(({ path }) => path.endsWith('/revoke')).map(({ status }) => status)).toEqual([400]);
			expect(await outcome()).toBe('revoked');
		});

		it.each([
			['a 503', { kind: 'status', status: 503 }, plainFetch],
			['a hang', { kind: 'hang' }, hastyFetch],
			['an HTML page', { kind: 'htmlError', status: 500 }, plainFetch],
			['429', { kind: 'status', status: 429 }, plainFetch],
			['a client that is not known at the moment', { kind: 'status', status: 401, body: { error: 'invalid_client' } }, plainFetch],
		])('S23 %s is tried again later, and the disconnect stands meanwhile', async (_what, fault, fetch) => {
			await world.fault({ match: { pathIncludes: '/revoke' }, ...fault });
			await disconnect(world.vault, connection, alice);
			expect(await workOff(fetch)).toBe(0);
			expect(await outcome()).toBe('pending');
			expect(await workOff()).toBe(0);
			world.advance(MINUTE_MS);
			expect(await workOff()).toBe(1);
			expect(await outcome()).toBe('revoked');
		});

		it('S23 an unreachable provider is tried for days, then given up, and the token is gone from the queue', async () => {
			await disconnect(world.vault, connection, alice);
			const unreachable: Fetch = async () => await Promise.reject(new TypeError('fetch failed'));
			let rounds = 0;
			while ((await outcome()) === 'pending' && rounds < 100) {
				await workOff(unreachable);
				world.advance(61 * MINUTE_MS);
				rounds++;
			}
			expect(rounds).toBeGreaterThan(40);
			expect(await outcome()).toBe('gaveUp');
			expect(await world.vault.revocations.lease([connection.id], 'test', 1_000, 10)).toEqual([]);
		});

		it('S23 revocations of another trigger’s connections are left to it', async () => {
			await disconnect(world.vault, connection, alice);
			expect(await workOffRevocations(world.vault, [], 'test', plainFetch)).toBe(0);
			expect(await outcome()).toBe('pending');
		});

		it('queues the token of an expired grant and of a replaced one as well', async () => {
			await world.signIn(connection, 'alice');
			await workOff();
			expect((await world.revocations()).filter(({ reason, user }) => reason === 'revokeEndpoint' && user === 'alice')).not.toEqual([]);
			await expect(world.engine().accessTokenFor(connection, alice, { fetch: plainFetch, use })).resolves.toBeDefined();
		});
	});
}
