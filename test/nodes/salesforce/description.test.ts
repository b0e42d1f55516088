import { NodeHelpers, type INode, type INodeProperties, type INodeParameters } from 'n8n-workflow';

import { node } from './salesforceNode';

const { description } = node;
const { properties } = description;

function asNode(parameters: INodeParameters): INode {
	return { id: 'n', name: 'Salesforce', type: 'salesforceRetrieveData', typeVersion: 1, position: [0, 0], parameters };
}

/** As n8n loads a flow: defaults filled in, what is not shown dropped. */
function loaded(parameters: INodeParameters): INodeParameters {
	return NodeHelpers.getNodeParameters(properties, parameters, true, false, asNode(parameters), description) ?? {};
}

const issuesOf = (parameters: INodeParameters) => NodeHelpers.getNodeParametersIssues(properties, asNode(loaded(parameters)), description)?.parameters ?? {};
const optionsOf = (name: string, show?: Record<string, string>) =>
	properties.filter((property) => property.name === name && Object.entries(show ?? {}).every(([key, value]) => property.displayOptions?.show?.[key]?.includes(value) === true)).flatMap(({ options = [] }) => options as INodeProperties[]).map((option) => String((option as unknown as { value: unknown }).value));

describe('Salesforce Retrieve Data, as n8n reads it', () => {
	it('plain texts of flows that were made before there were pickers are kept, and are no issue', () => {
		const parameters = { user: 'alice@example.com', resource: 'record', operation: 'get', objectType: 'Account', recordId: '={{ $json.id }}' };
		expect(loaded(parameters)).toMatchObject(parameters);
		expect(issuesOf(parameters)).toEqual({});
	});

	it('what must be entered is asked for', () => {
		expect(Object.keys(issuesOf({ resource: 'record', operation: 'get' })).sort()).toEqual(['objectType', 'recordId', 'user']);
		expect(Object.keys(issuesOf({ resource: 'query', operation: 'soql', user: 'a' }))).toEqual(['soql']);
	});

	const operations = optionsOf('resource').flatMap((resource) => optionsOf('operation', { resource }).map((operation) => [resource, operation] as const));
	it.each(operations)('%s: %s shows each of its parameters once', (resource, operation) => {
		const parameters = loaded({ resource, operation });
		const shown = properties.filter((property) => NodeHelpers.displayParameterPath(parameters, property, '', asNode(parameters), description)).map(({ name }) => name);
		expect(shown.filter((name, index) => shown.indexOf(name) !== index)).toEqual([]);
		expect(shown).toEqual(expect.arrayContaining(['resource', 'operation', 'options']));
	});

	it('every resource has operations, and a default among them', () => {
		expect(new Set(operations.map(([resource]) => resource)).size).toBe(optionsOf('resource').length);
		for (const { default: preset, displayOptions } of properties.filter(({ name }) => name === 'operation')) {
			expect(optionsOf('operation', { resource: String(displayOptions!.show!.resource![0]) })).toContain(preset);
		}
	});

	it.each([
		['individualUser', 'salesforceUserLoginOAuth2Api'],
		['serviceAccount', 'salesforceUserLoginOAuth2Api'],
		['clientCredentials', 'salesforceClientCredentialsOAuth2Api'],
		['jwtBearer', 'salesforceJwtBearerOAuth2Api'],
	])('%s takes the credential %s, and that is tested', (authentication, credential) => {
		const parameters = loaded({ authentication });
		const shown = description.credentials!.filter((slot) => NodeHelpers.displayParameter(parameters, slot, asNode(parameters), description));
		expect(shown.map(({ name }) => name)).toEqual([credential]);
		expect(node.methods.credentialTest).toHaveProperty(String(shown[0]!.testedBy));
	});

	it('an agent may use it', () => expect(description.usableAsTool).toBe(true));
});
