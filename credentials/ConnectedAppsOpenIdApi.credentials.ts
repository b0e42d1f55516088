import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { OPEN_ID_CLIENT } from '../lib/connections';
import { clientFields } from '../lib/n8n/clientFields';

export class ConnectedAppsOpenIdApi implements ICredentialType {
	name = 'connectedAppsOpenIdApi';

	displayName = 'Connected Apps OpenID API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/portal-sign-in.md#openid-connect';

	icon: Icon = { light: 'file:connectedApps.svg', dark: 'file:connectedApps.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName: 'Select this credential in the Connected Apps Trigger. Its "Execute step" shows the addresses to register at the provider: redirect URI, post-logout redirect URI and back-channel logout URI. Triggers that carry the same credential form one portal.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{ displayName: 'Issuer', name: 'issuer', type: 'string', default: '', required: true, placeholder: 'https://login.example.com', description: 'Address of the organisation’s OpenID provider, exactly as its metadata name it, without /.well-known/…' },
		...clientFields(OPEN_ID_CLIENT, { name: 'None (Public Client)', description: 'PKCE protects the sign-in' }),
		{ displayName: 'Scopes', name: 'scopes', type: 'string', default: 'openid email profile', description: 'What the provider is asked to tell about people, separated by spaces; "openid" is always among them' },
		{ displayName: 'User Claim', name: 'userClaim', type: 'string', default: 'email', placeholder: 'email', description: 'The claim that identifies a person, as flows name them in "User": e.g. email, preferred_username or sub' },
		{
			displayName: 'Treat E-Mails as Verified',
			name: 'trustEmail',
			type: 'boolean',
			default: false,
			description: 'Whether an e-mail address counts although the provider does not say that it has verified it (Microsoft Entra never does). Right only where the organisation gives out the addresses, and nobody can change their own.',
		},
		{ displayName: 'Allowed Domains', name: 'allowedDomains', type: 'string', default: '', placeholder: 'example.com', description: 'Only people with an address at one of these domains may sign in, separated by commas; empty allows all' },
		{ displayName: 'Groups Claim', name: 'groupsClaim', type: 'string', default: '', placeholder: 'groups', description: 'The claim that tells a person’s groups or roles' },
		{ displayName: 'Allowed Groups', name: 'allowedGroups', type: 'string', default: '', placeholder: 'Finance, IT Admins', description: 'Only people with one of these values in the Groups Claim may sign in, separated by commas; empty allows all' },
		{ displayName: 'Sign Out at the Provider', name: 'endProviderSession', type: 'boolean', default: true, description: 'Whether signing out of the portal also signs out at the provider, where it offers that (RP-Initiated Logout)' },
	];
}
