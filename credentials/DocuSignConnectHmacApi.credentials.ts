import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

export class DocuSignConnectHmacApi implements ICredentialType {
	name = 'docuSignConnectHmacApi';

	displayName = 'DocuSign Connect HMAC API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/docusign.md';

	icon: Icon = { light: 'file:docuSign.svg', dark: 'file:docuSign.dark.svg' };

	properties: INodeProperties[] = [
		{ displayName: 'In DocuSign: Settings, Connect, Connect Keys, Add Secret Key. A message is accepted if one of these keys signed it; to replace a key, enter the new one as well until the old one is removed there.', name: 'notice', type: 'notice', default: '' },
		{ displayName: 'HMAC Key', name: 'hmacSecret', type: 'string', typeOptions: { password: true }, default: '', required: true },
		{ displayName: 'Second HMAC Key', name: 'hmacSecret2', type: 'string', typeOptions: { password: true }, default: '', description: 'Empty: none' },
		{ displayName: 'Third HMAC Key', name: 'hmacSecret3', type: 'string', typeOptions: { password: true }, default: '', description: 'Empty: none' },
	];
}
