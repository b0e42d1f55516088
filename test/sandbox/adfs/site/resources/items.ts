// Items of a list: one, and pages of them.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/working-with-lists-and-list-items-with-rest
import type { Call } from '../call';
import { personById } from '../data/farm';
import { moveEntry, removeEntry } from '../data/entries';
import { isLibrary, newItem, pathOf, touch, type Field, type Item, type List } from '../data/model';
import { badQuery, noColumn, noItem, noResource, notExpanded, threshold } from '../errors';
import { fieldsOf, matches, type Filter } from '../odata/filter';
import { argumentOf } from '../odata/path';
import type { Query } from '../odata/query';
import { sortBy, value, valueAt, type Collection, type Entity } from '../odata/resource';
import { fileEntity, folderEntity } from './files';
import { entityTypeOf, isReference, propertyNameOf, readValues, writeValues } from './itemWrites';
import { personInColumn, userEntity } from './users';

const defaultRows = 100;
const mostRows = 5_000;
const contentTypes = { list: '0x0100B21BD271A810EE488B570BE49963EA34', document: '0x010100B5CB2A9E1F8E5A4C9D4CE3C7D1F6E2A1', folder: '0x012000D4E7A1C92D3B5A4F8C6E1B2A3D4C5E6F' } as const;

export function itemEntity(call: Call, list: List, item: Item): Entity {
	const { entry } = item;
	const properties: Record<string, unknown> = {
		FileSystemObjectType: entry?.kind === 'folder' ? 1 : 0,
		Id: item.id,
		ServerRedirectedEmbedUri: null,
		ServerRedirectedEmbedUrl: '',
		ContentTypeId: entry ? (entry.kind === 'folder' ? contentTypes.folder : contentTypes.document) : contentTypes.list,
		Title: item.values['Title'] ?? null,
		...ownValues(list, item),
		ID: item.id,
		Modified: item.modified,
		Created: item.created,
		AuthorId: item.authorId,
		EditorId: item.editorId,
		OData__UIVersionString: entry?.kind === 'file' ? `${entry.versions.at(-1)!.id / 512}.0` : '1.0',
		...(!isLibrary(list) && { Attachments: false }),
		GUID: item.guid,
	};
	const person = (id: unknown): Entity => personInColumn(personById(id)!);
	const { url, path } = { url: call.site.origin, path: `Web/Lists(guid'${list.id}')/Items(${item.id})` };
	const assertWritable = (): void => call.assertWritable(list.web);
	const recycle = (): string => {
		assertWritable();
		if (entry) removeEntry(entry);
		list.items.delete(item.id);
		return item.guid;
	};
	return {
		kind: 'entity',
		type: entityTypeOf(list),
		path,
		get etag() {
			return `"${item.version}"`;
		},
		properties,
		more: {
			FileRef: () => (entry ? pathOf(entry) : `${pathOf(list.root)}/${item.id}_.000`),
			FileLeafRef: () => entry?.name ?? `${item.id}_.000`,
			FileDirRef: () => (entry?.parent ? pathOf(entry.parent) : pathOf(list.root)),
			EncodedAbsUrl: () => (entry ? `${url}${encodeURI(pathOf(entry))}` : null),
			UniqueId: () => entry?.guid ?? item.guid,
			...Object.fromEntries(list.fields.filter(({ kind }) => kind.startsWith('User')).map((field) => [`${field.internalName}StringId`, () => stringIds(item.values[field.internalName])])),
		},
		expandable: {
			Author: () => person(item.authorId),
			Editor: () => person(item.editorId),
			...Object.fromEntries(list.fields.filter(({ kind, readOnly }) => isReference(kind) && !readOnly).map((field) => [field.internalName, () => expanded(call, list, field, item)])),
			...(entry?.kind === 'file' && { File: () => fileEntity(call, entry) }),
			...(entry?.kind === 'folder' && { Folder: () => folderEntity(call, entry) }),
			ContentType: () => ({ kind: 'entity', type: 'SP.ContentType', path: `${path}/ContentType`, properties: { Name: entry ? (entry.kind === 'folder' ? 'Folder' : 'Document') : 'Item' } }),
		},
		children: {
			...(entry?.kind === 'file' && { file: () => fileEntity(call, entry) }),
			...(entry?.kind === 'folder' && { folder: () => folderEntity(call, entry) }),
			author: () => userEntity(call, personById(item.authorId)!),
			editor: () => userEntity(call, personById(item.editorId)!),
		},
		methods: { recycle: () => value(recycle()) },
		merge: (body) => {
			assertWritable();
			const values = readValues(list, body, call.bodyIsVerbose);
			const name = values['FileLeafRef'];
			delete values['FileLeafRef'];
			if (typeof name === 'string' && entry?.parent) moveEntry(entry, entry.parent, name, idOf(call), false);
			writeValues(item, values);
			touch(item, list, idOf(call));
		},
		remove: () => void recycle(),
	};
}

const idOf = (call: Call): number => Number(userEntity(call, call.person).properties['Id']);
const stringIds = (found: unknown): unknown => (Array.isArray(found) ? found.map(String) : found === null || found === undefined ? null : String(found));

function ownValues(list: List, item: Item): Record<string, unknown> {
	const own = list.fields.filter(({ fromBaseType }) => !fromBaseType);
	return Object.fromEntries(own.map((field) => [propertyNameOf(field), item.values[field.internalName] ?? (field.kind.includes('Multi') ? [] : null)]));
}

function expanded(call: Call, list: List, { internalName, kind, lookupList }: Field, item: Item): Entity | Entity[] {
	const one = (id: unknown): Entity => {
		if (kind.startsWith('User')) return personInColumn(personById(id)!);
		const other = list.web.lists.find((candidate) => candidate.id === lookupList)!;
		const found = itemEntity(call, other, other.items.get(Number(id))!);
		// A lookup brings along what is asked for, and nothing by itself.
		return { ...found, properties: {}, more: Object.fromEntries(Object.entries(found.properties).map(([name, content]) => [name, () => content])), expandable: {} };
	};
	const ids = item.values[internalName];
	if (Array.isArray(ids)) return ids.map(one);
	// Nobody: an entity without properties.
	return ids === null || ids === undefined ? { kind: 'entity', type: 'SP.ListItem', path: '', properties: {}, more: { Id: () => null, ID: () => null, Title: () => null, EMail: () => null, Name: () => null } } : one(ids);
}

export function items(call: Call, list: List): Collection {
	const pick = (id: unknown): Entity => {
		const item = list.items.get(Number(id));
		if (!item) throw noItem();
		return itemEntity(call, list, item);
	};
	list.fill?.();
	return {
		kind: 'collection',
		path: `Web/Lists(guid'${list.id}')/Items`,
		rows: () => [...list.items.values()].map((item) => itemEntity(call, list, item)),
		page: (query) => page(call, list, query),
		key: (segment) => pick(argumentOf(segment, 'id')),
		children: { getbyid: (segment) => pick(argumentOf(segment, 'id')) },
		create: (body) => {
			call.assertWritable(list.web);
			if (isLibrary(list)) throw badQuery('To add an item to a document library, use SPFileCollection.Add()');
			return itemEntity(call, list, newItem(list, idOf(call), readValues(list, body, call.bodyIsVerbose)));
		},
	};
}

function columnOf(list: List, path: string): Field {
	const name = path.split('/')[0]!;
	const field = list.fields.find((candidate) => propertyNameOf(candidate) === name || candidate.internalName === name) ?? (['Id', 'AuthorId', 'EditorId'].includes(name) ? list.fields[0] : undefined);
	if (!field) throw noColumn(name);
	return field;
}

/** What an index can be used for: the comparisons that must hold on indexed columns. */
function indexed(list: List, filter: Filter): Filter[] {
	if (filter.op === 'and') return [...indexed(list, filter.left), ...indexed(list, filter.right)];
	if (filter.op === 'or' || filter.op === 'not' || filter.op === 'substringof' || filter.op === 'ne') return [];
	return columnOf(list, filter.field).indexed ? [filter] : [];
}

/**
 * A page of items, and where the next begins.
 * @see https://support.microsoft.com/en-us/office/manage-large-lists-and-libraries-b8588dae-9387-48c2-9248-c24122f07c59
 */
function page(call: Call, list: List, query: Query): { rows: readonly Entity[]; next?: string } {
	const { filter, orderBy, skipToken } = query;
	for (const path of [...(filter ? fieldsOf(filter) : []), ...orderBy.map(({ field }) => field)]) {
		columnOf(list, path);
		// What a filter looks into has to be expanded as well.
		if (path.includes('/') && !query.expand.includes(path.split('/')[0]!)) throw notExpanded(path);
	}
	const all = [...list.items.values()];
	const entities = new Map<Item, Entity>();
	const entityOf = (item: Item): Entity => entities.get(item) ?? entities.set(item, itemEntity(call, list, item)).get(item)!;
	const keeps = (condition: Filter) => (item: Item) => matches(condition, (path) => valueAt(entityOf(item), path));

	let candidates = all;
	if (list.items.size > call.site.settings.siteListViewThreshold) {
		const conditions = filter ? indexed(list, filter) : [];
		for (const condition of conditions) candidates = candidates.filter(keeps(condition));
		const needsScan = (filter !== undefined && conditions.length === 0) || orderBy.some(({ field }) => !columnOf(list, field).indexed);
		if ((needsScan || conditions.length > 0) && candidates.length > call.site.settings.siteListViewThreshold) throw threshold();
	}
	const kept = filter ? candidates.filter(keeps(filter)) : candidates;
	const sorted = orderBy.length > 0 ? sortBy(kept, orderBy, (item, path) => valueAt(entityOf(item), path)) : kept;
	const top = Math.min(query.top ?? defaultRows, mostRows);
	const after = skipToken?.get('p_ID');
	// Pages go on behind the item of the token: there is no $skip for items, it is passed over.
	const start = after === undefined || after === null ? 0 : startBehind(sorted, Number(after), orderBy.length === 0);
	const rows = sorted.slice(start, start + top);
	const last = rows.at(-1);
	if (last === undefined || start + rows.length >= sorted.length) return { rows: rows.map(entityOf) };
	const token = new URLSearchParams({ Paged: 'TRUE', ...Object.fromEntries(orderBy.map(({ field }) => [`p_${field}`, String(valueAt(entityOf(last), field))])), p_ID: String(last.id) });
	const options = [['$skiptoken', token.toString()], ...[...query.raw].filter(([name]) => name !== '$skip')].map(([name, text]) => `${encodeURIComponent(name!)}=${encodeURIComponent(text!)}`);
	return { rows: rows.map(entityOf), next: `${call.apiUrl}${call.path.includes('@') ? `Web/Lists(guid'${list.id}')/Items` : call.path}?${options.join('&')}` };
}

function startBehind(sorted: readonly Item[], id: number, byId: boolean): number {
	if (byId) return sorted.findIndex((item) => item.id > id) + (sorted.some((item) => item.id > id) ? 0 : sorted.length + 1);
	const place = sorted.findIndex((item) => item.id === id);
	if (place < 0) throw noResource('$skiptoken');
	return place + 1;
}
