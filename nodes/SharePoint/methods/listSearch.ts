// The lists that pickers search: sites, lists, libraries, folders, files. Each takes what was typed and a page's token.
import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';

import type { Entry, Page, Site } from '../transport/backend';
import { chosenLibrary, chosenSite, folderIn, pickerBackend } from './pickerBackend';

function resultOf<T>({ entries, next }: Page<T>, shape: (entry: T) => INodeListSearchItems, filter = ''): INodeListSearchResult {
	const wanted = filter.trim().toLowerCase();
	return { results: entries.map(shape).filter(({ name }) => wanted === '' || name.toLowerCase().includes(wanted)), ...(next !== undefined && { paginationToken: next }) };
}

export async function searchSites(this: ILoadOptionsFunctions, filter = '', page?: string): Promise<INodeListSearchResult> {
	const backend = await pickerBackend(this, 'Choose "By URL" and enter the address of the site');
	// A server finds a site by its id only through its search, which may have forgotten it; Graph knows both.
	const valueOf = ({ id, webUrl }: Site): string => (backend.service === 'server' && webUrl !== '' ? webUrl : id);
	return resultOf(await backend.searchSites(filter, page), (site) => ({ name: site.title || site.name, value: valueOf(site), url: site.webUrl, description: site.webUrl }));
}

export async function searchLists(this: ILoadOptionsFunctions, filter = '', page?: string): Promise<INodeListSearchResult> {
	const byHand = 'Choose "By Title or ID" and enter the title of the list';
	const backend = await pickerBackend(this, byHand);
	return resultOf(await backend.getLists(chosenSite(this, byHand), { hidden: false }, page), ({ id, title, webUrl }) => ({ name: title, value: id, url: webUrl }), filter);
}

export async function searchLibraries(this: ILoadOptionsFunctions, filter = '', page?: string): Promise<INodeListSearchResult> {
	const byHand = 'Choose "By Title or ID" and enter the title of the library';
	const backend = await pickerBackend(this, byHand);
	return resultOf(await backend.getLibraries(chosenSite(this, byHand), page), ({ id, title, webUrl }) => ({ name: title, value: id, url: webUrl }), filter);
}

/** Nothing typed: what lies in the root. A path with a slash in front: what lies in that folder. Words: what the search finds. */
async function searchEntries(context: ILoadOptionsFunctions, type: Entry['type'], filter: string, page: string | undefined): Promise<INodeListSearchResult> {
	const byHand = 'Choose "By Path" and enter the path from the root of the library';
	const backend = await pickerBackend(context, byHand);
	const library = chosenLibrary(context, byHand);
	const typed = filter.trim();
	const isPath = typed === '' || typed.startsWith('/');
	const end = typed.lastIndexOf('/');
	const found = isPath ? await backend.getChildren(folderIn(library, typed.slice(0, Math.max(0, end))), page) : await backend.searchEntries(library, typed, page);
	const start = isPath ? typed.slice(end + 1) : '';
	return resultOf({ ...found, entries: found.entries.filter((entry) => entry.type === type && entry.name.toLowerCase().startsWith(start.toLowerCase())) }, ({ id, path, webUrl }) => ({ name: path, value: id, url: webUrl }));
}

export async function searchFolders(this: ILoadOptionsFunctions, filter = '', page?: string): Promise<INodeListSearchResult> {
	return await searchEntries(this, 'folder', filter, page);
}

export async function searchFiles(this: ILoadOptionsFunctions, filter = '', page?: string): Promise<INodeListSearchResult> {
	return await searchEntries(this, 'file', filter, page);
}
