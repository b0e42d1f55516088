// Which items: conditions or a raw filter, and their order.
import type { INodeProperties } from 'n8n-workflow';

import type { Column, Condition, FilterOperator, ItemQuery, ListAt } from '../../transport/backend';
import type { ItemApi } from '../operation';
import { textOf, wrongParameter } from '../parameters';
import { columnNamed } from './columns';
import { writtenValue } from './columnValues';

const OPERATORS: Readonly<Record<FilterOperator, string>> = {
	contains: 'Contains',
	equals: 'Equals',
	greater: 'Greater Than',
	greaterOrEqual: 'Greater Than or Equal',
	isEmpty: 'Is Empty',
	isNotEmpty: 'Is Not Empty',
	less: 'Less Than',
	lessOrEqual: 'Less Than or Equal',
	notEquals: 'Not Equal',
	startsWith: 'Starts With',
};
const WITHOUT_VALUE = ['isEmpty', 'isNotEmpty'];

const columnField: INodeProperties = {
	displayName: 'Column Name or ID',
	name: 'column',
	type: 'options',
	typeOptions: { loadOptionsMethod: 'getColumns', loadOptionsDependsOn: ['site.value', 'list.value'] },
	default: '',
	description: 'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
};

export const filterFields: INodeProperties[] = [
	{
		displayName: 'Filter',
		name: 'filterMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'By Conditions', value: 'conditions' },
			{ name: 'None', value: 'none' },
			{ name: 'Raw', value: 'raw', description: 'An OData filter as the API takes it' },
		],
		default: 'none',
		description: 'Which items to return. In lists of more than 5,000 items, filter by a column that has an index.',
	},
	{
		displayName: 'Conditions',
		name: 'conditions',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Condition',
		default: {},
		displayOptions: { show: { filterMode: ['conditions'] } },
		options: [
			{
				displayName: 'Condition',
				name: 'condition',
				values: [
					columnField,
					{ displayName: 'Operator', name: 'operator', type: 'options', options: Object.entries(OPERATORS).map(([value, name]) => ({ name, value })), default: 'equals' },
					{ displayName: 'Value', name: 'value', type: 'string', default: '', placeholder: '={{ $json.status }}', description: 'People by e-mail address or name, lookups by the value that they show or by ID, dates as 2026-01-31', displayOptions: { hide: { operator: WITHOUT_VALUE } } },
				],
			},
		],
	},
	{
		displayName: 'Combine Conditions',
		name: 'combine',
		type: 'options',
		options: [
			{ name: 'AND (All)', value: 'and' },
			{ name: 'OR (Any)', value: 'or' },
		],
		default: 'and',
		displayOptions: { show: { filterMode: ['conditions'] } },
	},
	{ displayName: 'Raw Filter', name: 'rawFilter', type: 'string', default: '', placeholder: "fields/Status eq 'Open'", description: "An OData filter. SharePoint Online: fields/Status eq 'Open'; SharePoint Server: Status eq 'Open'. Texts with ' in them need it twice.", displayOptions: { show: { filterMode: ['raw'] } } },
	{
		displayName: 'Sort',
		name: 'sort',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Sort Rule',
		default: {},
		options: [{ displayName: 'Rule', name: 'rule', values: [columnField, { displayName: 'Descending', name: 'descending', type: 'boolean', default: false, description: 'Whether the largest comes first' }] }],
	},
];

type Rule = Record<string, unknown>;

const rulesIn = ({ context, itemIndex }: ItemApi, name: string): Rule[] => context.getNodeParameter(name, itemIndex, []) as Rule[];

function comparedValue(api: ItemApi, column: Column, value: unknown): Condition['value'] {
	if (column.type === 'person' || column.type === 'lookup') return typeof value === 'number' || /^\d+$/.test(String(value)) ? Number(value) : String(value);
	if (column.type === 'choice') return String(value);
	const written = writtenValue(api, { ...column, multiple: false }, value);
	return typeof written === 'object' ? String(value) : written;
}

function conditionOf(api: ItemApi, column: Column, { operator, value }: Rule): Condition {
	const test = String(operator);
	if (!Object.hasOwn(OPERATORS, test)) throw wrongParameter(api, `The operator "${test}" of a condition is not known`, `Known are ${Object.keys(OPERATORS).join(', ')}`);
	if (WITHOUT_VALUE.includes(test)) return { column, operator: test as FilterOperator };
	if (value === undefined || value === null || value === '') throw wrongParameter(api, `The condition on the column ${column.name} has no value`, 'To find what has none, choose "Is Empty"');
	return { column, operator: test as FilterOperator, value: test === 'startsWith' || test === 'contains' ? String(value) : comparedValue(api, column, value) };
}

/** @throws NodeOperationError for unknown columns and values that do not fit */
export async function readFilter(api: ItemApi, at: ListAt): Promise<ItemQuery> {
	const rules = rulesIn(api, 'sort.rule');
	const mode = textOf(api, 'filterMode', 'none');
	const conditions = mode === 'conditions' ? rulesIn(api, 'conditions.condition') : [];
	const columns = rules.length + conditions.length === 0 ? [] : await api.backend.getColumns(at);
	const named = ({ column }: Rule): Column => columnNamed(api, columns, String(column ?? ''), at);
	return {
		...(mode === 'raw' && { rawFilter: textOf(api, 'rawFilter') }),
		conditions: conditions.map((rule) => conditionOf(api, named(rule), rule)),
		combine: textOf(api, 'combine', 'and') === 'or' ? 'or' : 'and',
		sort: rules.map((rule) => ({ column: named(rule), descending: rule.descending === true })),
	};
}
