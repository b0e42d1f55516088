import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { SigningAlgorithm } from '../types';

const MEANINGS: Readonly<Record<SigningAlgorithm, string>> = {
	RS256: 'RSA key; what most servers take',
	PS256: 'RSA key, newer signature',
	ES256: 'Elliptic curve key (P-256)',
};

export interface SigningKeyFieldRules {
	signingAlgorithms: readonly SigningAlgorithm[];
	needsCertificate?: boolean;
}

/** The key that assertions are signed with: of a client that proves itself by one, or of JWT bearer. */
export function signingKeyFields({ signingAlgorithms, needsCertificate }: SigningKeyFieldRules, displayOptions?: IDisplayOptions): INodeProperties[] {
	const shown = displayOptions === undefined ? {} : { displayOptions };
	const algorithms: INodeProperties = {
		displayName: 'Signing Algorithm',
		name: 'signingAlgorithm',
		type: 'options',
		options: signingAlgorithms.map((value) => ({ name: value, value, description: MEANINGS[value] })),
		default: signingAlgorithms[0],
		description: 'What the server expects for this key; nothing else is signed with',
		...shown,
	};
	return [
		{
			displayName: 'Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: 5 },
			default: '',
			required: true,
			placeholder: '-----BEGIN PRIVATE KEY-----',
			description: 'The whole PEM (PKCS#8, PKCS#1 or SEC1), from BEGIN to END; line breaks may be lost. The public key or certificate belongs to the app at the provider.',
			...shown,
		},
		{ displayName: 'Private Key Passphrase', name: 'privateKeyPassphrase', type: 'string', typeOptions: { password: true }, default: '', description: 'Only if the key is encrypted', ...shown },
		{
			displayName: 'Certificate',
			name: 'certificate',
			type: 'string',
			typeOptions: { password: true, rows: 5 },
			default: '',
			required: needsCertificate === true,
			placeholder: '-----BEGIN CERTIFICATE-----',
			description: needsCertificate === true ? 'The whole PEM of the certificate that is uploaded at the provider: it finds the key by its fingerprint (x5t#S256)' : 'The whole PEM of the key’s certificate, where the server finds the key by its fingerprint (x5t#S256)',
			...shown,
		},
		{ displayName: 'Key ID', name: 'keyId', type: 'string', default: '', description: 'The "kid" under which the server knows the public key, if it needs one', ...shown },
		...(signingAlgorithms.length > 1 ? [algorithms] : []),
	];
}
