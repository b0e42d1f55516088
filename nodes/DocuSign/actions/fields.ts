import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

type Show = NonNullable<IDisplayOptions['show']>;

/** Whose envelopes, templates and people: a person may be a member of several accounts. */
export const accountField: INodeProperties = {
	displayName: 'Account',
	name: 'account',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'The DocuSign account to work in; empty: the default account of the user, or the one that the credential names',
	modes: [
		{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchAccounts', searchable: true } },
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: '00000000-0000-0000-0000-000000000000' },
	],
};

export function envelopeIdField(show: Show): INodeProperties {
	return { displayName: 'Envelope ID', name: 'envelopeId', type: 'string', default: '', required: true, placeholder: '00000000-0000-0000-0000-000000000000', displayOptions: { show } };
}

export function templateField(show: Show): INodeProperties {
	return {
		displayName: 'Template',
		name: 'template',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		displayOptions: { show },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchTemplates', searchable: true } },
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: '00000000-0000-0000-0000-000000000000' },
		],
	};
}

export function folderField(show: Show): INodeProperties {
	return {
		displayName: 'Folder',
		name: 'folder',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		displayOptions: { show },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchFolders', searchable: true } },
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'inbox', hint: 'Also inbox, sentitems, draft or recyclebin' },
		],
	};
}

export function limitFields(show: Show): INodeProperties[] {
	return [
		{ displayName: 'Return All', name: 'returnAll', type: 'boolean', default: false, description: 'Whether to return all results or only up to a given limit', displayOptions: { show } },
		{ displayName: 'Limit', name: 'limit', type: 'number', typeOptions: { minValue: 1 }, default: 50, description: 'Max number of results to return', displayOptions: { show: { ...show, returnAll: [false] } } },
	];
}
