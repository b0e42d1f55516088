/** The lists of the editor: loaded as the service account, never as a named user. */
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { SharePoint } from '../../../nodes/SharePoint/SharePoint.node';
import { pickerBackend } from '../../../nodes/SharePoint/methods/pickerBackend';
import { useSharePoint } from './sharePointNode';
import { useSharePointServer } from './sharePointServerNode';
import { httpRequest } from '../support/executing';

const node = new SharePoint();

describe('a list of the editor', () => {
	const { world } = useSharePoint({});
	const CREDENTIAL = 'sharePointOnlineClientCredentialsOAuth2Api';
	const context = (parameters: Record<string, unknown>, selected = true) => {
		const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
		const { clientId, clientSecret } = clients.confidential;
		const entered: Record<string, unknown> = { service: 'online', authentication: 'clientCredentials', ...parameters };
		const played = {
			getNode: () => ({ id: 'n', name: 'SharePoint', type: 'sharePoint', typeVersion: 1, position: [0, 0], parameters: {}, ...(selected && { credentials: { [CREDENTIAL]: { id: 'c', name: 'App' } } }) }),
			getCurrentNodeParameter: (name: string) => entered[name],
			getCredentials: async () => await Promise.resolve({ cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientAuthentication: 'post', clientId, clientSecret }),
			getWorkflow: () => ({ id: 'flow-1' }),
			helpers: { httpRequest },
			logger: { debug: () => undefined },
		};
		return played as unknown as ILoadOptionsFunctions;
	};
	const names = ({ results }: INodeListSearchResult) => results.map(({ name }) => name);
	const { searchSites, searchLists, searchLibraries, searchFolders, searchFiles } = node.methods.listSearch;
	const site = { site: { __rl: true, mode: 'url', value: '/sites/everyone' } };

	it('has sites, their lists and libraries, folders and files', async () => {
		expect(names(await searchSites.call(context({}), 'Bob'))).toEqual(['Bob Finance']);
		expect(names(await searchLists.call(context(site), 'proj'))).toEqual(['Projects']);
		expect(names(await searchLibraries.call(context(site)))).toEqual(expect.arrayContaining(['Documents']));
		expect(names(await searchFolders.call(context(site)))).toEqual(expect.arrayContaining(['/Reports']));
		expect(names(await searchFiles.call(context(site), '/Reports/sum'))).toEqual(['/Reports/summary.txt']);
	});

	it('has the columns of the chosen list, also for the mapper: what cannot be written is not there', async () => {
		const chosen = context({ ...site, list: { __rl: true, mode: 'name', value: 'Projects' } });
		expect((await node.methods.loadOptions.getColumns.call(chosen)).map(({ value }) => value)).toEqual(expect.arrayContaining(['Title', 'Website', 'Total']));
		const { fields } = await node.methods.resourceMapping.mapColumnsToCreate.call(chosen);
		const byId = new Map(fields.map((field) => [field.id, field]));
		expect(byId.get('Title')).toMatchObject({ required: true, display: true });
		expect(byId.get('Status')).toMatchObject({ type: 'options', options: [{ name: 'Open', value: 'Open' }, { name: 'In Progress', value: 'In Progress' }, { name: 'Done', value: 'Done' }] });
		expect(byId.get('Code')).toMatchObject({ defaultMatch: true, canBeUsedToMatch: true });
		expect([byId.has('Website'), byId.has('Total')]).toEqual([false, false]);
	});

	it('says what to enter where there is none', async () => {
		await expect(searchSites.call(context({}, false))).rejects.toThrow(/No credential is selected\. Choose "By URL" and enter the address of the site/);
		await expect(searchLists.call(context({ site: '={{ $json.site }}' }))).rejects.toThrow(/Choose "Site" first/);
		await expect(searchSites.call(context({ authentication: 'password' }))).rejects.toThrow(/takes no password/);
	});
});

describe('a list of the editor for SharePoint Server', () => {
	const { world } = useSharePointServer({});
	const CREDENTIAL = 'sharePointServerPasswordApi';
	const context = (parameters: Record<string, unknown> = {}) => {
		const entered: Record<string, unknown> = { service: 'server', authentication: 'password', ...parameters };
		const played = {
			getNode: () => ({ id: 'n', name: 'SharePoint', type: 'sharePoint', typeVersion: 1, position: [0, 0], parameters: {}, credentials: { [CREDENTIAL]: { id: 'c', name: 'Account' } } }),
			getCurrentNodeParameter: (name: string) => entered[name],
			getCredentials: async () => await Promise.resolve({ siteUrl: `${world.sandbox.adfs.siteUrl}/sites/shared`, authentication: 'basic', username: 'CONTOSO\\alice', password: 'alice-password' }),
			getWorkflow: () => ({ id: 'flow-1' }),
			helpers: { httpRequest },
			logger: { debug: () => undefined },
		};
		return played as unknown as ILoadOptionsFunctions;
	};

	it('stores the address of a site: what is chosen is found without the server’s search', async () => {
		const { results } = await node.methods.listSearch.searchSites.call(context(), 'aero');
		const address = `${world.sandbox.adfs.siteUrl}/sites/aerospace`;
		expect(results).toEqual([{ name: 'Aerospace', value: address, url: address, description: address }]);
		await world.control('DELETE', 'calls');
		const libraries = await node.methods.listSearch.searchLibraries.call(context({ site: { __rl: true, mode: 'list', value: address } }));
		expect(libraries.results.map(({ name }) => name)).toEqual(['Documents']);
		expect((await world.calls()).map(({ path }) => path).filter((path) => path.includes('/search/'))).toEqual([]);
	});

	it('still finds a site by its ID, as flows have stored it', async () => {
		const shared = (await node.methods.listSearch.searchLists.call(context({ site: { __rl: true, mode: 'url', value: '/sites/shared' } }))).results;
		const { entries } = await (await pickerBackend(context(), '')).searchSites('Shared Projects');
		const site = entries[0]!.id;
		expect(site).toMatch(/^[0-9a-f-]{36}$/);
		expect((await node.methods.listSearch.searchLists.call(context({ site: { __rl: true, mode: 'list', value: site } }))).results).toEqual(shared);
	});
});
