import { account, client, registration, request, revoking, run, tokens } from './samples';
import { alice, bob, KEY, KEYS, OLD_KEY, sales, useVault, type MakePlace } from './setup';
import { deriveVaultKey, type TokenReference, type Vault } from '../../../../lib/vault';

const key = { connectionId: sales, userKey: alice };
const DAY_MS = 24 * 3_600_000;
const bobs = { connectionId: sales, userKey: bob };
const otherKeys = { current: deriveVaultKey('the key of another n8n'), previous: [] };
const issued: Omit<Extract<TokenReference, { kind: 'issued' }>, 'tokens'> = {
	kind: 'issued',
	workflowId: 'w',
	credentialType: 'genericClientCredentialsOAuth2Api',
	authority: 'https://login.example',
	clientId: 'client-1',
	apiHosts: ['api.example'],
};
const notForThisPlace = { code: 'vaultKeyWrong', message: expect.stringContaining('not sealed for this place') };

export function describeSecrecy(makePlace: MakePlace): void {
	describe('rows bound to their place (S25)', () => {
		const under = useVault(makePlace);
		const set = async (table: string, assignment: string, where: string) =>
			await under.place.query(`update ${under.place.table(table)} set ${assignment} where ${where}`);

		it("does not open one person's tokens in another person's row", async () => {
			const { grants } = under.vault;
			const { sealedTokens } = await grants.save(key, tokens('alice'), account, revoking);
			await grants.save(bobs, tokens('bob'), account, revoking);
			await set('grants', `sealed_tokens = '${sealedTokens}'`, `user_key = '${bob}'`);
			await expect(grants.openTokens((await grants.find(bobs))!)).rejects.toMatchObject(notForThisPlace);
			expect(await grants.openTokens((await grants.find(key))!)).toEqual(tokens('alice'));
		});

		it('does not open when whole rows change hands', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('alice'), account, revoking);
			await set('grants', `user_key = '${bob}'`, `user_key = '${alice}'`);
			await expect(grants.openTokens((await grants.find(bobs))!)).rejects.toMatchObject(notForThisPlace);
		});

		it('does not open tokens of another connection', async () => {
			const { grants } = under.vault;
			await grants.save(key, tokens('alice'), account, revoking);
			await set('grants', `connection_id = 'elsewhere'`, `user_key = '${alice}'`);
			await expect(grants.openTokens((await grants.find({ ...key, connectionId: 'elsewhere' as typeof sales }))!)).rejects.toMatchObject(notForThisPlace);
		});

		it('does not open an older version that was put back', async () => {
			const { grants } = under.vault;
			const { sealedTokens } = await grants.save(key, tokens('one'), account, revoking);
			await grants.replaceTokens(key, 1, tokens('two'));
			await set('grants', `sealed_tokens = '${sealedTokens}'`, `user_key = '${alice}'`);
			await expect(grants.openTokens((await grants.find(key))!)).rejects.toMatchObject(notForThisPlace);
		});

		it('lets a person sign in again and disconnect although the row does not open', async () => {
			const { grants, revocations } = under.vault;
			await grants.save(key, tokens('one'), account, revoking);
			await set('grants', `sealed_tokens = 'rubbish'`, `user_key = '${alice}'`);
			await expect(grants.openTokens((await grants.find(key))!)).rejects.toMatchObject(notForThisPlace);
			expect(await grants.save(key, tokens('two'), account, revoking)).toMatchObject({ version: 2 });
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

		it("S26: does not open a client's secret once what its provider remembers was changed or removed", async () => {
			const { registrations } = under.vault;
			const { id } = await registrations.register(registration({ traits: { tenant: 'acme' } }), 'proof', client);
			for (const traits of [`'{"tenant":"evil"}'`, `'{}'`, 'null']) {
				await set('registrations', `traits = ${traits}`, `id = '${id}'`);
				await expect(registrations.openClient((await registrations.find(id))!)).rejects.toMatchObject(notForThisPlace);
			}
		});

		it('does not open an issued token under another key, nor a reference under another id', async () => {
			const { issuedTokens, references } = under.vault;
			await issuedTokens.put('key-alice', { tokens: tokens('alice') }, 60_000);
			await issuedTokens.put('key-bob', { tokens: tokens('bob') }, 60_000);
			await references.create('id-alice', { ...issued, tokens: tokens('alice') }, 60_000);
			await references.create('id-bob', { ...issued, tokens: tokens('bob') }, 60_000);
			const copy = async (table: string, column: string, name: string, what: string): Promise<unknown> =>
				await set(table, `${column} = (select ${column} from ${under.place.table(table)} where ${name} = '${what}-alice')`, `${name} = '${what}-bob'`);
			await copy('issued_tokens', 'sealed_token', 'cache_key', 'key');
			await copy('references', 'sealed_reference', 'id_hash', 'id');
			expect(await issuedTokens.find('key-bob')).toBeUndefined();
			await expect(references.find('id-bob')).rejects.toMatchObject(notForThisPlace);
			// Neither does one of these open as the other.
			const [{ sealed } = {}] = await under.place.query(`select sealed_token as sealed from ${under.place.table('issued_tokens')} where cache_key = 'key-alice'`);
			await set('references', `id_hash = 'key-alice', sealed_reference = '${String(sealed)}'`, `id_hash = 'id-bob'`);
			await expect(references.find('key-alice')).rejects.toMatchObject(notForThisPlace);
			expect([(await issuedTokens.find('key-alice'))?.tokens, await references.find('id-alice')]).toEqual([tokens('alice'), { ...issued, tokens: tokens('alice') }]);
		});

		it('says no more than that about a failed decryption', async () => {
			const saved = await under.vault.grants.save(key, tokens('alice'), account, revoking);
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
			await vault.registrations.register(registration(), vault.proofOf(canary('proof')), { ...client, clientSecret: canary('secret'), signingKey: { privateKey: canary('private'), passphrase: canary('passphrase'), algorithm: 'RS256' } });
			await vault.grants.save(key, canaryTokens('one'), account, revoking);
			await vault.grants.replaceTokens(key, 1, canaryTokens('two'));
			await vault.grants.save(key, canaryTokens('three'), account, revoking);
			await vault.grants.save(bobs, canaryTokens('four'), account, revoking);
			await vault.grants.end(bobs, 'disconnected', { revoke: true });
			await vault.requests.open(request({ resumeUrl: `http://n8n/webhook-waiting/1?signature=${canary('resume')}` }), 20);
			await vault.outbox.add({ ownerKey: 'w:n', type: 'authenticationNeeded', payload: { link: canary('link') } });
			await vault.transactions.start('state-hash', { connectionId: sales, purpose: 'portal', redirectUri: 'https://x', browserHash: 'h', codeVerifier: canary('verifier'), nonce: canary('nonce'), scopes: [] }, 60_000);
			await vault.links.create('code-hash', { purpose: 'portal', userKey: alice, ownerKey: 'w:n' }, 60_000);
			await vault.sessions.create('id-hash', 'portal', { userKey: alice, method: 'account', claims: {} }, { idleMs: 60_000, absoluteMs: 60_000 });
			await vault.issuedTokens.put(vault.proofOf(canary('cache-key')), { tokens: tokens('issued', { accessToken: canary('issued'), dpopKey: canary('dpop') }), account }, 60_000);
			await vault.references.create('reference-hash', { ...issued, tokens: canaryTokens('reference') }, 60_000);
			await vault.audit.add({ type: 'connected', userKey: alice });

			const dump = await under.place.dump();
			for (const table of ['grants', 'issued_tokens', 'references']) expect(dump).toContain(`connected_apps_${table}`);
			for (const row of [vault.proofOf(canary('cache-key')), 'reference-hash']) expect(dump).toContain(row);
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
			await vault.grants.save(key, tokens('one'), account, revoking);
			const { request: opened } = await vault.requests.open(request(), 20);
			await vault.outbox.add({ ownerKey: 'w:n', type: 'connected', payload: { mark: 'event' } });
			await vault.grants.save(bobs, tokens('bob'), account, revoking);
			await vault.grants.end(bobs, 'disconnected', { revoke: true });
			await vault.references.create('id-hash', { ...issued, tokens: tokens('reference') }, 30 * DAY_MS);
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
			expect(await vault.references.find('id-hash')).toEqual({ ...issued, tokens: tokens('reference') });
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
			const [newGrant, newKid] = [await rotated.grants.save(bobs, tokens('new'), account, revoking), otherKeys.current.kid];
			expect(JSON.parse(Buffer.from(newGrant.sealedTokens!.split('.')[0]!, 'base64url').toString())).toMatchObject({ alg: 'dir', enc: 'A256GCM', kid: newKid });
			const newOnly = await under.open({ keys: otherKeys });
			expect(await newOnly.grants.openTokens((await newOnly.grants.find(bobs))!)).toEqual(tokens('new'));
			const needsEarlierKey = { code: 'vaultKeyWrong', message: expect.stringContaining(KEY.kid), details: { advice: expect.stringContaining('CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS') } };
			await expect(newOnly.grants.openTokens((await newOnly.grants.find(key))!)).rejects.toMatchObject(needsEarlierKey);
			await expect(newOnly.references.find('id-hash')).rejects.toMatchObject(needsEarlierKey);
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
			expect(await rotated.rekey(100)).toBe(4);
			expect(await rotated.rekey(100)).toBe(0);
			const newOnly = await under.open({ keys: otherKeys });
			expect((await newOnly.grants.find(key))?.version).toBe(1);
			// The proof is of the owner trigger's making and comes anew every 30 s.
			await newOnly.registrations.register(registration(), newOnly.proofOf('material'), client);
			await expectReadable(newOnly, rows);
		});

		it('leaves issued tokens to expire: under a new key they are asked for by another name', async () => {
			const cached = { tokens: tokens('issued') };
			const oldName = under.vault.proofOf('everything it depends on');
			await under.vault.issuedTokens.put(oldName, cached, 3_600_000);
			const rotated = await under.open({ keys: { current: otherKeys.current, previous: [KEY] } });
			expect(await rotated.rekey(100)).toBe(0);
			expect(await rotated.issuedTokens.find(rotated.proofOf('everything it depends on'))).toBeUndefined();
			expect(await rotated.issuedTokens.find(oldName)).toMatchObject(cached);
			// With its key gone it is as if it never was, and the next one takes its place.
			const newOnly = await under.open({ keys: otherKeys });
			expect(await newOnly.issuedTokens.find(oldName)).toBeUndefined();
			await newOnly.issuedTokens.put(oldName, cached, 3_600_000);
			expect(await newOnly.issuedTokens.find(oldName)).toMatchObject(cached);
		});

		const newKeys = { current: otherKeys.current, previous: [KEY] };
		/** Key id that the lasting key is sealed with. */
		const lastingKid = async (): Promise<unknown> => {
			const [row] = await under.place.query(`select value from ${under.place.table('meta')} where name = 'lastingKey'`);
			return (JSON.parse(Buffer.from(String(row?.['value']).split('.')[0]!, 'base64url').toString()) as { kid: unknown }).kid;
		};

		it('keeps the names that must last over every change of keys, in whichever order processes open it', async () => {
			const name = under.vault.lastingProofOf('portal');
			expect([await lastingKid(), name === under.vault.proofOf('portal')]).toEqual([KEY.kid, false]);
			// Before any pass, since the new key alone opens the vault from now on.
			const rotated = await under.open({ keys: newKeys });
			expect([rotated.lastingProofOf('portal'), await lastingKid()]).toEqual([name, otherKeys.current.kid]);
			expect((await under.open({ keys: otherKeys })).lastingProofOf('portal')).toBe(name);
			// Who has opened it with the old key goes on; who opens it so while the other one seals anew hands it back.
			expect(under.vault.lastingProofOf('portal')).toBe(name);
			const laggard = await under.open({ keys: { current: KEY, previous: [otherKeys.current] } });
			await rotated.rekey(100);
			expect([laggard.lastingProofOf('portal'), await lastingKid()]).toEqual([name, KEY.kid]);
			expect((await under.open({ keys: KEYS })).lastingProofOf('portal')).toBe(name);
		});

		it('gives the same names to all that open it with old and new key at the same moment', async () => {
			const name = under.vault.lastingProofOf('portal');
			const ways = [newKeys, { current: KEY, previous: [otherKeys.current] }];
			const opened = await Promise.all(Array.from({ length: 6 }, async (_, index) => await under.open({ keys: ways[index % 2] })));
			expect(opened.map((vault) => vault.lastingProofOf('portal'))).toEqual(opened.map(() => name));
		});

		it('keeps the names of before there was a lasting key, also where the key changes with the update', async () => {
			const named = under.vault.proofOf('portal');
			await under.place.query(`delete from ${under.place.table('meta')} where name = 'lastingKey'`);
			const rotated = await under.open({ keys: newKeys });
			expect(rotated.lastingProofOf('portal')).toBe(named);
			expect((await under.open({ keys: otherKeys })).lastingProofOf('portal')).toBe(named);
		});

		it.each(['rubbish', 'a.b.c.d.e'])('opens where the lasting key was overwritten with %s: all agree on another one', async (value) => {
			await under.place.query(`update ${under.place.table('meta')} set value = '${value}' where name = 'lastingKey'`);
			const names = [await under.open(), await under.open()].map((vault) => vault.lastingProofOf('portal'));
			expect([names[0] === names[1], await lastingKid()]).toEqual([true, KEY.kid]);
		});

		it('passes over a row that no key opens', async () => {
			await under.vault.grants.save(key, tokens('one'), account, revoking);
			await under.vault.grants.save(bobs, tokens('bob'), account, revoking);
			await under.place.query(`update ${under.place.table('grants')} set sealed_tokens = 'rubbish' where user_key = '${alice}'`);
			const rotated = await under.open({ keys: { current: otherKeys.current, previous: [KEY] } });
			expect((await rotated.rekey(1)) + (await rotated.rekey(1))).toBe(1);
			expect(await rotated.rekey(1)).toBe(0);
			expect(await rotated.grants.openTokens((await rotated.grants.find(bobs))!)).toEqual(tokens('bob'));
		});

		it('loses no refresh to a re-key pass that runs at the same time', async () => {
			await under.vault.grants.save(key, tokens('v1'), account, revoking);
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
