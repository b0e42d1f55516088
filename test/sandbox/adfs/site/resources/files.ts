// Files and folders.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/working-with-folders-and-files-with-rest
import { randomUUID } from 'node:crypto';
import type { Call } from '../call';
import { ContentWriter, contentOf, type Content } from '../data/content';
import { addFile, addFolder, copyEntry, fileAt, folderAt, moveEntry, removeEntry, saveVersion } from '../data/entries';
import { personById, userIdOf } from '../data/farm';
import { pathOf, type Entry, type File, type Folder } from '../data/model';
import { badQuery, etagMismatch, noFile, noFolder, noResource, notWithin } from '../errors';
import { argumentOf, optionalArgument, type Segment } from '../odata/path';
import { done, value, type Collection, type Entity, type Resource, type Stream } from '../odata/resource';
import { itemEntity } from './items';
import { userEntity } from './users';
import { versions } from './versions';

const quotedEtag = (file: File): string => `"{${file.guid.toUpperCase()}},${file.revision}"`;
const nameOf = (call: Call): string => `${call.person.givenName} ${call.person.familyName}`;
const editor = (call: Call): number => userIdOf(call.person);

export async function readContent(call: Call): Promise<Content> {
	const writer = new ContentWriter(call.site.settings.siteMemoryBytes);
	await writer.append(call.body);
	return writer.finish();
}

export function streamOf(file: File, content: Content, put?: () => Promise<void>): Stream {
	return { kind: 'stream', size: content.size, etag: quotedEtag(file), name: file.name, open: content.open, ...(put && { put }) };
}

/** Parent folder and name of a server-relative path, of this web or another one. */
function destination(call: Call, path: string): { folder: Folder; name: string } {
	const clean = path.replace(/\/+$/, '');
	const cut = clean.lastIndexOf('/');
	const web = call.site.farm.webContaining(clean);
	if (cut < 0 || !call.sees(web)) throw noFolder();
	call.assertWritable(web);
	return { folder: folderAt(web, clean.slice(0, cut)), name: clean.slice(cut + 1) };
}

export function moveTo(call: Call, entry: Entry, path: string, overwrite: boolean): void {
	call.assertWritable(entry.list.web);
	const { folder, name } = destination(call, path);
	moveEntry(entry, folder, name, editor(call), overwrite);
}

export function copyTo(call: Call, entry: Entry, path: string, overwrite: boolean): void {
	const { folder, name } = destination(call, path);
	copyEntry(entry, folder, name, editor(call), overwrite);
}

function allFields(call: Call, entry: Entry): Entity {
	// The root of a library has no item of its own.
	return entry.item ? itemEntity(call, entry.list, entry.item) : { kind: 'entity', type: 'SP.ListItem', path: '', properties: {} };
}

export function fileEntity(call: Call, file: File): Entity {
	const current = file.versions.at(-1)!;
	const write = (): void => call.assertWritable(file.list.web);
	const path = `Web/GetFileByServerRelativePath(decodedurl='${pathOf(file).replaceAll("'", "''")}')`;
	const uploadId = (segment: Segment): string => String(argumentOf(segment, 'uploadId'));
	const offset = (segment: Segment): number => Number(argumentOf(segment, 'fileOffset', 1));
	const replace = async (): Promise<void> => {
		write();
		saveVersion(file, await readContent(call), editor(call));
	};
	const recycle = (): string => {
		write();
		removeEntry(file);
		return randomUUID();
	};
	return {
		kind: 'entity',
		type: 'SP.File',
		path,
		etag: quotedEtag(file),
		properties: {
			CheckInComment: '',
			CheckOutType: 2,
			ContentTag: `{${file.guid.toUpperCase()}},${file.revision},${current.id / 512}`,
			CustomizedPageStatus: 0,
			ETag: quotedEtag(file),
			Exists: true,
			IrmEnabled: false,
			Length: String(current.content.size),
			Level: 1,
			LinkingUri: null,
			LinkingUrl: '',
			MajorVersion: current.id / 512,
			MinorVersion: 0,
			Name: file.name,
			ServerRelativeUrl: pathOf(file),
			TimeCreated: file.created,
			TimeLastModified: file.modified,
			Title: file.item?.values['Title'] ?? null,
			UIVersion: current.id,
			UIVersionLabel: `${current.id / 512}.0`,
			UniqueId: file.guid,
		},
		more: { ServerRelativePath: () => ({ DecodedUrl: pathOf(file) }) },
		expandable: {
			Author: () => userEntity(call, personById(file.item?.authorId)!),
			ModifiedBy: () => userEntity(call, personById(current.editorId)!),
			ListItemAllFields: () => allFields(call, file),
			Versions: () => versions(call, file).rows(),
		},
		children: {
			$value: () => streamOf(file, current.content, replace),
			listitemallfields: () => allFields(call, file),
			author: () => userEntity(call, personById(file.item?.authorId)!),
			modifiedby: () => userEntity(call, personById(current.editorId)!),
			versions: () => versions(call, file),
		},
		methods: {
			recycle: () => value(recycle()),
			deleteobject: () => done(void recycle()),
			moveto: (segment) => {
				moveTo(call, file, String(argumentOf(segment, 'newurl')), Number(optionalArgument(segment, 'flags', 1) ?? 0) % 2 === 1);
				return null;
			},
			movetousingpath: (segment) => {
				moveTo(call, file, String(argumentOf(segment, 'decodedUrl')), Number(optionalArgument(segment, 'moveOperations', 1) ?? 0) % 2 === 1);
				return null;
			},
			copyto: (segment) => {
				copyTo(call, file, String(argumentOf(segment, 'strnewurl')), optionalArgument(segment, 'boverwrite', 1) === true);
				return null;
			},
			copytousingpath: (segment) => {
				copyTo(call, file, String(argumentOf(segment, 'decodedUrl')), optionalArgument(segment, 'bOverWrite', 1) === true);
				return null;
			},
			startupload: async (segment) => {
				write();
				return value(String(await call.site.uploads.start(file, uploadId(segment), call.body)));
			},
			continueupload: async (segment) => {
				write();
				return value(String(await call.site.uploads.continue(file, uploadId(segment), offset(segment), call.body)));
			},
			finishupload: async (segment) => {
				write();
				saveVersion(file, await call.site.uploads.finish(file, uploadId(segment), offset(segment), call.body), editor(call));
				return fileEntity(call, file);
			},
			cancelupload: (segment) => {
				write();
				call.site.uploads.cancel(file, uploadId(segment));
				if (file.isStub) removeEntry(file);
				return null;
			},
		},
		remove: () => void recycle(),
	};
}

export function folderEntity(call: Call, folder: Folder): Entity {
	const write = (): void => call.assertWritable(folder.list.web);
	const recycle = (): string => {
		write();
		if (!folder.parent) throw badQuery('A library cannot be deleted as a folder.');
		removeEntry(folder);
		return randomUUID();
	};
	return {
		kind: 'entity',
		type: 'SP.Folder',
		path: `Web/GetFolderByServerRelativePath(decodedurl='${pathOf(folder).replaceAll("'", "''")}')`,
		properties: {
			Exists: true,
			IsWOPIEnabled: false,
			ItemCount: folder.children.size,
			Name: folder.parent ? folder.name : folder.name.split('/').at(-1),
			ProgID: null,
			ServerRelativeUrl: pathOf(folder),
			TimeCreated: folder.created,
			TimeLastModified: folder.modified,
			UniqueId: folder.guid,
			WelcomePage: '',
		},
		more: { ServerRelativePath: () => ({ DecodedUrl: pathOf(folder) }) },
		expandable: {
			ListItemAllFields: () => allFields(call, folder),
			Files: () => files(call, folder).rows(),
			Folders: () => folders(call, folder).rows(),
			ParentFolder: () => folderEntity(call, parentOf(folder)),
		},
		children: {
			files: () => files(call, folder),
			folders: () => folders(call, folder),
			listitemallfields: () => allFields(call, folder),
			parentfolder: () => folderEntity(call, parentOf(folder)),
		},
		methods: {
			recycle: () => value(recycle()),
			deleteobject: () => done(void recycle()),
			moveto: (segment) => {
				moveTo(call, folder, String(argumentOf(segment, 'newurl')), false);
				return null;
			},
		},
		remove: () => void recycle(),
	};
}

function parentOf(folder: Folder): Folder {
	if (!folder.parent) throw noFolder();
	return folder.parent;
}

const inside = (folder: Folder): Entry[] => [...folder.children.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));

/** The name of the last part, if the path is one of this folder; SharePoint takes both here. */
function nameIn(folder: Folder, path: string): string {
	const base = `${pathOf(folder)}/`;
	const name = path.toLowerCase().startsWith(base.toLowerCase()) ? path.slice(base.length) : path;
	if (name.includes('/')) throw notWithin();
	return name;
}

function files(call: Call, folder: Folder): Collection {
	const find = (name: string): Entity => {
		const found = folder.children.get(name.toLowerCase());
		if (found?.kind !== 'file') throw noFile(`${pathOf(folder)}/${name}`);
		return fileEntity(call, found);
	};
	const add = async (name: string, overwrite: boolean): Promise<Entity> => {
		call.assertWritable(folder.list.web);
		const content = await readContent(call);
		return fileEntity(call, addFile(folder, nameIn(folder, name), content, editor(call), { overwrite, editor: nameOf(call), isStub: content.size === 0 }));
	};
	return {
		kind: 'collection',
		path: `Web/GetFolderByServerRelativePath(decodedurl='${pathOf(folder).replaceAll("'", "''")}')/Files`,
		rows: () => inside(folder).filter((entry) => entry.kind === 'file').map((file) => fileEntity(call, file)),
		key: (segment) => find(String(argumentOf(segment, 'url'))),
		children: {
			getbyurl: (segment) => find(String(argumentOf(segment, 'url'))),
			getbypathoraddstub: (segment) => {
				const name = nameIn(folder, String(argumentOf(segment, 'decodedUrl')));
				call.assertWritable(folder.list.web);
				const found = folder.children.get(name.toLowerCase());
				return found?.kind === 'file' ? fileEntity(call, found) : fileEntity(call, addFile(folder, name, contentOf(Buffer.alloc(0)), editor(call), { isStub: true }));
			},
		},
		methods: {
			add: async (segment) => await add(String(argumentOf(segment, 'url')), optionalArgument(segment, 'overwrite', 1) === true),
			addusingpath: async (segment) => await add(String(argumentOf(segment, 'decodedUrl')), optionalArgument(segment, 'overwrite', 1) === true),
		},
	};
}

function folders(call: Call, folder: Folder): Collection {
	const find = (name: string): Entity => {
		const found = folder.children.get(name.toLowerCase());
		if (found?.kind !== 'folder') throw noFolder();
		return folderEntity(call, found);
	};
	const add = (name: string): Entity => {
		call.assertWritable(folder.list.web);
		return folderEntity(call, addFolder(folder, nameIn(folder, name), editor(call)));
	};
	return {
		kind: 'collection',
		path: `Web/GetFolderByServerRelativePath(decodedurl='${pathOf(folder).replaceAll("'", "''")}')/Folders`,
		rows: () => inside(folder).filter((entry) => entry.kind === 'folder').map((entry) => folderEntity(call, entry)),
		key: (segment) => find(String(argumentOf(segment, 'url'))),
		children: { getbyurl: (segment) => find(String(argumentOf(segment, 'url'))) },
		methods: {
			add: (segment) => add(String(argumentOf(segment, 'url'))),
			addusingpath: (segment) => add(String(argumentOf(segment, 'decodedUrl'))),
		},
		create: (body) => add(String(body['ServerRelativeUrl'] ?? '')),
	};
}

/** The functions of a web that lead to a file or folder. */
export function entriesOf(call: Call): Record<string, (segment: Segment) => Resource> {
	const { web } = call;
	const byGuid = (segment: Segment, kind: Entry['kind']): Entity => {
		const entry = web.lists.flatMap((list) => [list.root as Entry, ...[...list.items.values()].flatMap(({ entry: lies }) => lies ?? [])]).find(({ guid }) => guid === argumentOf(segment, 'uniqueId'));
		if (entry?.kind === 'file' && kind === 'file') return fileEntity(call, entry);
		if (entry?.kind === 'folder' && kind === 'folder') return folderEntity(call, entry);
		throw kind === 'file' ? noFile(String(argumentOf(segment, 'uniqueId'))) : noFolder();
	};
	return {
		getfilebyserverrelativepath: (segment) => fileEntity(call, fileAt(web, String(argumentOf(segment, 'decodedUrl')))),
		// What `%` and `#` mean to it nobody can tell: that is what the Path forms are for.
		getfilebyserverrelativeurl: (segment) => fileEntity(call, fileAt(web, plainPath(segment))),
		getfolderbyserverrelativepath: (segment) => folderEntity(call, folderAt(web, String(argumentOf(segment, 'decodedUrl')))),
		getfolderbyserverrelativeurl: (segment) => folderEntity(call, folderAt(web, plainPath(segment))),
		getfilebyid: (segment) => byGuid(segment, 'file'),
		getfolderbyid: (segment) => byGuid(segment, 'folder'),
	};
}

function plainPath(segment: Segment): string {
	const path = String(argumentOf(segment, 'serverRelativeUrl'));
	if (/[%#]/.test(path)) throw noResource(segment.name);
	return path;
}

export function assertEtag(asked: string | undefined, has: string | undefined): void {
	if (asked === undefined || asked === '*' || has === undefined) return;
	if (asked !== has) throw etagMismatch(asked, has);
}
