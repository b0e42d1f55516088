import type { AuthorizationTransaction, PersonalLink } from '../../../../lib/vault';
import { alice, bob, sales, useVault, type MakePlace } from './setup';

const transaction: AuthorizationTransaction = {
	connectionId: sales,
	userKey: alice,
	purpose: 'request',
	requestId: 'r1',
	redirectUri: 'https://n8n.example/callback',
	browserHash: 'browser',
	codeVerifier: 'code-verifier-one',
	nonce: 'nonce-one',
	scopes: ['api'],
	returnTo: '/continue?request=r1',
};
const link: PersonalLink = { purpose: 'request', userKey: alice, ownerKey: 'w1:n1', connectionId: sales, requestId: 'r1' };

export function describeVisits(makePlace: MakePlace): void {
	describe('authorization transactions', () => {
		const under = useVault(makePlace);

		it('S1: gives a transaction back once', async () => {
			await under.vault.transactions.start('state-hash', transaction, 600_000);
			expect(await under.vault.transactions.take('another-hash')).toBeUndefined();
			expect(await under.vault.transactions.take('state-hash')).toEqual(transaction);
			expect(await under.vault.transactions.take('state-hash')).toBeUndefined();
		});

		it('S1: forgets a transaction whose time is over', async () => {
			await under.vault.transactions.start('state-hash', transaction, 600_000);
			under.advance(600_001);
			expect(await under.vault.transactions.take('state-hash')).toBeUndefined();
			under.advance(-600_001);
			expect(await under.vault.transactions.take('state-hash')).toBeUndefined();
		});

		it('keeps what is absent absent', async () => {
			const { userKey, requestId, returnTo, ...portal } = transaction;
			await under.vault.transactions.start('state-hash', { ...portal, purpose: 'portal' }, 600_000);
			expect(await under.vault.transactions.take('state-hash')).toEqual({ ...portal, purpose: 'portal' });
		});

		it('S25: does not open a transaction under the state of another', async () => {
			await under.vault.transactions.start('state-alice', transaction, 600_000);
			await under.vault.transactions.start('state-bob', { ...transaction, userKey: bob }, 600_000);
			const table = under.place.table('transactions');
			await under.place.query(`update ${table} set sealed_transaction = (select sealed_transaction from ${table} where state_hash = 'state-alice') where state_hash = 'state-bob'`);
			expect(await under.vault.transactions.take('state-bob')).toBeUndefined();
		});
	});

	describe('personal links', () => {
		const under = useVault(makePlace);

		it('S39: opens once, and looking at it uses nothing up', async () => {
			const { links } = under.vault;
			await links.create('code-hash', link, 900_000);
			expect(await links.peek('code-hash')).toEqual(link);
			expect(await links.peek('code-hash')).toEqual(link);
			expect(await links.take('code-hash')).toEqual(link);
			expect(await links.take('code-hash')).toBeUndefined();
			expect(await links.peek('code-hash')).toBeUndefined();
		});

		it('S39: is worth nothing when its time is over', async () => {
			const { links } = under.vault;
			await links.create('code-hash', link, 900_000);
			under.advance(900_001);
			expect(await links.peek('code-hash')).toBeUndefined();
			expect(await links.take('code-hash')).toBeUndefined();
		});
	});

	describe('portal sessions', () => {
		const under = useVault(makePlace);
		const limits = { idleMs: 1_000_000, absoluteMs: 2_500_000 };

		it('slides with every visit, up to its absolute limit', async () => {
			const { sessions } = under.vault;
			await sessions.create('id-hash', 'portal-1', { userKey: alice, method: 'account', claims: {} }, limits);
			const first = await sessions.touch('id-hash', 'portal-1');
			expect(first).toMatchObject({ portalId: 'portal-1', userKey: alice });
			under.advance(900_000);
			const second = await sessions.touch('id-hash', 'portal-1');
			expect(second?.createdAtMs).toBe(first?.createdAtMs);
			expect(second!.lastSeenAtMs).toBeGreaterThanOrEqual(first!.lastSeenAtMs + 900_000);
			under.advance(900_000);
			expect(await sessions.touch('id-hash', 'portal-1')).toBeDefined();
			under.advance(700_001);
			expect(await sessions.touch('id-hash', 'portal-1')).toBeUndefined();
		});

		it('ends when nobody comes, or by signing out', async () => {
			const { sessions } = under.vault;
			await sessions.create('id-1', 'portal-1', { userKey: alice, method: 'account', claims: {} }, limits);
			await sessions.create('id-2', 'portal-1', { userKey: alice, method: 'account', claims: {} }, limits);
			await sessions.delete('id-2');
			expect(await sessions.touch('id-2', 'portal-1')).toBeUndefined();
			under.advance(1_000_001);
			expect(await sessions.touch('id-1', 'portal-1')).toBeUndefined();
		});

		it('opens its own portal only', async () => {
			await under.vault.sessions.create('id-hash', 'portal-1', { userKey: alice, method: 'account', claims: {} }, limits);
			expect(await under.vault.sessions.touch('id-hash', 'portal-2')).toBeUndefined();
			expect(await under.vault.sessions.touch('unknown', 'portal-1')).toBeUndefined();
		});

		it('is listed for its portal and its person, and ended one by one or all at once', async () => {
			const { sessions } = under.vault;
			const identity = { userKey: alice, method: 'openId' as const, claims: { groups: ['it'] }, person: { issuer: 'https://id.example.com', subject: 's', email: 'alice@example.com' }, idToken: 'id-token-canary' };
			await sessions.create('id-1', 'portal-1', identity, limits);
			await sessions.create('id-2', 'portal-1', { ...identity, userKey: bob }, limits);
			await sessions.create('id-3', 'portal-1', identity, limits);
			await sessions.create('id-4', 'portal-2', identity, limits);
			await sessions.create('id-5', 'portal-1', identity, { idleMs: 1_000, absoluteMs: 1_000 });
			under.advance(2_000);
			await sessions.touch('id-1', 'portal-1');
			const listed = await sessions.list('portal-1', 10);
			expect(listed.map(({ idHash }) => idHash).sort()).toEqual(['id-1', 'id-2', 'id-3']);
			expect(listed.find(({ idHash }) => idHash === 'id-1')).toMatchObject({ ...identity, portalId: 'portal-1' });
			expect((await sessions.listByUser('portal-1', alice)).map(({ idHash }) => idHash)).toEqual(['id-1', 'id-3']);
			expect(await sessions.list('portal-1', 1)).toMatchObject([{ idHash: 'id-1' }]);
			expect(await sessions.delete('id-4', 'portal-1')).toBe(false);
			expect(await sessions.touch('id-4', 'portal-2')).toBeDefined();
			expect(await sessions.deleteByUser('portal-1', alice, 'id-1')).toBe(2);
			expect((await sessions.listByUser('portal-1', alice)).map(({ idHash }) => idHash)).toEqual(['id-1']);
			expect(await sessions.delete('id-1', 'portal-1')).toBe(true);
			expect(await sessions.delete('id-1', 'portal-1')).toBe(false);
			expect(await sessions.listByUser('portal-1', bob)).toHaveLength(1);
			expect(await under.place.dump()).not.toContain('id-token-canary');
		});

		describe('that its provider ends', () => {
			const at = (subject: string, providerSession?: string) => ({ userKey: alice, method: 'openId' as const, claims: {}, person: { issuer: 'https://id.example.com', subject }, ...(providerSession !== undefined && { providerSession }) });
			const left = async () => (await under.vault.sessions.list('portal-1', 20)).map(({ idHash }) => idHash).sort();

			beforeEach(async () => {
				const { sessions } = under.vault;
				await sessions.create('alice-1', 'portal-1', at('sub-canary', 'sid-canary'), limits);
				await sessions.create('alice-2', 'portal-1', at('sub-canary', 'sid-2'), limits);
				await sessions.create('alice-unnamed', 'portal-1', at('sub-canary'), limits);
				await sessions.create('bob', 'portal-1', { ...at('sub-bob', 'sid-bob'), userKey: bob }, limits);
				await sessions.create('bob-unnamed', 'portal-1', { ...at('sub-bob'), userKey: bob }, limits);
				await sessions.create('by-app', 'portal-1', { ...at('sub-canary', 'sid-canary'), method: 'account' }, limits);
				await sessions.create('elsewhere', 'portal-2', at('sub-canary', 'sid-canary'), limits);
			});

			it('is the one of that sign-in there, and one of that person of which no sign-in is known', async () => {
				const ended = await under.vault.sessions.deleteByProvider('portal-1', { subject: 'sub-canary', sessionId: 'sid-canary' }, 900_000);
				expect(ended.map(({ idHash, userKey }) => [idHash, userKey]).sort()).toEqual([['alice-1', alice], ['alice-unnamed', alice]]);
				expect(await left()).toEqual(['alice-2', 'bob', 'bob-unnamed', 'by-app']);
				expect(await under.vault.sessions.touch('alice-1', 'portal-1')).toBeUndefined();
				expect(await under.vault.sessions.touch('elsewhere', 'portal-2')).toBeDefined();
			});

			it('is the one of that sign-in and no other, where no person is told', async () => {
				expect(await under.vault.sessions.deleteByProvider('portal-1', { sessionId: 'sid-canary' }, 900_000)).toMatchObject([{ idHash: 'alice-1' }]);
				expect(await left()).toEqual(['alice-2', 'alice-unnamed', 'bob', 'bob-unnamed', 'by-app']);
			});

			it('is nobody’s where the sign-in is another person’s', async () => {
				expect(await under.vault.sessions.deleteByProvider('portal-1', { subject: 'sub-carol', sessionId: 'sid-canary' }, 900_000)).toEqual([]);
				expect(await left()).toHaveLength(6);
			});

			it('are all of that person, where no sign-in is told; nothing where nothing is', async () => {
				expect(await under.vault.sessions.deleteByProvider('portal-1', {}, 900_000)).toEqual([]);
				expect((await under.vault.sessions.deleteByProvider('portal-1', { subject: 'sub-canary' }, 900_000)).map(({ idHash }) => idHash).sort()).toEqual(['alice-1', 'alice-2', 'alice-unnamed']);
				expect(await left()).toEqual(['bob', 'bob-unnamed', 'by-app']);
			});

			it('is not told as ended where it was over before; one that nobody can open ends all the same', async () => {
				await under.place.query(`update ${under.place.table('sessions')} set sealed_user = 'rubbish' where id_hash = 'alice-1'`);
				expect(await under.vault.sessions.deleteByProvider('portal-1', { sessionId: 'sid-canary' }, 900_000)).toEqual([]);
				expect(await under.place.query(`select id_hash from ${under.place.table('sessions')} where id_hash = 'alice-1'`)).toEqual([]);
				under.advance(limits.idleMs + 1);
				expect(await under.vault.sessions.deleteByProvider('portal-1', { subject: 'sub-canary' }, 900_000)).toEqual([]);
			});

			it('S12: is found by hashes: neither person nor sign-in stands in the database', async () => {
				expect(await under.place.dump()).not.toContain('canary');
			});
		});

		it('is looked at without being kept alive by it, at its own portal only', async () => {
			const { sessions } = under.vault;
			await sessions.create('id-1', 'portal-1', { userKey: alice, method: 'account', claims: {} }, limits);
			under.advance(900_000);
			const found = await sessions.find('id-1', 'portal-1');
			expect(found).toMatchObject({ idHash: 'id-1', userKey: alice });
			// Both are read from the clock, one after the other.
			expect(found!.lastSeenAtMs - found!.createdAtMs).toBeLessThan(900_000);
			expect([await sessions.find('id-1', 'portal-2'), await sessions.find('id-2', 'portal-1')]).toEqual([undefined, undefined]);
			under.advance(100_001);
			expect(await sessions.find('id-1', 'portal-1')).toBeUndefined();
		});

		it('is listed page by page, each once, also those that were seen in the same moment, past those that nobody can open', async () => {
			const { sessions } = under.vault;
			const ids = Array.from({ length: 11 }, (_, index) => `id-${String(index).padStart(2, '0')}`);
			for (const id of ids) await sessions.create(id, 'portal-1', { userKey: alice, method: 'account', claims: {} }, { idleMs: 100_000_000, absoluteMs: 100_000_000 });
			await under.place.query(`update ${under.place.table('sessions')} set last_seen_at_ms = 1`);
			await under.place.query(`update ${under.place.table('sessions')} set sealed_user = 'rubbish' where id_hash in ('id-00', 'id-01', 'id-02', 'id-05')`);
			under.advance(1_000);
			await sessions.touch('id-07', 'portal-1');
			const seen: string[] = [];
			for (let after: Parameters<typeof sessions.list>[2]; ; ) {
				const page = await sessions.list('portal-1', 2, after);
				seen.push(...page.map(({ idHash }) => idHash));
				after = page.at(-1);
				// Whoever is used meanwhile moves to the first page, and does not come twice.
				if (seen.length === 2) await sessions.touch('id-03', 'portal-1');
				if (page.length < 2) break;
			}
			expect(seen).toEqual(['id-07', 'id-03', 'id-04', 'id-06', 'id-08', 'id-09', 'id-10']);
		});

		it('S25: does not make its bearer somebody else when rows are swapped', async () => {
			const { sessions } = under.vault;
			await sessions.create('id-alice', 'portal-1', { userKey: alice, method: 'account', claims: {} }, limits);
			await sessions.create('id-bob', 'portal-1', { userKey: bob, method: 'account', claims: {} }, limits);
			const table = under.place.table('sessions');
			await under.place.query(`update ${table} set sealed_user = (select sealed_user from ${table} where id_hash = 'id-alice') where id_hash = 'id-bob'`);
			expect(await sessions.touch('id-bob', 'portal-1')).toBeUndefined();
			expect((await sessions.touch('id-alice', 'portal-1'))?.userKey).toBe(alice);
		});
	});

	describe('sign-ins to the portal', () => {
		const under = useVault(makePlace);
		const signIn = { portalId: 'portal-1', redirectUri: 'https://n8n.example/openid/callback', browserHash: 'browser', codeVerifier: 'code-verifier-portal', nonce: 'nonce' };

		it('S1: are given back once, in their time, and never as a sign-in to an app', async () => {
			await under.vault.portalSignIns.start('state-1', signIn, 600_000);
			await under.vault.portalSignIns.start('state-2', signIn, 600_000);
			await under.vault.portalSignIns.start('state-3', signIn, 600_000);
			await under.vault.transactions.start('state-4', transaction, 600_000);
			expect(await under.vault.portalSignIns.take('state-1')).toEqual(signIn);
			expect(await under.vault.portalSignIns.take('state-1')).toBeUndefined();
			expect(await under.vault.transactions.take('state-2')).toBeUndefined();
			expect(await under.vault.portalSignIns.take('state-4')).toBeUndefined();
			expect(await under.place.dump()).not.toContain('code-verifier-portal');
			under.advance(600_001);
			expect(await under.vault.portalSignIns.take('state-3')).toBeUndefined();
		});
	});

	describe('what was told of somebody', () => {
		const under = useVault(makePlace);
		const identity = { userKey: alice, person: { issuer: 'https://id.example.com', subject: 'subject-canary', email: 'alice-canary@example.com' } };

		it('S12: is found for as long as it is asked for, encrypted', async () => {
			const { identities } = under.vault;
			await identities.put('id', identity, 1_000_000);
			expect(await identities.find('other', 1_000_000)).toBeUndefined();
			for (let index = 0; index < 3; index++) {
				under.advance(600_000);
				expect(await identities.find('id', 1_000_000)).toEqual(identity);
			}
			expect(await under.place.dump()).not.toContain('canary');
			await identities.put('id', { ...identity, userKey: bob }, 1_000_000);
			expect(await identities.find('id', 1_000_000)).toMatchObject({ userKey: bob });
			under.advance(1_000_001);
			expect(await identities.find('id', 1_000_000)).toBeUndefined();
			await under.vault.prune({ finishedMs: 1, endedGrantsMs: 1, auditMs: 1 });
			expect(await under.place.query(`select * from ${under.place.table('identities')}`)).toEqual([]);
		});

		it('S25: is not told of another under whose name the row was copied', async () => {
			const { identities } = under.vault;
			await identities.put('alice', identity, 1_000_000);
			await identities.put('bob', { ...identity, userKey: bob }, 1_000_000);
			const table = under.place.table('identities');
			await under.place.query(`update ${table} set sealed_identity = (select sealed_identity from ${table} where id_hash = 'alice') where id_hash = 'bob'`);
			expect(await identities.find('bob', 1_000_000)).toBeUndefined();
		});
	});
}
