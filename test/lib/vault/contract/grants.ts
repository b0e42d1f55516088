import type { TokenSet } from '../../../../lib/types';
import { sha256 } from '../../../../lib/vault';
import { account, revoking, tokens } from './samples';
import { alice, bob, files, sales, useVault, type MakePlace } from './setup';

const key = { connectionId: sales, userKey: alice };

export function describeGrants(makePlace: MakePlace): void {
	describe('grants', () => {
		const under = useVault(makePlace);
		const queue = async () => await under.vault.revocations.lease([sales, files], 'test', 1_000, 10);

		it('does not find a grant that nobody has saved', async () => {
			expect(await under.vault.grants.find(key)).toBeUndefined();
			expect(await under.vault.grants.listByUser(alice, [])).toEqual([]);
		});

		it('saves a sign-in as version 1 and opens its tokens again', async () => {
			const { grants } = under.vault;
			const nowMs = await under.vault.nowMs();
			const expiresAtMs = nowMs + 3_600_000;
			const saved = await grants.save(key, tokens('one', { expiresAtMs }), account, revoking);
			expect(saved).toMatchObject({
				...key,
				version: 1,
				state: 'active',
				accessTokenHash: sha256('access-token-one'),
				accessExpiresAtMs: expiresAtMs,
				grantedScopes: ['api', 'refresh_token'],
				account,
				useCount: 0,
				failureCount: 0,
			});
			expect(saved.connectedAtMs).toBeGreaterThanOrEqual(nowMs);
			expect(saved.nowMs).toBeGreaterThanOrEqual(saved.connectedAtMs);
			const found = await grants.find(key);
			expect(found).toEqual({ ...saved, nowMs: found?.nowMs });
			expect(await grants.openTokens(found!)).toEqual(tokens('one', { expiresAtMs }));
		});

		it('tells no expiry where the provider told none', async () => {
			const saved = await under.vault.grants.save(key, tokens(), account, revoking);
			expect(saved.accessExpiresAtMs).toBeUndefined();
			expect(await under.vault.grants.openTokens(saved)).toEqual(tokens());
		});

		it('starts clocks, uses, lease, journal and cool-down anew when a person signs in again', async () => {
			const { grants } = under.vault;
			const first = await grants.save(key, tokens('one'), account, revoking);
			await grants.recordUse(key, 3, { workflowId: 'w' });
			await grants.acquireLease(key, 'process-1', 60_000);
			await grants.recordFailure(key, 1, 'providerUnavailable', 60_000);
			await grants.markRefreshStarted(key, 1);
			under.advance(5_000);
			const again = await grants.save(key, tokens('two'), { ...account, subject: '005-other' }, revoking);
			expect(again).toMatchObject({ version: 2, useCount: 0, failureCount: 0, account: { subject: '005-other' } });
			expect(again.connectedAtMs).toBeGreaterThanOrEqual(first.connectedAtMs + 5_000);
			expect([again.lastUse, again.leaseOwner, again.leaseUntilMs, again.refreshStartedVersion, again.coolDownUntilMs, again.lastFailureCode]).toEqual(
				Array(6).fill(undefined),
			);
			expect(await grants.openTokens(again)).toEqual(tokens('two'));
		});

		it('queues the refresh token that a new sign-in has replaced, unless it is the same', async () => {
			const { grants, revocations } = under.vault;
			await grants.save(key, tokens('one'), account, revoking);
			await grants.save(key, tokens('two', { refreshToken: 'refresh-token-one' }), account, revoking);
			expect(await queue()).toEqual([]);
			await grants.save(key, tokens('three'), account, revoking);
			expect(await queue()).toMatchObject([{ ...key, token: 'refresh-token-one', tokenTypeHint: 'refresh_token' }]);
			expect(await revocations.outcomeFor(key)).toBe('pending');
		});

		it('revokes nothing that was replaced where that would end the new tokens, too', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('one'), account, { revokeReplaced: false });
			const again = await grants.save(key, tokens('two'), account, { revokeReplaced: false });
			expect(await grants.openTokens(again)).toEqual(tokens('two'));
			expect(await queue()).toEqual([]);
			await grants.end(key, 'disconnected', { revoke: true });
			expect(await queue()).toMatchObject([{ token: 'refresh-token-two' }]);
		});

		it('keeps the key that tokens are bound to beside them, sealed', async () => {
			const { grants } = under.vault;
			const bound = tokens('one', { tokenType: 'dpop', dpopKey: '{"kty":"EC","d":"private-part"}' });
			await grants.save(key, bound, account, revoking);
			expect(await grants.openTokens((await grants.find(key))!)).toEqual(bound);
			expect(await under.place.dump()).not.toContain('private-part');
		});

		it('gives the lease to one at a time, until it is released or over', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens(), account, revoking);
			expect(await grants.acquireLease(key, 'process-1', 10_000)).toMatchObject({ leaseOwner: 'process-1', version: 1 });
			expect(await grants.acquireLease(key, 'process-2', 10_000)).toBeUndefined();
			expect(await grants.acquireLease(key, 'process-1', 10_000)).toBeUndefined();
			await grants.releaseLease(key, 'process-2');
			expect(await grants.acquireLease(key, 'process-2', 10_000)).toBeUndefined();
			await grants.releaseLease(key, 'process-1');
			expect(await grants.acquireLease(key, 'process-2', 10_000)).toMatchObject({ leaseOwner: 'process-2' });
			under.advance(10_001);
			expect(await grants.acquireLease(key, 'process-3', 10_000)).toMatchObject({ leaseOwner: 'process-3' });
		});

		it('renews a lease for its owner only, and not once it is over', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens(), account, revoking);
			await grants.acquireLease(key, 'process-1', 10_000);
			under.advance(9_000);
			expect(await grants.renewLease(key, 'process-2', 10_000)).toBe(false);
			expect(await grants.renewLease(key, 'process-1', 10_000)).toBe(true);
			under.advance(9_000);
			expect(await grants.acquireLease(key, 'process-2', 10_000)).toBeUndefined();
			under.advance(1_001);
			expect(await grants.renewLease(key, 'process-1', 10_000)).toBe(false);
		});

		it('leases no grant that is missing or has ended', async () => {
			const { grants } = under.vault;
			expect(await grants.acquireLease(key, 'process-1', 10_000)).toBeUndefined();
			await grants.save(key, tokens(), account, revoking);
			await grants.end(key, 'disconnected', { revoke: false });
			expect(await grants.acquireLease(key, 'process-1', 10_000)).toBeUndefined();
		});

		it('replaces tokens of the version that was read, and settles everything that was under way', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('one'), account, revoking);
			await grants.recordUse(key, 2, { nodeName: 'n' });
			await grants.acquireLease(key, 'process-1', 10_000);
			await grants.recordFailure(key, 1, 'providerUnavailable', 1_000);
			expect(await grants.markRefreshStarted(key, 1)).toBe(true);
			expect((await grants.find(key))?.refreshStartedVersion).toBe(1);
			const replaced = await grants.replaceTokens(key, 1, tokens('two', { expiresAtMs: 4_000_000_000_000, scopes: ['api'] }));
			expect(replaced).toMatchObject({ version: 2, useCount: 2, failureCount: 0, grantedScopes: ['api'], accessTokenHash: sha256('access-token-two') });
			expect([replaced?.leaseOwner, replaced?.refreshStartedVersion, replaced?.coolDownUntilMs, replaced?.lastFailureCode]).toEqual(Array(4).fill(undefined));
			expect(await grants.openTokens(replaced!)).toEqual(tokens('two', { expiresAtMs: 4_000_000_000_000, scopes: ['api'] }));
			expect(await queue()).toEqual([]);
		});

		it('is a fence: a writer that read an older version changes nothing', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('one'), account, revoking);
			await grants.save(key, tokens('two'), account, revoking);
			expect(await grants.replaceTokens(key, 1, tokens('late'))).toBeUndefined();
			expect(await grants.markRefreshStarted(key, 1)).toBe(false);
			await grants.recordFailure(key, 1, 'late', 1_000);
			await grants.learnExpiry(key, 1, 1);
			await grants.expireAccessToken(key, 1);
			const found = (await grants.find(key))!;
			expect(found).toMatchObject({ version: 2, failureCount: 0 });
			expect(found.accessExpiresAtMs).toBeUndefined();
			expect(await grants.openTokens(found)).toEqual(tokens('two'));
		});

		it('does not bring back tokens of a grant that was disconnected during a refresh', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('one'), account, revoking);
			await grants.acquireLease(key, 'process-1', 10_000);
			await grants.end(key, 'disconnected', { revoke: false });
			expect(await grants.replaceTokens(key, 1, tokens('two'))).toBeUndefined();
			expect(await grants.replaceTokens(key, 2, tokens('two'))).toBeUndefined();
			expect((await grants.find(key))?.sealedTokens).toBeUndefined();
		});

		it('remembers a temporary failure without touching tokens or version', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens(), account, revoking);
			await grants.markRefreshStarted(key, 1);
			await grants.recordFailure(key, 1, 'providerUnavailable', 30_000);
			await grants.recordFailure(key, 1, 'tooMany', 60_000);
			const found = (await grants.find(key))!;
			expect(found).toMatchObject({ version: 1, failureCount: 2, lastFailureCode: 'tooMany' });
			expect(found.refreshStartedVersion).toBeUndefined();
			expect(found.coolDownUntilMs! - found.nowMs).toBeGreaterThan(50_000);
			expect(found.coolDownUntilMs! - found.nowMs).toBeLessThanOrEqual(60_000);
			expect(await grants.openTokens(found)).toEqual(tokens());
		});

		it('learns when an access token expires, and forgets it when the API has refused it', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens(), account, revoking);
			await grants.learnExpiry(key, 1, 4_000_000_000_000);
			expect(await grants.openTokens((await grants.find(key))!)).toEqual(tokens('one', { expiresAtMs: 4_000_000_000_000 }));
			await grants.expireAccessToken(key, 1);
			const found = (await grants.find(key))!;
			expect(found.version).toBe(1);
			expect(found.accessExpiresAtMs).toBeLessThanOrEqual(found.nowMs);
		});

		it.each<[string, Partial<TokenSet>, object]>([
			['refresh token', {}, { token: 'refresh-token-one', tokenTypeHint: 'refresh_token' }],
			['access token, where there is no refresh token,', { refreshToken: undefined }, { token: 'access-token-one', tokenTypeHint: 'access_token' }],
		])('ends a grant and moves its %s to the revocation queue', async (_name, more, expected) => {
			const { grants } = under.vault;
			await grants.save(key, tokens('one', more), account, revoking);
			const ended = await grants.end(key, 'disconnected', { revoke: true });
			expect(ended).toMatchObject({ version: 2, state: 'ended', endReason: 'disconnected', account });
			expect([ended?.sealedTokens, ended?.accessTokenHash, ended?.accessExpiresAtMs]).toEqual(Array(3).fill(undefined));
			expect(await queue()).toMatchObject([{ ...key, ...expected }]);
			await expect(grants.openTokens(ended!)).rejects.toMatchObject({ code: 'authenticationNeeded' });
		});

		it('ends a grant once, only in the version that was asked for, and revokes only if asked to', async () => {
			const { grants } = under.vault;
			expect(await grants.end(key, 'expiredIdle', { revoke: true })).toBeUndefined();
			await grants.save(key, tokens(), account, revoking);
			expect(await grants.end(key, 'invalidGrant', { version: 7, revoke: true })).toBeUndefined();
			expect(await grants.end(key, 'invalidGrant', { version: 1, revoke: false })).toMatchObject({ endReason: 'invalidGrant' });
			// The person may forget the account of a grant that has ended by itself, once; there is nothing left to revoke.
			expect(await grants.end(key, 'disconnected', { revoke: true })).toMatchObject({ state: 'ended', endReason: 'disconnected' });
			expect(await grants.end(key, 'disconnected', { revoke: true })).toBeUndefined();
			expect(await queue()).toEqual([]);
		});

		it('goes on with the next version when a person signs in after the end', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('one'), account, revoking);
			await grants.end(key, 'expiredIdle', { revoke: false });
			const again = await grants.save(key, tokens('two'), account, revoking);
			expect(again).toMatchObject({ version: 3, state: 'active' });
			expect(again.endReason).toBeUndefined();
			expect(await grants.openTokens(again)).toEqual(tokens('two'));
		});

		it('adds up uses and keeps the last one', async () => {
			const { grants } = under.vault;
			const saved = await grants.save(key, tokens(), account, revoking);
			under.advance(1_000);
			await grants.recordUse(key, 2, { workflowName: 'A' });
			await grants.recordUse(key, 3, { workflowName: 'B', executionId: '7' });
			const found = (await grants.find(key))!;
			expect(found).toMatchObject({ version: 1, useCount: 5, lastUse: { workflowName: 'B', executionId: '7' } });
			expect(found.lastUsedAtMs).toBeGreaterThanOrEqual(saved.lastUsedAtMs + 1_000);
		});

		it('lists by user, by connection and by provider account', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens(), account, revoking);
			await grants.save({ connectionId: files, userKey: alice }, tokens(), { ...account, subject: 'aad-alice' }, revoking);
			await grants.save({ connectionId: sales, userKey: bob }, tokens(), { ...account, subject: '005-bob' }, revoking);
			const names = (list: { connectionId: string; userKey: string }[]): string[] => list.map((grant) => `${grant.connectionId} ${grant.userKey}`).sort();
			expect(names(await grants.listByUser(alice, [sales, files]))).toEqual([`${files} ${alice}`, `${sales} ${alice}`]);
			expect(names(await grants.listByUser(alice, [files]))).toEqual([`${files} ${alice}`]);
			expect(names(await grants.listByConnection(sales))).toEqual([`${sales} ${alice}`, `${sales} ${bob}`]);
			expect(names(await grants.findBySubject(sales, '005-bob'))).toEqual([`${sales} ${bob}`]);
			expect(await grants.findBySubject(sales, 'aad-alice')).toEqual([]);
			await grants.end({ connectionId: sales, userKey: bob }, 'disconnected', { revoke: false });
			expect(await grants.findBySubject(sales, '005-bob')).toEqual([]);
		});
	});
}
