import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import { PROVIDERS, type ServerLogin } from '../providers';
import { testServerLogin } from './testServerLogin';
import { testUserLogin } from './testUserLogin';

type CredentialTests = Record<string, ReturnType<typeof testUserLogin>>;

/** Any provider by its own addresses. */
const GENERIC = 'oauth2';

const testNameOf = (credentialType: string) => `test${credentialType.charAt(0).toUpperCase()}${credentialType.slice(1)}`;
const byName = ({ name: a }: { name: string }, { name: b }: { name: string }) => a.localeCompare(b, 'en');

const serverLogins = (grant: ServerLogin['grant']) => PROVIDERS.flatMap(({ id, appName, serverLogins: logins = [] }) => logins.filter((login) => login.grant === grant).map(({ credentialType }) => ({ id, appName, credentialType, grant })));
const allServerLogins = [...serverLogins('clientCredentials'), ...serverLogins('jwtBearer')];

/** Every User Login type; none has to be selected, so that "no configuration" is a status. Shown by `appField`. */
export const userLoginSlots: INodeCredentialDescription[] = PROVIDERS.map(({ id, credentialType }) => ({ name: credentialType, required: false, testedBy: testNameOf(credentialType), displayOptions: { show: { app: [id] } } }));

export const userLoginTests: CredentialTests = Object.fromEntries(PROVIDERS.map(({ credentialType }) => [testNameOf(credentialType), testUserLogin(credentialType)]));

/** What else could be chosen. */
const othersThan = <T extends string>(all: readonly T[], chosen: T): T[] => [...new Set(all)].filter((value) => value !== chosen);

/**
 * Every client credentials and JWT bearer type. Shown by `providerFields`, told by what hides them: of fields that show credentials
 * n8n's editor takes one away and sets it by the credential that is selected, and here a credential depends on two.
 */
export const serverLoginSlots: INodeCredentialDescription[] = allServerLogins.map(({ id, credentialType, grant }) => ({
	name: credentialType,
	required: false,
	testedBy: testNameOf(credentialType),
	displayOptions: { hide: { authentication: othersThan(allServerLogins.map((login) => login.grant), grant), provider: othersThan(allServerLogins.map((login) => login.id), id) } },
}));

export const serverLoginTests: CredentialTests = Object.fromEntries(allServerLogins.map(({ credentialType }) => [testNameOf(credentialType), testServerLogin(credentialType)]));

export const appField: INodeProperties = {
	displayName: 'App',
	name: 'app',
	type: 'options',
	noDataExpression: true,
	options: PROVIDERS.map(({ id, appName }) => ({ name: appName, value: id })).sort(byName),
	default: GENERIC,
	description: 'Which kind of User Login credential is used; the generic one is for every provider that has none of its own',
};

export const providerFields: INodeProperties[] = (['clientCredentials', 'jwtBearer'] as const).map((grant) => ({
	displayName: 'Provider',
	name: 'provider',
	type: 'options',
	noDataExpression: true,
	options: serverLogins(grant)
		.map(({ id, appName }) => ({ name: appName, value: id }))
		.sort(byName),
	default: GENERIC,
	description: 'Which kind of credential is used; the generic one is for every provider that has none of its own',
	displayOptions: { show: { authentication: [grant] } },
}));

export const scopeField: INodeProperties = {
	displayName: 'Scope',
	name: 'scope',
	type: 'string',
	default: '',
	placeholder: 'read write',
	description: 'Overrides the credential’s scopes; separated by spaces or commas',
};

/** What the node outputs for a token, and what a failure becomes. */
export const outputFields: INodeProperties[] = [
	{
		displayName: 'Token Output',
		name: 'tokenOutput',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Raw Token', value: 'raw', description: 'The token itself, for what only accepts that' },
			{ name: 'Reference', value: 'reference', description: 'A reference that this package’s nodes and credentials accept in place of the token. n8n stores execution data in clear, so the token itself stays out of it.' },
		],
		default: 'reference',
		description: 'What stands in the outputs "accessToken" and "refreshToken"',
	},
	{
		displayName: 'n8n stores execution data in clear: whoever may see this execution, or a copy of n8n’s database, can use these tokens for as long as they live. n8n hides them in the view of this node only, not in the nodes after it. A token of type DPoP is of no use outside: its key stays here.',
		name: 'rawNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { tokenOutput: ['raw'] } },
	},
	{
		displayName: 'On Failure',
		name: 'onFailure',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Output the Status', value: 'outputStatus', description: 'Go on; "statusCode" is not 0, and "statusMessage" says why' },
			{ name: 'Stop With Error', value: 'stop', description: 'Fail, or do what the node setting "On Error" says' },
		],
		default: 'outputStatus',
		description: 'What to do when there is no token for an item',
	},
];

export const includeInputOption: INodeProperties = {
	displayName: 'Include Input',
	name: 'includeInput',
	type: 'boolean',
	default: false,
	description: 'Whether to keep the fields and files of the incoming item beside the outputs; the outputs win',
};
