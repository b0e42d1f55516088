// The farm as data: webs, lists with columns and items, libraries with folders and files. Knows nothing of HTTP.
import { randomUUID } from 'node:crypto';
import type { Person } from '../../../people';
import { isoSeconds } from '../odata/literals';
import type { Content } from './content';

export type FieldKind = 'Text' | 'Note' | 'Number' | 'Currency' | 'Boolean' | 'DateTime' | 'Choice' | 'MultiChoice' | 'Lookup' | 'LookupMulti' | 'User' | 'UserMulti' | 'URL' | 'Counter' | 'File' | 'Computed';

export interface Field {
	readonly id: string;
	readonly internalName: string;
	readonly title: string;
	readonly kind: FieldKind;
	readonly required: boolean;
	readonly readOnly: boolean;
	readonly hidden: boolean;
	readonly indexed: boolean;
	readonly choices?: readonly string[];
	readonly lookupList?: string;
	/** Of DateTime: without a time of day. */
	readonly dateOnly?: boolean;
	readonly description?: string;
	readonly fromBaseType: boolean;
}

export interface Item {
	readonly id: number;
	readonly guid: string;
	version: number;
	created: string;
	modified: string;
	authorId: number;
	editorId: number;
	/** By internal name; people and lookups by id. */
	readonly values: Record<string, unknown>;
	/** What lies in a library. */
	entry?: Entry;
}

export interface FileVersion {
	/** 512 for each major version. */
	readonly id: number;
	readonly content: Content;
	readonly at: string;
	readonly editorId: number;
}

interface EntryBase {
	readonly guid: string;
	name: string;
	parent: Folder | undefined;
	readonly list: List;
	item: Item | undefined;
	created: string;
	modified: string;
}

export interface Folder extends EntryBase {
	readonly kind: 'folder';
	/** By lower-case name. */
	readonly children: Map<string, Entry>;
}

export interface File extends EntryBase {
	readonly kind: 'file';
	/** Counts every change; part of the ETag. */
	revision: number;
	/** The current one is the last. */
	versions: FileVersion[];
	/** Begun and not finished. */
	isStub: boolean;
}

export type Entry = Folder | File;

export interface List {
	readonly id: string;
	readonly title: string;
	readonly description: string;
	readonly template: 100 | 101 | 112;
	readonly hidden: boolean;
	readonly created: string;
	readonly fields: Field[];
	readonly items: Map<number, Item>;
	lastId: number;
	readonly root: Folder;
	readonly web: Web;
	lastModified: string;
	/** Makes the rows of a large list when they are first looked at. */
	fill?: () => void;
}

export interface Web {
	readonly id: string;
	readonly siteId: string;
	/** Server-relative, `/` for the root. */
	readonly path: string;
	readonly title: string;
	readonly description: string;
	readonly created: string;
	/** Of a site collection; its subwebs have it as `parent`. */
	readonly parent?: Web;
	readonly readers: readonly string[];
	readonly writers: readonly string[];
	readonly lists: List[];
}

export const isLibrary = (list: List): boolean => list.template === 101;
export const maySee = (web: Web, { name }: Person): boolean => web.readers.includes(name) || web.writers.includes(name);

export function join(folder: string, name: string): string {
	return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

export function pathOf(entry: Entry): string {
	return entry.parent ? join(pathOf(entry.parent), entry.name) : join(entry.list.web.path, entry.name);
}

export function now(): string {
	return isoSeconds(new Date());
}

export function newItem(list: List, editorId: number, values: Record<string, unknown> = {}): Item {
	const at = now();
	const item: Item = { id: ++list.lastId, guid: randomUUID(), version: 1, created: at, modified: at, authorId: editorId, editorId, values };
	list.items.set(item.id, item);
	list.lastModified = at;
	return item;
}

export function touch(item: Item, list: List, editorId: number): void {
	item.version++;
	item.modified = now();
	item.editorId = editorId;
	list.lastModified = item.modified;
}
