// What n8n expects of every operation alike: items stay paired, one that fails fails alone and says which it is, an agent may use it.
import { Readable } from 'node:stream';

import type { IHttpRequestOptions, INodePropertyOptions } from 'n8n-workflow';

import { httpRequest } from '../support/executing';
import { node, useSalesforce } from './salesforceNode';

const operationsOf = (resource: string) => node.description.properties.filter(({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.[0] === resource).flatMap(({ options = [] }) => (options as INodePropertyOptions[]).map(({ value }) => `${resource}.${String(value)}`));
const RESOURCES = (node.description.properties.find(({ name }) => name === 'resource')!.options as INodePropertyOptions[]).map(({ value }) => String(value));

/** Ids of records that alice sees, by a query that finds them. */
type Ids = (soql: string) => Promise<string>;

interface Case {
	valid(idOf: Ids): Promise<Record<string, unknown>> | Record<string, unknown>;
	/** Changes that spoil the item before any call, and what the error names; an operation without parameters has none. */
	spoilt?: [Record<string, unknown>, RegExp];
}

const ACCOUNT = 'SELECT Id FROM Account ORDER BY Name';
const wrongObject: Case['spoilt'] = [{ objectType: 'no object' }, /"Object Type".*"no object"/];
const wrongRecord: Case['spoilt'] = [{ recordId: 'nonsense' }, /"Record ID".*"nonsense"/];
const HOUR_MS = 3_600_000;
const span = () => ({ start: new Date(Date.now() - 20 * 24 * HOUR_MS).toISOString(), end: '' });

const CASES: Record<string, Case> = {
	'file.download': { valid: async (idOf) => ({ fileId: await idOf("SELECT Id FROM ContentVersion WHERE Title = 'offer'") }), spoilt: [{ fileId: 'nonsense' }, /"File ID".*"nonsense"/] },
	'file.list': { valid: async (idOf) => ({ recordId: await idOf(ACCOUNT) }), spoilt: wrongRecord },
	'listView.list': { valid: () => ({ objectType: 'Account' }), spoilt: wrongObject },
	'listView.results': { valid: () => ({ objectType: 'Account', listViewId: 'AllAccounts' }), spoilt: [{ listViewId: '' }, /"List View"/] },
	'object.describe': { valid: () => ({ objectType: 'Account' }), spoilt: wrongObject },
	'object.list': { valid: () => ({}) },
	'organization.getCurrentUser': { valid: () => ({}) },
	'organization.getLimits': { valid: () => ({}) },
	'query.explain': { valid: () => ({ soql: ACCOUNT }), spoilt: [{ soql: 'SELECT Id FROM Account WHERE Name = :name' }, /:name/] },
	'query.soql': { valid: () => ({ soql: ACCOUNT }), spoilt: [{ soql: '' }, /"SOQL"/] },
	'record.count': { valid: () => ({ objectType: 'Account' }), spoilt: [{ where: 'Name = :name' }, /:name/] },
	'record.get': { valid: async (idOf) => ({ objectType: 'Account', recordId: await idOf(ACCOUNT) }), spoilt: wrongRecord },
	'record.getByExternalId': { valid: () => ({ objectType: 'Account', externalIdField: 'ExternalKey__c', externalId: 'alice-2' }), spoilt: [{ externalIdField: 'no field' }, /"External ID Field".*"no field"/] },
	'record.getDeleted': { valid: () => ({ objectType: 'Invoice__c', ...span(), start: new Date(Date.now() - 10 * 24 * HOUR_MS).toISOString() }), spoilt: [{ start: 'yesterday' }, /"Start".*"yesterday"/] },
	'record.getMany': { valid: () => ({ objectType: 'Account', fields: 'Name' }), spoilt: [{ conditions: { condition: [{ field: 'Nonsense__c', operator: 'equal', value: '1', valueType: 'auto' }] } }, /alice@example\.com cannot see the field Nonsense__c of Account/] },
	'record.getManyByIds': { valid: async (idOf) => ({ objectType: 'Account', recordIds: await idOf(ACCOUNT) }), spoilt: [{ recordIds: 'nonsense' }, /"Record IDs".*"nonsense"/] },
	'record.getRelated': { valid: async (idOf) => ({ objectType: 'Account', recordId: await idOf(ACCOUNT), relationship: 'Contacts' }), spoilt: [{ relationship: 'no relation' }, /"Relationship".*"no relation"/] },
	'record.getUpdated': { valid: () => ({ objectType: 'Invoice__c', ...span() }), spoilt: [{ end: '2001-01-01T00:00:00Z' }, /"End" is before "Start"/] },
	'report.list': { valid: () => ({}) },
	'report.run': { valid: async (idOf) => ({ reportId: await idOf("SELECT Id FROM Report WHERE Name = 'Open Invoices'") }), spoilt: [{ reportId: 'nonsense' }, /"?Report"?.*"nonsense"/] },
	'search.parameterized': { valid: () => ({ searchTerm: 'Aerospace' }), spoilt: [{ searchTerm: '' }, /"Search For"/] },
	'search.sosl': { valid: () => ({ sosl: 'FIND {Aerospace} RETURNING Account(Name)' }), spoilt: [{ sosl: 'FIND {:term}' }, /:term/] },
};

it('no operation is left out here', () => {
	expect(Object.keys(CASES).sort()).toEqual(RESOURCES.flatMap(operationsOf).sort());
});

describe.each(Object.entries(CASES))('%s', (name, { valid, spoilt }) => {
	const [resource, operation] = name.split('.');
	const { rows, run, failure } = useSalesforce({ resource, operation });
	const idOf: Ids = async (soql) => String((await rows({ resource: 'query', operation: 'soql', soql }))[0]!.Id);
	const three = { items: [{ json: {} }, { json: {} }, { json: {} }] };
	/** The second item is bob's, and Salesforce does not let him use the API. */
	const asAliceBobAlice = { user: (index: number) => (index === 1 ? 'bob@example.com' : 'alice@example.com') };
	const refusingTheSecond = () => {
		let alices: unknown;
		return async (options: IHttpRequestOptions) => {
			const authorization = options.headers?.authorization;
			if (!options.url.includes('/services/data/') && !options.url.endsWith('/userinfo')) return await httpRequest(options);
			alices ??= authorization;
			if (authorization === alices) return await httpRequest(options);
			const body = Buffer.from(JSON.stringify([{ message: 'The REST API is not enabled for this Organization.', errorCode: 'API_DISABLED_FOR_ORG' }]));
			return { statusCode: 403, headers: { 'content-type': 'application/json' }, body: options.encoding === 'stream' ? Readable.from([body]) : new Uint8Array(body).buffer };
		};
	};
	type Items = Awaited<ReturnType<typeof run>>;
	const itemOf = ({ pairedItem }: Items[number]) => (pairedItem as { item: number }).item;
	/** Which items gave rows, and which an error. */
	const outcomeOf = (items: Items) => [...new Set(items.map((item) => `${itemOf(item)} ${'error' in item.json ? 'failed' : 'gave'}`))];
	const ofTheSecond = (items: Items) => items.filter((item) => itemOf(item) === 1);

	it('gives something for each item, paired with it; to an agent as well', async () => {
		const parameters = await valid(idOf);
		const found = await run(parameters, three);
		expect(outcomeOf(found)).toEqual(['0 gave', '1 gave', '2 gave']);
		const asTool = await run(parameters, { asTool: true });
		expect(asTool.map(({ json }) => json)).toEqual(found.filter((item) => itemOf(item) === 0).map(({ json }) => (resource === 'organization' && operation === 'getLimits' ? (expect.objectContaining({ name: json.name }) as object) : json)));
	});

	it('that Salesforce refuses for one item is that item’s error', async () => {
		const parameters = { ...(await valid(idOf)), ...asAliceBobAlice };
		const found = await run(parameters, { ...three, continueOnFail: true, httpRequest: refusingTheSecond() });
		expect(outcomeOf(found)).toEqual(['0 gave', '1 failed', '2 gave']);
		expect(ofTheSecond(found)).toEqual([{ json: { error: expect.stringMatching(/^API_DISABLED_FOR_ORG: /) as string, message: expect.stringContaining('no API access') as string }, pairedItem: { item: 1 } }]);
		expect(await failure(parameters, { ...three, httpRequest: refusingTheSecond() })).toMatchObject({ name: 'NodeApiError', httpCode: '403', context: { itemIndex: 1 } });
	});

	if (spoilt === undefined) return;
	const [changes, message] = spoilt;
	it('whose parameters are wrong in one item says what is wrong there', async () => {
		const good = await valid(idOf);
		const parameters = { ...good, ...Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, (index: number) => (index === 1 ? value : good[key] ?? '')])) };
		const found = await run(parameters, { ...three, continueOnFail: true });
		expect(outcomeOf(found)).toEqual(['0 gave', '1 failed', '2 gave']);
		expect(ofTheSecond(found)).toEqual([{ json: expect.objectContaining({ error: expect.stringMatching(message) as string }) as object, pairedItem: { item: 1 } }]);
		const error = await failure(parameters, three);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
		expect(error.message).toMatch(message);
	});
});
