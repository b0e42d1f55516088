import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { authenticateAsServer } from '../lib/n8n/authenticate';
import { serverLoginFieldsOf } from '../lib/n8n/serverLoginFields';

export class SalesforceClientCredentialsOAuth2Api implements ICredentialType {
	name = 'salesforceClientCredentialsOAuth2Api';

	displayName = 'Salesforce Client Credentials OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/salesforce.md';

	icon: Icon = { light: 'file:salesforce.svg', dark: 'file:salesforce.dark.svg' };

	properties: INodeProperties[] = [
		...serverLoginFieldsOf('salesforceClientCredentialsOAuth2Api', [
			{
				displayName: 'Login URL',
				name: 'loginUrl',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'https://example.my.salesforce.com',
				description: 'The My Domain address (Setup, My Domain): client credentials do not work at login.salesforce.com and test.salesforce.com',
			},
		]),
	];

	authenticate = authenticateAsServer('salesforceClientCredentialsOAuth2Api');
}
