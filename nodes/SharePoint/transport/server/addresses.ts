// From what people enter to addresses of `_api`. Texts travel as parameters (`@name='…'`), never in the path: there IIS would stumble
// over `%`, `#`, `:` and long names.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/solution-guidance/supporting-and-in-file-and-folder-with-the-resourcepath-api
import { NodeOperationError } from 'n8n-workflow';

import type { EntryAt, LibraryAt, ListAt, SiteRef } from '../backend';
import { oncePerSession } from '../perSession';
import { findRows } from './searchRows';
import { rowsOf, textOf, type Json, type ServerApi } from './serverApi';

const GUID = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i;
export const guidIn = (text: string): string | undefined => GUID.exec(text.trim())?.[1]?.toLowerCase();

/** Of OData: in quotes, with quotes doubled. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const parameter = (name: string, text: string): string => `@${name}=${encodeURIComponent(quoted(text))}`;

/** An address with parameters that stand behind what is added to its path. */
export class Address {
	constructor(
		readonly path: string,
		readonly parameters: readonly string[] = [],
	) {}

	/** @param query ready for an address */
	with(tail = '', ...query: string[]): string {
		const all = [...this.parameters, ...query];
		return `${this.path}${tail}${all.length === 0 ? '' : `?${all.join('&')}`}`;
	}
}

export const query = (name: string, text: string): string => `$${name}=${encodeURIComponent(text)}`;
export const aboutSite = (site: SiteRef): string => `site "${site || '/'}"`;
export const aboutList = ({ list }: ListAt): string => `list "${list}"`;
export const aboutEntry = ({ entry }: EntryAt): string => (entry === '/' || entry === '' ? 'root of the library' : `file or folder "${entry}"`);

/** The site's path on the server, without a slash at its end; empty for the root site. */
export async function sitePath(api: ServerApi, site: SiteRef): Promise<string> {
	const entered = site.trim();
	const id = guidIn(entered);
	if (id !== undefined) return await oncePerSession(api.session, `site ${id}`, async () => await pathOfId(api, id));
	const origin = new URL(api.session.apiBaseUrl).origin;
	const url = new URL(entered === '' ? '/' : entered, origin);
	if (url.origin !== origin) throw new NodeOperationError(api.node, `The site ${entered} is not on ${new URL(origin).host}, where this login is good`, { itemIndex: api.itemIndex, description: 'Select a credential for that server' });
	return url.pathname.replace(/\/_api(?:\/.*)?$|\/+$/g, '');
}

async function pathOfId(api: ServerApi, id: string): Promise<string> {
	const { rows } = await findRows(api, `(WebId:"${id}" OR SiteId:"${id}") (contentclass:STS_Site OR contentclass:STS_Web)`, ['SPWebUrl', 'Path', 'WebId'], 0, 10);
	const found = rows.find(({ WebId }) => guidIn(WebId ?? '') === id) ?? rows[0];
	const address = found?.SPWebUrl || found?.Path;
	if (!address) throw new NodeOperationError(api.node, `${api.session.actsAs} cannot find a site with the ID ${id}`, { itemIndex: api.itemIndex, description: 'The search of the server does not know it (new sites take a while): enter the address of the site instead' });
	return new URL(address).pathname.replace(/\/+$/, '');
}

export async function webAddress(api: ServerApi, site: SiteRef): Promise<Address> {
	return new Address(`${await sitePath(api, site)}/_api/web`);
}

export async function listAddress(api: ServerApi, { site, list }: ListAt): Promise<Address> {
	const web = await webAddress(api, site);
	const id = guidIn(list);
	return id === undefined ? new Address(`${web.path}/lists/getbytitle(@l)`, [parameter('l', list.trim())]) : new Address(`${web.path}/lists(guid'${id}')`);
}

export interface LibraryRoot {
	id: string;
	/** Server-relative. */
	path: string;
}

/** The library itself, or the site's usual one. Asked for once per session. */
export async function libraryRoot(api: ServerApi, { site, library }: LibraryAt): Promise<LibraryRoot> {
	const select = [query('select', 'Id,Title,BaseType,RootFolder/ServerRelativeUrl'), query('expand', 'RootFolder')];
	const web = await webAddress(api, site);
	return await oncePerSession(api.session, `library ${web.path} ${library}`, async () => {
		if (library.trim() !== '') {
			const found = await api.getJson((await listAddress(api, { site, list: library })).with('', ...select), { about: `library "${library}"` });
			if (found.BaseType !== 1) throw new NodeOperationError(api.node, `"${library}" is a list and no document library`, { itemIndex: api.itemIndex });
			return rootIn(found);
		}
		const all = rowsOf(await api.getJson(web.with('/lists', ...select, query('filter', 'BaseTemplate eq 101 and Hidden eq false')), { about: aboutSite(site) })).map(rootIn);
		const usual = all.find(({ path }) => /\/(?:Shared Documents|Documents)$/i.test(path)) ?? all[0];
		if (usual === undefined) throw new NodeOperationError(api.node, `The ${aboutSite(site)} has no document library`, { itemIndex: api.itemIndex });
		return usual;
	});
}

function rootIn({ Id, RootFolder }: Json): LibraryRoot {
	return { id: textOf(Id), path: textOf((RootFolder as Json | undefined)?.ServerRelativeUrl) };
}

export async function fileAddress(api: ServerApi, site: SiteRef, serverPath: string): Promise<Address> {
	return new Address(`${await sitePath(api, site)}/_api/web/getfilebyserverrelativepath(decodedurl=@p)`, [parameter('p', serverPath)]);
}

export async function folderAddress(api: ServerApi, site: SiteRef, serverPath: string): Promise<Address> {
	return new Address(`${await sitePath(api, site)}/_api/web/getfolderbyserverrelativepath(decodedurl=@p)`, [parameter('p', serverPath)]);
}
