// The condition builder: conditions and groups of them, sort rules, child records.
import type { INodeProperties } from 'n8n-workflow';

import { LABELS } from '../soql/conditions';
import { fieldLocator, queryParametersField, type Show } from './fields';

const WITHOUT_VALUE = ['isEmpty', 'isNotEmpty'];

const combineField = (displayName: string, name: string): INodeProperties => ({
	displayName,
	name,
	type: 'options',
	options: [
		{ name: 'AND (All)', value: 'and' },
		{ name: 'OR (Any)', value: 'or' },
	],
	default: 'and',
});

const conditionValues: INodeProperties[] = [
	fieldLocator('Field', 'field', 'searchFields', 'A field of the object, or of a related record with a dot, e.g. Owner.Name'),
	{
		displayName: 'Operator',
		name: 'operator',
		type: 'options',
		options: Object.entries(LABELS)
			.map(([value, name]) => ({ name, value }))
			.sort((a, b) => a.name.localeCompare(b.name, 'en')),
		default: 'equal',
	},
	{
		displayName: 'Value',
		name: 'value',
		type: 'string',
		default: '',
		placeholder: '={{ $json.name }}',
		description: 'Written as the type of the field asks for. For dates also TODAY, LAST_N_DAYS:30 and the like; for a list an array, or text with commas in between. With Like, % and _ are wildcards.',
		displayOptions: { hide: { operator: WITHOUT_VALUE } },
	},
	{
		displayName: 'Value Type',
		name: 'valueType',
		type: 'options',
		options: [
			{ name: 'Boolean', value: 'boolean' },
			{ name: 'By Field', value: 'auto', description: 'As Salesforce describes the field' },
			{ name: 'Date', value: 'date' },
			{ name: 'Date Literal', value: 'dateLiteral' },
			{ name: 'Date-Time', value: 'dateTime' },
			{ name: 'ID', value: 'id' },
			{ name: 'Number', value: 'number' },
			{ name: 'Text', value: 'text' },
		],
		default: 'auto',
		displayOptions: { hide: { operator: WITHOUT_VALUE } },
	},
];

const conditionsField = (displayName: string): INodeProperties => ({
	displayName,
	name: 'conditions',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Condition',
	default: {},
	options: [{ displayName: 'Condition', name: 'condition', values: conditionValues }],
});

/** Conditions, groups, SOQL of one's own. */
export function filterFields(show: Show): INodeProperties[] {
	return [
		{ ...conditionsField('Conditions'), displayOptions: { show } },
		{
			displayName: 'Groups',
			name: 'groups',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Group',
			default: {},
			description: 'Conditions in brackets',
			displayOptions: { show },
			options: [
				{
					displayName: 'Group',
					name: 'group',
					values: [
						combineField('Combine With', 'combine'),
						{ displayName: 'Negate', name: 'negate', type: 'boolean', default: false, description: 'Whether the group must not hold (NOT)' },
						conditionsField('Conditions'),
					],
				},
			],
		},
		{ ...combineField('Combine Conditions and Groups With', 'combine'), displayOptions: { show } },
		{
			displayName: 'Further Condition (SOQL)',
			name: 'where',
			type: 'string',
			default: '',
			placeholder: 'AnnualRevenue > :revenue AND Id IN (SELECT AccountId FROM Opportunity)',
			description: 'What may follow WHERE; it must hold as well. Take values in by Query Parameters, as :name.',
			displayOptions: { show },
		},
		queryParametersField(show),
	];
}

const sortValues: INodeProperties[] = [
	fieldLocator('Field', 'field', 'searchFields', 'A field of the object, or of a related record with a dot'),
	{
		displayName: 'Direction',
		name: 'direction',
		type: 'options',
		options: [
			{ name: 'Ascending', value: 'ASC' },
			{ name: 'Descending', value: 'DESC' },
		],
		default: 'ASC',
	},
	{
		displayName: 'Empty Values',
		name: 'nulls',
		type: 'options',
		options: [
			{ name: 'As Salesforce Does', value: 'default', description: 'First' },
			{ name: 'First', value: 'FIRST' },
			{ name: 'Last', value: 'LAST' },
		],
		default: 'default',
	},
];

const sortField: INodeProperties = {
	displayName: 'Sort',
	name: 'sort',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Sort Rule',
	default: {},
	options: [{ displayName: 'Rule', name: 'rule', values: sortValues }],
};

export function sortFields(show: Show): INodeProperties[] {
	return [{ ...sortField, displayOptions: { show } }];
}

export function childrenField(show: Show): INodeProperties {
	return {
		displayName: 'Child Records',
		name: 'children',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Child Relationship',
		default: {},
		description: 'Records that belong to each record, e.g. the Contacts of an Account: they come as a list in the row',
		displayOptions: { show },
		options: [
			{
				displayName: 'Relationship',
				name: 'child',
				values: [
					fieldLocator('Relationship', 'relationship', 'searchChildRelationships', 'Name of the child relationship, e.g. Contacts or Invoices__r', { placeholder: 'Contacts' }),
					{ displayName: 'Fields', name: 'fields', type: 'string', default: 'Id', placeholder: 'LastName, Email', description: 'Names of fields, separated by commas' },
					{ displayName: 'Condition (SOQL)', name: 'where', type: 'string', default: '', placeholder: 'Email != null', description: 'What may follow WHERE; values come in by Query Parameters, as :name' },
					{ displayName: 'Sort By', name: 'sortBy', type: 'string', default: '', placeholder: 'LastName', description: 'A field; a minus before it sorts descending' },
					{ displayName: 'Max Records', name: 'maxRecords', type: 'number', typeOptions: { minValue: 0 }, default: 0, description: 'For each record; 0 returns all' },
				],
			},
		],
	};
}
