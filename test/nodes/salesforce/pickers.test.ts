import type { IHttpRequestOptions, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { SERVICE_ACCOUNT } from '../../../lib/types';
import { pageOf } from '../../../nodes/SalesforceRetrieveData/methods/pageOf';
import { httpRequest } from '../support/executing';
import { node, useSalesforce } from './salesforceNode';

const USER_LOGIN = 'salesforceUserLoginOAuth2Api';
const CLIENT_CREDENTIALS = 'salesforceClientCredentialsOAuth2Api';
const { listSearch, loadOptions } = node.methods;

interface Editor {
	parameters?: Record<string, unknown>;
	credentialType?: string;
	credential?: Record<string, unknown>;
}

describe('Salesforce Retrieve Data: the lists of the editor', () => {
	const under = useSalesforce({});
	const { world, api, settings } = under;
	/** What n8n hands to a list. */
	const editor = ({ parameters = {}, credentialType = USER_LOGIN, credential = world.raw() }: Editor = {}): ILoadOptionsFunctions => {
		const played = {
			getNode: () => ({ id: 'n', name: 'Salesforce', type: 'salesforceRetrieveData', typeVersion: 1, position: [0, 0], parameters: {}, credentials: credentialType === '' ? {} : { [credentialType]: { id: 'c', name: 'Salesforce' } } }),
			getWorkflow: () => ({ id: 'flow-1', name: 'Quarterly report', active: false }),
			getCurrentNodeParameter: (name: string) => ({ authentication: 'individualUser', user: 'alice@example.com', objectType: { __rl: true, mode: 'list', value: 'Account' }, ...parameters })[name],
			getCredentials: async () => await Promise.resolve(credential),
			logger: { debug: () => undefined, warn: () => undefined, info: () => undefined, error: () => undefined },
			helpers: { httpRequest: async (options: IHttpRequestOptions) => await httpRequest(options) },
		};
		return played as unknown as ILoadOptionsFunctions;
	};
	const names = ({ results }: INodeListSearchResult) => results.map(({ value }) => value);
	const signInServiceAccount = async () => {
		await world.signIn(under.connection, 'integration', SERVICE_ACCOUNT);
		await world.control('DELETE', 'calls');
	};
	const callers = async () => [...new Set((await api()).map(({ user }) => user))];

	describe('as the service account', () => {
		beforeEach(signInServiceAccount);

		it.each(['individualUser', 'serviceAccount'])('show objects, never as the named user (%s)', async (authentication) => {
			const found = await listSearch.searchObjects.call(editor({ parameters: { authentication } }));
			expect(found.results).toContainEqual({ name: 'Invoice (Invoice__c)', value: 'Invoice__c' });
			expect(found.results).toContainEqual({ name: 'Account', value: 'Account' });
			expect(await callers()).toEqual(['integration']);
		});

		it('find by label and by name', async () => {
			expect(names(await listSearch.searchObjects.call(editor(), 'invoice'))).toEqual(['Invoice__c']);
			expect(names(await listSearch.searchObjects.call(editor(), '__C'))).toEqual(['Invoice__c', 'Reading__c']);
		});

		it('show fields of the chosen object, and go on behind a dot', async () => {
			const fields = await listSearch.searchFields.call(editor(), 'revenue');
			expect(fields.results).toEqual([{ name: 'Annual Revenue (AnnualRevenue)', value: 'AnnualRevenue' }]);
			expect(names(await listSearch.searchFields.call(editor(), 'Parent.owner.usern'))).toEqual(['Parent.owner.Username']);
			expect(names(await listSearch.searchFields.call(editor(), 'parent'))).toContain('Parent.Name');
			expect(names(await listSearch.searchFields.call(editor(), 'Nonsense.x'))).toEqual([]);
		});

		it('show fields to choose several of', async () => {
			expect(await loadOptions.getFields.call(editor({ parameters: { objectType: 'Invoice__c' } }))).toContainEqual({ name: 'Amount (Amount__c)', value: 'Amount__c' });
		});

		it('show external ids, children, and both directions', async () => {
			expect(names(await listSearch.searchExternalIdFields.call(editor()))).toEqual(expect.arrayContaining(['ExternalKey__c']));
			expect(names(await listSearch.searchExternalIdFields.call(editor()))).not.toContain('Name');
			expect(names(await listSearch.searchChildRelationships.call(editor()))).toEqual(expect.arrayContaining(['ChildAccounts', 'Contacts', 'Invoices__r', 'Opportunities']));
			expect(names(await listSearch.searchRelationships.call(editor()))).toEqual(expect.arrayContaining(['Contacts', 'Owner', 'Parent']));
		});

		it('say what is to be chosen first', async () => {
			await expect(listSearch.searchFields.call(editor({ parameters: { objectType: '' } }))).rejects.toThrow(/^Choose "Object Type" first/);
			await expect(listSearch.searchFields.call(editor({ parameters: { objectType: '={{ $json.type }}' } }))).rejects.toThrow(/^Choose "Object Type" first/);
		});

		it('renew the token once, as calls do', async () => {
			await settings({ instanceMoved: true });
			expect((await listSearch.searchObjects.call(editor())).results.length).toBeGreaterThan(5);
			expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
		});
	});

	it('load by client credentials, as the app’s own user', async () => {
		await settings({ salesforceLoginIsMyDomain: true });
		const { loginUrl, clients } = world.sandbox.salesforce;
		const credential = { loginUrl, clientAuthentication: 'post', clientId: clients.clientCredentials.clientId, clientSecret: clients.clientCredentials.clientSecret };
		expect(names(await listSearch.searchObjects.call(editor({ parameters: { authentication: 'clientCredentials' }, credentialType: CLIENT_CREDENTIALS, credential }), 'invoice'))).toEqual(['Invoice__c']);
		expect(await callers()).toEqual(['integration']);
	});

	it.each([
		['nobody has signed in as the service account', () => editor(), /the service account is not signed in/],
		['the credential does not allow it', () => editor({ credential: world.raw({ connectionName: 'other' }) }), /No published Connected Apps Trigger offers/],
		['no credential is selected', () => editor({ credentialType: '' }), /^No credential is selected/],
		['JWT bearer would act as a named user', () => editor({ parameters: { authentication: 'jwtBearer' }, credentialType: 'salesforceJwtBearerOAuth2Api' }), /^With JWT Bearer the node acts as a named user/],
	])('say how to go on by hand where %s', async (_name, context, reason) => {
		const error = await listSearch.searchObjects.call(context()).then(() => undefined, (thrown: Error) => thrown);
		expect(error?.message).toMatch(reason);
		expect(error?.message).toMatch(/Choose "By Name" and enter the API name, e\.g\. Account$/);
		await expect(loadOptions.getFields.call(context())).rejects.toThrow(/Enter the names under "Further Fields"/);
		expect(await api()).toEqual([]);
	});

	it('come in pages', () => {
		const entries = Array.from({ length: 250 }, (_, index) => ({ name: `Field ${index}`, value: `F${index}__c` }));
		const first = pageOf(entries, undefined, undefined);
		const third = pageOf(entries, '', pageOf(entries, '', first.paginationToken).paginationToken);
		expect([first.results.length, first.paginationToken, third.results.length, third.paginationToken]).toEqual([100, '100', 50, undefined]);
		expect(pageOf(entries, 'f249', undefined)).toEqual({ results: [{ name: 'Field 249', value: 'F249__c' }] });
	});

	it('are there for every parameter that names one', () => {
		const told = JSON.stringify(node.description.properties);
		const searched = [...told.matchAll(/"searchListMethod":"(\w+)"/g)].map(([, name]) => name);
		const loaded = [...told.matchAll(/"loadOptionsMethod":"(\w+)"/g)].map(([, name]) => name);
		expect(searched.filter((name) => !Object.hasOwn(listSearch, name!))).toEqual([]);
		expect(loaded.filter((name) => !Object.hasOwn(loadOptions, name!))).toEqual([]);
		expect(searched.length).toBeGreaterThan(3);
	});
});
