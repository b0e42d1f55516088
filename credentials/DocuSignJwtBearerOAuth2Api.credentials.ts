import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { authenticateAsServer } from '../lib/n8n/authenticate';
import { serverLoginFieldsOf } from '../lib/n8n/serverLoginFields';

export class DocuSignJwtBearerOAuth2Api implements ICredentialType {
	name = 'docuSignJwtBearerOAuth2Api';

	displayName = 'DocuSign JWT Bearer OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/docusign.md';

	icon: Icon = { light: 'file:docuSign.svg', dark: 'file:docuSign.dark.svg' };

	properties: INodeProperties[] = [
		...serverLoginFieldsOf('docuSignJwtBearerOAuth2Api', [
			{
				displayName: 'Environment',
				name: 'environment',
				type: 'options',
				options: [
					{ name: 'Production', value: 'production', description: 'At account.docusign.com' },
					{ name: 'Demo', value: 'demo', description: 'At account-d.docusign.com, for developer accounts' },
					{ name: 'Custom', value: 'custom' },
				],
				default: 'production',
			},
			{
				displayName: 'Authentication Server URL',
				name: 'authServerUrl',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'https://account.docusign.com',
				displayOptions: { show: { environment: ['custom'] } },
			},
			{
				displayName: 'Account ID',
				name: 'accountId',
				type: 'string',
				default: '',
				placeholder: '00000000-0000-0000-0000-000000000000',
				description: 'API Account ID of the organisation (Apps and Keys); empty means the default account of the user',
			},
		]),
	];

	authenticate = authenticateAsServer('docuSignJwtBearerOAuth2Api');
}
