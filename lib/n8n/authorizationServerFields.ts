import type { INodeProperties } from 'n8n-workflow';

/** An authorization server of one's own choice: discovered at its issuer, or endpoint by endpoint. */
export function authorizationServerFields({ signsIn, proves }: { signsIn: boolean; proves: boolean }): INodeProperties[] {
	const single = { displayOptions: { show: { endpointMode: ['single'] } } };
	const forSignIn: INodeProperties[] = [
		{ displayName: 'Authorization URL', name: 'authorizationUrl', type: 'string', default: '', required: true, placeholder: 'https://id.example.com/authorize', description: 'Where people sign in', ...single },
	];
	const afterSignIn: INodeProperties[] = [
		{ displayName: 'User Info URL', name: 'userInfoUrl', type: 'string', default: '', placeholder: 'https://id.example.com/userinfo', description: 'Tells who has signed in; without it the ID token must, and the Keys URL is needed', ...single },
		{ displayName: 'Keys URL', name: 'jwksUrl', type: 'string', default: '', placeholder: 'https://id.example.com/jwks', description: 'Keys (JWKS) that ID tokens are signed with', ...single },
		{ displayName: 'Revocation URL', name: 'revocationUrl', type: 'string', default: '', placeholder: 'https://id.example.com/revoke', description: 'Ends the access when somebody disconnects (RFC 7009), if the server can', ...single },
	];
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
		{ displayName: 'Issuer', name: 'issuer', type: 'string', default: '', required: true, placeholder: 'https://id.example.com', description: 'Exactly as the server calls itself, without /.well-known/…', displayOptions: { show: { endpointMode: ['discovery'] } } },
		{ displayName: 'Issuer', name: 'issuer', type: 'string', default: '', placeholder: 'https://id.example.com', description: 'As the server calls itself in ID tokens; may be empty where there are none', ...single },
		...(signsIn ? forSignIn : []),
		{ displayName: 'Token URL', name: 'tokenUrl', type: 'string', default: '', required: true, placeholder: 'https://id.example.com/token', description: 'Where tokens are given out', ...single },
		...(signsIn ? afterSignIn : []),
		...(proves
			? [
					{
						displayName: 'Client Assertion Audience',
						name: 'assertionAudience',
						type: 'string',
						default: '',
						placeholder: 'https://id.example.com/token',
						description: 'Whom the client proves itself to; empty means the issuer, or the Token URL where none is known',
						displayOptions: { show: { clientAuthentication: ['privateKeyJwt'] } },
					} satisfies INodeProperties,
				]
			: []),
	];
}
