import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { ClientAuthentication } from '../types';
import { signingKeyFields, type SigningKeyFieldRules } from './signingKeyFields';

export interface ClientFieldRules extends SigningKeyFieldRules {
	clientAuthentications: readonly ClientAuthentication[];
}

const CHOICES: Readonly<Record<ClientAuthentication, INodePropertyOptions>> = {
	basic: { name: 'Client Secret (Basic)', value: 'basic', description: 'In the header of each request' },
	post: { name: 'Client Secret (POST)', value: 'post', description: 'In the body of each request' },
	privateKeyJwt: { name: 'Private Key (JWT)', value: 'privateKeyJwt', description: 'No secret is sent: each request is signed' },
	none: { name: 'None', value: 'none' },
};

/**
 * The OAuth client: its ID and how it proves itself, with just what the server knows.
 * @param none what it means that the client proves itself by nothing
 * @param hasKey the form asks for a private key anyway
 */
export function clientFields({ clientAuthentications, ...key }: ClientFieldRules, none: Partial<INodePropertyOptions>, { hasKey = false, needsClientId = true } = {}): INodeProperties[] {
	const [first] = clientAuthentications;
	const fields: INodeProperties[] = [
		{ displayName: 'Client ID', name: 'clientId', type: 'string', default: '', required: needsClientId, description: 'Of the app that is registered at the provider; also called application ID, consumer key or integration key' },
	];
	if (clientAuthentications.length > 1) {
		fields.push({
			displayName: 'Client Authentication',
			name: 'clientAuthentication',
			type: 'options',
			options: clientAuthentications.map((value) => (value === 'none' ? { ...CHOICES.none, ...none } : CHOICES[value])),
			default: first,
			description: 'How the app proves to the provider that it is the one',
		});
	}
	if (clientAuthentications.some((value) => value === 'basic' || value === 'post')) {
		fields.push({
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			// Not marked as required: n8n would not save the credential, which shows the redirect URI that the provider wants before it gives a secret out.
			description: 'The secret’s value, as the provider shows it when it is made',
			...(clientAuthentications.length > 1 && { displayOptions: { show: { clientAuthentication: ['basic', 'post'] } } }),
		});
	}
	if (clientAuthentications.includes('privateKeyJwt') && !hasKey) fields.push(...signingKeyFields(key, { show: { clientAuthentication: ['privateKeyJwt'] } }));
	return fields;
}
