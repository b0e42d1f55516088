import { createTokenEngine, openConnection, readConnectionSettings, registerConnection, UseRecorder, type Connection } from '../../../../lib/connections';
import { isConnectedAppsError } from '../../../../lib/errors';
import type { UserKey } from '../../../../lib/types';
import { deriveVaultKey, type Vault } from '../../../../lib/vault';
import { alice, bob, KEY, KEYS, OLD_KEY, useVault, type MakePlace } from '../../vault/contract/setup';
import { knownEndpoints } from '../support/endpoints';
import { AuthorizationServer } from '../model/authorizationServer';

const OLD = { current: OLD_KEY, previous: [] };
const ROTATING = { current: KEY, previous: [OLD_KEY] };
const settings = readConnectionSettings('salesforceUserLoginOAuth2Api', { connectionName: 'sales', environment: 'custom', loginUrl: 'http://127.0.0.1:9', clientId: 'client', clientSecret: 'canary-secret', userIdentity: 'workflow' });
const owner = { workflowId: 'w', workflowName: 'W', nodeId: 'n', nodeName: 'N' };

export function describeKeyRotation(makePlace: MakePlace): void {
	describe('S25 a change of the encryption key', () => {
		const under = useVault(makePlace);
		let server: AuthorizationServer;
		beforeEach(() => {
			server = new AuthorizationServer({ nowMs: () => Date.now(), pass: async () => await new Promise((resolve) => setTimeout(resolve, 1)), tellsExpiry: true, accessTokenMs: 3_600_000 });
		});

		/** A vault of its own that only ever had the old key, with two people signed in. */
		async function populated(): Promise<{ vault: Vault; connection: Connection }> {
			// The suite has opened the place with KEY: hand it back to the old key, as before the rotation.
			const vault = await under.open({ keys: { current: OLD_KEY, previous: [KEY] } });
			await registerConnection(vault, { owner, credentialId: 'c', settings, portalUrl: 'http://127.0.0.1:9/webhook/p', resolveEndpoints: knownEndpoints });
			const connection = await openConnection(vault, settings);
			for (const user of [alice, bob]) await save(vault, connection, user);
			return { vault: await under.open({ keys: OLD }), connection };
		}
		async function save(vault: Vault, connection: Connection, user: UserKey) {
			const issued = (await (await server.fetch('http://x/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', code: codeOf(user), client_id: 'client' }).toString() })).json()) as { access_token: string; refresh_token: string };
			return await vault.grants.save({ connectionId: connection.id, userKey: user }, { accessToken: issued.access_token, refreshToken: issued.refresh_token, tokenType: 'bearer', expiresAtMs: Date.now() + 3_600_000, scopes: ['openid', 'refresh_token', 'api'] }, { subject: `org/${user}`, username: user, email: user, emailVerified: true }, { revokeReplaced: true });
		}
		const codeOf = (user: UserKey) => server.allow(`http://x/authorize?client_id=client&state=s&code_challenge=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU`, user).get('code')!;
		const engineOf = (vault: Vault) => createTokenEngine({ vault, clock: { nowMs: () => Date.now() }, uses: new UseRecorder(vault, () => undefined), leaseOwner: 'keys', wait: async () => await new Promise((resolve) => setTimeout(resolve, 2)) });
		const kids = async (connection: Connection) => [...new Set((await under.vault.grants.listByConnection(connection.id)).map(({ sealedTokens }) => (JSON.parse(Buffer.from(sealedTokens!.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid))];

		it('under load: with old and new key everybody keeps their own token; who has the old key only fails clearly; nothing is lost', async () => {
			const { vault: old, connection } = await populated();
			const fresh = await under.open({ keys: ROTATING });
			const engines = { old: engineOf(old), fresh: engineOf(fresh) };
			let rekeyed = 0;
			const results = await Promise.all(
				Array.from({ length: 120 }, async (_, index) => {
					const user = index % 3 === 0 ? bob : alice;
					const which = index % 2 === 0 ? ('old' as const) : ('fresh' as const);
					await new Promise((resolve) => setTimeout(resolve, index % 17));
					if (index % 30 === 7) server.endAccessTokens(user);
					if (index % 40 === 39) rekeyed += await fresh.rekey(1);
					const request = { fetch: server.fetch, use: {} };
					try {
						let token = await engines[which].accessTokenFor(connection, user, request);
						if (!server.isAlive(token.accessToken)) token = await engines[which].accessTokenFor(connection, user, { ...request, rejectedTokenHash: token.tokenHash });
						return { which, user, person: server.tokens.get(token.accessToken)?.person };
					} catch (error) {
						if (!isConnectedAppsError(error, 'vaultKeyWrong')) throw error;
						return { which, user, code: error.code, message: error.message };
					}
				}),
			);
			for (const result of results) {
				if ('person' in result) expect(result.person).toBe(result.user);
				else expect(result).toMatchObject({ which: 'old', message: expect.stringContaining(KEY.kid) });
			}
			expect(results.filter((result) => result.which === 'fresh' && 'code' in result)).toEqual([]);
			expect(results.filter((result) => result.which === 'old' && 'person' in result).length).toBeGreaterThan(0);
			expect(server.replays).toEqual([]);
			expect((await fresh.grants.listByConnection(connection.id)).map(({ state, leaseOwner }) => [state, leaseOwner])).toEqual([['active', undefined], ['active', undefined]]);

			await old.close();
			let moved: number;
			do rekeyed += moved = await fresh.rekey(1);
			while (moved > 0);
			expect(rekeyed).toBeGreaterThan(0);
			expect(await kids(connection)).toEqual([KEY.kid]);
			// The trigger's next registration brings a proof of the new key; then the old one can go.
			await registerConnection(fresh, { owner, credentialId: 'c', settings, portalUrl: 'http://127.0.0.1:9/webhook/p', resolveEndpoints: knownEndpoints });
			const alone = await under.open({ keys: KEYS });
			const opened = await openConnection(alone, settings);
			for (const user of [alice, bob]) {
				const grant = (await alone.grants.find({ connectionId: opened.id, userKey: user }))!;
				const token = await engineOf(alone).accessTokenFor(opened, user, { fetch: server.fetch, use: {}, rejectedTokenHash: grant.accessTokenHash });
				expect(server.tokens.get(token.accessToken)).toMatchObject({ person: user, state: 'live' });
			}
			expect(server.replays).toEqual([]);
		}, 30_000);

		it('the re-key pass moves everything in batches of any size, and says when it is done', async () => {
			const { vault: old, connection } = await populated();
			for (let index = 0; index < 12; index++) await save(old, connection, `person-${index}@example.com` as UserKey);
			await old.grants.end({ connectionId: connection.id, userKey: bob }, 'disconnected', { revoke: true });
			await old.outbox.add({ ownerKey: 'w:n', type: 'connected', payload: { user: alice } });
			const { request } = await old.requests.open({ executionId: '1', nodeName: 'N', runIndex: 0, connectionId: connection.id, userKey: alice, workflowId: 'f', workflowName: 'F', answer: 'none', usersHash: 'h', resumeUrl: 'http://127.0.0.1/resume', expiresInMs: 0 }, 20);
			await old.close();
			const fresh = await under.open({ keys: ROTATING });
			const batches: number[] = [];
			do batches.push(await fresh.rekey(5));
			while (batches.at(-1)! > 0);
			// 13 grants, the client, the request, the event, the revocation.
			expect(batches).toEqual([5, 5, 5, 2, 0]);
			const alone = await under.open({ keys: KEYS });
			for (const grant of await alone.grants.listByConnection(connection.id)) if (grant.state === 'active') expect((await alone.grants.openTokens(grant)).refreshToken).toMatch(/^canary-refresh/);
			expect(await alone.requests.openResumeUrl((await alone.requests.find(request.id))!)).toBe('http://127.0.0.1/resume');
			expect((await alone.registrations.openClient((await alone.registrations.find(connection.id))!)).clientSecret).toBe('canary-secret');
			expect(await alone.revocations.lease([connection.id], 't', 1_000, 10)).toHaveLength(1);
			expect((await alone.outbox.lease('w:n', 't', 1_000, 10)).map(({ payload }) => payload)).toEqual([{ user: alice }]);
		});

		it('a wrong key is one clear error, and every byte stays as it was', async () => {
			const { vault } = await populated();
			await vault.close();
			const before = await under.place.dump();
			for (const keys of [{ current: deriveVaultKey('another n8n'), previous: [] }, { current: deriveVaultKey('another n8n'), previous: [deriveVaultKey('and another')] }, KEYS]) {
				await expect(under.open({ keys })).rejects.toMatchObject({ code: 'vaultKeyWrong', details: { field: 'CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS' } });
			}
			expect(await under.place.dump()).toBe(before);
			const again = await under.open({ keys: OLD });
			const [grant] = await again.grants.listByUser(alice, [(await again.registrations.listByOwner(owner))[0]!.id]);
			expect((await again.grants.openTokens(grant!)).refreshToken).toMatch(/^canary-refresh/);
		});
	});
}
