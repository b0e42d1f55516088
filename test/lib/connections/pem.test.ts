import { createPrivateKey, generateKeyPairSync } from 'node:crypto';

import { normalizePem, pemLabels } from '../../../lib/connections/pem';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (privateKey.export({ type: 'pkcs8', format: 'pem' }) as string).trim();

describe('a PEM that lost its line breaks on pasting', () => {
	it.each([
		['nothing', pem],
		['spaces', pem.replaceAll('\n', ' ')],
		['nothing at all', pem.replaceAll('\n', '')],
		['two characters', pem.replaceAll('\n', String.raw`\n`)],
		['carriage returns', pem.replaceAll('\n', '\r\n')],
		['both as characters', pem.replaceAll('\n', String.raw`\r\n`)],
		['room around it', `\n\n  ${pem}\t\n`],
	])('is whole again: %s', (_what, pasted) => {
		expect(normalizePem(pasted)).toBe(pem);
		expect(createPrivateKey(normalizePem(pasted)).equals(privateKey)).toBe(true);
	});

	it('several blocks stay several', () => {
		const certificate = '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----';
		expect(pemLabels(normalizePem(`${pem} ${certificate}`.replaceAll('\n', ' ')))).toEqual(['PRIVATE KEY', 'CERTIFICATE']);
	});

	it('headers of the old encryption keep their lines', () => {
		const old = '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB\n\nYWJj\n-----END RSA PRIVATE KEY-----';
		expect(normalizePem(old)).toBe(old);
	});

	it.each(['', 'no key', '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PUBLIC KEY-----'])('%j has no block', (text) => {
		expect(pemLabels(normalizePem(text))).toEqual([]);
	});
});
