// More than 300 lines: one interface, and the type of everything that passes through it, to be read in one place.
// What the node can do, whichever SharePoint it talks to: Online (Microsoft Graph) and Server (`_api`) implement this, the actions
// know nothing else. References are what people enter or pick, as text; values are plain and the same from both.
import type { Readable } from 'node:stream';

import type { IDataObject } from 'n8n-workflow';

/** Part of a result, and the token that asks for the next part; no token, no next part. A page may be empty and still have a next one. */
export interface Page<T> {
	entries: T[];
	next?: string;
}

/** The id of a site, its address (`https://host/sites/finance`), or a path on the host (`/sites/finance`); empty is the root site. */
export type SiteRef = string;

export interface ListAt {
	site: SiteRef;
	/** Id or title. */
	list: string;
}

export interface ItemAt extends ListAt {
	itemId: string;
}

export interface LibraryAt {
	site: SiteRef;
	/** Id or title of the document library; empty is the site's default one. */
	library: string;
}

/** A file or a folder. */
export interface EntryAt extends LibraryAt {
	/** Its id, or its path from the library's root with a slash in front (`/Offers/2026/offer.docx`); `/` is the root itself. Not encoded. */
	entry: string;
}

export interface Person {
	id?: string;
	name?: string;
	email?: string;
}

export interface Site {
	id: string;
	name: string;
	title: string;
	description: string;
	webUrl: string;
	created?: string;
	lastModified?: string;
}

export interface List {
	id: string;
	/** The last part of its address. */
	name: string;
	title: string;
	description: string;
	webUrl: string;
	/** `genericList`, `documentLibrary`, … */
	template: string;
	hidden: boolean;
	created?: string;
	lastModified?: string;
}

export type ColumnType = 'text' | 'note' | 'number' | 'currency' | 'dateTime' | 'boolean' | 'choice' | 'person' | 'lookup' | 'hyperlink' | 'calculated' | 'other';

export interface Column {
	/** The internal name, by which items are read and written. */
	name: string;
	title: string;
	type: ColumnType;
	/** Of choice, person and lookup: holds several values. */
	multiple: boolean;
	/** Of dateTime: without a time of day. */
	dateOnly: boolean;
	required: boolean;
	readOnly: boolean;
	hidden: boolean;
	unique: boolean;
	indexed: boolean;
	description: string;
	choices: string[];
	/** Of a lookup: the list that it points to, and the column shown of it. */
	lookup?: { listId: string; column: string };
}

export interface Link {
	url: string;
	description: string;
}

/** A person as a flow names them: by e-mail or login, or by the number that they have in the site. */
export type PersonRef = { email: string } | { id: number };

/** An item of another list: by its number, or by the value of the column that the lookup shows. */
export type LookupRef = { id: number } | { value: string };

/**
 * A value made ready for its column (`actions/item/columnValues.ts` does it): null empties; people and lookups are always lists, with
 * one entry where the column holds one; date-times are ISO 8601 in UTC, `2026-01-31` where the column has no time of day.
 */
export type WrittenValue = string | number | boolean | string[] | { people: PersonRef[] } | { lookups: LookupRef[] } | { link: Link } | null;

/** A column with the value to write into it. */
export interface Written {
	column: Column;
	value: WrittenValue;
}

/**
 * Values of columns as the node gives them: text, number, boolean, ISO 8601 in UTC; choices by their text, several as a list; a person
 * `{id, name, email}`, a lookup `{id, value}`, several as a list; a hyperlink `{url, description}`. Empty ones are left out.
 */
export type Fields = IDataObject;

export interface ListItem {
	id: string;
	etag: string;
	webUrl?: string;
	contentType?: string;
	created?: string;
	lastModified?: string;
	createdBy?: Person;
	lastModifiedBy?: Person;
	fields: Fields;
}

export type FilterOperator = 'equals' | 'notEquals' | 'greater' | 'greaterOrEqual' | 'less' | 'lessOrEqual' | 'startsWith' | 'contains' | 'isEmpty' | 'isNotEmpty';

export interface Condition {
	column: Column;
	operator: FilterOperator;
	/** As a flow gives it, of the column's type: string, number, boolean or ISO date (a column without a time of day: `2026-01-31`). Absent with isEmpty and isNotEmpty. People: the e-mail or name as text, lookups: the shown value, or either by a number, the id. */
	value?: string | number | boolean;
}

export interface ItemQuery {
	/** Columns to read; none given: all that are not hidden. */
	columns?: Column[];
	conditions?: Condition[];
	/** How the conditions are joined; default `and`. */
	combine?: 'and' | 'or';
	/** In the backend's own OData form; takes the place of the conditions. */
	rawFilter?: string;
	sort?: { column: Column; descending: boolean }[];
	/** A hint: how many are wanted in all. */
	limit?: number;
}

/** A change of a list: an item as it is now, or the id of one that is gone. */
export type Change = { deleted: false; item: ListItem } | { deleted: true; id: string };

export interface Changes {
	changes: Change[];
	/** Gives the next call where to go on. */
	token: string;
	/** The token that was given is too old: these are all the items there are. */
	resynchronised: boolean;
}

export interface WriteOptions {
	/** Only if the thing has not changed since it had this ETag. @throws NodeApiError 412 in words */
	ifMatch?: string;
}

/** A file or a folder. */
export interface Entry {
	id: string;
	type: 'file' | 'folder';
	name: string;
	/** From the library's root, with a slash in front; not encoded. */
	path: string;
	/** Bytes. */
	size: number;
	mimeType?: string;
	etag: string;
	webUrl: string;
	created?: string;
	lastModified?: string;
	createdBy?: Person;
	lastModifiedBy?: Person;
	/** Of a folder. */
	childCount?: number;
	[more: string]: unknown;
}

export interface Library {
	id: string;
	/** Of the list that the library is. */
	listId?: string;
	name: string;
	title: string;
	description: string;
	webUrl: string;
}

export interface Version {
	id: string;
	size?: number;
	lastModified?: string;
	lastModifiedBy?: Person;
}

/** What to do where the name is taken. */
export type Conflict = 'fail' | 'replace' | 'rename';

/** Bytes to upload: they can be read again from any place, so that a broken upload goes on where it broke off. */
export interface UploadSource {
	/** Bytes in all. */
	size: number;
	mimeType?: string;
	/** The bytes from `offset` to the end; whoever asks reads it to its end or destroys it. */
	open(offset: number): Promise<Readable>;
}

export interface Download {
	file: Entry;
	/** Whoever asks reads it to its end or destroys it. Goes on by itself where the network breaks, as far as the server can. */
	body: Readable;
}

export type LinkType = 'view' | 'edit';
export type LinkScope = 'anonymous' | 'organization' | 'users';

export interface SharingLinkOptions {
	type: LinkType;
	scope: LinkScope;
	/** ISO 8601. */
	expires?: string;
	/** Only Online. */
	password?: string;
}

export interface SharingLink {
	id?: string;
	url: string;
	type: string;
	scope: string;
	expires?: string;
}

export type SearchKind = 'site' | 'list' | 'listItem' | 'file';

export interface SearchHit {
	type: string;
	id: string;
	name: string;
	webUrl: string;
	/** Where the words were found. */
	summary?: string;
	lastModified?: string;
	[more: string]: unknown;
}

/** What only one of the two can do; the editor offers the rest alone, and `refuse` says so to flows that ask by expression. */
export type Capability = 'changes' | 'search' | 'sharingLink' | 'clientCredentials' | 'password';

/**
 * SharePoint as one user, for one item of the node (or for a list of the editor).
 * Each throws NodeApiError or NodeOperationError with `itemIndex`, in words that name what was asked for, and ConnectedAppsError of the session.
 */
export interface Backend {
	readonly service: 'online' | 'server';
	/** False: the operation does not exist here; its method throws a NodeOperationError that says so. */
	can(capability: Capability): boolean;

	/** Sites that this user may see; empty text finds all. */
	searchSites(text: string, page?: string): Promise<Page<Site>>;
	getSite(site: SiteRef): Promise<Site>;
	getCurrentUser(site: SiteRef): Promise<Person & IDataObject>;

	/** Hidden ones only if asked for. */
	getLists(site: SiteRef, options: { hidden: boolean }, page?: string): Promise<Page<List>>;
	getList(at: ListAt): Promise<List>;
	/** All columns, hidden ones too; asked for once per session and list. */
	getColumns(at: ListAt): Promise<Column[]>;

	getItem(at: ItemAt, options: { columns?: Column[] }): Promise<ListItem>;
	getItems(at: ListAt, query: ItemQuery, page?: string): Promise<Page<ListItem>>;
	createItem(at: ListAt, values: Written[]): Promise<ListItem>;
	updateItem(at: ItemAt, values: Written[], options: WriteOptions): Promise<ListItem>;
	deleteItem(at: ItemAt, options: WriteOptions): Promise<void>;
	/** @param token of the last call; none: everything there is, or with `latest` nothing but a token from now on */
	getChanges(at: ListAt, options: { token?: string; latest: boolean; columns?: Column[] }): Promise<Changes>;

	getLibraries(site: SiteRef, page?: string): Promise<Page<Library>>;
	/** Files and folders in a folder. */
	getChildren(at: EntryAt, page?: string): Promise<Page<Entry>>;
	/** Files and folders of the library whose name or content holds the words. */
	searchEntries(at: LibraryAt, text: string, page?: string): Promise<Page<Entry>>;
	getEntry(at: EntryAt): Promise<Entry>;
	/** @param versionId of an earlier version */
	download(at: EntryAt, options: { versionId?: string }): Promise<Download>;
	/** @param folder where the file goes; missing folders of a path are an error */
	upload(folder: EntryAt, name: string, source: UploadSource, options: { conflict: Conflict }): Promise<Entry>;
	updateContent(file: EntryAt, source: UploadSource, options: WriteOptions): Promise<Entry>;
	createFolder(parent: EntryAt, name: string, options: { conflict: Conflict }): Promise<Entry>;
	rename(at: EntryAt, name: string, options: WriteOptions): Promise<Entry>;
	/** @param to a folder of the same library or, where the backend can, another one. @param name the same if absent */
	move(at: EntryAt, to: EntryAt, options: WriteOptions & { name?: string; conflict: Conflict }): Promise<Entry>;
	/** Waits until the copy is there. */
	copy(at: EntryAt, to: EntryAt, options: { name?: string; conflict: Conflict }): Promise<Entry>;
	/** Into the recycle bin. */
	deleteEntry(at: EntryAt, options: WriteOptions): Promise<void>;
	getVersions(at: EntryAt, page?: string): Promise<Page<Version>>;
	/** The version becomes the content again, as a new version. */
	restoreVersion(at: EntryAt, versionId: string): Promise<void>;
	createSharingLink(at: EntryAt, options: SharingLinkOptions): Promise<SharingLink>;

	/** Across all sites. @param query in SharePoint's query language (KQL) */
	search(kind: SearchKind, query: string, page?: string): Promise<Page<SearchHit>>;
}
