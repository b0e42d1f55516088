import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';

import { compactVerify, CompactSign, importSPKI } from 'jose';

import { certificateThumbprint, importSigningKey } from '../../../lib/oauth';
import type { SigningKey } from '../../../lib/types';
import { clients } from '../../sandbox/oauth2/clients';
import { ec, ecPem, PASSPHRASE, pemOf, rsa, rsaPem } from './keys';

const { certificate, keys: registered } = clients.privateKeyJwt;
const onOneLine = (pem: string) => pem.trim().replaceAll('\n', ' ');

async function signsAs(key: SigningKey, publicKey = rsa.publicKey): Promise<void> {
	const jws = await new CompactSign(Buffer.from('x')).setProtectedHeader({ alg: key.algorithm }).sign(await importSigningKey(key));
	await compactVerify(jws, await importSPKI(publicKey.export({ type: 'spki', format: 'pem' }) as string, key.algorithm), { algorithms: [key.algorithm] });
}

describe('a private key that an admin pastes', () => {
	it.each<[string, SigningKey, typeof rsa.publicKey]>([
		['PKCS#8', { privateKey: rsaPem, algorithm: 'RS256' }, rsa.publicKey],
		['PKCS#8 for PS256', { privateKey: rsaPem, algorithm: 'PS256' }, rsa.publicKey],
		['PKCS#8 of an elliptic curve', { privateKey: ecPem, algorithm: 'ES256' }, ec.publicKey],
		['PKCS#8, encrypted', { privateKey: pemOf(rsa.privateKey, 'pkcs8', PASSPHRASE), passphrase: PASSPHRASE, algorithm: 'RS256' }, rsa.publicKey],
		['PKCS#1', { privateKey: pemOf(rsa.privateKey, 'pkcs1'), algorithm: 'PS256' }, rsa.publicKey],
		['PKCS#1, encrypted', { privateKey: pemOf(rsa.privateKey, 'pkcs1', PASSPHRASE), passphrase: PASSPHRASE, algorithm: 'RS256' }, rsa.publicKey],
		['SEC1', { privateKey: pemOf(ec.privateKey, 'sec1'), algorithm: 'ES256' }, ec.publicKey],
		['SEC1, encrypted', { privateKey: pemOf(ec.privateKey, 'sec1', PASSPHRASE), passphrase: PASSPHRASE, algorithm: 'ES256' }, ec.publicKey],
		['on one line, as a field of one line makes it', { privateKey: onOneLine(rsaPem), algorithm: 'RS256' }, rsa.publicKey],
		['encrypted, on one line', { privateKey: onOneLine(pemOf(rsa.privateKey, 'pkcs1', PASSPHRASE)), passphrase: PASSPHRASE, algorithm: 'RS256' }, rsa.publicKey],
		['with line breaks written as \\n', { privateKey: rsaPem.replaceAll('\n', '\\n'), algorithm: 'RS256' }, rsa.publicKey],
		['with line breaks of Windows', { privateKey: rsaPem.replaceAll('\n', '\r\n'), algorithm: 'RS256' }, rsa.publicKey],
		['after other blocks and words', { privateKey: `Bag Attributes\n${certificate}\n-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${ecPem}`, algorithm: 'ES256' }, ec.publicKey],
		['not encrypted, with a passphrase that it does not need', { privateKey: rsaPem, passphrase: 'x', algorithm: 'RS256' }, rsa.publicKey],
	])('%s is taken', async (_what, key, publicKey) => await signsAs(key, publicKey));

	const small = generateKeyPairSync('rsa', { modulusLength: 1_024 });
	const wide = generateKeyPairSync('ec', { namedCurve: 'P-384' });
	const edwards = generateKeyPairSync('ed25519');

	it.each<[string, SigningKey, string, RegExp]>([
		['nothing', { privateKey: ' ', algorithm: 'RS256' }, 'privateKey', /is empty/],
		['no PEM', { privateKey: 'canary', algorithm: 'RS256' }, 'privateKey', /not a PEM/],
		['half a PEM', { privateKey: rsaPem.slice(0, 400), algorithm: 'RS256' }, 'privateKey', /not a PEM/],
		['a PEM with something missing', { privateKey: rsaPem.split('\n').toSpliced(3, 1).join('\n'), algorithm: 'RS256' }, 'privateKey', /cannot be read/],
		['a public key', { privateKey: rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string, algorithm: 'RS256' }, 'privateKey', /a public key/],
		['a public key (PKCS#1)', { privateKey: rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string, algorithm: 'RS256' }, 'privateKey', /a public key/],
		['a certificate', { privateKey: certificate, algorithm: 'RS256' }, 'privateKey', /a certificate/],
		['a key of OpenSSH', { privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----', algorithm: 'RS256' }, 'privateKey', /OpenSSH/],
		['no passphrase', { privateKey: pemOf(rsa.privateKey, 'pkcs8', PASSPHRASE), algorithm: 'RS256' }, 'privateKeyPassphrase', /is missing/],
		['a wrong passphrase', { privateKey: pemOf(rsa.privateKey, 'pkcs8', PASSPHRASE), passphrase: 'canary-wrong', algorithm: 'RS256' }, 'privateKeyPassphrase', /does not open/],
		['a wrong passphrase of PKCS#1', { privateKey: pemOf(rsa.privateKey, 'pkcs1', PASSPHRASE), passphrase: 'canary-wrong', algorithm: 'RS256' }, 'privateKeyPassphrase', /does not open/],
		['an RSA key for ES256', { privateKey: rsaPem, algorithm: 'ES256' }, 'signingAlgorithm', /ES256 needs an elliptic curve key/],
		['an elliptic curve key for PS256', { privateKey: ecPem, algorithm: 'PS256' }, 'signingAlgorithm', /PS256 needs an RSA key/],
		['an Edwards curve key for RS256', { privateKey: pemOf(edwards.privateKey), algorithm: 'RS256' }, 'signingAlgorithm', /RS256 needs an RSA key/],
		['an RSA key that is too small', { privateKey: pemOf(small.privateKey), algorithm: 'RS256' }, 'privateKey', /1024 bits/],
		['another curve', { privateKey: pemOf(wide.privateKey), algorithm: 'ES256' }, 'privateKey', /P-256, and this one is of secp384r1/],
		['another key’s certificate', { privateKey: rsaPem, certificate, algorithm: 'RS256' }, 'certificate', /does not belong/],
	])('%s is told by the field, with a way out', async (_what, key, field, message) => {
		const error: unknown = await importSigningKey(key).catch((caught: unknown) => caught);
		expect(error).toMatchObject({ code: 'settingInvalid', message: expect.stringMatching(message), details: { field, advice: expect.any(String) } });
		expect(JSON.stringify([(error as Error).message, (error as Error).cause, (error as Error).stack])).not.toMatch(/canary/);
	});
});

describe('the certificate of a signing key', () => {
	it('is named by the SHA-256 of its DER, however it was pasted', () => {
		const expected = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
		for (const pasted of [certificate, onOneLine(certificate), `${registered.RS256.privateKey}\n${certificate}`]) expect(certificateThumbprint(pasted)).toBe(expected);
		// As `openssl x509 -fingerprint -sha256` writes it.
		expect(Buffer.from(expected, 'base64url').toString('hex')).toBe(new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase());
	});

	it.each([
		['nothing', '', /not a PEM/],
		['a key', registered.RS256.privateKey, /holds a key/],
		['a broken one', '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----', /cannot be read/],
	])('%s is told', (_what, pem, message) => {
		expect(() => certificateThumbprint(pem)).toThrow(expect.objectContaining({ code: 'settingInvalid', message: expect.stringMatching(message), details: expect.objectContaining({ field: 'certificate' }) }));
	});
});
