import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { authenticateAsUser } from '../lib/n8n/authenticate';
import { authorizationServerFields } from '../lib/n8n/authorizationServerFields';
import { userLoginFields } from '../lib/n8n/userLoginFields';
import { sharePointServer } from '../lib/providers/sharePointServer';

export class SharePointServerUserLoginOAuth2Api implements ICredentialType {
	name = 'sharePointServerUserLoginOAuth2Api';

	displayName = 'SharePoint Server User Login OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/sharepoint-server.md';

	icon: Icon = { light: 'file:sharePointServer.svg', dark: 'file:sharePointServer.dark.svg' };

	properties: INodeProperties[] = [
		...userLoginFields(sharePointServer, [
			{
				displayName: 'Site URL',
				name: 'siteUrl',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'https://sharepoint.example.com/sites/team',
				description: 'Tokens are sent to this host only',
			},
			...authorizationServerFields({ signsIn: true, proves: true }),
		], [
			{
				displayName: 'Treat E-Mails as Verified',
				name: 'treatEmailsAsVerified',
				type: 'boolean',
				default: false,
				description: 'Whether an address or user principal name (UPN) that the identity provider tells counts as proof of who signed in. Right where the organisation gives out the addresses itself, and nobody can change their own.',
			},
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'string',
				default: '',
				placeholder: 'https://sharepoint.example.com',
				description: 'The identifier that the identity provider knows SharePoint by (in AD FS the Web API or relying party); empty means the address of the site without its path',
			},
		]),
	];

	authenticate = authenticateAsUser('sharePointServerUserLoginOAuth2Api');
}
