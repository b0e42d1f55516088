import { inspect } from 'node:util';

import { systemClock, DAY_MS } from '../../../../lib/clock';
import { disconnect, keepUp, workOffRevocations, type Connection } from '../../../../lib/connections';
import { Sweeper, type Runtime } from '../../../../lib/n8n';
import type { UserKey } from '../../../../lib/types';
import type { AuditType } from '../../../../lib/vault';
import { KEY, OLD_KEY, type MakePlace } from '../../vault/contract/setup';
import { alice, bob, owner, plainFetch, use, useWorld } from '../support/world';

export function describeAuditing(makePlace: MakePlace): void {
	describe('the audit log', () => {
		const world = useWorld(makePlace);
		let connection: Connection;
		beforeEach(async () => {
			connection = await world.register({ idleLifetimeDays: 30 });
		});
		const asking = { fetch: plainFetch, use };
		async function entries(type: AuditType, user: UserKey = alice) {
			return (await world.vault.audit.listByUser(user, 50)).filter((entry) => entry.type === type);
		}
		const who = () => ({ userKey: alice, connectionId: connection.id, atMs: expect.any(Number) });

		it('says who was connected with what, and who disconnected', async () => {
			await world.signIn(connection, 'alice');
			await disconnect(world.vault, connection, alice);
			expect(await entries('connected')).toEqual([{ ...who(), type: 'connected', use: undefined, detail: 'As alice@example.com' }]);
			expect(await entries('disconnected')).toEqual([{ ...who(), type: 'disconnected', use: undefined, detail: undefined }]);
			expect(await entries('connected', bob)).toEqual([]);
		});

		it('says for which flow an access was renewed, was refused a renewal, or had expired', async () => {
			const { grant } = await world.signIn(connection, 'alice');
			const engine = world.engine();
			const renew = async () => await engine.accessTokenFor(connection, alice, { ...asking, rejectedTokenHash: (await world.vault.grants.find(grant!))!.accessTokenHash });
			await renew();
			expect(await entries('refreshed')).toEqual([{ ...who(), type: 'refreshed', use, detail: undefined }]);
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 429, headers: { 'retry-after': '60' } });
			await expect(renew()).rejects.toMatchObject({ code: 'providerUnavailable' });
			expect(await entries('refused')).toEqual([{ ...who(), type: 'refused', use, detail: expect.stringMatching(/429/) }]);
			world.advance(31 * DAY_MS);
			await expect(renew()).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await entries('expired')).toEqual([{ ...who(), type: 'expired', use, detail: expect.any(String) }]);
		});

		it('says when the provider ended a grant, and when upkeep did', async () => {
			await world.signIn(connection, 'bob');
			const { grant } = await world.signIn(connection, 'alice');
			await world.control('POST', 'revoke-grants', { user: 'alice' });
			await expect(world.engine().accessTokenFor(connection, alice, { ...asking, rejectedTokenHash: grant!.accessTokenHash })).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await entries('refused')).toEqual([{ ...who(), type: 'refused', use, detail: expect.stringMatching(/does not accept/) }]);
			world.advance(31 * DAY_MS);
			await keepUp(world.vault, connection);
			expect(await entries('expired', bob)).toEqual([{ ...who(), userKey: bob, type: 'expired', use: undefined, detail: expect.any(String) }]);
		});

		it('says what became of a revocation, and who came with somebody else’s account', async () => {
			await world.signIn(connection, 'alice');
			await disconnect(world.vault, connection, alice);
			await workOffRevocations(world.vault, [connection.id], 'test', plainFetch);
			expect(await entries('revoked')).toEqual([{ ...who(), type: 'revoked', use: undefined, detail: expect.any(String) }]);
			await expect(world.signIn(connection, 'bob', alice)).rejects.toMatchObject({ code: 'wrongAccount' });
			expect(await entries('refused')).toEqual([{ ...who(), type: 'refused', use: undefined, detail: expect.stringContaining('bob@example.com') }]);
		});

		it('says that rows were sealed with the new key, in no one’s name', async () => {
			const old = await world.open({ keys: { current: OLD_KEY, previous: [KEY] } });
			await old.grants.save({ connectionId: connection.id, userKey: alice }, { accessToken: 'a', refreshToken: 'r', tokenType: 'bearer', scopes: [] }, { subject: 's', emailVerified: false }, { revokeReplaced: true });
			const rotated = await world.open({ keys: { current: KEY, previous: [OLD_KEY] } });
			const runtime = { vault: rotated, clock: systemClock, processId: 'p', config: { internalUrl: 'http://127.0.0.1:9' } } as unknown as Runtime;
			const errors: unknown[] = [];
			const sweeper = new Sweeper({ runtime, fetch: plainFetch, owner, register: async () => await Promise.resolve([connection.id]), registerEveryMs: 1e9, events: new Set(), emit: () => undefined, logError: (_message, error) => void errors.push(error) });
			Object.assign(sweeper, { connectionIds: [connection.id], registerAtMs: Number.POSITIVE_INFINITY, pruneAtMs: Number.POSITIVE_INFINITY });
			for (let round = 0; round < 2; round++) await sweeper.tick();
			expect(errors).toEqual([]);
			const rows = await world.place.query(`select * from ${world.place.table('audit')} where type = 'rekeyed'`);
			expect(rows).toEqual([expect.objectContaining({ user_key: null, connection_id: null, detail: expect.stringMatching(/^1 rows? /) })]);
		});

		it('S12 holds no token, code, verifier or secret of all that went through', async () => {
			const secrets = new Set<string>();
			const listening: typeof plainFetch = async (url, init) => {
				const answer = await plainFetch(url, init);
				for (const [name, value] of new URLSearchParams(String(init.body ?? ''))) if (/token$|code|secret|verifier/.test(name)) secrets.add(value);
				const text = await answer.clone().text();
				for (const [, value = ''] of text.matchAll(/"(?:access|refresh|id)_token":"([^"]+)"/g)) secrets.add(value);
				return answer;
			};
			const { grant } = await world.signIn(connection, 'alice');
			const tokens = await world.vault.grants.openTokens(grant!);
			for (const secret of [tokens.accessToken, tokens.refreshToken!, world.sandbox.salesforce.clients.confidential.clientSecret]) secrets.add(secret);
			const engine = world.engine();
			const renew = async () => await engine.accessTokenFor(connection, alice, { fetch: listening, use, rejectedTokenHash: (await world.vault.grants.find(grant!))!.accessTokenHash });
			await renew();
			// A server that answers with the secrets it was sent.
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 400, body: { error: 'server_says', error_description: 'no', access_token: tokens.accessToken, refresh_token: tokens.refreshToken } });
			await renew().catch(() => undefined);
			world.advance(DAY_MS);
			await world.control('POST', 'revoke-grants', {});
			await renew().catch(() => undefined);
			await world.signIn(connection, 'alice');
			await world.signIn(connection, 'bob', alice).catch(() => undefined);
			await disconnect(world.vault, connection, alice);
			await workOffRevocations(world.vault, [connection.id], 'test', listening);
			const rows = await world.place.query(`select * from ${world.place.table('audit')}`);
			const text = inspect(rows, { depth: 9, maxArrayLength: null, maxStringLength: null });
			expect(new Set(rows.map(({ type }) => type))).toEqual(new Set(['connected', 'refreshed', 'refused', 'disconnected', 'revoked']));
			expect(secrets.size).toBeGreaterThan(5);
			for (const secret of secrets) expect(text).not.toContain(secret);
		});
	});
}
