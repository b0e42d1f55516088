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
}
