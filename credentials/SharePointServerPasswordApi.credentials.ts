import type { ICredentialDataDecryptedObject, ICredentialType, IHttpRequestOptions, Icon, INodeProperties } from 'n8n-workflow';

import { parseEndpoint } from '../lib/oauth';

/**
 * Basic, for HTTP Request: to the host of the site only, and not along a redirect. NTLM belongs to a connection, and n8n opens one for each request.
 * @throws Error that n8n shows for the item
 */
async function authenticateBasic(credentials: ICredentialDataDecryptedObject, requestOptions: IHttpRequestOptions): Promise<IHttpRequestOptions> {
	if (credentials.authentication !== 'basic') throw new Error('With NTLM this credential works in the SharePoint node only. Choose Basic in the credential, if the server takes it');
	const { url, uri, baseURL, ...rest } = requestOptions as IHttpRequestOptions & { uri?: string };
	const target = parseEndpoint(new URL(url || uri || '', baseURL || undefined).href, 'URL');
	const own = parseEndpoint(String(credentials.siteUrl), 'Site URL');
	if (target.host !== own.host) throw new Error(`The account of this credential is for ${own.host}, not for ${target.host}. Check the URL`);
	const { skipSslCertificateValidation, rejectUnauthorized } = rest as { skipSslCertificateValidation?: boolean; rejectUnauthorized?: boolean };
	if (target.protocol === 'https:' && (skipSslCertificateValidation === true || rejectUnauthorized === false)) throw new Error(`The certificate of ${target.host} would not be checked, so no password is sent there. Remove the option "Ignore SSL Issues"`);
	const authorization = `Basic ${Buffer.from(`${String(credentials.username)}:${String(credentials.password)}`, 'utf8').toString('base64')}`;
	return { ...rest, url: target.href, headers: { ...rest.headers, authorization }, sendCredentialsOnCrossOriginRedirect: false };
}

export class SharePointServerPasswordApi implements ICredentialType {
	name = 'sharePointServerPasswordApi';

	displayName = 'SharePoint Server Password API';

	documentationUrl = 'https://github.com/connected-apps/n8n-nodes-connected-apps/blob/main/docs/sharepoint-server.md';

	icon: Icon = { light: 'file:sharePointServer.svg', dark: 'file:sharePointServer.dark.svg' };

	properties: INodeProperties[] = [
		{
			displayName: 'Everything is done as this one account, whoever started the flow. For flows that act as the person who started them use SharePoint Server User Login.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Site URL',
			name: 'siteUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'https://sharepoint.example.com/sites/team',
			description: 'The password is used for this host only',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'Basic', value: 'basic', description: 'The password goes along with every request: only where the server demands it' },
				{ name: 'NTLM', value: 'ntlm', description: 'Windows authentication, version 2: the password itself is never sent' },
			],
			default: 'ntlm',
		},
		{
			displayName: 'User Name',
			name: 'username',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'CONTOSO\\svc-n8n',
			description: 'DOMAIN\\user or user@domain',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
		},
	];

	authenticate = authenticateBasic;
}
