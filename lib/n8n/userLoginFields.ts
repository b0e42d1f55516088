import type { INodeProperties } from 'n8n-workflow';

import type { Provider } from '../providers';

/** Without it n8n cannot read the credential in triggers and tests once a field holds an item expression. */
const HOLDS_EXPRESSION = { ignoreCredentialExpressionResolveError: true } as const;

/** The fields that every User Login credential type has; `own` are the provider's endpoints. */
export function userLoginFields(provider: Provider, own: INodeProperties[]): INodeProperties[] {
	return [
		{
			displayName: 'Select this credential in one Connected Apps Trigger and publish it. Its "Execute step" shows the redirect URI to register at the provider.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{ displayName: 'Connection Name', name: 'connectionName', type: 'string', default: provider.callbackSegment, required: true, placeholder: `${provider.callbackSegment}-sales`, description: 'Names this connection: small letters, digits and hyphens' },
		{ displayName: 'App Name', name: 'appName', type: 'string', default: provider.appName, description: 'What users read on the sign-in page and on My connected apps' },
		{ displayName: 'App Description', name: 'appDescription', type: 'string', default: '', description: 'One line for users: what flows do with this app' },
		...own,
		{ displayName: 'Client ID', name: 'clientId', type: 'string', default: '', required: true, description: 'Of the app that is registered at the provider' },
		{
			displayName: 'Client Authentication',
			name: 'clientAuthentication',
			type: 'options',
			options: [
				{ name: 'Client Secret (Basic)', value: 'basic' },
				{ name: 'Client Secret (POST)', value: 'post' },
				{ name: 'None (Public Client)', value: 'none', description: 'PKCE protects the sign-in; a Connection Key is then required' },
			],
			default: 'post',
		},
		{ displayName: 'Client Secret', name: 'clientSecret', type: 'string', typeOptions: { password: true }, default: '', displayOptions: { show: { clientAuthentication: ['basic', 'post'] } } },
		{
			displayName: 'Connection Key',
			name: 'connectionKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'A long random password that every copy of this credential must know; required for public clients. Changing it here and in the trigger cuts off all copies.',
		},
		{
			displayName: 'Scopes',
			name: 'scopeMode',
			type: 'options',
			options: [
				{ name: 'Default', value: 'default', description: provider.defaultScopes.join(', ') },
				{ name: 'Custom', value: 'custom' },
			],
			default: 'default',
		},
		{
			displayName: 'Custom Scopes',
			name: 'scopes',
			type: 'multiOptions',
			options: provider.knownScopes.filter(({ scope }) => !provider.requiredScopes.includes(scope)).map(({ scope, meaning }) => ({ name: scope, value: scope, description: meaning })),
			default: provider.defaultScopes.filter((scope) => !provider.requiredScopes.includes(scope)),
			description: `Always asked for as well: ${provider.requiredScopes.join(', ')}`,
			displayOptions: { show: { scopeMode: ['custom'] } },
		},
		{ displayName: 'Additional Scopes', name: 'additionalScopes', type: 'string', default: '', description: 'Separated by spaces or commas' },
		{
			displayName: 'Individual Users',
			name: 'individualUsers',
			type: 'options',
			options: [
				{ name: 'Allowed', value: 'allowed' },
				{ name: 'Required', value: 'required', description: 'The service account is never used instead' },
				{ name: 'Off', value: 'off', description: 'Only the service account' },
			],
			default: 'allowed',
		},
		{
			displayName: 'User Identity',
			name: 'userIdentity',
			type: 'options',
			options: [
				{ name: 'Please Choose', value: '' },
				{ name: 'Named by the Workflow', value: 'workflow', description: 'The expression in "User" is trusted' },
			],
			default: '',
			required: true,
			description: 'How a flow proves who its user is. "Named by the Workflow" means: whoever can edit a flow, or call it unauthenticated, can act as any connected user. Use triggers that authenticate their callers.',
		},
		{
			displayName: 'Account Match',
			name: 'accountMatch',
			type: 'options',
			options: [{ name: 'Same E-Mail Address', value: 'sameEmail', description: 'The verified e-mail address of the account must be the user' }],
			default: 'sameEmail',
			description: 'Which account a user may sign in with',
		},
		{ displayName: 'Allowed Tenants', name: 'allowedTenants', type: 'string', default: '', description: 'Organisation IDs that accounts must belong to, separated by spaces or commas. Recommended: an address in a foreign organisation proves little.' },
		{
			displayName: 'Service Account Use',
			name: 'serviceAccountUse',
			type: 'options',
			options: [
				{ name: 'Never', value: 'never' },
				{ name: 'Explicit', value: 'explicit', description: 'Nodes may choose to act as the service account' },
				{ name: 'As Fallback', value: 'fallback', description: 'Also for users who are not signed in, where a node says so' },
			],
			default: 'never',
		},
		{ displayName: 'Service Account Login', name: 'serviceAccountLogin', type: 'string', default: '', description: 'User name or verified e-mail address of the one account that may be signed in as service account', displayOptions: { show: { serviceAccountUse: ['explicit', 'fallback'] } } },
		{ displayName: 'Idle Lifetime (Days)', name: 'idleLifetimeDays', type: 'number', typeOptions: { minValue: 0 }, default: 30, description: 'A sign-in that is not used for so long ends; 0 means never' },
		{ displayName: 'Absolute Lifetime (Days)', name: 'absoluteLifetimeDays', type: 'number', typeOptions: { minValue: 0 }, default: 0, description: 'Every sign-in ends after so long; 0 means never' },
		// For nodes that have no `User` of their own; shown once such nodes are supported.
		{ displayName: 'User', name: 'user', type: 'hidden', typeOptions: HOLDS_EXPRESSION, default: '' },
	];
}
