/** The forms of all credential types, held against what their readers make of them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { ICredentialType, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { readConnectionSettings, readServerLoginSettings } from '../../lib/connections';
import { invalid } from '../../lib/connections/fieldReading';
import { PROVIDERS, providerByCredentialType, serverLoginByCredentialType } from '../../lib/providers';
import { projectDirectory } from '../host/system/paths';

const KEY = '-----BEGIN PRIVATE KEY-----\nY2FuYXJ5LWtleQ==\n-----END PRIVATE KEY-----';
/** What an admin has to enter at the least. */
const ENTERED: Record<string, unknown> = {
	clientId: 'id',
	clientSecret: 'secret',
	privateKey: KEY,
	userIdentity: 'workflow',
	issuer: 'https://id.example.com',
	apiHosts: 'api.example.com',
	scopes: 'read',
	loginUrl: 'https://example.my.salesforce.com',
	tenant: '9122040d-6c67-4c5b-b112-36a304b66dad',
	siteUrl: 'https://sharepoint.example.com',
	accountId: 'a-1',
	subject: 'alice',
};
const SECRETS = ['clientSecret', 'connectionKey', 'privateKey', 'privateKeyPassphrase', 'certificate', 'accessToken'];
const EXPRESSIONS = ['user', 'subject', 'accessToken', 'caller'];

/** Of the portal, not of an app: read and tested with the trigger. */
const PORTAL_TYPES = ['connectedAppsOpenIdApi', 'connectedAppsTrustedHeaderApi'];

/** Of a trigger alone: what the messages that come to it are signed with. */
const MESSAGE_TYPES = ['docuSignConnectHmacApi'];

/** Of one account, without OAuth: read by its own node, and tested there. */
const PASSWORD_TYPES = ['sharePointServerPasswordApi'];

const types = readdirSync(join(projectDirectory, 'credentials'))
	.filter((name) => name.endsWith('.credentials.ts'))
	.map((name) => {
		const className = name.replace('.credentials.ts', '');
		const exported = jest.requireActual<Record<string, new () => ICredentialType>>(join(projectDirectory, 'credentials', name));
		return new exported[className]!();
	})
	.filter(({ name }) => !PORTAL_TYPES.includes(name) && !MESSAGE_TYPES.includes(name) && !PASSWORD_TYPES.includes(name));

const fieldsNamed = ({ properties }: ICredentialType, name: string) => properties.filter((field) => field.name === name);
const valuesOf = (field: INodeProperties | undefined) => ((field?.options ?? []) as INodePropertyOptions[]).map(({ value }) => value);

/** As the form stores it before anything but the least is entered. */
function filledIn({ properties }: ICredentialType): Record<string, unknown> {
	const defaults = Object.fromEntries(properties.filter(({ type }) => type !== 'notice' && type !== 'hidden').map(({ name, default: value }) => [name, value]));
	const entered = Object.entries(ENTERED).filter(([name]) => name in defaults && (defaults[name] === '' || name === 'tenant'));
	return { ...defaults, ...Object.fromEntries(entered) };
}

/** What the readers refuse by name. */
const REFUSED = ['absoluteLifetimeDays', 'certificate', 'clientAuthentication', 'clientId', 'clientSecret', 'connectionKey', 'connectionName', 'extraClaims', 'extraHeaders', 'identityAudience', 'identityIssuer', 'idleLifetimeDays', 'lifetimeSeconds', 'privateKey', 'privateKeyPassphrase', 'scopeMode', 'signingAlgorithm', 'subject', 'testSubject', 'userIdentity'];

it.each(REFUSED)('whoever is told of %s finds it in every form by the same words', (name) => {
	const labels = types.flatMap((type) => fieldsNamed(type, name)).map(({ displayName }) => displayName);
	expect(labels).not.toEqual([]);
	for (const label of labels) expect(invalid(name, 'is wrong').message).toBe(`Credential setting "${label}" is wrong`);
});

it('every provider has its types, and nothing else is there', () => {
	const expected = PROVIDERS.flatMap(({ credentialType, serverLogins = [] }) => [credentialType, ...serverLogins.map((login) => login.credentialType)]);
	expect(types.map(({ name }) => name).sort()).toEqual(expected.sort());
});

describe.each(types.map((type) => [type.name, type] as const))('%s', (name, type) => {
	const provider = providerByCredentialType(name);
	const login = serverLoginByCredentialType(name)?.login;
	const rules = (provider ?? login)!;

	it('as it is offered, with the least that must be entered, is accepted', () => {
		const raw = filledIn(type);
		if (provider !== undefined) expect(readConnectionSettings(name, raw)).toMatchObject({ credentialType: name, client: { clientId: 'id' }, scopes: expect.arrayContaining([...rules.defaultScopes]) });
		else expect(readServerLoginSettings(name, raw)).toMatchObject({ credentialType: name, client: { clientId: 'id' } });
	});

	it('asks for each thing once, or for the one or the other', () => {
		const names = type.properties.map((field) => field.name);
		const twice = names.filter((field, index) => names.indexOf(field) !== index);
		for (const field of twice) expect(fieldsNamed(type, field).every(({ displayOptions }) => displayOptions !== undefined)).toBe(true);
	});

	it('hides what is secret, and can hold expressions where items differ', () => {
		for (const field of type.properties) {
			if (SECRETS.includes(field.name)) expect(field.typeOptions).toMatchObject({ password: true });
			if (EXPRESSIONS.includes(field.name)) expect(field.typeOptions).toMatchObject({ ignoreCredentialExpressionResolveError: true });
		}
		expect(fieldsNamed(type, 'caller')).toEqual([expect.objectContaining({ type: 'hidden', default: expect.stringMatching(/^=\{\{ .*workflowId: \$workflow\.id,.* \}\}$/) as string })]);
		expect(fieldsNamed(type, provider === undefined ? 'accessToken' : 'user')).toEqual([expect.objectContaining({ type: 'string', default: '' })]);
		expect(fieldsNamed(type, 'subject')).toHaveLength(login?.jwt === undefined ? 0 : 1);
	});

	it('offers just the ways to prove the client that the provider knows', () => {
		const [field] = fieldsNamed(type, 'clientAuthentication');
		expect(field === undefined ? [rules.clientAuthentications[0]] : valuesOf(field)).toEqual(rules.clientAuthentications);
		const needsKey = rules.clientAuthentications.includes('privateKeyJwt') || login?.jwt !== undefined;
		expect(fieldsNamed(type, 'privateKey')).toHaveLength(needsKey ? 1 : 0);
		if (needsKey && rules.signingAlgorithms.length > 1) expect(valuesOf(fieldsNamed(type, 'signingAlgorithm')[0])).toEqual(rules.signingAlgorithms);
	});

	it('lets nobody remove a scope that is required', () => {
		const [scopes] = fieldsNamed(type, 'scopes');
		const required = rules.requiredScopes ?? [];
		if (scopes?.type === 'multiOptions') expect(valuesOf(scopes).filter((scope) => required.includes(String(scope)))).toEqual([]);
		const [notice] = fieldsNamed(type, 'requiredScopesNotice');
		for (const scope of required) expect(notice?.displayName).toContain(scope);
	});

	it('works in HTTP Request, and has a guide', () => {
		expect(type.authenticate).toBeInstanceOf(Function);
		expect(type.documentationUrl).toMatch(/\/docs\/(salesforce|entra|sharepoint-server|docusign|other-providers)\.md$/);
	});

	if (provider !== undefined) {
		it('offers the caller’s own token where the provider exchanges tokens', () => {
			expect(valuesOf(fieldsNamed(type, 'userIdentity')[0]).includes('onBehalfOf')).toBe(provider.exchange !== undefined);
		});
	}
});
