import type { INodeProperties } from 'n8n-workflow';

import type { ScopeMeaning } from '../providers';

export interface ScopeFieldRules {
	requiredScopes?: readonly string[];
	defaultScopes: readonly string[];
	knownScopes: readonly ScopeMeaning[];
}

const SEPARATED = 'Separated by spaces or commas';

/** Default or customized; the known ones can be searched by name and meaning, the required ones cannot be removed. */
export function scopeFields({ requiredScopes = [], defaultScopes, knownScopes }: ScopeFieldRules): INodeProperties[] {
	const chosen = knownScopes.filter(({ scope }) => !requiredScopes.includes(scope));
	const notice: INodeProperties = { displayName: `Always asked for, whatever you choose: ${requiredScopes.join(', ')}.`, name: 'requiredScopesNotice', type: 'notice', default: '' };
	return [
		{
			displayName: 'Scopes',
			name: 'scopeMode',
			type: 'options',
			options: [
				{ name: 'Default', value: 'default', description: defaultScopes.join(', ') },
				{ name: 'Customize', value: 'custom', description: 'Choose from the known ones' },
			],
			default: 'default',
			description: 'What the app may do; nodes ask for more where they need it',
		},
		...(requiredScopes.length > 0 ? [notice] : []),
		{
			displayName: 'Chosen Scopes',
			name: 'scopes',
			type: 'multiOptions',
			// The name is what the search finds.
			options: chosen.map(({ scope, meaning }) => ({ name: `${scope}: ${meaning}`, value: scope })),
			default: defaultScopes.filter((scope) => chosen.some((known) => known.scope === scope)),
			description: 'Instead of the default ones',
			displayOptions: { show: { scopeMode: ['custom'] } },
		},
		{ displayName: 'Additional Scopes', name: 'additionalScopes', type: 'string', default: '', description: `Ones that are not in the list. ${SEPARATED}.` },
	];
}

/** For a server whose scopes are not known here. */
export function freeScopeFields({ optional }: { optional: boolean }): INodeProperties[] {
	const mode: INodeProperties = {
		displayName: 'Scopes',
		name: 'scopeMode',
		type: 'options',
		options: [
			{ name: 'Enter Scopes', value: 'custom' },
			{ name: 'None', value: 'none', description: 'The server needs no scope' },
		],
		default: 'custom',
		description: 'What the token may be used for',
	};
	const text: INodeProperties = { displayName: 'Scopes', name: 'scopes', type: 'string', default: '', placeholder: 'read write', description: `What the app may do, as the server names it. ${SEPARATED}.` };
	return optional ? [mode, { ...text, displayName: 'Entered Scopes', displayOptions: { show: { scopeMode: ['custom'] } } }] : [{ ...text, default: 'openid email profile offline_access', placeholder: 'openid email profile offline_access' }];
}
