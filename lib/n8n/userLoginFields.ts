import type { INodeProperties } from 'n8n-workflow';

import type { Provider } from '../providers';
import { identityFields } from './identityFields';
import { clientFields } from './clientFields';
import { callerField, HOLDS_EXPRESSION } from './expressionFields';
import { freeScopeFields, scopeFields } from './scopeFields';

const USER_MEANING = 'For nodes without a User of their own, such as HTTP Request: an expression that names the person, e.g. ={{ $json.email }}; or the reference that OAuth User Login gave out';
const PUBLIC_CLIENT = { name: 'None (Public Client)', description: 'PKCE protects the sign-in; a Connection Key is then required' };

/** The fields that every User Login credential type has; `own` are the provider's endpoints, and what else is its own. */
export function userLoginFields(provider: Provider, own: INodeProperties[], ownLast: INodeProperties[] = []): INodeProperties[] {
	const onBehalfOf = { name: 'The Caller’s Own Token (On Behalf Of)', value: 'onBehalfOf', description: '"User" holds the access token that the flow was called with; it is exchanged at the provider, and nobody has to sign in' };
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
		...clientFields(provider, PUBLIC_CLIENT),
		{
			displayName: 'Connection Key',
			name: 'connectionKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'A long random password that every copy of this credential must know; required for public clients. Changing it here and in the trigger cuts off all copies.',
		},
		...(provider.freeScopes === true ? freeScopeFields({ optional: false }) : scopeFields(provider)),
		...ownLast,
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
			description: 'Whether nodes may act as the person who started the flow',
		},
		{
			displayName: 'User Identity',
			name: 'userIdentity',
			type: 'options',
			options: [{ name: 'Please Choose', value: '' }, { name: 'Named by the Workflow', value: 'workflow', description: 'The expression in "User" is trusted' }, { name: 'Verified Token', value: 'verifiedToken', description: '"User" holds the token that the flow was called with (JWT): its signature, issuer and audience are checked, and a claim of it is the user' }, ...(provider.exchange === undefined ? [] : [onBehalfOf])],
			default: '',
			required: true,
			description: 'How a flow proves who its user is. "Named by the Workflow" means: whoever can edit a flow, or call it unauthenticated, can act as any connected user. Use triggers that authenticate their callers.',
		},
		...identityFields(),
		{
			displayName: 'Account Match',
			name: 'accountMatch',
			type: 'options',
			options: [
				{ name: 'Any Account', value: 'any', description: 'Nothing is compared' },
				{ name: 'Same Domain', value: 'sameDomain', description: 'The verified e-mail address of the account must be at the user’s domain' },
				{ name: 'Same E-Mail Address', value: 'sameEmail', description: 'The verified e-mail address of the account must be the user’s' },
			],
			default: 'sameEmail',
			description: 'Which account a user may sign in with. Anything but "Same E-Mail Address" needs a Connected Apps Trigger whose Sign-In Method is OpenID Connect, or Trusted Header with Verified Token here: people then sign in to the portal before they connect an account.',
		},
		{
			displayName: 'Allowed Tenants',
			name: 'allowedTenants',
			type: 'string',
			default: '',
			description: `Organisations that accounts must belong to: ${provider.tenantMeaning ?? 'their IDs'}. Separated by spaces or commas. An address in a foreign organisation proves little.`,
		},
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
			description: 'Whether one account that an administrator signs in may be used',
		},
		{ displayName: 'Service Account Login', name: 'serviceAccountLogin', type: 'string', default: '', description: 'User name or verified e-mail address of the one account that may be signed in as service account', displayOptions: { show: { serviceAccountUse: ['explicit', 'fallback'] } } },
		{ displayName: 'Idle Lifetime (Days)', name: 'idleLifetimeDays', type: 'number', typeOptions: { minValue: 0 }, default: 30, description: 'A sign-in that is not used for so long ends; 0 means never' },
		{ displayName: 'Absolute Lifetime (Days)', name: 'absoluteLifetimeDays', type: 'number', typeOptions: { minValue: 0 }, default: 0, description: 'Every sign-in ends after so long; 0 means never' },
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			typeOptions: HOLDS_EXPRESSION,
			default: '',
			placeholder: '={{ $json.email }}',
			description: USER_MEANING,
		},
		callerField,
	];
}
