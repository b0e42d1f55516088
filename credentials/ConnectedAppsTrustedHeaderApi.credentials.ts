import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

export class ConnectedAppsTrustedHeaderApi implements ICredentialType {
	name = 'connectedAppsTrustedHeaderApi';

	displayName = 'Connected Apps Trusted Header API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/portal-sign-in.md#trusted-header';

	icon: Icon = { light: 'file:connectedApps.svg', dark: 'file:connectedApps.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName: 'Only for an n8n behind a reverse proxy that signs people in. The proxy must remove both headers from what clients send, and set them itself. Select this credential in the Connected Apps Trigger; triggers that carry the same one form one portal.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{ displayName: 'User Header', name: 'userHeader', type: 'string', default: '', required: true, placeholder: 'X-Forwarded-User', description: 'The header in which the proxy names the person, as flows name them in "User"' },
		{ displayName: 'Proof Header', name: 'proofHeader', type: 'string', default: '', required: true, placeholder: 'X-Proxy-Secret', description: 'The header in which the proxy sends the secret below; without it the user header is ignored' },
		{ displayName: 'Secret', name: 'secret', type: 'string', typeOptions: { password: true }, default: '', required: true, description: 'A long random text, 24 characters or more, that only n8n and the proxy know' },
	];
}
