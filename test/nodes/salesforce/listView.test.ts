import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { SERVICE_ACCOUNT } from '../../../lib/types';
import { searchListViews } from '../../../nodes/SalesforceRetrieveData/actions/listView/pickers';
import { searchReports } from '../../../nodes/SalesforceRetrieveData/actions/report/pickers';
import { useSalesforce } from './salesforceNode';

describe('a list view', () => {
	const salesforce = useSalesforce({ resource: 'listView', operation: 'results', objectType: 'Account' });
	const { rows, failure, api, paths } = salesforce;
	const idOf = async (developerName: string, objectType = 'Account') => String((await rows({ operation: 'list', objectType, returnAll: true })).find((view) => view.developerName === developerName)!.id);

	describe('in the list of an object', () => {
		it('comes with its id, name and label', async () => {
			const found = await rows({ operation: 'list', returnAll: true });
			expect(found.map(({ label }) => label)).toEqual(['All Accounts', 'My Accounts', 'New This Week']);
			expect(found[0]).toMatchObject({ id: expect.stringMatching(/^00B/), developerName: 'AllAccounts', soqlCompatible: true });
		});

		it('is no longer than wanted', async () => {
			expect(await rows({ operation: 'list', limit: 1 })).toHaveLength(1);
		});

		it('comes over all pages', async () => {
			const view = (id: string) => ({ id, label: id, developerName: id, soqlCompatible: true });
			await salesforce.world.fault({ match: { server: 'api', pathIncludes: '/listviews' }, kind: 'status', status: 200, body: { done: false, nextRecordsUrl: '/services/data/v63.0/sobjects/Account/listviews?offset=1', size: 1, listviews: [view('first')] } });
			expect((await rows({ operation: 'list', returnAll: true })).map(({ id }) => id)).toEqual(['first', expect.stringMatching(/^00B/), expect.any(String), expect.any(String)]);
		});
	});

	describe('gives its rows', () => {
		it('as objects keyed by field, typed, and only the user’s own', async () => {
			const listViewId = await idOf('All', 'Invoice__c');
			const found = await rows({ objectType: 'Invoice__c', listViewId, returnAll: true });
			const expected = await rows({ resource: 'query', operation: 'soql', soql: 'SELECT Id, Name, Account__r.Name, Status__c, Amount__c, DueDate__c FROM Invoice__c ORDER BY Name', returnAll: true });
			expect(found).toEqual(expected.map(({ Account__r: account, ...row }) => ({ ...row, 'Account__r.Name': (account as { Name?: string } | null)?.Name ?? null })));
			expect(found).toHaveLength(60);
			expect(Object.keys(found[0]!)[0]).toBe('Id');
		});

		it('with labels and hidden columns by option', async () => {
			const listViewId = await idOf('AllAccounts');
			const [row] = await rows({ listViewId, listViewOptions: { columnKeys: 'label', includeHidden: true } });
			expect(row).toMatchObject({ 'Account Name': 'Alice Aerospace', 'Created Date': expect.stringMatching(/^2025-01-06T\d\d:\d\d:\d\d\.000Z$/) });
		});

		it.each([[1, 1], [50, 50], [2_000, 2_000]])('%i at most, in one call', async (limit, expected) => {
			const listViewId = await idOf('AllContacts', 'Contact');
			await salesforce.world.control('DELETE', 'calls');
			expect(await rows({ objectType: 'Contact', listViewId, limit })).toHaveLength(expected);
			expect(await paths()).toEqual([`/sobjects/Contact/listviews/${listViewId}/results`]);
		});

		it('beyond 2,000 by its own query, all and in the same form', async () => {
			const listViewId = await idOf('AllContacts', 'Contact');
			await salesforce.world.control('DELETE', 'calls');
			const options = { includeHidden: true };
			const all = await rows({ objectType: 'Contact', listViewId, returnAll: true, listViewOptions: options });
			expect(new Set(all.map(({ Id }) => Id)).size).toBe(4_500);
			expect(all).toHaveLength(4_500);
			expect((await paths()).slice(0, 3)).toEqual([`/sobjects/Contact/listviews/${listViewId}/results`, `/sobjects/Contact/listviews/${listViewId}/describe`, '/query/']);
			expect(all.slice(0, 2_000)).toEqual(await rows({ objectType: 'Contact', listViewId, limit: 2_000, listViewOptions: options }));
			expect(await rows({ objectType: 'Contact', listViewId, limit: 2_001 })).toHaveLength(2_001);
		});

		it.each(['AllAccounts', 'allaccounts', 'All Accounts', 'https://example.lightning.force.com/lightning/o/Account/list?filterName=AllAccounts'])('by its name %p too', async (listViewId) => {
			expect(await rows({ listViewId: { __rl: true, mode: 'name', value: listViewId } })).toHaveLength(3);
		});

		it('that are none, if there are none', async () => {
			expect(await rows({ listViewId: 'AllAccounts', user: 'alice@example.com' })).toHaveLength(3);
			expect(await rows({ listViewId: 'NewThisWeek' })).toEqual([]);
		});
	});

	it('that is not there is said in words', async () => {
		expect((await failure({ listViewId: 'Nonsense' })).message).toMatch(/cannot see a list view "Nonsense" of Account/);
		expect((await failure({ listViewId: '00BD0000005WcCNMA0' })).message).toMatch(/list view 00BD0000005WcCNMA0 of Account/);
	});

	it.each([
		[{ objectType: '' }, /"Object Type"/],
		[{ listViewId: '' }, /"List View"/],
		[{ limit: 0 }, /"Limit"/],
	])('%j is refused before any call', async (changes, message) => {
		expect((await failure({ listViewId: 'AllAccounts', ...changes })).message).toMatch(message);
		expect(await api()).toEqual([]);
	});

	describe('and a report are picked from lists', () => {
		const editor = (parameters: Record<string, unknown> = {}) => {
			const { context } = salesforce.traces;
			const all: Record<string, unknown> = { authentication: 'individualUser', objectType: { __rl: true, mode: 'list', value: 'Account' }, ...parameters };
			return { ...context, getCurrentNodeParameter: (name: string) => all[name] } as unknown as ILoadOptionsFunctions;
		};
		beforeEach(async () => {
			await salesforce.world.signIn(salesforce.connection, 'integration', SERVICE_ACCOUNT);
			// Only for n8n's context.
			await rows({ operation: 'list' });
			await salesforce.world.control('DELETE', 'calls');
		});

		it('that the service account loads, never the user', async () => {
			expect((await searchListViews.call(editor())).results).toEqual([{ name: 'All Accounts', value: expect.stringMatching(/^00B/) }, { name: 'My Accounts', value: expect.any(String) }, { name: 'New This Week', value: expect.any(String) }]);
			expect((await searchReports.call(editor())).results).toContainEqual({ name: 'All Contacts (Public Reports)', value: expect.stringMatching(/^00O/), url: expect.stringMatching(/\/lightning\/r\/Report\/00O\w+\/view$/) });
			expect(new Set((await api()).map(({ user }) => user))).toEqual(new Set(['integration']));
		});

		it('and searched by name', async () => {
			expect((await searchListViews.call(editor(), 'my')).results.map(({ name }) => name)).toEqual(['My Accounts']);
			expect((await searchReports.call(editor(), 'contacts')).results.map(({ name }) => name)).toEqual(['All Contacts (Public Reports)', 'Contacts by Title (Public Reports)']);
			expect((await searchReports.call(editor(), "' OR Name != '")).results).toEqual([]);
		});

		it('of reports, page by page', async () => {
			await salesforce.settings({ queryPageSize: 2 });
			const names: string[] = [];
			let token: string | undefined;
			do {
				const page = await searchReports.call(editor(), undefined, token);
				expect(page.results.length).toBeLessThanOrEqual(2);
				names.push(...page.results.map(({ name }) => name));
				token = page.paginationToken;
			} while (token !== undefined);
			expect(new Set(names).size).toBe(5);
			expect(names).toHaveLength(5);
		});

		it('S35 of reports, from no other address than the pages of a query', async () => {
			await searchReports.call(editor(), undefined, '/services/data/v63.0/sobjects/User');
			expect(await paths()).toEqual(['/query/']);
		});

		it('of list views only once the object is chosen', async () => {
			for (const objectType of [undefined, '', '={{ $json.object }}']) await expect(searchListViews.call(editor({ objectType }))).rejects.toThrow(/Choose "Object Type" first/);
			expect(await api()).toEqual([]);
		});

		it('are not there for JWT Bearer, and say what to enter instead', async () => {
			await expect(searchReports.call(editor({ authentication: 'jwtBearer' }))).rejects.toThrow(/never loaded.*"By ID"/);
			await expect(searchListViews.call(editor({ authentication: 'jwtBearer' }))).rejects.toThrow(/"By Name"/);
		});
	});
});
