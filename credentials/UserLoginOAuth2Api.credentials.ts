import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { apiBindingFields, apiHostsField } from '../lib/n8n/apiFields';
import { authenticateAsUser } from '../lib/n8n/authenticate';
import { authorizationServerFields } from '../lib/n8n/authorizationServerFields';
import { userLoginFields } from '../lib/n8n/userLoginFields';
import { oauth2 } from '../lib/providers/oauth2';

export class UserLoginOAuth2Api implements ICredentialType {
	name = 'userLoginOAuth2Api';

	displayName = 'User Login OAuth2 API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/other-providers.md';

	icon: Icon = { light: 'file:oauth2.svg', dark: 'file:oauth2.dark.svg' };

	properties: INodeProperties[] = [
		...userLoginFields(oauth2, [
			...authorizationServerFields({ signsIn: true, proves: true }),
			apiHostsField,
		], [
			{
				displayName: 'Account ID Field',
				name: 'accountIdField',
				type: 'string',
				default: 'sub',
				description: 'Where the server tells the ID of the account that signed in; dots lead into objects, e.g. data.user.id',
			},
			{
				displayName: 'Account E-Mail Field',
				name: 'accountEmailField',
				type: 'string',
				default: 'email',
				description: 'Where it tells the e-mail address',
			},
			{
				displayName: 'Account E-Mail Verified Field',
				name: 'accountEmailVerifiedField',
				type: 'string',
				default: 'email_verified',
				description: 'Where it tells that it has verified the address; only true counts',
			},
			{
				displayName: 'Account Tenant Field',
				name: 'accountTenantField',
				type: 'string',
				default: '',
				description: 'Where it tells the organisation, to be compared with Allowed Tenants',
			},
			{
				displayName: 'Treat E-Mails as Verified',
				name: 'treatEmailsAsVerified',
				type: 'boolean',
				default: false,
				description: 'Whether every address that the server tells counts as proof of who signed in. Right only where the organisation runs the server, and nobody can change their own address.',
			},
			...apiBindingFields,
			{
				displayName: 'Authorize Parameters',
				name: 'authorizeParameters',
				type: 'string',
				default: '',
				placeholder: 'audience=https://api.example.com&access_type=offline',
				description: 'Further parameters of the sign-in address, as name=value joined by &',
			},
			{
				displayName: 'Use Pushed Requests',
				name: 'usePushedRequests',
				type: 'options',
				options: [
					{ name: 'Automatic', value: 'auto', description: 'Where the server announces it, sign-ins are prepared from server to server' },
					{ name: 'Off', value: 'off' },
				],
				default: 'auto',
				description: 'Whether the browser sees nothing of a sign-in but a number (RFC 9126)',
			},
		]),
	];

	authenticate = authenticateAsUser('userLoginOAuth2Api');
}
