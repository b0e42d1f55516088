// Files and folders, without their bytes. @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/working-with-folders-and-files-with-rest
import { NodeOperationError } from 'n8n-workflow';

import type { Backend, Conflict, Entry, EntryAt, Person, Version, WriteOptions } from '../backend';
import { aboutEntry, aboutSite, Address, fileAddress, folderAddress, guidIn, libraryRoot, parameter, query, sitePath, webAddress, type LibraryRoot } from './addresses';
import { notHere } from './items';
import { findRows, wordsInKql } from './searchRows';
import { optionalText, rowsOf, textOf, type Json, type ServerApi } from './serverApi';
import { toApiError } from './serverErrors';

const PAGE = 500;
const FILE = [query('select', '*,Author/Id,Author/Title,Author/Email,ModifiedBy/Id,ModifiedBy/Title,ModifiedBy/Email'), query('expand', 'Author,ModifiedBy')];
const MAX_NAMES = 100;

export interface Found {
	kind: 'file' | 'folder';
	entry: Entry;
	address: Address;
	/** Server-relative. */
	serverPath: string;
	root: LibraryRoot;
}

function personOf(value: unknown): Person | undefined {
	const { Id, Title, Email } = (value ?? {}) as Json;
	return Id === undefined ? undefined : { id: String(Id), name: textOf(Title), ...(optionalText(Email) !== undefined && { email: textOf(Email) }) };
}

const below = (root: LibraryRoot, serverPath: string): string => (serverPath.toLowerCase().startsWith(`${root.path.toLowerCase()}/`) ? serverPath.slice(root.path.length) : serverPath.toLowerCase() === root.path.toLowerCase() ? '/' : serverPath);

export function entryOf(api: ServerApi, root: LibraryRoot, kind: Found['kind'], body: Json): Entry {
	const serverPath = textOf(body.ServerRelativeUrl);
	const lastModifiedBy = personOf(body.ModifiedBy);
	const createdBy = personOf(body.Author);
	return {
		id: textOf(body.UniqueId),
		type: kind,
		name: textOf(body.Name),
		path: below(root, serverPath),
		size: Number(body.Length ?? 0),
		etag: textOf(body.ETag),
		webUrl: new URL(encodeURI(serverPath).replaceAll('#', '%23').replaceAll('?', '%3F'), api.session.apiBaseUrl).href,
		created: textOf(body.TimeCreated),
		lastModified: textOf(body.TimeLastModified),
		...(createdBy && { createdBy }),
		...(lastModifiedBy && { lastModifiedBy }),
		...(kind === 'folder' && { childCount: Number(body.ItemCount ?? 0) }),
		...(kind === 'file' && optionalText(body.UIVersionLabel) !== undefined && { version: textOf(body.UIVersionLabel) }),
	};
}

/** @throws NodeApiError 404 in words */
export async function findEntry(api: ServerApi, at: EntryAt): Promise<Found> {
	const found = await findEntryOrNone(api, at);
	if (found === undefined) throw toApiError(api.node, { status: 404, message: '' }, { actsAs: api.session.actsAs, about: aboutEntry(at), itemIndex: api.itemIndex });
	return found;
}

export async function findEntryOrNone(api: ServerApi, at: EntryAt): Promise<Found | undefined> {
	const root = await libraryRoot(api, at);
	const id = guidIn(at.entry);
	const web = await webAddress(api, at.site);
	const serverPath = `${root.path}/${at.entry}`.replace(/\/{2,}/g, '/').replace(/\/$/, '');
	const about = aboutEntry(at);
	const isRoot = serverPath === root.path;
	const [file, folder] = id === undefined ? [await fileAddress(api, at.site, serverPath), await folderAddress(api, at.site, serverPath)] : [new Address(`${web.path}/getfilebyid(guid'${id}')`), new Address(`${web.path}/getfolderbyid(guid'${id}')`)];
	const fileBody = isRoot ? undefined : await api.find(file.with('', ...FILE), { about });
	if (fileBody !== undefined) return { kind: 'file', entry: entryOf(api, root, 'file', fileBody), address: file, serverPath: textOf(fileBody.ServerRelativeUrl), root };
	const folderBody = await api.find(folder.with(), { about });
	if (folderBody === undefined) return undefined;
	return { kind: 'folder', entry: entryOf(api, root, 'folder', folderBody), address: folder, serverPath: textOf(folderBody.ServerRelativeUrl), root };
}

/** @throws NodeOperationError if it is the other kind */
export async function findKind(api: ServerApi, at: EntryAt, kind: Found['kind']): Promise<Found> {
	const found = await findEntry(api, at);
	if (found.kind !== kind) throw new NodeOperationError(api.node, `The ${aboutEntry(at)} is a ${found.kind}, not a ${kind}`, { itemIndex: api.itemIndex });
	return found;
}

export async function entryAtPath(api: ServerApi, at: Found['root'], site: string, serverPath: string): Promise<Found | undefined> {
	return await findEntryOrNone(api, { site, library: at.id, entry: below(at, serverPath) });
}

/** A name that is free in the folder: the one wanted, or that with a number. `fail` and `replace` take it as it is. */
export async function freeName(api: ServerApi, site: string, folder: Found, name: string, conflict: Conflict): Promise<string> {
	if (conflict !== 'rename') return name;
	const [, base = name, ending = ''] = /^(.+?)(\.[^.]*)?$/s.exec(name) ?? [];
	for (let number = 0; number <= MAX_NAMES; number += 1) {
		const candidate = number === 0 ? name : `${base} ${number}${ending}`;
		if ((await entryAtPath(api, folder.root, site, `${folder.serverPath}/${candidate}`)) === undefined) return candidate;
	}
	throw new NodeOperationError(api.node, `There are ${MAX_NAMES} files named like "${name}" already`, { itemIndex: api.itemIndex });
}

/** Files and folders have no condition of the server's own in most calls: what is compared here may change a moment later. @throws NodeApiError 412 */
export function assertUnchanged(api: ServerApi, { entry }: Found, at: EntryAt, { ifMatch }: WriteOptions): void {
	if (ifMatch === undefined || ifMatch === '*' || ifMatch === entry.etag) return;
	throw toApiError(api.node, { status: 412, message: '' }, { actsAs: api.session.actsAs, about: aboutEntry(at), itemIndex: api.itemIndex });
}

export function entryOperations(api: ServerApi): Pick<Backend, 'getLibraries' | 'getChildren' | 'searchEntries' | 'getEntry' | 'createFolder' | 'rename' | 'move' | 'copy' | 'deleteEntry' | 'getVersions' | 'restoreVersion' | 'createSharingLink'> {
	/** @see https://learn.microsoft.com/en-us/previous-versions/office/sharepoint-csom/mt844923(v=office.15) */
	const transfer = async (verb: 'Move' | 'Copy', at: EntryAt, found: Found, folder: Found, site: string, name: string, conflict: Conflict): Promise<Entry> => {
		const target = await freeName(api, site, folder, name, conflict);
		if (found.kind === 'folder' && conflict === 'replace' && (await entryAtPath(api, folder.root, site, `${folder.serverPath}/${target}`)) !== undefined) throw new NodeOperationError(api.node, `SharePoint Server cannot replace the folder "${target}"`, { itemIndex: api.itemIndex, description: 'Choose another "If the Name Is Taken"' });
		const url = (path: string) => ({ DecodedUrl: `${new URL(api.session.apiBaseUrl).origin}${path}` });
		await api.send(`${await sitePath(api, at.site)}/_api/SP.MoveCopyUtil.${verb}${found.kind === 'file' ? 'File' : 'Folder'}ByPath`, { json: { srcPath: url(found.serverPath), destPath: url(`${folder.serverPath}/${target}`), ...(found.kind === 'file' && { overwrite: conflict === 'replace' }), options: { KeepBoth: false, ResetAuthorAndCreatedOnCopy: false, ShouldBypassSharedLocks: false } }, about: aboutEntry(at) });
		return (await findEntry(api, { site, library: folder.root.id, entry: below(folder.root, `${folder.serverPath}/${target}`) })).entry;
	};
	const parentOf = async (at: EntryAt, { root, serverPath }: Found): Promise<Found> => await findKind(api, { ...at, library: root.id, entry: below(root, serverPath.slice(0, serverPath.lastIndexOf('/'))) }, 'folder');

	return {
		async getLibraries(site) {
			const body = await api.getJson((await webAddress(api, site)).with('/lists', query('select', 'Id,Title,Description,RootFolder/ServerRelativeUrl'), query('expand', 'RootFolder'), query('filter', 'BaseTemplate eq 101 and Hidden eq false')), { about: aboutSite(site) });
			const entries = rowsOf(body).map(({ Id, Title, Description, RootFolder }) => {
				const path = textOf((RootFolder as Json | undefined)?.ServerRelativeUrl);
				return { id: textOf(Id), listId: textOf(Id), name: path.split('/').at(-1) ?? '', title: textOf(Title), description: textOf(Description), webUrl: new URL(encodeURI(path), api.session.apiBaseUrl).href };
			});
			return { entries };
		},
		async getChildren(at, page = 'folders:0') {
			const { root, address, serverPath } = await findKind(api, at, 'folder');
			const [kind = '', skip = '0'] = page.split(':');
			const isFolders = kind === 'folders';
			const rows = rowsOf(await api.getJson(address.with(isFolders ? '/folders' : '/files', ...(isFolders ? [] : FILE), query('top', String(PAGE)), query('skip', skip)), { about: aboutEntry(at) }));
			// The library's own forms lie in a folder that no view shows.
			const entries = rows.map((row) => entryOf(api, root, isFolders ? 'folder' : 'file', row)).filter(({ name }) => !(isFolders && serverPath === root.path && name === 'Forms'));
			const next = rows.length === PAGE ? `${kind}:${Number(skip) + PAGE}` : isFolders ? 'files:0' : undefined;
			return { entries, ...(next !== undefined && { next }) };
		},
		async searchEntries(at, text, page) {
			const root = await libraryRoot(api, at);
			const origin = new URL(api.session.apiBaseUrl).origin;
			const { rows, next } = await findRows(api, `${wordsInKql(text)} IsDocument:1 path:"${origin}${root.path}/"`.trim(), ['UniqueId', 'Title', 'Filename', 'Path', 'Size', 'Write'], Number(page ?? 0), PAGE);
			const entries = rows.map(({ UniqueId = '', Path = '', Filename, Size, Write }): Entry => {
				const serverPath = URL.canParse(Path) ? Path.slice(origin.length) : Path;
				return { id: guidIn(UniqueId) ?? UniqueId, type: 'file', name: Filename ?? serverPath.split('/').at(-1) ?? '', path: below(root, serverPath), size: Number(Size ?? 0), etag: '', webUrl: Path, ...(Write !== undefined && { lastModified: Write }) };
			});
			return { entries, ...(next !== undefined && { next: String(next) }) };
		},
		getEntry: async (at) => (await findEntry(api, at)).entry,
		async createFolder(parent, name, { conflict }) {
			const folder = await findKind(api, parent, 'folder');
			const free = await freeName(api, parent.site, folder, name, conflict);
			// The server gives back the folder that is there as if it were new.
			if (conflict === 'fail' && (await entryAtPath(api, folder.root, parent.site, `${folder.serverPath}/${free}`)) !== undefined) throw new NodeOperationError(api.node, `The name is taken (folder "${name}")`, { itemIndex: api.itemIndex, description: 'Choose another name, or another "If the Name Is Taken"' });
			const body = await api.getJson(folder.address.with('/folders/addusingpath(decodedurl=@n)', parameter('n', free)), { method: 'POST', about: `folder "${name}"` });
			return entryOf(api, folder.root, 'folder', body);
		},
		async rename(at, name, options) {
			const found = await findEntry(api, at);
			assertUnchanged(api, found, at, options);
			return await transfer('Move', at, found, await parentOf(at, found), at.site, name, 'fail');
		},
		async move(at, to, { name, conflict, ...options }) {
			const found = await findEntry(api, at);
			assertUnchanged(api, found, at, options);
			return await transfer('Move', at, found, await findKind(api, to, 'folder'), to.site, name ?? found.entry.name, conflict);
		},
		async copy(at, to, { name, conflict }) {
			const found = await findEntry(api, at);
			return await transfer('Copy', at, found, await findKind(api, to, 'folder'), to.site, name ?? found.entry.name, conflict);
		},
		async deleteEntry(at, options) {
			const found = await findEntry(api, at);
			assertUnchanged(api, found, at, options);
			await api.send(found.address.with('/recycle()'), { method: 'POST', about: aboutEntry(at) });
		},
		async getVersions(at) {
			const { address, entry } = await findKind(api, at, 'file');
			return { entries: [{ id: textOf(entry.version), size: entry.size, lastModified: entry.lastModified, ...(entry.lastModifiedBy && { lastModifiedBy: entry.lastModifiedBy }) }, ...(await earlierVersions(api, address, aboutEntry(at))).map(({ version }) => version)] };
		},
		async restoreVersion(at, versionId) {
			const { entry, address } = await findKind(api, at, 'file');
			if (versionId === entry.version) throw new NodeOperationError(api.node, `The version ${versionId} of the ${aboutEntry(at)} is its content already`, { itemIndex: api.itemIndex });
			await earlierVersion(api, at, entry, address, versionId);
			await api.send(address.with('/versions/restorebylabel(versionlabel=@v)', parameter('v', versionId)), { method: 'POST', about: `version ${versionId} of the ${aboutEntry(at)}` });
		},
		createSharingLink: async () => notHere(api, 'makes no sharing links'),
	};
}

/** @throws NodeOperationError that names those that there are */
export async function earlierVersion(api: ServerApi, at: EntryAt, entry: Entry, address: Address, versionId: string): Promise<{ version: Version; number: number }> {
	const versions = await earlierVersions(api, address, aboutEntry(at));
	const wanted = versions.find(({ version }) => version.id === versionId);
	if (wanted !== undefined) return wanted;
	throw new NodeOperationError(api.node, `The ${aboutEntry(at)} has no version ${versionId}`, { itemIndex: api.itemIndex, description: `It has ${[textOf(entry.version), ...versions.map(({ version }) => version.id)].join(', ')}` });
}

/** Newest first; `number` is what the server's addresses have. */
async function earlierVersions(api: ServerApi, address: Address, about: string): Promise<{ version: Version; number: number }[]> {
	const rows = rowsOf(await api.getJson(address.with('/versions', query('select', '*,CreatedBy/Id,CreatedBy/Title,CreatedBy/Email'), query('expand', 'CreatedBy')), { about }));
	return rows.map(({ ID, VersionLabel, Size, Created, CreatedBy }) => ({ number: Number(ID), version: { id: textOf(VersionLabel), size: Number(Size ?? 0), lastModified: textOf(Created), ...(personOf(CreatedBy) && { lastModifiedBy: personOf(CreatedBy) }) } })).sort((a, b) => b.number - a.number);
}
