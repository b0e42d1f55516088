// Folders and files of the libraries: found by path, made, moved, copied, thrown away.
import { randomUUID } from 'node:crypto';
import { badName, destinationExists, fileExists, noFile, noFolder, pathTooLong } from '../errors';
import type { Content } from './content';
import { isLibrary, newItem, now, pathOf, touch, type Entry, type File, type Folder, type Web } from './model';

/** @see https://support.microsoft.com/en-us/office/restrictions-and-limitations-in-onedrive-and-sharepoint-64883a5d-228e-48f5-b3d2-eb39e07630fa */
const forbidden = /["*:<>?/\\|]|^\s|\s$|^~\$|_vti_/;
const longestPath = 400;

function assertName(folder: Folder, name: string): void {
	if (name === '' || forbidden.test(name)) throw badName(name);
	// Without the slash in front; the site's own part counts.
	if (pathOf(folder).length + name.length > longestPath) throw pathTooLong();
}

/** The entry at a server-relative path of this web; undefined if there is none. */
export function entryAt(web: Web, path: string): Entry | undefined {
	const clean = path.replace(/\/+$/, '');
	for (const list of web.lists) {
		const root = pathOf(list.root);
		if (clean.toLowerCase() === root.toLowerCase()) return list.root;
		if (!clean.toLowerCase().startsWith(`${root.toLowerCase()}/`)) continue;
		let entry: Entry | undefined = list.root;
		for (const name of clean.slice(root.length + 1).split('/')) entry = entry?.kind === 'folder' ? entry.children.get(name.toLowerCase()) : undefined;
		return entry;
	}
	return undefined;
}

export function fileAt(web: Web, path: string): File {
	const entry = entryAt(web, path);
	if (entry?.kind !== 'file') throw noFile(path);
	return entry;
}

export function folderAt(web: Web, path: string): Folder {
	const entry = entryAt(web, path);
	if (entry?.kind !== 'folder') throw noFolder();
	return entry;
}

function place(entry: Entry, parent: Folder): void {
	parent.children.set(entry.name.toLowerCase(), entry);
	entry.parent = parent;
}

export function addFolder(parent: Folder, name: string, editorId: number): Folder {
	assertName(parent, name);
	const found = parent.children.get(name.toLowerCase());
	// Making a folder that is there is no error.
	if (found?.kind === 'folder') return found;
	if (found) throw destinationExists(name);
	const { list } = parent;
	const at = now();
	const folder: Folder = { kind: 'folder', guid: randomUUID(), name, parent, list, item: undefined, created: at, modified: at, children: new Map() };
	if (isLibrary(list)) folder.item = newItem(list, editorId);
	if (folder.item) folder.item.entry = folder;
	place(folder, parent);
	return folder;
}

export function addFile(parent: Folder, name: string, content: Content, editorId: number, { overwrite = false, isStub = false, editor = '' } = {}): File {
	assertName(parent, name);
	const found = parent.children.get(name.toLowerCase());
	if (found?.kind === 'folder') throw destinationExists(name);
	if (found) {
		if (!overwrite) throw fileExists(pathOf(found).slice(1), editor, found.modified);
		saveVersion(found, content, editorId);
		return found;
	}
	const at = now();
	const file: File = { kind: 'file', guid: randomUUID(), name, parent, list: parent.list, item: newItem(parent.list, editorId), created: at, modified: at, revision: 1, versions: [{ id: 512, content, at, editorId }], isStub };
	file.item!.entry = file;
	place(file, parent);
	return file;
}

export function saveVersion(file: File, content: Content, editorId: number): void {
	const at = now();
	const last = file.versions.at(-1)!;
	// What was only begun has no version of its own.
	if (file.isStub) file.versions.pop();
	file.versions.push({ id: file.isStub ? last.id : last.id + 512, content, at, editorId });
	file.isStub = false;
	file.modified = at;
	file.revision++;
	if (file.item) touch(file.item, file.list, editorId);
}

export function removeEntry(entry: Entry): void {
	if (entry.kind === 'folder') for (const child of [...entry.children.values()]) removeEntry(child);
	entry.parent?.children.delete(entry.name.toLowerCase());
	if (entry.item) entry.list.items.delete(entry.item.id);
}

function assertFree(parent: Folder, name: string, overwrite: boolean, except?: Entry): void {
	assertName(parent, name);
	const found = parent.children.get(name.toLowerCase());
	if (!found || found === except) return;
	if (!overwrite || found.kind === 'folder') throw destinationExists(name);
	removeEntry(found);
}

export function moveEntry(entry: Entry, parent: Folder, name: string, editorId: number, overwrite: boolean): Entry {
	assertFree(parent, name, overwrite, entry);
	if (parent.list !== entry.list) {
		const copy = copyEntry(entry, parent, name, editorId, overwrite);
		removeEntry(entry);
		return copy;
	}
	entry.parent?.children.delete(entry.name.toLowerCase());
	entry.name = name;
	place(entry, parent);
	if (entry.kind === 'file') entry.revision++;
	if (entry.item) touch(entry.item, entry.list, editorId);
	return entry;
}

export function copyEntry(entry: Entry, parent: Folder, name: string, editorId: number, overwrite: boolean): Entry {
	if (entry.kind === 'file') {
		const found = parent.children.get(name.toLowerCase());
		if (found && !overwrite) throw destinationExists(name);
		return addFile(parent, name, entry.versions.at(-1)!.content, editorId, { overwrite });
	}
	assertFree(parent, name, overwrite);
	const folder = addFolder(parent, name, editorId);
	for (const child of [...entry.children.values()]) copyEntry(child, folder, child.name, editorId, overwrite);
	return folder;
}
