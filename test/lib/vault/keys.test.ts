import fc from 'fast-check';

import { createCipher, keyIdOf, place } from '../../../lib/vault/cipher';
import { newId } from '../../../lib/vault/ids';
import { deriveVaultKey, isProofOf, makeProof, sha256 } from '../../../lib/vault/keys';
import { alice, bob, KEY, KEYS, OLD_KEY, sales } from './contract/setup';

const key = { connectionId: sales, userKey: alice };

describe('vault keys', () => {
	it('follow from the secret alone, and differ with every secret and use', () => {
		const [one, again, other] = [deriveVaultKey('secret'), deriveVaultKey('secret'), deriveVaultKey('secret ')];
		expect(one).toEqual(again);
		expect(one.encryption).toHaveLength(32);
		expect(one.mac).toHaveLength(32);
		expect(one.kid).toMatch(/^[\w-]{8}$/);
		const all = [one.encryption, one.mac, other.encryption, other.mac].map((bytes) => Buffer.from(bytes).toString('hex'));
		expect(new Set(all).size).toBe(4);
		expect(other.kid).not.toBe(one.kid);
	});

	it('are the same in every release: these values must never change', () => {
		const derived = deriveVaultKey('n8n encryption key');
		expect(sha256(JSON.stringify([derived.kid, Buffer.from(derived.encryption).toString('hex'), Buffer.from(derived.mac).toString('hex')]))).toBe(
			'JH_vNHw7WCuGJmen7U_orCfdhQwPiDFeBaKtTSm4Wpw',
		);
	});

	it('prove material that was proved with a previous key, never with a key that is gone', () => {
		const proof = makeProof({ current: OLD_KEY, previous: [] }, 'material');
		expect(isProofOf({ current: KEY, previous: [OLD_KEY] }, 'material', proof)).toBe(true);
		expect(isProofOf(KEYS, 'material', proof)).toBe(false);
	});
});

describe('the cipher', () => {
	const cipher = createCipher(KEYS);

	it('opens what it sealed, at its place', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.nat(), async (text, version) => {
				const where = place.tokens(key, version);
				expect(await cipher.open(where, await cipher.seal(where, text))).toBe(text);
			}),
			{ numRuns: 50 },
		);
	});

	it('never seals the same text to the same bytes', async () => {
		const where = place.tokens(key, 1);
		expect(await cipher.seal(where, 'text')).not.toBe(await cipher.seal(where, 'text'));
	});

	it('opens at no other place than its own', async () => {
		const places = [
			place.tokens(key, 1),
			place.tokens(key, 2),
			place.tokens({ ...key, userKey: bob }, 1),
			place.revocation('id', key),
			place.resumeUrl('id', key),
			place.resumeUrl('id2', key),
			place.event('id', 'w:n'),
			place.transaction('id'),
			place.link('id'),
			place.session('id', 'portal'),
			place.issuedToken('id'),
			place.issuedToken('id2'),
			place.reference('id'),
			place.reference('id2'),
			place.client(sales, 'hash'),
			place.lastingKey('id'),
		];
		for (const sealedAt of places) {
			const sealed = await cipher.seal(sealedAt, 'secret');
			for (const where of places) {
				if (where === sealedAt) continue;
				await expect(cipher.open(where, sealed)).rejects.toMatchObject({ code: 'vaultKeyWrong', message: expect.stringContaining('not sealed for this place') });
			}
		}
	});

	it('answers to rubbish and to every changed part alike', async () => {
		const where = place.tokens(key, 1);
		const sealed = await cipher.seal(where, 'secret');
		const forged = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: KEY.kid, ctx: place.tokens(key, 1) })).toString('base64url');
		const flipped = sealed.split('.').map((part, i, parts) => (part ? [...parts.slice(0, i), (part.startsWith('A') ? 'B' : 'A') + part.slice(1), ...parts.slice(i + 1)].join('.') : 'a.b.c'));
		for (const bad of ['', 'x', '....', `${forged}....`, ...flipped]) {
			const error: unknown = await cipher.open(where, bad).catch((reason: unknown) => reason);
			expect(error).toMatchObject({ code: 'vaultKeyWrong' });
			expect(error).not.toHaveProperty('cause');
		}
	});

	it('opens with the key that the text names, and says which key is missing', async () => {
		const where = place.tokens(key, 1);
		const old = await createCipher({ current: OLD_KEY, previous: [] }).seal(where, 'old');
		expect(keyIdOf(old)).toBe(OLD_KEY.kid);
		expect(await createCipher({ current: KEY, previous: [OLD_KEY] }).open(where, old)).toBe('old');
		await expect(cipher.open(where, old)).rejects.toMatchObject({ code: 'vaultKeyWrong', message: expect.stringContaining(OLD_KEY.kid) });
	});

	it('tells no user key in the readable header', async () => {
		const [header] = (await cipher.seal(place.tokens(key, 1), 'x')).split('.');
		expect(Buffer.from(header!, 'base64url').toString()).not.toContain(alice);
	});
});

describe('row ids', () => {
	it('are unique and sort in the order in which they were made', () => {
		const ids = Array.from({ length: 5_000 }, () => newId());
		expect(new Set(ids).size).toBe(5_000);
		expect([...ids].sort()).toEqual(ids);
	});
});
