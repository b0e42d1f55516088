import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

import { importPKCS8, type CryptoKey } from 'jose';

import { ConnectedAppsError } from '../errors';
import type { SigningKey } from '../types';
import { bareCause } from './classifyAnswer';

const MIN_RSA_BITS = 2_048;

interface PemBlock {
	label: string;
	/** Lines as OpenSSL wants them. */
	text: string;
}

function invalid(field: string, message: string, advice: string, cause?: unknown): ConnectedAppsError {
	return new ConnectedAppsError('settingInvalid', message, { field, advice }, { cause: cause === undefined ? undefined : bareCause(cause) });
}

/** Blocks of a pasted PEM. Fields of one line turn line breaks into spaces or `\n`: the breaks are made anew. */
function pemBlocksOf(pasted: string): PemBlock[] {
	const blocks = pasted.replace(/\\r|\r/g, '').replace(/\\n/g, '\n').matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]+(?:-(?!----)[^-]*)*)-----END \1-----/g);
	return [...blocks].map(([, label = '', body = '']) => {
		// An encrypted PKCS#1 or SEC1 key begins with two headers and an empty line (RFC 1421 section 4.4).
		const [, headers, base64 = body] = /^\s*(Proc-Type:\s*\S+\s+DEK-Info:\s*\S+)\s+([^]+)$/.exec(body) ?? [];
		const lines = [`-----BEGIN ${label}-----`, ...(headers === undefined ? [] : [headers.replace(/\s+DEK-Info/, '\nDEK-Info'), '']), ...(base64.replace(/\s+/g, '').match(/.{1,64}/g) ?? []), `-----END ${label}-----`];
		return { label, text: `${lines.join('\n')}\n` };
	});
}

function privateKeyBlockOf(pasted: string): PemBlock {
	const blocks = pemBlocksOf(pasted);
	const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'));
	const advice = 'Paste the private key whole, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----';
	if (block === undefined) {
		const [other] = blocks;
		if (other?.label.endsWith('PUBLIC KEY')) throw invalid('privateKey', 'Private Key holds a public key', `${advice}; the public key belongs to the app at the provider`);
		if (other?.label.endsWith('CERTIFICATE')) throw invalid('privateKey', 'Private Key holds a certificate', `${advice}; the certificate has a field of its own`);
		throw invalid('privateKey', pasted.trim() === '' ? 'Private Key is empty' : 'Private Key is not a PEM', advice);
	}
	if (block.label === 'OPENSSH PRIVATE KEY') throw invalid('privateKey', 'Private Key is in the format of OpenSSH', 'Convert a copy of it: ssh-keygen -p -m PKCS8 -f <file>');
	return block;
}

function openPrivateKey({ privateKey, passphrase }: SigningKey): KeyObject {
	const { label, text } = privateKeyBlockOf(privateKey);
	const encrypted = label.startsWith('ENCRYPTED') || /Proc-Type:[^\n]*ENCRYPTED/.test(text);
	if (encrypted && (passphrase === undefined || passphrase === '')) {
		throw invalid('privateKeyPassphrase', 'The private key is encrypted, and its passphrase is missing', 'Enter the passphrase that the key was made with');
	}
	try {
		return createPrivateKey({ key: text, format: 'pem', ...(encrypted && { passphrase }) });
	} catch (error) {
		if (encrypted) throw invalid('privateKeyPassphrase', 'The passphrase does not open the private key', 'Enter the passphrase that the key was made with, or paste the key again', error);
		throw invalid('privateKey', 'Private Key cannot be read', 'Paste the private key whole, in the format PKCS#8, PKCS#1 or SEC1', error);
	}
}

function assertFits({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, algorithm: SigningKey['algorithm']): void {
	if (algorithm === 'ES256') {
		if (type !== 'ec') throw invalid('signingAlgorithm', `ES256 needs an elliptic curve key, and the private key is of the kind ${type}`, 'Choose RS256 or PS256 for an RSA key, or make a key of the curve P-256');
		if (details?.namedCurve !== 'prime256v1') throw invalid('privateKey', `ES256 needs a key of the curve P-256, and this one is of ${details?.namedCurve}`, 'Make a key of the curve P-256 (prime256v1)');
		return;
	}
	if (type !== 'rsa') throw invalid('signingAlgorithm', `${algorithm} needs an RSA key, and the private key is of the kind ${type}`, type === 'ec' ? 'Choose ES256, or make an RSA key' : 'Make an RSA key');
	// RFC 7518 section 3.3.
	if ((details?.modulusLength ?? 0) < MIN_RSA_BITS) throw invalid('privateKey', `The RSA key has ${details?.modulusLength} bits, fewer than ${MIN_RSA_BITS}`, `Make a key of ${MIN_RSA_BITS} bits or more`);
}

/** @throws ConnectedAppsError `settingInvalid` of the field `certificate` */
function parseCertificate(pem: string): X509Certificate {
	const blocks = pemBlocksOf(pem);
	const block = blocks.find(({ label }) => label === 'CERTIFICATE');
	const advice = 'Paste the certificate whole, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----';
	if (block === undefined) {
		throw invalid('certificate', blocks.some(({ label }) => label.endsWith('KEY')) ? 'Certificate holds a key' : 'Certificate is not a PEM', advice);
	}
	try {
		return new X509Certificate(block.text);
	} catch (error) {
		throw invalid('certificate', 'Certificate cannot be read', advice, error);
	}
}

/**
 * The key of a credential, for its one algorithm.
 * @throws ConnectedAppsError `settingInvalid` that names the field: `privateKey`, `privateKeyPassphrase`, `signingAlgorithm`, or `certificate` if it is not this key's
 */
export async function importSigningKey(key: SigningKey): Promise<CryptoKey> {
	const opened = openPrivateKey(key);
	assertFits(opened, key.algorithm);
	if (key.certificate !== undefined && key.certificate.trim() !== '' && !parseCertificate(key.certificate).checkPrivateKey(opened)) {
		throw invalid('certificate', 'The certificate does not belong to the private key', 'Paste the certificate that was made for this key');
	}
	return await importPKCS8(opened.export({ type: 'pkcs8', format: 'pem' }) as string, key.algorithm);
}

/**
 * base64url of the SHA-256 of the certificate (DER).
 * @throws ConnectedAppsError `settingInvalid` of the field `certificate`
 * @see RFC 7515 section 4.1.8
 */
export function certificateThumbprint(pem: string): string {
	return createHash('sha256').update(parseCertificate(pem).raw).digest('base64url');
}

/** What the header of an assertion tells about the key, besides `alg`. */
export function keyHeaderOf({ keyId, certificate }: SigningKey): { kid?: string; 'x5t#S256'?: string } {
	return {
		...(keyId !== undefined && keyId.trim() !== '' && { kid: keyId.trim() }),
		...(certificate !== undefined && certificate.trim() !== '' && { 'x5t#S256': certificateThumbprint(certificate) }),
	};
}
