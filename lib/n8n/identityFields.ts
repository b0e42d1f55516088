import type { INodeProperties } from 'n8n-workflow';

const displayOptions = { show: { userIdentity: ['verifiedToken'] } };

/** Whose tokens name the caller of a flow. */
export function identityFields(): INodeProperties[] {
	return [
		{
			displayName: 'Identity Issuer',
			name: 'identityIssuer',
			type: 'string',
			default: '',
			placeholder: 'https://login.example.com',
			description: 'Who issues the tokens, exactly as they name it (iss): the organisation’s OpenID provider, or the address of My connected apps for flows that are started there',
			displayOptions,
		},
		{ displayName: 'Identity Audience', name: 'identityAudience', type: 'string', default: '', description: 'Whom the tokens must be meant for (aud), e.g. the client ID of the app that calls the flow; for flows that are started from My connected apps, the "Audience" that they are listed with', displayOptions },
		{ displayName: 'Identity Claim', name: 'identityClaim', type: 'string', default: 'sub', description: 'The claim that is the user, e.g. email', displayOptions },
		{ displayName: 'Identity Keys URL', name: 'identityKeysUrl', type: 'string', default: '', placeholder: 'https://login.example.com/jwks', description: 'Where the issuer publishes its keys; empty asks its OpenID metadata', displayOptions },
		{
			displayName: 'Treat E-Mails as Verified',
			name: 'identityTrustEmail',
			type: 'boolean',
			default: false,
			description: 'Whether an e-mail address of a token counts although the token does not say that it is verified. Right only where the organisation gives out the addresses, and nobody can change their own.',
			displayOptions,
		},
	];
}
