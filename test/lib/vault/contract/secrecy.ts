import { client, registration, request, run, tokens, account } from './samples';
import { alice, bob, KEY, KEYS, OLD_KEY, sales, useVault, type MakePlace } from './setup';
import { deriveVaultKey, type Vault } from '../../../../lib/vault';

const key = { connectionId: sales, userKey: alice };
const bobs = { connectionId: sales, userKey: bob };
const otherKeys = { current: deriveVaultKey('the key of another n8n'), previous: [] };
const notForThisPlace = { code: 'vaultKeyWrong', message: expect.stringContaining('not sealed for this place') };

export function describeSecrecy(makePlace: MakePlace): void {
	describe('rows bound to their place (S25)', () => {
		const under = useVault(makePlace);
		const set = async (table: string, assignment: string, where: string) =>
			await under.place.query(`update ${under.place.table(table)} set ${assignment} where ${where}`);

		it("does not open one person's tokens in another person's row", async () => {
			const { grants } = under.vault;
			const { sealedTokens } = await grants.save(key, tokens('alice'), account);
			await grants.save(bobs, tokens('bob'), account);
			await set('grants', `sealed_tokens = '${sealedTokens}'`, `user_key = '${bob}'`);
			await expect(grants.openTokens((await grants.find(bobs))!)).rejects.toMatchObject(notForThisPlace);
			expect(await grants.openTokens((await grants.find(key))!)).toEqual(tokens('alice'));
		});

		it('does not open when whole rows change hands', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('alice'), account);
			await set('grants', `user_key = '${bob}'`, `user_key = '${alice}'`);
			await expect(grants.openTokens((await grants.find(bobs))!)).rejects.toMatchObject(notForThisPlace);
		});

		it('does not open tokens of another connection', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('alice'), account);
			await set('grants', `connection_id = 'elsewhere'`, `user_key = '${alice}'`);
			await expect(grants.openTokens((await grants.find({ ...key, connectionId: 'elsewhere' as typeof sales }))!)).rejects.toMatchObject(notForThisPlace);
		});

		it('does not open an older version that was put back', async () => {
			const { grants } = under.vault;
			const { sealedTokens } = await grants.save(key, tokens('one'), account);
			await grants.replaceTokens(key, 1, tokens('two'));
			await set('grants', `sealed_tokens = '${sealedTokens}'`, `user_key = '${alice}'`);
			await expect(grants.openTokens((await grants.find(key))!)).rejects.toMatchObject(notForThisPlace);
		});

		it('lets a person sign in again and disconnect although the row does not open', async () => {
			const { grants, revocations } = under.vault;
			await grants.save(key, tokens('one'), account);
			await set('grants', `sealed_tokens = 'rubbish'`, `user_key = '${alice}'`);
			await expect(grants.openTokens((await grants.find(key))!)).rejects.toMatchObject(notForThisPlace);
			expect(await grants.save(key, tokens('two'), account)).toMatchObject({ version: 2 });
			await set('grants', `sealed_tokens = 'rubbish'`, `user_key = '${alice}'`);
			expect(await grants.end(key, 'disconnected', { revoke: true })).toMatchObject({ state: 'ended' });
			expect(await revocations.outcomeFor(key)).toBeUndefined();
		});

		it("does not open one request's resume URL in another request", async () => {
			const { requests } = under.vault;
			const { request: mine } = await requests.open(request(), 20);
			const { request: other } = await requests.open(request({ executionId: '200', resumeUrl: 'http://resume/200' }), 20);
			await expect(requests.openResumeUrl({ ...other, sealedResumeUrl: mine.sealedResumeUrl })).rejects.toMatchObject(notForThisPlace);
			await expect(requests.openResumeUrl({ ...mine, userKey: bob })).rejects.toMatchObject(notForThisPlace);
		});

		it("S26: does not open a client's secret once its endpoints were changed in the database", async () => {
			const { registrations } = under.vault;
			const { id } = await registrations.register(registration(), 'proof', client);
			await set('registrations', `endpoints = '{"authorizationUrl":"https://evil","tokenUrl":"https://evil"}'`, `id = '${id}'`);
			await expect(registrations.openClient((await registrations.find(id))!)).rejects.toMatchObject(notForThisPlace);
		});

		it('says no more than that about a failed decryption', async () => {
			const saved = await under.vault.grants.save(key, tokens('alice'), account);
			const sealed = saved.sealedTokens!;
			const tampered = sealed.slice(0, -4) + (sealed.endsWith('AAAA') ? 'BBBB' : 'AAAA');
			const error: unknown = await under.vault.grants.openTokens({ ...saved, sealedTokens: tampered as typeof sealed }).catch((reason: unknown) => reason);
			expect(error).toMatchObject(notForThisPlace);
			expect(error).not.toHaveProperty('cause');
		});
	});

	describe('secrets at rest (S12)', () => {
		const under = useVault(makePlace);

		it('stores no token, secret, resume URL, verifier, link or payload in clear', async () => {
			const { vault } = under;
			const canary = (name: string): string => `canary-${name}-7f3a`;
			const canaryTokens = (mark: string) => tokens(mark, { accessToken: canary(`access-${mark}`), refreshToken: canary(`refresh-${mark}`) });
			await vault.registrations.register(registration(), vault.proofOf(canary('proof')), { ...client, clientSecret: canary('secret'), privateKey: canary('private') });
			await vault.grants.save(key, canaryTokens('one'), account);
			await vault.grants.replaceTokens(key, 1, canaryTokens('two'));
			await vault.grants.save(key, canaryTokens('three'), account);
			await vault.grants.save(bobs, canaryTokens('four'), account);
			await vault.grants.end(bobs, 'disconnected', { revoke: true });
			await vault.requests.open(request({ resumeUrl: `http://n8n/webhook-waiting/1?signature=${canary('resume')}` }), 20);
			await vault.outbox.add({ ownerKey: 'w:n', type: 'authenticationNeeded', payload: { link: canary('link') } });
			await vault.transactions.start('state-hash', { connectionId: sales, purpose: 'portal', redirectUri: 'https://x', browserHash: 'h', codeVerifier: canary('verifier'), nonce: canary('nonce'), scopes: [] }, 60_000);
			await vault.links.create('code-hash', { purpose: 'portal', userKey: alice, ownerKey: 'w:n' }, 60_000);
			await vault.sessions.create('id-hash', 'portal', alice, { idleMs: 60_000, absoluteMs: 60_000 });
			await vault.audit.add({ type: 'connected', userKey: alice });

			const dump = await under.place.dump();
			expect(dump).toContain('connected_apps_grants');
			expect(dump).toContain(alice);
			expect(dump).not.toContain('canary-');
			expect(dump).not.toContain(Buffer.from('canary-').toString('base64').slice(0, 8));
			expect(dump).not.toContain(Buffer.from('canary-').toString('hex'));
			for (const secret of [KEY.encryption, KEY.mac]) {
				for (const form of ['latin1', 'hex', 'base64', 'base64url'] as const) expect(dump).not.toContain(Buffer.from(secret).toString(form));
			}
		});
	});

	describe('keys (S25)', () => {
		const under = useVault(makePlace);
		const everything = async (vault: Vault) => {
			const { id } = await vault.registrations.register(registration(), vault.proofOf('material'), client);
			await vault.grants.save(key, tokens('one'), account);
			const { request: opened } = await vault.requests.open(request(), 20);
			await vault.outbox.add({ ownerKey: 'w:n', type: 'connected', payload: { mark: 'event' } });
			await vault.grants.save(bobs, tokens('bob'), account);
			await vault.grants.end(bobs, 'disconnected', { revoke: true });
			return { id, requestId: opened.id };
		};
		const expectReadable = async (vault: Vault, { id, requestId }: Awaited<ReturnType<typeof everything>>): Promise<void> => {
			const registered = (await vault.registrations.find(id))!;
			expect(await vault.registrations.openClient(registered)).toEqual(client);
			expect(vault.verifyProof('material', registered.proof)).toBe(true);
			expect(await vault.grants.openTokens((await vault.grants.find(key))!)).toEqual(tokens('one'));
			expect(await vault.requests.openResumeUrl((await vault.requests.find(requestId))!)).toBe(request().resumeUrl);
			expect(await vault.outbox.lease('w:n', 'p', 0, 10)).toMatchObject([{ payload: { mark: 'event' } }]);
			expect(await vault.revocations.lease([sales], 'p', 0, 10)).toMatchObject([{ token: 'refresh-token-bob' }]);
		};

		it('refuses a wrong key with one clear error and writes nothing', async () => {
			await everything(under.vault);
			await under.vault.close();
			const before = await under.place.dump();
			await expect(under.open({ keys: otherKeys })).rejects.toMatchObject({
				code: 'vaultKeyWrong',
				message: expect.stringMatching(/another n8n or the encryption key changed; set CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS or restore the key/),
			});
			expect((await under.place.dump()) === before).toBe(true);
		});

		it('refuses a key that has the right id only', async () => {
			await expect(under.open({ keys: { current: { ...otherKeys.current, kid: KEY.kid }, previous: [] } })).rejects.toMatchObject({ code: 'vaultKeyWrong' });
		});

		it('opens with a new key while the previous one is there, and with the new one alone afterwards', async () => {
			const rows = await everything(under.vault);
			const rotated = await under.open({ keys: { current: otherKeys.current, previous: [OLD_KEY, KEY] } });
			await expectReadable(rotated, rows);
			const [newGrant, newKid] = [await rotated.grants.save(bobs, tokens('new'), account), otherKeys.current.kid];
			expect(JSON.parse(Buffer.from(newGrant.sealedTokens!.split('.')[0]!, 'base64url').toString())).toMatchObject({ alg: 'dir', enc: 'A256GCM', kid: newKid });
			const newOnly = await under.open({ keys: otherKeys });
			expect(await newOnly.grants.openTokens((await newOnly.grants.find(bobs))!)).toEqual(tokens('new'));
			await expect(newOnly.grants.openTokens((await newOnly.grants.find(key))!)).rejects.toMatchObject({
				code: 'vaultKeyWrong',
				message: expect.stringContaining(KEY.kid),
				details: { advice: expect.stringContaining('CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS') },
			});
		});

		it('refuses the earlier key alone once the vault has a new one', async () => {
			await under.open({ keys: { current: otherKeys.current, previous: [KEY] } });
			await expect(under.open({ keys: KEYS })).rejects.toMatchObject({ code: 'vaultKeyWrong' });
			await under.open({ keys: { current: KEY, previous: [otherKeys.current] } });
			await under.open({ keys: KEYS });
		});

		it('seals everything with the new key in a re-key pass, in portions', async () => {
			const rows = await everything(under.vault);
			expect(await under.vault.rekey(100)).toBe(0);
			const rotated = await under.open({ keys: { current: otherKeys.current, previous: [KEY] } });
			expect(await rotated.rekey(2)).toBe(2);
			expect(await rotated.rekey(100)).toBe(3);
			expect(await rotated.rekey(100)).toBe(0);
			const newOnly = await under.open({ keys: otherKeys });
			expect((await newOnly.grants.find(key))?.version).toBe(1);
			// The proof is of the owner trigger's making and comes anew every 30 s.
			await newOnly.registrations.register(registration(), newOnly.proofOf('material'), client);
			await expectReadable(newOnly, rows);
		});

		it('passes over a row that no key opens', async () => {
			await under.vault.grants.save(key, tokens('one'), account);
			await under.vault.grants.save(bobs, tokens('bob'), account);
			await under.place.query(`update ${under.place.table('grants')} set sealed_tokens = 'rubbish' where user_key = '${alice}'`);
			const rotated = await under.open({ keys: { current: otherKeys.current, previous: [KEY] } });
			expect((await rotated.rekey(1)) + (await rotated.rekey(1))).toBe(1);
			expect(await rotated.rekey(1)).toBe(0);
			expect(await rotated.grants.openTokens((await rotated.grants.find(bobs))!)).toEqual(tokens('bob'));
		});

		it('loses no refresh to a re-key pass that runs at the same time', async () => {
			await under.vault.grants.save(key, tokens('v1'), account);
			const rotated = await under.open({ keys: { current: otherKeys.current, previous: [KEY] } });
			const laggard = await under.open({ keys: { current: KEY, previous: [otherKeys.current] } });
			let version = 1;
			const refreshes = async (): Promise<void> => {
				for (; version < 20; version++) {
					const writer = version % 2 ? laggard : rotated;
					expect(await writer.grants.replaceTokens(key, version, tokens(`v${version + 1}`))).toMatchObject({ version: version + 1 });
				}
			};
			const pass = async (): Promise<void> => {
				while (version < 20) await rotated.rekey(10);
			};
			await Promise.all([refreshes(), pass()]);
			expect(await rotated.grants.openTokens((await rotated.grants.find(key))!)).toEqual(tokens('v20'));
		});

		it('keeps a node run alive over a change of keys', async () => {
			await under.vault.requests.open(request({ expiresInMs: 0 }), 20);
			const rotated = await under.open({ keys: { current: otherKeys.current, previous: [KEY] } });
			await rotated.rekey(10);
			await rotated.requests.complete(key);
			const newOnly = await under.open({ keys: otherKeys });
			const [claimed] = (await newOnly.requests.claim(run, 'p', 1_000))!;
			expect(await newOnly.requests.openResumeUrl(claimed!)).toBe(request().resumeUrl);
		});
	});
}
