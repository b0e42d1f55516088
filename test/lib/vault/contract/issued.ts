import { sha256, type TokenReference, type Vault } from '../../../../lib/vault';
import { account, tokens } from './samples';
import { alice, sales, useVault, type MakePlace } from './setup';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function describeIssued(makePlace: MakePlace): void {
	describe('issued tokens', () => {
		const under = useVault(makePlace);
		const issued = () => under.vault.issuedTokens;

		it('are found by the key that they were put under, with their end by the clock of the database', async () => {
			const cacheKey = under.vault.proofOf('client, secret and scopes');
			const held = tokens('one', { refreshToken: undefined, expiresAtMs: 4_000_000_000_000, tokenType: 'dpop', dpopKey: '{"kty":"EC"}' });
			const beforeMs = await under.vault.nowMs();
			await issued().put(cacheKey, { tokens: held, account }, HOUR_MS);
			const found = (await issued().find(cacheKey))!;
			expect(found).toEqual({ tokens: held, account, expiresAtMs: expect.any(Number), nowMs: expect.any(Number) });
			expect(found.nowMs).toBeGreaterThanOrEqual(beforeMs);
			expect(found.expiresAtMs - HOUR_MS).toBeGreaterThanOrEqual(beforeMs);
			expect(found.expiresAtMs - HOUR_MS).toBeLessThanOrEqual(found.nowMs);
			expect(await issued().find(under.vault.proofOf('client, another secret and scopes'))).toBeUndefined();
		});

		it('name nobody where nobody was asked', async () => {
			await issued().put('key', { tokens: tokens() }, HOUR_MS);
			expect((await issued().find('key'))?.account).toBeUndefined();
		});

		it('are gone when their time is over, and come again with the next one', async () => {
			await issued().put('key', { tokens: tokens('one') }, HOUR_MS);
			under.advance(HOUR_MS - 60_000);
			expect(await issued().find('key')).toBeDefined();
			under.advance(60_000);
			expect(await issued().find('key')).toBeUndefined();
			await issued().put('key', { tokens: tokens('two') }, HOUR_MS);
			expect((await issued().find('key'))?.tokens).toEqual(tokens('two'));
		});

		it('are replaced by the last one, with its end and its account', async () => {
			await issued().put('key', { tokens: tokens('one'), account }, HOUR_MS);
			await issued().put('key', { tokens: tokens('two') }, 2 * HOUR_MS);
			const found = (await issued().find('key'))!;
			expect([found.tokens, found.account]).toEqual([tokens('two'), undefined]);
			expect(found.expiresAtMs - found.nowMs).toBeGreaterThan(HOUR_MS);
		});

		it('are forgotten when the API has rejected them, never one that came after', async () => {
			await issued().put('key', { tokens: tokens('one') }, HOUR_MS);
			await issued().put('other', { tokens: tokens('one') }, HOUR_MS);
			await issued().put('key', { tokens: tokens('two') }, HOUR_MS);
			await issued().forget('key', sha256('access-token-one'));
			expect((await issued().find('key'))?.tokens).toEqual(tokens('two'));
			await issued().forget('key', sha256('access-token-two'));
			expect(await issued().find('key')).toBeUndefined();
			expect(await issued().find('other')).toBeDefined();
		});

		it('are one and whole when many put theirs at once', async () => {
			const vaults: Vault[] = [under.vault, await under.open()];
			await Promise.all(Array.from({ length: 20 }, async (_, i) => await vaults[i % 2]!.issuedTokens.put('key', { tokens: tokens(`${i}`) }, HOUR_MS)));
			const [row] = await under.place.query(`select access_token_hash as hash from ${under.place.table('issued_tokens')}`);
			const found = (await vaults[1]!.issuedTokens.find('key'))!;
			expect(sha256(found.tokens.accessToken)).toBe(row?.['hash']);
			await under.vault.issuedTokens.forget('key', sha256(found.tokens.accessToken));
			expect(await under.place.query(`select 1 from ${under.place.table('issued_tokens')}`)).toEqual([]);
		});
	});

	describe('references', () => {
		const under = useVault(makePlace);
		const ofGrant: TokenReference = { kind: 'grant', workflowId: 'w', connectionId: sales, userKey: alice };
		const ofToken: TokenReference = {
			kind: 'issued',
			workflowId: 'w',
			credentialType: 'genericClientCredentialsOAuth2Api',
			authority: 'https://login.example',
			clientId: 'client-1',
			apiHosts: ['api.example:8443'],
			tokens: tokens('one', { dpopKey: '{"kty":"EC"}' }),
		};

		it.each([ofGrant, ofToken])('give back what they stand for, as often as they are asked: $kind', async (reference) => {
			const { references } = under.vault;
			await references.create('id-hash', reference, 30 * DAY_MS);
			expect(await references.find('id-hash')).toEqual(reference);
			expect(await (await under.open()).references.find('id-hash')).toEqual(reference);
			expect(await references.find('another-hash')).toBeUndefined();
		});

		it('are worth nothing when their time is over', async () => {
			const { references } = under.vault;
			await references.create('id-hash', ofToken, 30 * DAY_MS);
			under.advance(30 * DAY_MS - 60_000);
			expect(await references.find('id-hash')).toEqual(ofToken);
			under.advance(60_000);
			expect(await references.find('id-hash')).toBeUndefined();
		});

		it('tell nobody who reads the database whose they are', async () => {
			await under.vault.references.create('id-hash', ofGrant, 30 * DAY_MS);
			const rows = JSON.stringify(await under.place.query(`select * from ${under.place.table('references')}`));
			expect(rows).toContain('id-hash');
			for (const told of [alice, sales]) expect(rows).not.toContain(told);
		});

		it('never take the place of one that is there', async () => {
			await under.vault.references.create('id-hash', ofToken, DAY_MS);
			await expect(under.vault.references.create('id-hash', ofGrant, DAY_MS)).rejects.toThrow();
			expect(await under.vault.references.find('id-hash')).toEqual(ofToken);
		});
	});
}
