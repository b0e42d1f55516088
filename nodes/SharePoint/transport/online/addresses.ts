// From what people enter to Graph's addresses: sites, lists, libraries, files and folders.
// @see https://learn.microsoft.com/en-us/graph/onedrive-addressing-driveitems
import type { EntryAt, LibraryAt, ListAt, SiteRef } from '../backend';
import { oncePerSession } from '../perSession';
import { textOf, type GraphApi } from './graphApi';

const encoded = (segment: string): string => encodeURIComponent(segment);
const encodedPath = (path: string): string => path.split('/').filter(Boolean).map(encoded).join('/');

/** Where the address of a page leaves its site. */
const BELOW_A_SITE = /\/(?:_layouts|SitePages|Lists|Forms|Shared(?:%20| )Documents|_api)(?:\/.*)?$/i;

/** The path of the site itself, behind `/v1.0`. */
export function siteAddress(site: SiteRef): string {
	const entered = site.trim();
	if (entered === '' || entered === '/') return '/sites/root';
	if (/^https?:\/\//i.test(entered) && URL.canParse(entered)) {
		const { hostname, pathname } = new URL(entered);
		const path = pathname.replace(BELOW_A_SITE, '').replace(/\/+$/, '');
		return path === '' ? `/sites/${hostname}` : `/sites/${hostname}:${decodedPath(path)}`;
	}
	if (entered.startsWith('/')) return `/sites/root:/${encodedPath(entered)}`;
	return `/sites/${encoded(entered).replaceAll('%2C', ',')}`;
}

/** Addresses come encoded or not: both become encoded once. */
function decodedPath(path: string): string {
	try {
		return `/${encodedPath(decodeURIComponent(path))}`;
	} catch {
		return `/${encodedPath(path)}`;
	}
}

export const aboutSite = (site: SiteRef): string => (site.trim() === '' ? 'root site' : `site ${site.trim()}`);
export const aboutList = ({ list }: ListAt): string => `list "${list}"`;
export const aboutLibrary = ({ library }: LibraryAt): string => (library.trim() === '' ? 'default library' : `library "${library}"`);
export const aboutEntry = ({ entry }: EntryAt): string => (entry.trim() === '/' || entry.trim() === '' ? 'root folder' : `file or folder "${entry}"`);

/** `/sites/<id>`; sites named by their address are asked for once. @throws NodeApiError */
export async function sitePath(api: GraphApi, site: SiteRef): Promise<string> {
	const address = siteAddress(site);
	if (!address.includes(':/')) return address;
	const id = await oncePerSession(api.session, `site ${address}`, async () => textOf((await api.getJson(`${address}?$select=id`, { about: aboutSite(site) })).id));
	return `/sites/${id}`;
}

/** Graph takes the id and the title alike. */
export async function listPath(api: GraphApi, { site, list }: ListAt): Promise<string> {
	return `${await sitePath(api, site)}/lists/${encoded(list.trim())}`;
}

/** Ids of drives of SharePoint begin so. */
const DRIVE_ID = /^b![\w-]+$/;

/** `/drives/<id>` @throws NodeApiError */
export async function drivePath(api: GraphApi, at: LibraryAt): Promise<string> {
	const library = at.library.trim();
	if (DRIVE_ID.test(library)) return `/drives/${encoded(library)}`;
	const id = await oncePerSession(api.session, `drive ${at.site} ${library}`, async () => {
		const path = library === '' ? `${await sitePath(api, at.site)}/drive` : `${await listPath(api, { site: at.site, list: library })}/drive`;
		return textOf((await api.getJson(`${path}?$select=id`, { about: aboutLibrary(at) })).id);
	});
	return `/drives/${encoded(id)}`;
}

/** @param rest what is wanted of the entry, e.g. `/children`; empty for itself */
export async function entryPath(api: GraphApi, at: EntryAt, rest = ''): Promise<string> {
	const drive = await drivePath(api, at);
	const entry = at.entry.trim();
	if (entry === '' || entry === '/') return `${drive}/root${rest}`;
	if (!entry.startsWith('/')) return `${drive}/items/${encoded(entry)}${rest}`;
	return `${drive}/root:/${encodedPath(at.entry)}${rest === '' ? '' : `:${rest}`}`;
}

/** What has this name in the folder, whether it is there already or not. */
export async function childPath(api: GraphApi, folder: EntryAt, name: string, rest: string): Promise<string> {
	const drive = await drivePath(api, folder);
	const entry = folder.entry.trim();
	if (entry === '' || entry === '/') return `${drive}/root:/${encoded(name)}:${rest}`;
	if (!entry.startsWith('/')) return `${drive}/items/${encoded(entry)}:/${encoded(name)}:${rest}`;
	return `${drive}/root:/${encodedPath(folder.entry)}/${encoded(name)}:${rest}`;
}

/** Text in a function's brackets or a filter. */
export function quoted(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
