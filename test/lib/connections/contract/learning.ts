import type { Connection } from '../../../../lib/connections';
import type { StoredGrant } from '../../../../lib/vault';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, hastyFetch, plainFetch, use, useWorld } from '../support/world';

const asking = { fetch: plainFetch, use };

export function describeLearning(makePlace: MakePlace): void {
	describe('the end of a token that the provider does not tell', () => {
		const world = useWorld(makePlace);
		let connection: Connection;
		let grant: StoredGrant;
		beforeEach(async () => {
			connection = await world.register();
			grant = (await world.signIn(connection, 'alice')).grant!;
			await world.control('DELETE', 'calls');
		});
		const introspections = async () => (await world.calls()).filter(({ path }) => path.endsWith('/introspect')).length;
		const refreshes = async () => (await world.tokenCalls('refresh_token')).length;

		it('is learned once by introspection, by many at once, and kept with the grant', async () => {
			const engine = world.engine();
			await Promise.all(Array.from({ length: 20 }, async () => await engine.accessTokenFor(connection, alice, asking)));
			await engine.accessTokenFor(connection, alice, asking);
			await world.engine().accessTokenFor(connection, alice, asking);
			expect(await introspections()).toBe(1);
			const learned = (await world.vault.grants.find(grant))!;
			expect(learned.version).toBe(1);
			expect(learned.accessExpiresAtMs! - learned.nowMs).toBeGreaterThan(7_000_000);
		});

		it('makes a token be renewed before it ends', async () => {
			const engine = world.engine();
			const { tokenHash } = await engine.accessTokenFor(connection, alice, asking);
			world.advance(7_200_000 - 50_000);
			expect((await engine.accessTokenFor(connection, alice, asking)).tokenHash).not.toBe(tokenHash);
			expect(await refreshes()).toBe(1);
		});

		it('a token that is dead already is renewed before the API sees it', async () => {
			await world.control('POST', 'expire-access-tokens', {});
			const { tokenHash } = await world.engine().accessTokenFor(connection, alice, asking);
			expect(tokenHash).not.toBe(grant.accessTokenHash);
			expect(await refreshes()).toBe(1);
		});

		it.each([
			['refuses', { kind: 'status', status: 401, body: { error: 'invalid_client' } }],
			['is broken', { kind: 'htmlError', status: 500 }],
			['hangs', { kind: 'hang' }],
			['answers nonsense', { kind: 'status', status: 200, body: { active: 'yes' } }],
		])('a server that %s is not asked again for a while, and the token is used', async (_what, fault) => {
			await world.fault({ match: { pathIncludes: '/introspect' }, times: 9, ...fault });
			const engine = world.engine();
			for (let times = 0; times < 3; times++) expect((await engine.accessTokenFor(connection, alice, { use, fetch: hastyFetch })).tokenHash).toBe(grant.accessTokenHash);
			expect(await introspections()).toBe(1);
			expect(await world.vault.grants.find(grant)).toMatchObject({ state: 'active', version: 1, failureCount: 0 });
		});
	});
}
