import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { authenticateAsUser } from '../lib/n8n/authenticate';
import { userLoginFields } from '../lib/n8n/userLoginFields';
import { docuSign } from '../lib/providers/docuSign';

export class DocuSignUserLoginOAuth2Api implements ICredentialType {
	name = 'docuSignUserLoginOAuth2Api';

	displayName = 'DocuSign User Login OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/docusign.md';

	icon: Icon = { light: 'file:docuSign.svg', dark: 'file:docuSign.dark.svg' };

	properties: INodeProperties[] = [
		...userLoginFields(docuSign, [
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
				description: 'API Account ID of the organisation (Apps and Keys); people must be members of it. If it is empty, enter Allowed Tenants, and the default account of each user is used.',
			},
		]),
	];

	authenticate = authenticateAsUser('docuSignUserLoginOAuth2Api');
}
