import type { ProviderSignIn } from '../../../../lib/vault';
import { alice, useVault, type MakePlace } from './setup';

const limits = { idleMs: 1_000_000, absoluteMs: 10_000_000 };

/** What was under way when the portal's provider told of a sign-out. */
export function describeEndedSignIns(makePlace: MakePlace): void {
	describe('a portal session of a sign-in that its provider has ended meanwhile', () => {
		const under = useVault(makePlace);
		const REMEMBERED_MS = 900_000;
		const aliceAt = (providerSession?: string) => ({ userKey: alice, method: 'openId' as const, claims: {}, person: { issuer: 'https://id.example.com', subject: 'sub-canary' }, ...(providerSession !== undefined && { providerSession }) });
		/** Whether there are sessions of a sign-in that began then. */
		const opens = async (startedAtMs: number | undefined, portalId = 'portal-1') => {
			const made: Record<string, boolean> = {};
			for (const name of ['sid-1', 'sid-2', 'unnamed']) {
				made[name] = await under.vault.sessions.create(`id-${name}`, portalId, aliceAt(name === 'unnamed' ? undefined : name), limits, startedAtMs);
				expect(await under.vault.sessions.delete(`id-${name}`)).toBe(made[name]);
			}
			return Object.keys(made).filter((name) => made[name]);
		};

		it.each<[string, ProviderSignIn, string[]]>([
			['of the person', { subject: 'sub-canary' }, []],
			['of one sign-in', { sessionId: 'sid-1' }, ['sid-2', 'unnamed']],
			['of one sign-in of the person', { subject: 'sub-canary', sessionId: 'sid-1' }, ['sid-2']],
			['of another person', { subject: 'sub-bob' }, ['sid-1', 'sid-2', 'unnamed']],
			['of a sign-in of another person', { subject: 'sub-bob', sessionId: 'sid-1' }, ['sid-1', 'sid-2', 'unnamed']],
			['of nobody', {}, ['sid-1', 'sid-2', 'unnamed']],
		])('is not made where that was told %s', async (_what, told, left) => {
			const startedAtMs = await under.vault.nowMs();
			expect(await opens(startedAtMs)).toHaveLength(3);
			under.advance(1_000);
			await under.vault.sessions.deleteByProvider('portal-1', told, REMEMBERED_MS);
			expect(await opens(startedAtMs)).toEqual(left);
			// What began later, is of another portal, or is no sign-in at the provider has not ended.
			expect(await opens((await under.vault.nowMs()) + 1)).toHaveLength(3);
			expect(await opens(startedAtMs, 'portal-2')).toHaveLength(3);
			expect(await opens(undefined)).toHaveLength(3);
		});

		it('is not made either where it is told again', async () => {
			await under.vault.sessions.deleteByProvider('portal-1', { subject: 'sub-canary' }, REMEMBERED_MS);
			under.advance(REMEMBERED_MS / 2);
			const startedAtMs = await under.vault.nowMs();
			under.advance(1_000);
			await under.vault.sessions.deleteByProvider('portal-1', { subject: 'sub-canary' }, REMEMBERED_MS);
			expect(await under.place.query(`select id_hash from ${under.place.table('ended_sign_ins')}`)).toHaveLength(1);
			under.advance(REMEMBERED_MS / 2);
			await under.vault.pruneExpired();
			expect(await opens(startedAtMs)).toEqual([]);
			under.advance(REMEMBERED_MS / 2);
			await under.vault.pruneExpired();
			expect(await under.place.query(`select id_hash from ${under.place.table('ended_sign_ins')}`)).toEqual([]);
		});

		it('S12: is remembered by hashes', async () => {
			await under.vault.sessions.deleteByProvider('portal-1', { subject: 'sub-canary', sessionId: 'sid-canary' }, REMEMBERED_MS);
			expect(await under.place.dump()).not.toContain('canary');
		});

		it('is never left where both happen at the same moment, in two processes', async () => {
			const other = await under.open();
			const startedAtMs = await under.vault.nowMs();
			for (let i = 0; i < 20; i++) {
				const subject = `sub-${i}`;
				const identity = { ...aliceAt('sid'), person: { issuer: 'https://id.example.com', subject } };
				const [isOpen] = await Promise.all([under.vault.sessions.create(`id-${i}`, 'portal-1', identity, limits, startedAtMs), other.sessions.deleteByProvider('portal-1', { subject }, REMEMBERED_MS)]);
				const found = await under.vault.sessions.find(`id-${i}`, 'portal-1');
				expect([i, isOpen, found]).toEqual([i, expect.any(Boolean), undefined]);
			}
		});
	});
}
