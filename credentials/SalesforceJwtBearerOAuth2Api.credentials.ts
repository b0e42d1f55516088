import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { authenticateAsServer } from '../lib/n8n/authenticate';
import { serverLoginFieldsOf } from '../lib/n8n/serverLoginFields';

export class SalesforceJwtBearerOAuth2Api implements ICredentialType {
	name = 'salesforceJwtBearerOAuth2Api';

	displayName = 'Salesforce JWT Bearer OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/salesforce.md';

	icon: Icon = { light: 'file:salesforce.svg', dark: 'file:salesforce.dark.svg' };

	properties: INodeProperties[] = [
		...serverLoginFieldsOf('salesforceJwtBearerOAuth2Api', [
			{
				displayName: 'Environment',
				name: 'environment',
				type: 'options',
				options: [
					{ name: 'Production', value: 'production', description: 'At login.salesforce.com' },
					{ name: 'Sandbox', value: 'sandbox', description: 'At test.salesforce.com' },
					{ name: 'Custom (My Domain)', value: 'custom', description: "The organisation's own login address" },
				],
				default: 'production',
			},
			{
				displayName: 'Login URL',
				name: 'loginUrl',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'https://example.my.salesforce.com',
				displayOptions: { show: { environment: ['custom'] } },
			},
		]),
	];

	authenticate = authenticateAsServer('salesforceJwtBearerOAuth2Api');
}
