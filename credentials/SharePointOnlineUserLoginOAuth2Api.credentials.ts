import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { authenticateAsUser } from '../lib/n8n/authenticate';
import { userLoginFields } from '../lib/n8n/userLoginFields';
import { sharePointOnline } from '../lib/providers/sharePointOnline';

export class SharePointOnlineUserLoginOAuth2Api implements ICredentialType {
	name = 'sharePointOnlineUserLoginOAuth2Api';

	displayName = 'SharePoint Online User Login OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/entra.md';

	icon: Icon = { light: 'file:sharePointOnline.svg', dark: 'file:sharePointOnline.dark.svg' };

	properties: INodeProperties[] = [
		...userLoginFields(sharePointOnline, [
			{
				displayName: 'Tenant',
				name: 'tenant',
				type: 'string',
				default: '',
				required: true,
				placeholder: '00000000-0000-0000-0000-000000000000',
				description: 'Directory (tenant) ID. With a domain name, "common" or "organizations" enter the IDs of the tenants as Allowed Tenants: accounts only tell those.',
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

	authenticate = authenticateAsUser('sharePointOnlineUserLoginOAuth2Api');
}
