import { createECDH, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

import type { IdentityKey, VaultKey, VaultKeys } from './port';

// Changing any of these labels makes every existing vault unreadable.
const SALT = 'n8n-nodes-connected-apps/vault/v1';
const KEY_BYTES = 32;
const KID_CHARS = 8;
/** 64 more bits than the order of P-256 has, so that the remainder favours no number (FIPS 186-5, appendix A.2.1). */
const SEED_BYTES = 40;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** What proves. */
type ProofKey = Pick<VaultKey, 'kid' | 'mac'>;

/** Made once for a vault, kept sealed in it: what is named with it keeps its name when the vault's keys change. */
export type LastingKey = ProofKey;

function derive(secret: string, label: string, bytes = KEY_BYTES): Uint8Array {
	return new Uint8Array(hkdfSync('sha256', secret, SALT, label, bytes));
}

/**
 * Derives the vault's keys from n8n's encryption key (or its override) with HKDF-SHA-256. The `kid` comes from an
 * output of its own, so it tells keys apart and nothing about them.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function deriveVaultKey(secret: string): VaultKey {
	return {
		kid: createHash('sha256').update(derive(secret, 'key id')).digest('base64url').slice(0, KID_CHARS),
		encryption: derive(secret, 'encryption'),
		mac: derive(secret, 'mac'),
		identity: derive(secret, 'identity', SEED_BYTES),
	};
}

/** The signing key that follows from a vault key: nothing to store, the same in every process. */
export function identityKeyOf({ identity }: Pick<VaultKey, 'identity'>): IdentityKey {
	const scalar = (BigInt(`0x${Buffer.from(identity).toString('hex')}`) % (P256_ORDER - 1n)) + 1n;
	const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
	const curve = createECDH('prime256v1');
	curve.setPrivateKey(d);
	// 0x04, x, y.
	const point = curve.getPublicKey();
	const publicKey = { kty: 'EC' as const, crv: 'P-256' as const, x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
	const kid = createHash('sha256').update(JSON.stringify({ crv: publicKey.crv, kty: publicKey.kty, x: publicKey.x, y: publicKey.y })).digest('base64url');
	return { kid, publicKey, d: d.toString('base64url') };
}

/** SHA-256 of a text, base64url. */
export function sha256(text: string): string {
	return createHash('sha256').update(text, 'utf8').digest('base64url');
}

export function equalInConstantTime(a: string, b: string): boolean {
	const [left, right] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
	return timingSafeEqual(left, right);
}

/** HMAC-SHA-256, base64url; `label` keeps one use of the key from standing in for another. */
export function hmac(key: Pick<ProofKey, 'mac'>, label: string, text: string): string {
	return createHmac('sha256', key.mac).update(`${label}\n`, 'utf8').update(text, 'utf8').digest('base64url');
}

export function keyWithId(keys: VaultKeys, kid: unknown): VaultKey | undefined {
	return [keys.current, ...keys.previous].find((key) => key.kid === kid);
}

function proofWith(key: ProofKey, material: string): string {
	return `${key.kid}.${hmac(key, 'proof', material)}`;
}

export function makeProof(keys: VaultKeys, material: string): string {
	return proofWith(keys.current, material);
}

/** Stays the same for as long as the vault lives, whatever its keys become. */
export function makeLastingProof(key: LastingKey, material: string): string {
	return proofWith(key, material);
}

/** The first one of a new vault. */
export function newLastingKey(): LastingKey {
	return { kid: randomBytes(KEY_BYTES).toString('base64url').slice(0, KID_CHARS), mac: randomBytes(KEY_BYTES) };
}

export function isProofOf(keys: VaultKeys, material: string, proof: string): boolean {
	const dot = proof.indexOf('.');
	const key = keyWithId(keys, proof.slice(0, Math.max(dot, 0)));
	return key !== undefined && equalInConstantTime(proof.slice(dot + 1), hmac(key, 'proof', material));
}
