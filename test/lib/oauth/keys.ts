// Keys that tests make for themselves, in every form that people paste.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
export const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const PASSPHRASE = 'canary-passphrase';

export function pemOf(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8', passphrase?: string): string {
	return key.export({ type, format: 'pem', ...(passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase }) }) as string;
}

export const rsaPem = pemOf(rsa.privateKey);
export const ecPem = pemOf(ec.privateKey);
