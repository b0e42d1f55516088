import type { StoredGrant, Vault } from '../../../../lib/vault';
import { account, client, registration, request, revoking, run, tokens } from './samples';
import { startRacers } from '../processes/racers';
import { alice, bob, sales, useVault, type MakePlace } from './setup';

const key = { connectionId: sales, userKey: alice };
const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

export function describeConcurrency(makePlace: MakePlace): void {
	describe('two vaults on one database', () => {
		const under = useVault(makePlace);
		let other: Vault;
		beforeEach(async () => {
			other = await under.open();
		});

		/** Runs `act` many times at once, in turns on both. */
		const race = async <T>(act: (vault: Vault, index: number) => Promise<T>, times = 20): Promise<T[]> =>
			await Promise.all(Array.from({ length: times }, async (_, i) => await act(i % 2 ? other : under.vault, i)));

		it('give a refresh lease to exactly one', async () => {
			await under.vault.grants.save(key, tokens(), account, revoking);
			const leased = (await race(async (vault, i) => await vault.grants.acquireLease(key, `p${i}`, 60_000))).filter(isDefined);
			expect(leased).toHaveLength(1);
			expect((await other.grants.find(key))?.leaseOwner).toBe(leased[0]?.leaseOwner);
		});

		it('let exactly one writer pass the fence', async () => {
			await under.vault.grants.save(key, tokens('one'), account, revoking);
			const written = (await race(async (vault, i) => await vault.grants.replaceTokens(key, 1, tokens(`w${i}`)))).filter(isDefined);
			expect(written).toHaveLength(1);
			const found = (await other.grants.find(key))!;
			expect(found.version).toBe(2);
			expect(await other.grants.openTokens(found)).toEqual(await under.vault.grants.openTokens(written[0]!));
		});

		it('keep every sign-in of many at once, each with a version of its own', async () => {
			const saved = await race<StoredGrant>(async (vault, i) => await vault.grants.save(key, tokens(`s${i}`), account, revoking), 8);
			expect(saved.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
			expect(await under.vault.revocations.lease([sales], 'p', 1_000, 100)).toHaveLength(7);
			const found = (await other.grants.find(key))!;
			expect(await other.grants.openTokens(found)).toEqual(await under.vault.grants.openTokens(saved.find(({ version }) => version === 8)!));
		});

		it('end a grant once, with one revocation', async () => {
			await under.vault.grants.save(key, tokens(), account, revoking);
			const ended = await race(async (vault) => await vault.grants.end(key, 'disconnected', { revoke: true }));
			expect(ended.filter(isDefined)).toHaveLength(1);
			expect(await other.revocations.lease([sales], 'p', 1_000, 100)).toHaveLength(1);
		});

		it('open one request for a node run, however often it is asked for', async () => {
			const opened = await race(async (vault) => await vault.requests.open(request(), 20));
			expect(new Set(opened.map((each) => each.request.id)).size).toBe(1);
			expect(opened.filter(({ created }) => created)).toHaveLength(1);
		});

		it('S40: hold the limit of open requests under a rush', async () => {
			const opened = await Promise.allSettled(
				Array.from({ length: 12 }, async (_, i) => await (i % 2 ? other : under.vault).requests.open(request({ executionId: `e${i}` }), 5)),
			);
			expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
			expect(await other.requests.countWaiting(alice, sales)).toBe(5);
		});

		it('claim a node run with several requests exactly once', async () => {
			for (const userKey of [alice, bob]) await under.vault.requests.open(request({ userKey }), 20);
			for (const userKey of [alice, bob]) await under.vault.requests.complete({ ...key, userKey });
			const claims = (await race(async (vault, i) => await vault.requests.claim(run, `p${i}`, 60_000))).filter(isDefined);
			expect(claims).toHaveLength(1);
			expect(claims[0]).toHaveLength(2);
			const owners = (await other.requests.listForNode(run)).map(({ claimOwner }) => claimOwner);
			expect(new Set(owners)).toEqual(new Set([claims[0]![0]!.claimOwner]));
		});

		it('never claim a run that is opened anew in the same moment', async () => {
			for (let i = 0; i < 10; i++) {
				const each = { ...run, executionId: `e${i}` };
				await under.vault.requests.open(request(each), 100);
				await under.vault.requests.complete(key);
				const [claimed, opened] = await Promise.all([
					under.vault.requests.claim(each, 'p', 60_000),
					other.requests.open(request({ ...each, userKey: bob }), 100),
				]);
				const states = (await other.requests.listForNode(each)).map(({ state }) => state);
				expect(opened.created).toBe(true);
				expect(states).toContain('open');
				// Claimed before it was opened, or not at all.
				expect(states.includes('resuming')).toBe(claimed !== undefined);
				if (claimed) expect(claimed).toHaveLength(1);
			}
		});

		it('give a transaction, a personal link and a hand-over code to exactly one', async () => {
			const { vault } = under;
			await vault.transactions.start('s', { connectionId: sales, purpose: 'portal', redirectUri: '', browserHash: '', codeVerifier: 'v', nonce: '', scopes: [] }, 60_000);
			await vault.links.create('c', { purpose: 'portal', userKey: alice, ownerKey: 'w:n' }, 60_000);
			const { request: opened } = await vault.requests.open(request(), 20);
			await vault.requests.setHandOver(opened.id, 'h', 60_000);
			expect((await race(async (each) => await each.transactions.take('s'))).filter(isDefined)).toHaveLength(1);
			expect((await race(async (each) => await each.links.take('c'))).filter(isDefined)).toHaveLength(1);
			expect((await race(async (each, i) => await each.requests.exchangeHandOver(opened.id, 'h', `b${i}`))).filter(Boolean)).toHaveLength(1);
		});

		it('lease every event and every revocation to one', async () => {
			for (let i = 0; i < 10; i++) {
				await under.vault.outbox.add({ ownerKey: 'w:n', type: 'connected', payload: { i } });
				const each = { ...key, userKey: `u${i}` as typeof alice };
				await under.vault.grants.save(each, tokens(`${i}`), account, revoking);
				await under.vault.grants.end(each, 'disconnected', { revoke: true });
			}
			const events = (await race(async (vault, i) => await vault.outbox.lease('w:n', `p${i}`, 60_000, 3))).flat();
			const revocations = (await race(async (vault, i) => await vault.revocations.lease([sales], `p${i}`, 60_000, 3))).flat();
			for (const ids of [events.map(({ eventId }) => eventId), revocations.map(({ id }) => id)]) {
				expect(ids).toHaveLength(10);
				expect(new Set(ids).size).toBe(10);
			}
		});

		it('tell the same event once, and time a request out once', async () => {
			const dedupe = { key: 'k', windowMs: 3_600_000 };
			const added = await race(async (vault) => await vault.outbox.add({ ownerKey: 'w:n', type: 't', payload: {} }, dedupe));
			expect(added.filter(isDefined)).toHaveLength(1);
			for (let i = 0; i < 6; i++) await under.vault.requests.open(request({ executionId: `e${i}`, expiresInMs: 1_000 }), 20);
			under.advance(1_001);
			const overdue = (await race(async (vault) => await vault.requests.expireOverdue(2))).flat();
			expect(new Set(overdue.map(({ id }) => id)).size).toBe(6);
			expect(overdue).toHaveLength(6);
		});

		it('S34: register a claim for one of two owners', async () => {
			const owners = ['w1', 'w2'].map((workflowId) => ({ workflowId, workflowName: workflowId, nodeId: 'n', nodeName: 'Trigger' }));
			const results = await Promise.allSettled(
				Array.from({ length: 10 }, async (_, i) => await (i % 2 ? other : under.vault).registrations.register(registration({ owner: owners[i % 2]! }), 'p', client)),
			);
			const ids = new Set(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : [])));
			expect(ids.size).toBe(1);
			for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'connectionTaken' });
		});

		it('lose no write when they write at the same time', async () => {
			await under.vault.grants.save(key, tokens(), account, revoking);
			await race(async (vault) => await vault.grants.recordUse(key, 1, {}), 100);
			expect((await other.grants.find(key))?.useCount).toBe(100);
		});
	});

	describe('several processes on one database', () => {
		it('open it at once, and give lease and claim to exactly one', async () => {
			const place = await makePlace();
			const racers = await startRacers(place.backend, 4);
			try {
				await racers.all('open');
				expect(new Set((await racers.all('name')).map(({ name }) => name))).toEqual(new Set([expect.stringMatching(/^[\w-]{8}\.[\w-]{43}$/)]));
				await racers.one(0, 'prepare');
				const leases = await racers.all('lease');
				expect(leases.filter(({ won }) => won)).toHaveLength(1);
				const claims = await racers.all('claim');
				expect(claims.filter(({ won }) => won)).toHaveLength(1);
				const uses = await racers.all('use');
				expect(uses.every(({ won }) => won)).toBe(true);
				const { useCount } = await racers.one(0, 'count');
				expect(useCount).toBe(4 * 50);
			} finally {
				await racers.stop();
				await place.remove();
			}
		}, 60_000);
	});
}
