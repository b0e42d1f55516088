import { openVault } from '../../../../lib/vault';
import { account, client, owner, registration, request, revoking, run, tokens } from './samples';
import { alice, bob, KEYS, sales, useVault, type MakePlace, type Place } from './setup';

const key = { connectionId: sales, userKey: alice };
const DAY_MS = 24 * 3_600_000;

export function describeOpening(makePlace: MakePlace): void {
	describe('opening', () => {
		let place: Place;
		beforeEach(async () => {
			place = await makePlace();
		});
		afterEach(async () => await place.remove());
		const options = () => ({ backend: place.backend, keys: KEYS });

		it('makes its tables once when four open an empty database at the same time', async () => {
			const vaults = await Promise.all(Array.from({ length: 4 }, async () => await openVault(options())));
			await Promise.all(vaults.map(async (vault, i) => await vault.grants.save({ ...key, userKey: `u${i}` as typeof alice }, tokens(), account, revoking)));
			expect(await vaults[0]!.grants.listByConnection(sales)).toHaveLength(4);
			const ids = await place.query(`select value from ${place.table('meta')} where name = 'vaultId'`);
			expect(ids).toHaveLength(1);
			expect(new Set(vaults.map((vault) => vault.lastingProofOf('portal'))).size).toBe(1);
			await Promise.all(vaults.map(async (vault) => await vault.close()));
		});

		it('keeps what it holds over a restart', async () => {
			const first = await openVault(options());
			await first.grants.save(key, tokens(), account, revoking);
			await first.close();
			const second = await openVault(options());
			expect(await second.grants.openTokens((await second.grants.find(key))!)).toEqual(tokens());
			expect(second.lastingProofOf('portal')).toBe(first.lastingProofOf('portal'));
			await second.close();
		});

		it('names nothing as another vault does, though the key is the same', async () => {
			const another = await makePlace();
			const vaults = [await openVault(options()), await openVault({ backend: another.backend, keys: KEYS })];
			const [mine, theirs] = vaults.map((vault) => [vault.lastingProofOf('portal'), vault.proofOf('portal')]);
			expect([mine![1], mine![0] === theirs![0], mine!.includes(theirs![0]!)]).toEqual([theirs![1], false, false]);
			for (const vault of vaults) await vault.close();
			await another.remove();
		});

		it('refuses a vault that a newer version has written, and writes nothing', async () => {
			await (await openVault(options())).close();
			await place.query(`update ${place.table('meta')} set value = '99' where name = 'schemaVersion'`);
			const before = await place.dump();
			await expect(openVault(options())).rejects.toMatchObject({ code: 'vaultTooNew', message: expect.stringContaining('schema 99') });
			expect((await place.dump()) === before).toBe(true);
		});

		it('says that it is closed instead of hanging', async () => {
			const vault = await openVault(options());
			await vault.close();
			await expect(vault.grants.find(key)).rejects.toThrow();
		});
	});

	describe("the database's clock", () => {
		const under = useVault(makePlace);

		it('is the time of day, moved by the offset', async () => {
			const nowMs = await under.vault.nowMs();
			expect(Math.abs(nowMs - Date.now())).toBeLessThan(5_000);
			under.advance(DAY_MS);
			expect((await under.vault.nowMs()) - nowMs).toBeGreaterThanOrEqual(DAY_MS);
			under.advance(-2 * DAY_MS);
			expect(await under.vault.nowMs()).toBeLessThan(nowMs);
		});
	});

	describe('retention', () => {
		const under = useVault(makePlace);
		const retention = { finishedMs: 30 * DAY_MS, endedGrantsMs: 90 * DAY_MS, auditMs: 365 * DAY_MS };
		const count = async (table: string): Promise<number> => {
			const [row] = await under.place.query(`select count(*) as n from ${under.place.table(table)}`);
			return Number(row?.['n']);
		};

		it('deletes finished requests and events after their time, and nothing that still waits', async () => {
			const { requests, outbox } = under.vault;
			await requests.open(request(), 20);
			await requests.complete(key);
			await requests.claim(run, 'p', 1_000);
			await requests.markResumed(run);
			await requests.open(request({ executionId: 'closed' }), 20);
			await requests.close({ ...run, executionId: 'closed' });
			await requests.open(request({ executionId: 'waits', expiresInMs: 0 }), 20);
			await outbox.add({ ownerKey: 'w:n', type: 'connected', payload: {} });
			under.advance(29 * DAY_MS);
			await under.vault.prune(retention);
			expect([await count('requests'), await count('outbox')]).toEqual([3, 1]);
			under.advance(2 * DAY_MS);
			await under.vault.prune(retention);
			expect((await requests.listForNode({ ...run, executionId: 'waits' })).map(({ state }) => state)).toEqual(['open']);
			expect([await count('requests'), await count('outbox')]).toEqual([1, 0]);
		});

		it('deletes ended grants and their revocations after their time, never an active one', async () => {
			const { grants, revocations } = under.vault;
			await grants.save(key, tokens(), account, revoking);
			await grants.save({ ...key, userKey: bob }, tokens(), account, revoking);
			await grants.end(key, 'disconnected', { revoke: true });
			const [leased] = await revocations.lease([sales], 'p', 1_000, 1);
			await revocations.finish(leased!.id, 'revoked');
			under.advance(89 * DAY_MS);
			await under.vault.prune(retention);
			expect(await grants.find(key)).toBeDefined();
			under.advance(2 * DAY_MS);
			await under.vault.prune(retention);
			expect(await grants.find(key)).toBeUndefined();
			expect(await grants.find({ ...key, userKey: bob })).toBeDefined();
			expect(await count('revocations')).toBe(0);
		});

		it('deletes audit entries after a year, and dead sessions, links and transactions at once', async () => {
			const { vault } = under;
			await vault.audit.add({ type: 'connected', userKey: alice });
			await vault.sessions.create('idle', 'p', { userKey: alice, method: 'account', claims: {} }, { idleMs: 1_000, absoluteMs: DAY_MS });
			await vault.sessions.create('old', 'p', { userKey: alice, method: 'account', claims: {} }, { idleMs: DAY_MS, absoluteMs: 1_000 });
			await vault.sessions.create('alive', 'p', { userKey: alice, method: 'account', claims: {} }, { idleMs: DAY_MS, absoluteMs: DAY_MS });
			await vault.links.create('c', { purpose: 'portal', userKey: alice, ownerKey: 'w:n' }, 1_000);
			await vault.transactions.start('s', { connectionId: sales, purpose: 'portal', redirectUri: '', browserHash: '', codeVerifier: '', nonce: '', scopes: [] }, 1_000);
			under.advance(1_001);
			await vault.prune(retention);
			expect([await count('sessions'), await count('links'), await count('transactions'), await count('audit')]).toEqual([1, 0, 0, 1]);
			under.advance(365 * DAY_MS);
			await vault.prune(retention);
			expect(await count('audit')).toBe(0);
		});

		it('deletes issued tokens and references when their own time is over', async () => {
			const { vault } = under;
			for (const [mark, ttlMs] of [['short', 1_000], ['long', 30 * DAY_MS]] as const) {
				await vault.issuedTokens.put(vault.proofOf(mark), { tokens: tokens(mark) }, ttlMs);
				await vault.references.create(`id-${mark}`, { kind: 'grant', workflowId: 'w', connectionId: sales, userKey: alice }, ttlMs);
			}
			await vault.prune({ finishedMs: 0, endedGrantsMs: 0, auditMs: 0 });
			expect([await count('issued_tokens'), await count('references')]).toEqual([2, 2]);
			under.advance(1_001);
			await vault.prune(retention);
			expect([await count('issued_tokens'), await count('references')]).toEqual([1, 1]);
			expect([await vault.issuedTokens.find(vault.proofOf('long')), await vault.references.find('id-long')]).toEqual([expect.anything(), expect.anything()]);
			under.advance(30 * DAY_MS);
			await vault.prune(retention);
			expect([await count('issued_tokens'), await count('references')]).toEqual([0, 0]);
		});

		it('never deletes a registration', async () => {
			await under.vault.registrations.register(registration(), 'p', client);
			await under.vault.registrations.deactivate(owner);
			under.advance(1_000 * DAY_MS);
			await under.vault.prune({ finishedMs: 0, endedGrantsMs: 0, auditMs: 0 });
			expect(await count('registrations')).toBe(1);
		});

		it('goes through any number of rows', async () => {
			for (let i = 0; i < 1_101; i += 3) await Promise.all([0, 1, 2].map(async () => await under.vault.audit.add({ type: 'refreshed', userKey: alice })));
			await under.vault.prune({ ...retention, auditMs: 0 });
			expect(await count('audit')).toBe(0);
		});
	});
}
