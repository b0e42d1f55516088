import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { apiBindingFields, apiHostsField } from '../lib/n8n/apiFields';
import { authenticateAsServer } from '../lib/n8n/authenticate';
import { authorizationServerFields } from '../lib/n8n/authorizationServerFields';
import { serverLoginFieldsOf } from '../lib/n8n/serverLoginFields';

export class ClientCredentialsOAuth2Api implements ICredentialType {
	name = 'clientCredentialsOAuth2Api';

	displayName = 'Client Credentials OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/other-providers.md';

	icon: Icon = { light: 'file:oauth2.svg', dark: 'file:oauth2.dark.svg' };

	properties: INodeProperties[] = [
		...serverLoginFieldsOf('clientCredentialsOAuth2Api', [...authorizationServerFields({ signsIn: false, proves: true }), apiHostsField], apiBindingFields),
	];

	authenticate = authenticateAsServer('clientCredentialsOAuth2Api');
}
