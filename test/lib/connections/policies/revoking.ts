import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../lib/clock';
import { disconnect, workOffRevocations, type Connection } from '../../../../lib/connections';
import type { Fetch } from '../../../../lib/types';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, plainFetch, use, useWorld } from '../support/world';

const answering = (status: number, body?: unknown): Fetch => async () => await Promise.resolve(body === undefined ? new Response(null, { status }) : Response.json(body, { status }));
const timingOut: Fetch = async () => await Promise.reject(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));

export function describeRevoking(makePlace: MakePlace): void {
	describe('S23 revoking at the provider', () => {
		const world = useWorld(makePlace);
		let connection: Connection;
		beforeEach(async () => {
			connection = await world.register();
			await world.signIn(connection, 'alice');
		});
		const workOff = async (fetch: Fetch) => await workOffRevocations(world.vault, [connection.id], 'test', fetch);
		const outcome = async (user = alice) => await world.vault.revocations.outcomeFor({ connectionId: connection.id, userKey: user });
		const state = async () => (await world.vault.grants.find({ connectionId: connection.id, userKey: alice }))?.state;

		it.each<[string, Fetch[], string]>([
			['200', [answering(200)], 'revoked'],
			['400 invalid_token', [answering(400, { error: 'invalid_token' })], 'revoked'],
			['503, then 200', [answering(503), answering(200)], 'revoked'],
			['timeouts, then 400 invalid_token', [timingOut, timingOut, answering(400, { error: 'invalid_token' })], 'revoked'],
			['401 for the client, then 200', [answering(401, { error: 'invalid_client' }), answering(200)], 'revoked'],
			['400 unsupported_token_type', [answering(400, { error: 'unsupported_token_type' })], 'gaveUp'],
		])('%s: the grant is gone at once, and the outcome can be read afterwards', async (_answers, answers, last) => {
			expect(await disconnect(world.vault, connection, alice)).toBe(true);
			expect(await state()).toBe('ended');
			for (const [index, answer] of answers.entries()) {
				expect(await outcome()).toBe('pending');
				expect(await workOff(answer)).toBe(index === answers.length - 1 ? 1 : 0);
				expect(await state()).toBe('ended');
				world.advance(2 * MINUTE_MS);
			}
			expect(await outcome()).toBe(last);
			expect(await workOff(answering(200))).toBe(0);
			world.advance(HOUR_MS);
			expect(await outcome()).toBe(last);
			expect((await world.place.query(`select sealed_token from ${world.place.table('revocations')}`)).map((row) => row['sealed_token'])).toEqual([null]);
		});

		/** Refresh tokens of a person that the revocation endpoint has ended; of all tests so far. */
		const ended = async (person: string) => (await world.revocations()).filter(({ user, kind, reason }) => user === person && kind === 'RefreshToken' && reason === 'revokeEndpoint').length;

		it('asks after longer and longer pauses, never longer than an hour', async () => {
			const pauses: number[] = [];
			const retry = world.vault.revocations.retry;
			jest.spyOn(world.vault.revocations, 'retry').mockImplementation(async (id, inMs) => {
				pauses.push(inMs);
				await retry(id, inMs);
			});
			await disconnect(world.vault, connection, alice);
			for (let round = 0; round < 12; round++) {
				expect(await workOff(answering(503))).toBe(0);
				const pause = pauses.at(-1)!;
				world.advance(pause - 2 * SECOND_MS);
				// Not before its time.
				await workOff(answering(200));
				expect(await outcome()).toBe('pending');
				world.advance(3 * SECOND_MS);
			}
			expect(pauses).toHaveLength(12);
			for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(pauses[index - 1] ?? 1);
			expect(pauses[1]!).toBeGreaterThan(pauses[0]!);
			expect(Math.max(...pauses)).toBe(HOUR_MS);
		});

		it('of one person does not keep that of another waiting', async () => {
			await world.signIn(connection, 'bob');
			await disconnect(world.vault, connection, alice);
			await disconnect(world.vault, connection, bob);
			let asked = 0;
			await workOff(async (...request) => (asked++ === 0 ? await timingOut(...request) : await plainFetch(...request)));
			expect([await outcome(), await outcome(bob)].sort()).toEqual(['pending', 'revoked']);
		});

		it('of what nobody keeps is queued where it fails: a sign-in with a wrong account', async () => {
			const before = await ended('bob');
			await world.fault({ match: { pathIncludes: '/revoke' }, kind: 'status', status: 503 });
			await expect(world.signIn(connection, 'bob', alice)).rejects.toMatchObject({ code: 'wrongAccount' });
			expect(await outcome()).toBe('pending');
			expect(await workOff(plainFetch)).toBe(1);
			expect((await ended('bob')) - before).toBe(1);
			// Alice's own grant is untouched.
			await expect(world.engine().accessTokenFor(connection, alice, { fetch: plainFetch, use })).resolves.toBeDefined();
		});

		it('of what a disconnect overtook is queued where it fails', async () => {
			const before = await ended('alice');
			const key = { connectionId: connection.id, userKey: alice };
			const grant = (await world.vault.grants.find(key))!;
			const overtaken: Fetch = async (url, init) => {
				if (url.endsWith('/revoke')) return await answering(503)(url, init);
				const answer = await plainFetch(url, init);
				if (url.endsWith('/token')) await world.vault.grants.end(key, 'disconnected', { revoke: false });
				return answer;
			};
			await expect(world.engine().accessTokenFor(connection, alice, { fetch: overtaken, use, rejectedTokenHash: grant.accessTokenHash })).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await outcome()).toBe('pending');
			expect(await workOff(plainFetch)).toBe(1);
			expect((await ended('alice')) - before).toBe(1);
		});
	});
}
