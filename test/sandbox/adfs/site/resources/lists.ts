// Lists and their columns.
// @see https://learn.microsoft.com/en-us/previous-versions/office/developer/sharepoint-rest-reference/dn531433(v=office.15)
import type { Call } from '../call';
import { entryAt } from '../data/entries';
import { isLibrary, type Field, type FieldKind, type List } from '../data/model';
import { noList, noListTitled, SiteError } from '../errors';
import { argumentOf, type Segment } from '../odata/path';
import type { Collection, Entity } from '../odata/resource';
import { folderEntity } from './files';
import { items } from './items';
import { entityTypeOf, propertyNameOf } from './itemWrites';

/** `FieldTypeKind` @see https://learn.microsoft.com/en-us/previous-versions/office/sharepoint-csom/ee540543(v=office.15) */
const kinds: Readonly<Record<FieldKind, { number: number; type: string; odata: string }>> = {
	Text: { number: 2, type: 'Text', odata: 'SP.FieldText' },
	Note: { number: 3, type: 'Note', odata: 'SP.FieldMultiLineText' },
	DateTime: { number: 4, type: 'DateTime', odata: 'SP.FieldDateTime' },
	Counter: { number: 5, type: 'Counter', odata: 'SP.Field' },
	Choice: { number: 6, type: 'Choice', odata: 'SP.FieldChoice' },
	Lookup: { number: 7, type: 'Lookup', odata: 'SP.FieldLookup' },
	LookupMulti: { number: 7, type: 'LookupMulti', odata: 'SP.FieldLookup' },
	Boolean: { number: 8, type: 'Boolean', odata: 'SP.Field' },
	Number: { number: 9, type: 'Number', odata: 'SP.FieldNumber' },
	Currency: { number: 10, type: 'Currency', odata: 'SP.FieldCurrency' },
	URL: { number: 11, type: 'URL', odata: 'SP.FieldUrl' },
	Computed: { number: 12, type: 'Computed', odata: 'SP.FieldComputed' },
	MultiChoice: { number: 15, type: 'MultiChoice', odata: 'SP.FieldMultiChoice' },
	File: { number: 18, type: 'File', odata: 'SP.Field' },
	User: { number: 20, type: 'User', odata: 'SP.FieldUser' },
	UserMulti: { number: 20, type: 'UserMulti', odata: 'SP.FieldUser' },
};

function fieldEntity(list: List, field: Field): Entity {
	const { number, type, odata } = kinds[field.kind];
	return {
		kind: 'entity',
		type: odata,
		path: `Web/Lists(guid'${list.id}')/Fields(guid'${field.id}')`,
		properties: {
			AutoIndexed: false,
			CanBeDeleted: !field.fromBaseType,
			DefaultValue: null,
			Description: field.description ?? '',
			Direction: 'none',
			EnforceUniqueValues: false,
			EntityPropertyName: propertyNameOf({ ...field, kind: 'Text' }),
			Filterable: field.kind !== 'Note',
			FromBaseType: field.fromBaseType,
			Group: field.fromBaseType ? '_Hidden' : 'Custom Columns',
			Hidden: field.hidden,
			Id: field.id,
			Indexed: field.indexed,
			InternalName: field.internalName,
			ReadOnlyField: field.readOnly,
			Required: field.required,
			Scope: '',
			Sealed: false,
			Sortable: !['Note', 'MultiChoice', 'LookupMulti', 'UserMulti'].includes(field.kind),
			StaticName: field.internalName,
			Title: field.title,
			FieldTypeKind: number,
			TypeAsString: type,
			TypeDisplayName: type,
			ValidationFormula: null,
			...(field.choices && { Choices: field.choices, FillInChoice: false }),
			...(['Lookup', 'LookupMulti', 'User', 'UserMulti'].includes(field.kind) && { AllowMultipleValues: field.kind.endsWith('Multi'), LookupField: field.kind.startsWith('User') ? '' : 'Title', LookupList: field.kind.startsWith('User') ? '' : `{${field.lookupList}}` }),
			...(field.kind === 'DateTime' && { DisplayFormat: field.dateOnly ? 0 : 1 }),
		},
	};
}

function fields(list: List): Collection {
	const find = (matches: (field: Field) => boolean, named: unknown): Entity => {
		const field = list.fields.find(matches);
		if (!field) throw new SiteError(400, '-2147024809, System.ArgumentException', `Column '${String(named)}' does not exist. It may have been deleted by another user.`);
		return fieldEntity(list, field);
	};
	const byId = (segment: Segment): Entity => find(({ id }) => id === argumentOf(segment, 'id'), argumentOf(segment, 'id'));
	return {
		kind: 'collection',
		path: `Web/Lists(guid'${list.id}')/Fields`,
		rows: () => list.fields.map((field) => fieldEntity(list, field)),
		key: byId,
		children: {
			getbyid: byId,
			getbytitle: (segment) => find(({ title }) => title === argumentOf(segment, 'title'), argumentOf(segment, 'title')),
			getbyinternalnameortitle: (segment) => find(({ internalName, title }) => [internalName, title].includes(String(argumentOf(segment, 'name'))), argumentOf(segment, 'name')),
		},
	};
}

export function listEntity(call: Call, list: List): Entity {
	list.fill?.();
	return {
		kind: 'entity',
		type: 'SP.List',
		path: `Web/Lists(guid'${list.id}')`,
		etag: `"${list.items.size}"`,
		properties: {
			AllowContentTypes: true,
			BaseTemplate: list.template,
			BaseType: isLibrary(list) ? 1 : 0,
			ContentTypesEnabled: false,
			Created: list.created,
			Description: list.description,
			Direction: 'none',
			DocumentTemplateUrl: null,
			DraftVersionVisibility: 0,
			EnableAttachments: !isLibrary(list),
			EnableFolderCreation: isLibrary(list),
			EnableMinorVersions: false,
			EnableModeration: false,
			EnableVersioning: isLibrary(list),
			EntityTypeName: isLibrary(list) ? list.root.name.replaceAll(' ', '_x0020_') : `${list.title}List`,
			ForceCheckout: false,
			HasExternalDataSource: false,
			Hidden: list.hidden,
			Id: list.id,
			IrmEnabled: false,
			IsApplicationList: false,
			IsCatalog: list.template === 112,
			IsPrivate: false,
			ItemCount: list.items.size,
			LastItemDeletedDate: list.lastModified,
			LastItemModifiedDate: list.lastModified,
			ListItemEntityTypeFullName: entityTypeOf(list),
			MultipleDataList: false,
			NoCrawl: false,
			ParentWebUrl: list.web.path,
			ServerTemplateCanCreateFolders: true,
			Title: list.title,
		},
		expandable: { RootFolder: () => folderEntity(call, list.root), Fields: () => fields(list).rows() },
		children: { items: () => items(call, list), fields: () => fields(list), rootfolder: () => folderEntity(call, list.root) },
	};
}

export function lists(call: Call): Collection {
	const byId = (segment: Segment): Entity => {
		const id = String(argumentOf(segment, 'id')).toLowerCase();
		const list = call.web.lists.find((candidate) => candidate.id === id);
		if (!list) throw noList();
		return listEntity(call, list);
	};
	return {
		kind: 'collection',
		path: 'Web/Lists',
		rows: () => call.web.lists.map((list) => listEntity(call, list)),
		key: byId,
		children: {
			getbyid: byId,
			getbytitle: (segment) => {
				const title = String(argumentOf(segment, 'title'));
				const list = call.web.lists.find((candidate) => candidate.title.toLowerCase() === title.toLowerCase());
				if (!list) throw noListTitled(title, call.webUrl);
				return listEntity(call, list);
			},
		},
	};
}

/** `GetList('/sites/shared/Lists/Projects')` */
export function listAt(call: Call, path: string): Entity {
	const entry = entryAt(call.web, path);
	if (!entry || entry.parent) throw noList();
	return listEntity(call, entry.list);
}
