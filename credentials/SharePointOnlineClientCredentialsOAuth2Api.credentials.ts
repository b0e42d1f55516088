import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { authenticateAsServer } from '../lib/n8n/authenticate';
import { serverLoginFieldsOf } from '../lib/n8n/serverLoginFields';

export class SharePointOnlineClientCredentialsOAuth2Api implements ICredentialType {
	name = 'sharePointOnlineClientCredentialsOAuth2Api';

	displayName = 'SharePoint Online Client Credentials OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/entra.md';

	icon: Icon = { light: 'file:sharePointOnline.svg', dark: 'file:sharePointOnline.dark.svg' };

	properties: INodeProperties[] = [
		...serverLoginFieldsOf('sharePointOnlineClientCredentialsOAuth2Api', [
			{
				displayName: 'Tenant',
				name: 'tenant',
				type: 'string',
				default: '',
				required: true,
				placeholder: '00000000-0000-0000-0000-000000000000',
				description: 'Directory (tenant) ID or domain name of the tenant that the app acts in',
			},
			{
				displayName: 'Cloud',
				name: 'cloud',
				type: 'options',
				options: [
					{ name: 'Global', value: 'global', description: 'At login.microsoftonline.com' },
					{ name: 'US Government', value: 'usGov', description: 'At login.microsoftonline.us' },
					{ name: 'China (21Vianet)', value: 'china', description: 'At login.partner.microsoftonline.cn' },
					{ name: 'Custom', value: 'custom' },
				],
				default: 'global',
			},
			{
				displayName: 'Authority URL',
				name: 'authorityUrl',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'https://login.microsoftonline.com',
				displayOptions: { show: { cloud: ['custom'] } },
			},
			{
				displayName: 'Graph URL',
				name: 'graphUrl',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'https://graph.microsoft.com',
				displayOptions: { show: { cloud: ['custom'] } },
			},
		]),
	];

	authenticate = authenticateAsServer('sharePointOnlineClientCredentialsOAuth2Api');
}
