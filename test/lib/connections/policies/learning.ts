import { MINUTE_MS, SECOND_MS } from '../../../../lib/clock';
import { createTokenEngine, UseRecorder, type Connection } from '../../../../lib/connections';
import type { Fetch } from '../../../../lib/types';
import type { StoredGrant, Vault } from '../../../../lib/vault';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, plainFetch, use, useWorld } from '../support/world';

export function describeLearnedExpiry(makePlace: MakePlace): void {
	describe('the end of an access token that only introspection tells', () => {
		const world = useWorld(makePlace);
		let offsetMs = 0;
		let connection: Connection;
		let grant: StoredGrant;
		beforeEach(async () => {
			offsetMs = 0;
			connection = await world.register();
			grant = (await world.signIn(connection, 'alice')).grant!;
			await world.control('DELETE', 'calls');
		});
		const advance = (ms: number) => {
			offsetMs += ms;
			world.advance(ms);
		};
		/** Its clock goes with the vault's. */
		const engine = (vault: Vault = world.vault) => createTokenEngine({ vault, clock: { nowMs: () => Date.now() + offsetMs }, uses: new UseRecorder(vault, () => undefined), leaseOwner: 'learning' });
		const asking = (fetch: Fetch = plainFetch) => ({ fetch, use });
		const introspections = async () => (await world.calls()).filter(({ path }) => path.endsWith('/introspect')).length;
		const refreshes = async () => (await world.tokenCalls('refresh_token')).length;

		it('is asked for once per token: again for the next one, never for the same in another process', async () => {
			const [one, two] = [engine(), engine(await world.open())];
			await Promise.all(Array.from({ length: 20 }, async () => await one.accessTokenFor(connection, alice, asking())));
			await two.accessTokenFor(connection, alice, asking());
			expect(await introspections()).toBe(1);
			const { tokenHash } = await one.accessTokenFor(connection, alice, { ...asking(), rejectedTokenHash: grant.accessTokenHash });
			expect(await introspections()).toBe(1);
			await Promise.all(Array.from({ length: 20 }, async () => await two.accessTokenFor(connection, alice, asking())));
			await one.accessTokenFor(connection, alice, asking());
			expect(await introspections()).toBe(2);
			expect(await world.vault.grants.find(grant)).toMatchObject({ version: 2, accessTokenHash: tokenHash, accessExpiresAtMs: expect.any(Number) });
		});

		it('is each person’s own: many of two people at once ask once for each', async () => {
			await world.signIn(connection, 'bob');
			const asked = engine();
			const tokens = await Promise.all(Array.from({ length: 20 }, async (_, index) => await asked.accessTokenFor(connection, index % 2 === 0 ? alice : bob, asking())));
			expect(new Set(tokens.map(({ tokenHash }, index) => `${index % 2} ${tokenHash}`)).size).toBe(2);
			expect(await introspections()).toBe(2);
		});

		it('leads to a renewal within the last minute, and not before', async () => {
			const asked = engine();
			await asked.accessTokenFor(connection, alice, asking());
			const { accessExpiresAtMs, nowMs } = (await world.vault.grants.find(grant))!;
			advance(accessExpiresAtMs! - nowMs - 65 * SECOND_MS);
			expect((await asked.accessTokenFor(connection, alice, asking())).tokenHash).toBe(grant.accessTokenHash);
			expect(await refreshes()).toBe(0);
			advance(10 * SECOND_MS);
			expect((await asked.accessTokenFor(connection, alice, asking())).tokenHash).not.toBe(grant.accessTokenHash);
			expect(await refreshes()).toBe(1);
		});

		it('a token that the server calls dead never reaches the API, and many at once renew it once', async () => {
			await world.control('POST', 'expire-access-tokens', {});
			const asked = engine();
			const tokens = await Promise.all(Array.from({ length: 10 }, async () => await asked.accessTokenFor(connection, alice, asking())));
			expect(new Set(tokens.map(({ tokenHash }) => tokenHash)).size).toBe(1);
			expect(tokens[0]!.tokenHash).not.toBe(grant.accessTokenHash);
			expect(await refreshes()).toBe(1);
			// Once for each token: whoever comes late meets the new one, whose end is not known either.
			expect([1, 2]).toContain(await introspections());
			const answer = await fetch(`${tokens[0]!.apiBaseUrl}/services/data/v62.0/query?q=${encodeURIComponent('SELECT Name FROM Account')}`, { headers: { authorization: `Bearer ${tokens[0]!.accessToken}` } });
			expect(answer.status).toBe(200);
			expect((await world.calls()).filter(({ server, status }) => server === 'api' && status === 401)).toEqual([]);
		});

		it.each([
			['refuses to tell', { kind: 'status', status: 401, body: { error: 'invalid_client' } }],
			['does not say until when', { kind: 'status', status: 200, body: { active: true } }],
		])('a server that %s is asked again after half an hour, not before, and each process keeps to it for all its people', async (_what, fault) => {
			await world.signIn(connection, 'bob');
			await world.control('DELETE', 'calls');
			await world.fault({ match: { pathIncludes: '/introspect' }, times: 1, ...fault });
			const asked = engine();
			expect((await asked.accessTokenFor(connection, alice, asking())).tokenHash).toBe(grant.accessTokenHash);
			await asked.accessTokenFor(connection, bob, asking());
			advance(29 * MINUTE_MS);
			await asked.accessTokenFor(connection, alice, asking());
			expect(await introspections()).toBe(1);
			expect(await world.vault.grants.find(grant)).toMatchObject({ version: 1, accessExpiresAtMs: undefined });
			advance(MINUTE_MS + SECOND_MS);
			expect((await asked.accessTokenFor(connection, alice, asking())).tokenHash).toBe(grant.accessTokenHash);
			expect(await introspections()).toBe(2);
			expect(await world.vault.grants.find(grant)).toMatchObject({ version: 1, accessExpiresAtMs: expect.any(Number) });
		});
	});
}
