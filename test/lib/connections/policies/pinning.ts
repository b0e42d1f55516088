import { disconnect, type Connection } from '../../../../lib/connections';
import { SERVICE_ACCOUNT } from '../../../../lib/types';
import type { GrantEndReason, StoredGrant } from '../../../../lib/vault';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, useWorld } from '../support/world';

export function describePinning(makePlace: MakePlace): void {
	describe('S24 the provider account that a person is connected with', () => {
		const world = useWorld(makePlace);
		const OTHER = 'org/another-user';
		let connection: Connection;
		beforeEach(async () => {
			connection = await world.register();
		});
		const key = () => ({ connectionId: connection.id, userKey: alice });
		const audited = async (user = alice) => await world.vault.audit.listByUser(user, 20);
		/** Alice is connected with an account of the same address, but not the one that she will sign in with. */
		async function connectedWithAnother(): Promise<StoredGrant> {
			const { grant } = await world.signIn(connection, 'alice');
			return await world.vault.grants.save(grant!, { ...(await world.vault.grants.openTokens(grant!)), refreshToken: 'of the other account' }, { ...grant!.account, subject: OTHER }, { revokeReplaced: true });
		}

		it.each<['active' | GrantEndReason]>([['active'], ['invalidGrant'], ['rotationInterrupted'], ['expiredIdle'], ['expiredAbsolute']])('cannot be swapped while the grant is "%s": refused, audited, and nothing changes', async (state) => {
			const before = await connectedWithAnother();
			if (state !== 'active') await world.vault.grants.end(key(), state, { revoke: false });
			const row = (await world.vault.grants.find(key()))!;
			await expect(world.signIn(connection, 'alice')).rejects.toMatchObject({ code: 'wrongAccount', details: { advice: expect.stringMatching(/confirm/), otherAccount: { previousName: 'alice@example.com' }, user: alice } });
			const after = (await world.vault.grants.find(key()))!;
			expect(after).toEqual({ ...row, nowMs: after.nowMs });
			expect(after.account.subject).toBe(OTHER);
			if (state === 'active') expect((await world.vault.grants.openTokens(after)).refreshToken).toBe((await world.vault.grants.openTokens(before)).refreshToken);
			expect((await audited())[0]).toMatchObject({ type: 'refused', connectionId: connection.id, detail: expect.stringMatching(/another account/) });
			// What was issued for the refused sign-in lives nowhere.
			expect((await world.revocations()).filter(({ reason, kind }) => reason === 'revokeEndpoint' && kind === 'RefreshToken')).not.toEqual([]);
		});

		it.each<['active' | GrantEndReason]>([['active'], ['invalidGrant'], ['expiredIdle']])('may be another after a disconnect of an "%s" grant, and the audit log names both', async (state) => {
			await connectedWithAnother();
			if (state !== 'active') await world.vault.grants.end(key(), state, { revoke: false });
			expect(await disconnect(world.vault, connection, alice)).toBe(true);
			expect(await disconnect(world.vault, connection, alice)).toBe(false);
			expect(await world.vault.grants.find(key())).toMatchObject({ state: 'ended', endReason: 'disconnected' });
			const { grant } = await world.signIn(connection, 'alice');
			expect(grant!.account.subject).not.toBe(OTHER);
			expect((await audited()).slice(0, 3)).toEqual([
				expect.objectContaining({ type: 'connected' }),
				expect.objectContaining({ type: 'accountChanged', connectionId: connection.id, userKey: alice, detail: `From alice@example.com (${OTHER}) to alice@example.com (${grant!.account.subject})` }),
				expect.objectContaining({ type: 'disconnected' }),
			]);
			// From now on this one is pinned.
			await world.vault.grants.save(key(), await world.vault.grants.openTokens(grant!), { ...grant!.account, subject: OTHER }, { revokeReplaced: true });
			await expect(world.signIn(connection, 'alice')).rejects.toMatchObject({ code: 'wrongAccount' });
		});

		it('the same one again, also after a disconnect, is no change', async () => {
			await world.signIn(connection, 'alice');
			await world.signIn(connection, 'alice');
			await disconnect(world.vault, connection, alice);
			await world.signIn(connection, 'alice');
			expect((await audited()).map(({ type }) => type)).toEqual(['connected', 'disconnected', 'connected', 'connected']);
		});

		it('a service account that an admin moved to another login is audited as changed', async () => {
			await world.signIn(await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' }), 'integration', SERVICE_ACCOUNT);
			await world.signIn(await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'carol@example.com' }), 'carol', SERVICE_ACCOUNT);
			expect((await audited(SERVICE_ACCOUNT)).map(({ type, detail }) => [type, detail])).toEqual([
				['connected', 'As carol@example.com'],
				['accountChanged', expect.stringMatching(/^From integration@example\.com .* to carol@example\.com /)],
				['connected', 'As integration@example.com'],
			]);
		});

		it('of one connection says nothing about another', async () => {
			await connectedWithAnother();
			const second = await world.register({ connectionName: 'second', clientId: world.sandbox.salesforce.clients.public.clientId, clientAuthentication: 'none', clientSecret: '', connectionKey: 'k' });
			await expect(world.signIn(second, 'alice')).resolves.toMatchObject({ userKey: alice });
		});
	});
}
