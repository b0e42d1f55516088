import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

export class ConnectedAppsTrustedHeaderApi implements ICredentialType {
	name = 'connectedAppsTrustedHeaderApi';

	displayName = 'Connected Apps Trusted Header API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/portal-sign-in.md';

	icon: Icon = { light: 'file:connectedApps.svg', dark: 'file:connectedApps.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName: 'Only behind a reverse proxy that signs people in, removes both headers from what clients send, and sets them itself. Triggers that carry the same credential form one portal.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{ displayName: 'User Header', name: 'userHeader', type: 'string', default: '', required: true, placeholder: 'X-Forwarded-User', description: 'The header in which the proxy names the person, as flows name them in "User"' },
		{ displayName: 'Proof Header', name: 'proofHeader', type: 'string', default: '', required: true, placeholder: 'X-Proxy-Secret', description: 'The header in which the proxy shows the secret; without it the user header is ignored' },
		{ displayName: 'Secret', name: 'secret', type: 'string', typeOptions: { password: true }, default: '', required: true, description: 'A long random text that only the proxy knows' },
	];
}
