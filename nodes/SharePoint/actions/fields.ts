// Parameters that several operations share.
import type { INodeProperties } from 'n8n-workflow';

type Mode = NonNullable<INodeProperties['modes']>[number];

const fromList = (searchListMethod: string): Mode => Object.assign(entered('From List', 'list', ''), { type: 'list' as const, typeOptions: { searchListMethod, searchable: true } });

function entered(displayName: string, name: string, placeholder: string, hint?: string): Mode {
	const type = 'string' as const;
	return { displayName, name, type, ...(placeholder !== '' && { placeholder }), ...(hint !== undefined && { hint }) };
}

const locator = (displayName: string, name: string, description: string, modes: Mode[], required = true): INodeProperties => ({ displayName, name, type: 'resourceLocator', default: { mode: modes[0]!.name, value: '' }, required, description, modes });

export const siteField: INodeProperties = locator(
	'Site',
	'site',
	'The site, from the list, by the address of any of its pages, or by its ID; empty is the root site',
	[
		fromList('searchSites'),
		entered('By URL', 'url', 'https://contoso.sharepoint.com/sites/finance'),
		entered('By ID', 'id', 'contoso.sharepoint.com,5a58bb09-…,712a596e-…', 'With SharePoint Server the path of the site, e.g. /sites/finance'),
	],
	false,
);

const byTitle = (placeholder: string): Mode => entered('By Title or ID', 'name', placeholder);

export const listField: INodeProperties = locator('List', 'list', 'The list, from the list of lists, or by its title or ID', [fromList('searchLists'), byTitle('Projects')]);

export const libraryField: INodeProperties = locator('Library', 'library', 'The document library, from the list, or by its title or ID; empty is the default library of the site', [fromList('searchLibraries'), byTitle('Documents')], false);

const byPath = (placeholder: string): Mode => entered('By Path', 'path', placeholder, 'From the root of the library');
const byId = entered('By ID', 'id', '01ABC…');

export const folderField = (displayName = 'Folder', name = 'folder', description = 'The folder; empty is the root of the library', required = false): INodeProperties => locator(displayName, name, description, [fromList('searchFolders'), byPath('/Offers/2026'), byId], required);

export const fileField: INodeProperties = locator('File', 'file', 'The file, from the list, by its path, or by its ID', [fromList('searchFiles'), byPath('/Offers/2026/offer.docx'), byId]);

export const itemIdField: INodeProperties = { displayName: 'Item ID', name: 'itemId', type: 'string', default: '', required: true, placeholder: '42', description: 'ID of the item in its list, a whole number' };

export const limitFields: INodeProperties[] = [
	{ displayName: 'Return All', name: 'returnAll', type: 'boolean', default: false, description: 'Whether to return all results or only up to a given limit' },
	{ displayName: 'Limit', name: 'limit', type: 'number', typeOptions: { minValue: 1 }, default: 50, description: 'Max number of results to return', displayOptions: { show: { returnAll: [false] } } },
];

export const writeOptionsField: INodeProperties = {
	displayName: 'Write Options',
	name: 'writeOptions',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [{ displayName: 'Only If Unchanged (ETag)', name: 'ifMatch', type: 'string', default: '', placeholder: '={{ $json.etag }}', description: 'The ETag that an earlier step got: if somebody has changed it meanwhile, nothing is written and the item fails' }],
};

export const conflictField = (fallback: 'fail' | 'replace' = 'fail'): INodeProperties => ({
	displayName: 'If the Name Is Taken',
	name: 'conflict',
	type: 'options',
	options: [
		{ name: 'Fail', value: 'fail', description: 'Give the item an error' },
		{ name: 'Keep Both', value: 'rename', description: 'Give the new one another name' },
		{ name: 'Replace', value: 'replace', description: 'Overwrite what is there; files keep their earlier versions' },
	],
	default: fallback,
	description: 'What to do when something of that name is there already',
});

export const binaryField = (displayName: string, description: string): INodeProperties => ({ displayName, name: 'binaryPropertyName', type: 'string', default: 'data', required: true, hint: description });

/** In what follows "Choose from the list" n8n adds the rest. */
export const columnsField: INodeProperties = {
	displayName: 'Column Names or IDs',
	name: 'columnNames',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getColumns', loadOptionsDependsOn: ['site.value', 'list.value'] },
	default: [],
	description: 'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	hint: 'Empty returns all columns that are not hidden',
};
