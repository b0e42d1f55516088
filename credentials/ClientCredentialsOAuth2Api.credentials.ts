import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { authenticateAsServer } from '../lib/n8n/authenticate';
import { authorizationServerFields } from '../lib/n8n/authorizationServerFields';
import { serverLoginFieldsOf } from '../lib/n8n/serverLoginFields';

export class ClientCredentialsOAuth2Api implements ICredentialType {
	name = 'clientCredentialsOAuth2Api';

	displayName = 'Client Credentials OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/other-providers.md';

	icon: Icon = { light: 'file:oauth2.svg', dark: 'file:oauth2.dark.svg' };

	properties: INodeProperties[] = [
		...serverLoginFieldsOf('clientCredentialsOAuth2Api', [
			...authorizationServerFields({ signsIn: false, proves: true }),
			{
				displayName: 'API Hosts',
				name: 'apiHosts',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'api.example.com',
				description: 'Hosts that tokens may be sent to, separated by spaces or commas; nothing else ever gets one',
			},
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'string',
				default: '',
				placeholder: 'https://api.example.com',
				description: 'The API that tokens are for (RFC 8707), if the server asks for one',
			},
			{
				displayName: 'Use DPoP',
				name: 'useDpop',
				type: 'options',
				options: [
					{ name: 'Automatic', value: 'auto', description: 'Where the server announces it, tokens are bound to a key' },
					{ name: 'Off', value: 'off' },
				],
				default: 'auto',
				description: 'Whether stolen tokens are made useless (RFC 9449); turn it off for an API that cannot read such tokens',
			},
		]),
	];

	authenticate = authenticateAsServer('clientCredentialsOAuth2Api');
}
