import { copyFileSync } from 'node:fs';

import { deriveVaultKey, openVault, type Vault } from '../../../../lib/vault';
import { statusOf } from '../../../../lib/connections';
import { alice } from '../support/world';
import { asking, type FaultWorld } from './faultWorld';

export function describeBackups(world: FaultWorld): void {
	describe('a database from elsewhere', () => {
		/** While no vault is open. */
		async function backUp(): Promise<() => Promise<void>> {
			const { backend, table, query } = world.place;
			if (backend.kind === 'sqlite') {
				copyFileSync(backend.path, `${backend.path}.yesterday`);
				return async () => copyFileSync(`${backend.path}.yesterday`, backend.path);
			}
			const yesterday = table('yesterday');
			await query(`create table ${yesterday} as select * from ${table('grants')}`);
			return async () => void (await query(`begin; delete from ${table('grants')}; insert into ${table('grants')} select * from ${yesterday}; commit`));
		}

		it("yesterday's backup holds a refresh token that was used since: the person is asked again, with the reason, and nothing else happens", async () => {
			const { connection, key } = await world.expired();
			const bystander = await world.signIn(connection, 'bob');
			await world.vault.close();
			const restore = await backUp();

			const today = await world.open();
			await world.engine(today).accessTokenFor(connection, alice, asking);
			expect((await today.grants.find(key))?.version).toBe(2);
			await today.close();
			await restore();

			const vault: Vault = await world.open();
			const engine = world.engine(vault);
			expect((await vault.grants.find(key))?.version).toBe(1);
			await expect(engine.accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'authenticationNeeded', details: { user: alice, app: 'Salesforce' } });
			const ended = (await vault.grants.find(key))!;
			expect(ended).toMatchObject({ state: 'ended', endReason: 'invalidGrant', sealedTokens: undefined });
			expect(statusOf(connection.registration.policy, ended, false)).toBe('needsSignIn');
			expect((await vault.audit.listByUser(alice, 1)).map(({ detail }) => detail)).toEqual(['The provider does not accept the sign-in any more']);
			expect((await engine.accessTokenFor(connection, bystander.userKey, asking)).tokenHash).toBe(bystander.grant!.accessTokenHash);
		});

		it('the database of another n8n is refused before anything is written, and stays usable for its owner', async () => {
			const { connection } = await world.expired();
			const before = await world.place.dump();
			const another = { current: deriveVaultKey('the key of another n8n'), previous: [deriveVaultKey('and its earlier one')] };
			await expect(openVault({ backend: world.place.backend, keys: another })).rejects.toMatchObject({ code: 'vaultKeyWrong', details: { advice: expect.any(String) } });
			expect((await world.place.dump()) === before).toBe(true);
			expect(await world.actsAs((await world.engine().accessTokenFor(connection, alice, asking)).accessToken)).toBe(alice);
		});
	});
}
