import { account, revoking, tokens } from './samples';
import { alice, bob, files, sales, useVault, type MakePlace } from './setup';

const key = { connectionId: sales, userKey: alice };
const ownerKey = 'w1:n1';
const HOUR_MS = 3_600_000;

export function describeQueues(makePlace: MakePlace): void {
	describe('event outbox', () => {
		const under = useVault(makePlace);
		const add = async (mark: string, dedupe?: { key: string; windowMs: number }) =>
			await under.vault.outbox.add({ ownerKey, type: 'authenticationNeeded', payload: { mark } }, dedupe);
		const lease = async (owner = 'p1', limit = 10) => await under.vault.outbox.lease(ownerKey, owner, 60_000, limit);

		it('leases events oldest first, to one at a time, and again when the lease is over', async () => {
			const ids = [await add('a'), await add('b'), await add('c')];
			expect(await lease('p1', 2)).toMatchObject([
				{ eventId: ids[0], ownerKey, type: 'authenticationNeeded', payload: { mark: 'a' }, attempts: 1 },
				{ eventId: ids[1], payload: { mark: 'b' } },
			]);
			expect((await lease('p2')).map(({ eventId }) => eventId)).toEqual([ids[2]]);
			expect(await lease('p3')).toEqual([]);
			under.advance(60_001);
			expect(await lease('p3')).toMatchObject([{ eventId: ids[0], attempts: 2 }, { eventId: ids[1] }, { eventId: ids[2] }]);
		});

		it('gives a trigger its own events only', async () => {
			await add('a');
			expect(await under.vault.outbox.lease('w2:n2', 'p1', 60_000, 10)).toEqual([]);
		});

		it('never leases an event again that was emitted, and wipes its payload', async () => {
			const id = await add('a');
			await lease();
			await under.vault.outbox.markEmitted(id!);
			under.advance(60_001);
			expect(await lease()).toEqual([]);
			expect(await under.place.query(`select sealed_payload from ${under.place.table('outbox')}`)).toMatchObject([{ sealed_payload: null }]);
		});

		it('tells the same thing once in its window, and again after it or when it was cleared', async () => {
			const dedupe = { key: `${sales} ${alice}`, windowMs: HOUR_MS };
			expect(await add('a', dedupe)).toEqual(expect.any(String));
			expect(await add('b', dedupe)).toBeUndefined();
			expect(await add('c', { ...dedupe, key: `${sales} ${bob}` })).toEqual(expect.any(String));
			expect(await add('d')).toEqual(expect.any(String));
			await under.vault.outbox.markEmitted((await lease())[0]!.eventId);
			expect(await add('e', dedupe)).toBeUndefined();
			under.advance(HOUR_MS + 1);
			expect(await add('f', dedupe)).toEqual(expect.any(String));
			await under.vault.outbox.clearDedupe(dedupe.key);
			expect(await add('g', dedupe)).toEqual(expect.any(String));
		});

		it('takes many at once, each of them by itself', async () => {
			await under.vault.outbox.addAll([]);
			await under.vault.outbox.addAll(Array.from({ length: 100 }, (_, index) => ({ ownerKey: index === 99 ? 'w2:n2' : ownerKey, type: 'connected', payload: { mark: `canary-${index}` } })));
			expect((await lease('p1', 1_000)).map(({ payload }) => payload.mark).sort()).toEqual(Array.from({ length: 99 }, (_, index) => `canary-${index}`).sort());
			expect(await under.vault.outbox.lease('w2:n2', 'p1', 60_000, 10)).toMatchObject([{ type: 'connected', payload: { mark: 'canary-99' } }]);
			expect(await under.place.dump()).not.toContain('canary');
		});

		it('passes over an event that does not open, and emits the others', async () => {
			const id = await add('a');
			await add('b');
			await under.place.query(`update ${under.place.table('outbox')} set owner_key = 'w9:n9' where event_id = '${id}'`);
			expect(await under.vault.outbox.lease('w9:n9', 'p1', 60_000, 10)).toEqual([]);
			expect(await lease()).toMatchObject([{ payload: { mark: 'b' } }]);
		});
	});

	describe('revocation queue', () => {
		const under = useVault(makePlace);
		const disconnect = async (userKey = alice, connectionId = sales): Promise<void> => {
			await under.vault.grants.save({ connectionId, userKey }, tokens(userKey), account, revoking);
			await under.vault.grants.end({ connectionId, userKey }, 'disconnected', { revoke: true });
		};

		it('leases what is due for the connections that were asked for, to one at a time', async () => {
			const { revocations } = under.vault;
			await disconnect();
			await disconnect(bob, files);
			expect(await revocations.lease([], 'p1', 60_000, 10)).toEqual([]);
			expect(await revocations.lease([sales], 'p1', 60_000, 10)).toMatchObject([{ ...key, token: `refresh-token-${alice}`, attempts: 1 }]);
			expect(await revocations.lease([sales], 'p2', 60_000, 10)).toEqual([]);
			expect(await revocations.lease([sales, files], 'p2', 60_000, 10)).toMatchObject([{ connectionId: files, userKey: bob }]);
			under.advance(60_001);
			expect(await revocations.lease([sales], 'p2', 60_000, 10)).toMatchObject([{ ...key, attempts: 2 }]);
		});

		it('keeps the outcome and wipes the token', async () => {
			const { revocations } = under.vault;
			await disconnect();
			expect(await revocations.outcomeFor(key)).toBe('pending');
			const [leased] = await revocations.lease([sales], 'p1', 60_000, 10);
			await revocations.finish(leased!.id, 'revoked');
			expect(await revocations.outcomeFor(key)).toBe('revoked');
			under.advance(HOUR_MS);
			expect(await revocations.lease([sales], 'p1', 60_000, 10)).toEqual([]);
			expect(await under.place.query(`select sealed_token from ${under.place.table('revocations')}`)).toMatchObject([{ sealed_token: null }]);
			expect(await revocations.outcomeFor({ ...key, userKey: bob })).toBeUndefined();
		});

		it('tries again when it was told to, not before', async () => {
			const { revocations } = under.vault;
			await disconnect();
			const [leased] = await revocations.lease([sales], 'p1', 600_000, 10);
			await revocations.retry(leased!.id, 30_000);
			expect(await revocations.lease([sales], 'p1', 60_000, 10)).toEqual([]);
			under.advance(30_001);
			expect(await revocations.lease([sales], 'p1', 60_000, 10)).toMatchObject([{ id: leased!.id, attempts: 2 }]);
		});

		it('tells the outcome of the newest revocation of a grant', async () => {
			const { revocations } = under.vault;
			await disconnect();
			const [first] = await revocations.lease([sales], 'p1', 60_000, 10);
			await revocations.finish(first!.id, 'gaveUp');
			under.advance(10);
			await disconnect();
			expect(await revocations.outcomeFor(key)).toBe('pending');
		});

		it('S25: does not revoke a token in the name of somebody else', async () => {
			await disconnect();
			await under.place.query(`update ${under.place.table('revocations')} set user_key = '${bob}'`);
			expect(await under.vault.revocations.lease([sales], 'p1', 60_000, 10)).toEqual([]);
			expect(await under.vault.revocations.outcomeFor({ ...key, userKey: bob })).toBe('gaveUp');
		});
	});

	describe('audit log', () => {
		const under = useVault(makePlace);

		it('lists the newest entries of a person first, no more than asked for', async () => {
			const { audit } = under.vault;
			await audit.add({ type: 'connected', connectionId: sales, userKey: alice, detail: 'Signed in' });
			await audit.add({ type: 'refreshed', connectionId: sales, userKey: alice, use: { workflowName: 'Report' } });
			await audit.add({ type: 'connected', userKey: bob });
			await audit.add({ type: 'registered', connectionId: sales });
			expect(await audit.listByUser(alice, 10)).toMatchObject([
				{ type: 'refreshed', connectionId: sales, userKey: alice, use: { workflowName: 'Report' }, atMs: expect.any(Number) },
				{ type: 'connected', detail: 'Signed in' },
			]);
			expect(await audit.listByUser(alice, 1)).toHaveLength(1);
			await audit.addAll([]);
			await audit.addAll(Array.from({ length: 100 }, () => ({ type: 'administered', connectionId: sales, userKey: bob, actor: alice, detail: 'Must sign in again' })));
			expect((await audit.listByUser(bob, 200)).filter(({ type, actor }) => type === 'administered' && actor === alice)).toHaveLength(100);
		});
	});
}
