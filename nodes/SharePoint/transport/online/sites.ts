import { NodeOperationError } from 'n8n-workflow';

import type { Backend } from '../backend';
import { aboutList, aboutSite, listPath, siteAddress, sitePath } from './addresses';
import { getColumns } from './columns';
import { optionalText, textOf, type GraphApi } from './graphApi';
import { listOf, siteOf } from './shapes';

type SiteOperations = Pick<Backend, 'searchSites' | 'getSite' | 'getCurrentUser' | 'getLists' | 'getList' | 'getColumns'>;

/** @see https://learn.microsoft.com/en-us/graph/api/resources/site */
export function siteOperations(api: GraphApi): SiteOperations {
	return {
		searchSites: async (text, page) => await api.getPage(`/sites?search=${encodeURIComponent(text.trim() === '' ? '*' : text.trim())}`, page, siteOf, { about: 'sites' }),
		getSite: async (site) => siteOf(await api.getJson(siteAddress(site), { about: aboutSite(site) })),
		async getCurrentUser() {
			if (api.session.actsAs === 'the app') throw new NodeOperationError(api.node, 'With client credentials the node acts as the app itself, which is no user', { itemIndex: api.itemIndex, description: 'Choose another "Authentication"' });
			const { id, displayName, mail, userPrincipalName, jobTitle } = await api.getJson('/me?$select=id,displayName,mail,userPrincipalName,jobTitle', { about: 'account of the user' });
			return { id: textOf(id), name: textOf(displayName), email: textOf(mail), login: textOf(userPrincipalName), ...(optionalText(jobTitle) !== undefined && { jobTitle: textOf(jobTitle) }) };
		},
		async getLists(site, { hidden }, page) {
			const { entries, next } = await api.getPage(`${await sitePath(api, site)}/lists`, page, listOf, { about: aboutSite(site) });
			return { entries: hidden ? entries : entries.filter((list) => !list.hidden), ...(next !== undefined && { next }) };
		},
		getList: async (at) => listOf(await api.getJson(await listPath(api, at), { about: aboutList(at) })),
		getColumns: async (at) => await getColumns(api, at),
	};
}
