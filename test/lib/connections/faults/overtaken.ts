import { DAY_MS } from '../../../../lib/clock';
import { disconnect, keepUp, workOffRevocations } from '../../../../lib/connections';
import { LEASE_MS } from '../../../../lib/connections/refreshGrant';
import { ConnectedAppsError } from '../../../../lib/errors';
import type { Vault } from '../../../../lib/vault';
import { alice, plainFetch, use } from '../support/world';
import { asking, heldFetch, type FaultWorld } from './faultWorld';

export function describeOvertaken(world: FaultWorld): void {
	describe('a refresh that something overtakes', () => {
		afterEach(() => jest.restoreAllMocks());

		/** A refresh whose answer has left the server and has not arrived yet. */
		async function midRefresh(changes?: Record<string, unknown>) {
			const signedIn = await world.expired();
			const connection = changes === undefined ? signedIn.connection : await world.register(changes);
			const held = heldFetch();
			const asked = world.engine().accessTokenFor(connection, alice, { use, fetch: held.fetch });
			asked.catch(() => undefined);
			await held.answered;
			return { ...signedIn, connection, held, asked, other: await world.open() };
		}
		const workOff = async (id: Parameters<typeof workOffRevocations>[1][number]) => await workOffRevocations(world.vault, [id], 'test', plainFetch);
		const dead = 'refused (403)';

		it('a disconnect wins: the refreshed tokens are dropped and revoked', async () => {
			const { connection, key, held, asked, other } = await midRefresh();
			await disconnect(other, connection, alice);
			expect(await world.actsAs(held.accessToken())).toBe(alice);
			held.letGo();
			await expect(asked).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'ended', endReason: 'disconnected', sealedTokens: undefined });
			expect(await world.actsAs(held.accessToken())).toBe(dead);
			await workOff(connection.id);
			expect(await world.vault.revocations.outcomeFor(key)).toBe('revoked');
		});

		it('a disconnect wins, and a server that cannot revoke at that moment is asked again from the queue', async () => {
			const { connection, held, asked, other } = await midRefresh();
			await world.fault({ match: { pathIncludes: '/revoke' }, kind: 'status', status: 503 });
			await disconnect(other, connection, alice);
			held.letGo();
			await expect(asked).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await world.actsAs(held.accessToken())).toBe(alice);
			world.advance(60_000);
			await workOff(connection.id);
			expect(await world.actsAs(held.accessToken())).toBe(dead);
		});

		it('a new sign-in wins: its token is used, the refreshed ones are revoked, and they alone', async () => {
			const { connection, key, held, asked } = await midRefresh();
			const { grant: anew } = await world.signIn(connection, 'alice');
			const pair = await world.storedPair(key);
			held.letGo();
			const { accessToken, tokenHash } = await asked;
			expect(tokenHash).toBe(anew!.accessTokenHash);
			expect(await world.storedPair(key)).toBe(pair);
			await workOff(connection.id);
			expect([await world.actsAs(accessToken), await world.actsAs(held.accessToken())]).toEqual([alice, dead]);
			// The new sign-in's refresh token lives, too.
			await world.vault.grants.expireAccessToken(key, anew!.version);
			expect(await world.actsAs((await world.engine().accessTokenFor(connection, alice, asking)).accessToken)).toBe(alice);
		});

		it('a lifetime that was narrowed meanwhile wins: the grant ends, the refreshed tokens are revoked', async () => {
			const signedIn = await world.expired();
			world.advance(2 * DAY_MS);
			const held = heldFetch();
			// A process that has not read the new policy yet.
			const asked = world.engine().accessTokenFor(signedIn.connection, alice, { use, fetch: held.fetch });
			asked.catch(() => undefined);
			await held.answered;
			const narrowed = await world.register({ idleLifetimeDays: 1 });
			await keepUp(await world.open(), narrowed);
			held.letGo();
			await expect(asked).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await world.vault.grants.find(signedIn.key)).toMatchObject({ state: 'ended', endReason: 'expiredIdle', sealedTokens: undefined });
			expect(await world.actsAs(held.accessToken())).toBe(dead);
			expect(await world.audited()).toContain('expired: Not used for too long');
		});

		it('a sweeper that looked before a refresh was stored ends nothing by what it saw then; what it ends later is the refreshed grant', async () => {
			const { connection, key } = await world.expired();
			world.advance(2 * DAY_MS);
			const narrowed = await world.register({ idleLifetimeDays: 1 });
			const sweeping = await world.open();
			const list = sweeping.grants.listExpiring.bind(sweeping.grants);
			let renewed = '';
			jest.spyOn(sweeping.grants, 'listExpiring').mockImplementationOnce(async (...parameters) => {
				const found = await list(...parameters);
				renewed = (await world.engine().accessTokenFor(connection, alice, asking)).accessToken;
				return found;
			});
			expect(await keepUp(sweeping, narrowed)).toBe(1);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 2 });
			expect(await world.actsAs(renewed)).toBe(alice);
			world.advance(2 * DAY_MS);
			expect(await keepUp(sweeping, narrowed)).toBe(1);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'ended', endReason: 'expiredIdle' });
			await workOff(connection.id);
			expect(await world.actsAs(renewed)).toBe(dead);
		});

		it.each([true, false])('another process that refreshed after the lease had lapsed wins, and its tokens live (single-use refresh tokens: %s)', async (rotation) => {
			await world.control('POST', 'settings', { rotation });
			const { connection, key, grant, held, asked, other } = await midRefresh();
			world.advance(LEASE_MS);
			if (rotation) {
				// A server that takes a single-use token twice within a grace period has given the other one twins of what we get.
				await other.grants.replaceTokens(key, 1, { ...(await other.grants.openTokens(grant)), accessToken: `${held.accessToken()} twin`, refreshToken: 'the twin of ours', expiresAtMs: undefined });
			} else {
				await world.engine(other).accessTokenFor(connection, alice, asking);
			}
			const pair = await world.storedPair(key);
			held.letGo();
			const { accessToken, tokenHash } = await asked;
			expect(tokenHash).toBe(pair.split(' ')[0]);
			expect(await world.storedPair(key)).toBe(pair);
			if (!rotation) expect(await world.actsAs(accessToken)).toBe(alice);
			expect((await world.calls()).filter(({ path }) => path.endsWith('/revoke'))).toEqual([]);
		});

		const away = () => new ConnectedAppsError('vaultUnavailable', 'The vault cannot be used: Connection terminated unexpectedly');
		/** This vault's `grants` with one method that fails in its own way. */
		function failing(grants: Partial<Vault['grants']>): Vault {
			return { ...world.vault, grants: { ...world.vault.grants, ...grants } };
		}

		it('a commit whose answer is lost counts as what it was: the tokens are used, and not revoked', async () => {
			const { connection, key } = await world.expired();
			let times = 0;
			const vault = failing({
				async replaceTokens(...parameters) {
					const stored = await world.vault.grants.replaceTokens(...parameters);
					if (++times === 1) throw away();
					return stored;
				},
			});
			const { accessToken, tokenHash } = await world.engine(vault).accessTokenFor(connection, alice, asking);
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 2, accessTokenHash: tokenHash });
			expect(await world.actsAs(accessToken)).toBe(alice);
			expect(await world.refreshes()).toBe(1);
			expect((await world.calls()).filter(({ path }) => path.endsWith('/revoke'))).toEqual([]);
		});

		it('a lease that cannot be given back hides neither the token nor what went wrong', async () => {
			const vault = failing({ releaseLease: async () => await Promise.reject(away()) });
			const { connection, key } = await world.expired();
			const { accessToken } = await world.engine(vault).accessTokenFor(connection, alice, asking);
			expect(await world.actsAs(accessToken)).toBe(alice);
			await world.vault.grants.expireAccessToken(key, 2);
			await world.control('POST', 'revoke-grants', { user: 'alice' });
			await expect(world.engine(vault).accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
		});

		it('a vault that was away for a moment is not held against the server that tells when a token ends', async () => {
			const { connection, key } = await world.expired();
			let times = 0;
			const vault = failing({
				async learnExpiry(...parameters) {
					if (++times === 1) throw away();
					await world.vault.grants.learnExpiry(...parameters);
				},
			});
			const engine = world.engine(vault);
			await engine.accessTokenFor(connection, alice, asking);
			for (let calls = 0; calls < 3; calls++) await engine.accessTokenFor(connection, alice, asking);
			expect((await world.vault.grants.find(key))?.accessExpiresAtMs).toBeGreaterThan(0);
			expect((await world.calls()).filter(({ path }) => path.endsWith('/introspect'))).toHaveLength(2);
		});

		it('a lease that was lost before the request is sent is respected: nothing is sent', async () => {
			const { connection, key } = await world.expired();
			let times = 0;
			const vault = failing({
				async markRefreshStarted(...parameters) {
					const marked = await world.vault.grants.markRefreshStarted(...parameters);
					if (++times === 1) {
						// The process stood still for longer than its lease; another one has taken it, and is refreshing now.
						world.advance(LEASE_MS);
						await world.vault.grants.acquireLease(key, 'another process', LEASE_MS);
					}
					return marked;
				},
			});
			const asked = world.engine(vault).accessTokenFor(connection, alice, asking);
			await new Promise((resolve) => setTimeout(resolve, 200));
			expect(await world.refreshes()).toBe(0);
			world.advance(LEASE_MS);
			await expect(asked).resolves.toBeDefined();
			expect((await world.tokenCalls('refresh_token')).map(({ status }) => status)).toEqual([200]);
		});

		it('a request is not sent again after the lease was lost in the pause before', async () => {
			const { connection, key } = await world.expired();
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 429 });
			let paused = false;
			const engine = world.engineWith({
				wait: async (ms) => {
					if (!paused) {
						paused = true;
						world.advance(LEASE_MS);
						await world.vault.grants.acquireLease(key, 'another process', LEASE_MS);
					}
					await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20)));
				},
			});
			const asked = engine.accessTokenFor(connection, alice, asking);
			await new Promise((resolve) => setTimeout(resolve, 200));
			expect(await world.refreshes()).toBe(1);
			expect(await world.vault.grants.find(key)).toMatchObject({ leaseOwner: 'another process' });
			world.advance(LEASE_MS);
			await expect(asked).resolves.toBeDefined();
			expect((await world.tokenCalls('refresh_token')).map(({ status }) => status)).toEqual([429, 200]);
		});
	});
}
