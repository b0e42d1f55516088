// Parameters that several operations share.
import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

export type Show = NonNullable<IDisplayOptions['show']>;

const API_NAME = 'The API name: custom ones end in __c, relationships in __r';

export function objectTypeField(show: Show, description = 'The object whose records are meant'): INodeProperties {
	return {
		displayName: 'Object Type',
		name: 'objectType',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description,
		displayOptions: { show },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchObjects', searchable: true } },
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'Account', hint: API_NAME },
		],
	};
}

export function recordIdField(show: Show): INodeProperties {
	return {
		displayName: 'Record ID',
		name: 'recordId',
		type: 'resourceLocator',
		default: { mode: 'id', value: '' },
		required: true,
		description: 'The record, by its ID or by the address of its page',
		displayOptions: { show },
		modes: [
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: '001xx000003DGb1AAG', hint: '15 or 18 characters' },
			{ displayName: 'By URL', name: 'url', type: 'string', placeholder: 'https://example.lightning.force.com/lightning/r/Account/001xx000003DGb1AAG/view' },
		],
	};
}

/** A field or a relationship, by its name or from the list. */
export function fieldLocator(displayName: string, name: string, searchListMethod: string, description: string, { show, placeholder = 'Owner.Name' }: { show?: Show; placeholder?: string } = {}): INodeProperties {
	return {
		displayName,
		name,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		description,
		...(show !== undefined && { required: true, displayOptions: { show } }),
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod, searchable: true } },
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder, hint: API_NAME },
		],
	};
}

export function fieldsFields(show: Show, empty = 'Empty, and no further fields, returns all that this user may see'): INodeProperties[] {
	return [
		{
			displayName: 'Field Names or IDs',
			name: 'fieldNames',
			type: 'multiOptions',
			typeOptions: { loadOptionsMethod: 'getFields', loadOptionsDependsOn: ['objectType.value', 'options.apiVersion'] },
			default: [],
			description: 'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
			hint: empty,
			displayOptions: { show },
		},
		{
			displayName: 'Further Fields',
			name: 'fields',
			type: 'string',
			default: '',
			placeholder: 'Name, Owner.Name',
			description: 'Names of fields, separated by commas; also fields of related records, with a dot',
			displayOptions: { show },
		},
	];
}

export function limitFields(show: Show): INodeProperties[] {
	return [
		{ displayName: 'Return All', name: 'returnAll', type: 'boolean', default: false, description: 'Whether to return all results or only up to a given limit', displayOptions: { show } },
		{ displayName: 'Limit', name: 'limit', type: 'number', typeOptions: { minValue: 1 }, default: 50, description: 'Max number of results to return', displayOptions: { show: { ...show, returnAll: [false] } } },
	];
}

/** Values for `:name` in SOQL. */
export function queryParametersField(show: Show): INodeProperties {
	return {
		displayName: 'Query Parameters',
		name: 'queryParameters',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Parameter',
		default: {},
		description: 'Values for :name in the SOQL. They are written safely, whatever they hold: text from a form cannot change the query.',
		displayOptions: { show },
		options: [
			{
				displayName: 'Parameter',
				name: 'parameter',
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'name', description: 'As it stands after the colon' },
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						options: [
							{ name: 'Boolean', value: 'boolean' },
							{ name: 'Date', value: 'date', description: 'Such as 2026-01-31' },
							{ name: 'Date Literal', value: 'dateLiteral', description: 'Such as TODAY or LAST_N_DAYS:30' },
							{ name: 'Date-Time', value: 'dateTime', description: 'With its time zone, such as 2026-01-31T08:00:00Z' },
							{ name: 'ID', value: 'id', description: '15 or 18 letters and digits' },
							{ name: 'Number', value: 'number' },
							{ name: 'Text', value: 'text' },
						],
						default: 'text',
					},
					{ displayName: 'List', name: 'isList', type: 'boolean', default: false, description: 'Whether the value is a list, for IN: an array, a JSON array, or text with commas in between' },
					{ displayName: 'Value', name: 'value', type: 'string', default: '' },
				],
			},
		],
	};
}
