import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

const SINGLE: IDisplayOptions = { show: { endpointMode: ['single'] } };

function address(displayName: string, name: string, placeholder: string, description: string, displayOptions = SINGLE): INodeProperties {
	return { displayName, name, type: 'string', default: '', placeholder, description, displayOptions };
}

/** What the form insists on; hidden fields may stay empty. */
function required(field: INodeProperties): INodeProperties {
	return { ...field, required: true };
}

/** An authorization server of one's own choice: discovered at its issuer, or endpoint by endpoint. */
export function authorizationServerFields({ signsIn, proves }: { signsIn: boolean; proves: boolean }): INodeProperties[] {
	const server = 'https://login.example.com';
	return [
		{
			displayName: 'Endpoints',
			name: 'endpointMode',
			type: 'options',
			options: [
				{ name: 'Discover From the Issuer', value: 'discovery', description: 'The server tells them itself (OpenID Connect Discovery, RFC 8414)' },
				{ name: 'Enter One by One', value: 'single', description: 'For servers that do not tell' },
			],
			default: 'discovery',
			description: 'How the addresses of the authorization server are known',
		},
		required(address('Issuer', 'issuer', server, 'Exactly as the server calls itself, without /.well-known/…', { show: { endpointMode: ['discovery'] } })),
		address('Issuer', 'issuer', server, 'As the server calls itself in ID tokens; may be empty where there are none'),
		...(signsIn ? [required(address('Authorization URL', 'authorizationUrl', `${server}/authorize`, 'Where people sign in'))] : []),
		required(address('Token URL', 'tokenUrl', `${server}/token`, 'Where tokens are given out')),
		...(signsIn
			? [
					address('User Info URL', 'userInfoUrl', `${server}/userinfo`, 'Tells who has signed in; without it the ID token must, and the Keys URL is needed'),
					address('Keys URL', 'jwksUrl', `${server}/jwks`, 'Keys (JWKS) that ID tokens are signed with'),
					address('Revocation URL', 'revocationUrl', `${server}/revoke`, 'Ends the access when somebody disconnects (RFC 7009), if the server can'),
				]
			: []),
		...(proves ? [address('Client Assertion Audience', 'assertionAudience', `${server}/token`, 'Whom the client proves itself to; empty means the issuer, or the Token URL where none is known', { show: { clientAuthentication: ['privateKeyJwt'] } })] : []),
	];
}
