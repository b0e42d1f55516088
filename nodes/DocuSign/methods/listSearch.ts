// The lists that pickers search, a page at a time, as the service account.
import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { pickerSession } from '../../../lib/n8n';
import { isTokenRejected } from '../transport/apiFailure';
import { SERVER_LOGINS, USER_LOGIN } from '../transport/credentials';
import { createDocuSignApi, type DocuSignApi } from '../transport/docuSignApi';

const PAGE_SIZE = 50;

async function sessionOf(context: ILoadOptionsFunctions, byHand: string) {
	return await pickerSession(context, { credentialType: USER_LOGIN, serverLogins: SERVER_LOGINS, isTokenRejected, scopes: ['signature'], byHand });
}

/** What is chosen as "Account"; an expression says nothing here. */
function chosenAccount(context: ILoadOptionsFunctions): string {
	const chosen: unknown = context.getCurrentNodeParameter('account');
	const value: unknown = typeof chosen === 'object' && chosen !== null ? (chosen as { value?: unknown }).value : chosen;
	return typeof value === 'string' && !value.startsWith('=') ? value : '';
}

async function apiOf(context: ILoadOptionsFunctions, byHand: string): Promise<DocuSignApi> {
	return createDocuSignApi({ session: await sessionOf(context, byHand), node: context.getNode(), logger: context.logger, accountId: chosenAccount(context) });
}

export async function searchAccounts(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const { apiAccounts } = await sessionOf(this, 'Choose "By ID" and enter the API Account ID');
	const results = apiAccounts.map(({ id, name }) => ({ name: name === undefined ? id : `${name} (${id})`, value: id }));
	return { results: results.filter(({ name }) => name.toLowerCase().includes(filter.trim().toLowerCase())) };
}

export async function searchTemplates(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
	const api = await apiOf(this, 'Choose "By ID" and enter the template ID');
	const start = Number(paginationToken ?? 0) || 0;
	const page = await api.get<{ envelopeTemplates?: IDataObject[]; nextUri?: string }>('/templates', { query: { search_text: filter?.trim(), order_by: 'name', start_position: start, count: PAGE_SIZE }, about: 'templates' });
	const found = page.envelopeTemplates ?? [];
	return { results: found.map(({ name, templateId }) => ({ name: String(name), value: String(templateId) })), ...(page.nextUri !== undefined && page.nextUri !== '' && found.length > 0 && { paginationToken: String(start + found.length) }) };
}

interface Folder {
	folderId: string;
	name: string;
	folders?: Folder[];
}

function flat(folders: Folder[], above = ''): { name: string; value: string }[] {
	return folders.flatMap(({ folderId, name, folders: below = [] }) => [{ name: `${above}${name}`, value: folderId }, ...flat(below, `${above}${name} / `)]);
}

/** DocuSign does not search folders: what was typed is looked for in the page. */
export async function searchFolders(this: ILoadOptionsFunctions, filter = '', paginationToken?: string): Promise<INodeListSearchResult> {
	const api = await apiOf(this, 'Choose "By ID" and enter the folder ID, or inbox, sentitems, draft, recyclebin');
	const start = Number(paginationToken ?? 0) || 0;
	const page = await api.get<{ folders?: Folder[]; nextUri?: string }>('/folders', { query: { start_position: start }, about: 'folders' });
	const folders = page.folders ?? [];
	const wanted = filter.trim().toLowerCase();
	return { results: flat(folders).filter(({ name }) => name.toLowerCase().includes(wanted)), ...(page.nextUri !== undefined && page.nextUri !== '' && folders.length > 0 && { paginationToken: String(start + folders.length) }) };
}
