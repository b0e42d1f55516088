import type { INodeProperties } from 'n8n-workflow';

import { bind, namesIn, type Binding } from '../../soql/bind';
import { SoqlError } from '../../soql/soqlError';
import type { ItemApi } from '../../transport/salesforceApi';
import { queryParametersField } from '../fields';
import type { Operation } from '../operation';
import { listOf, textOf, wrongParameter } from '../parameters';
import { readBindings } from '../readFilters';
import { rowsOf, type SearchAnswer } from './rows';

const show = { resource: ['search'], operation: ['parameterized'] };
/** Of the whole search, and of one object. */
const MOST_ROWS = 2_000;

/** The object first: the rest is about it. */
const objectValues: INodeProperties[] = [
	{ displayName: 'Object Type', name: 'name', type: 'string', default: '', placeholder: 'Account', description: 'API name of the object, e.g. Account or Invoice__c' },
	{ displayName: 'Fields', name: 'fields', type: 'string', default: '', placeholder: 'Name, Phone', description: 'Names of fields, separated by commas; the ID if empty' },
	{ displayName: 'Condition (SOQL)', name: 'where', type: 'string', default: '', placeholder: 'Industry = :industry', description: 'What may follow WHERE; values come in by Query Parameters, as :name' },
	{ displayName: 'Sort By', name: 'orderBy', type: 'string', default: '', placeholder: 'Name DESC NULLS_LAST' },
	{ displayName: 'Max Results', name: 'maxResults', type: 'number', typeOptions: { minValue: 0, maxValue: MOST_ROWS }, default: 0, description: 'Of this object; 0 leaves it to the options' },
];

export const description: INodeProperties[] = [
	{ displayName: 'Search For', name: 'searchTerm', type: 'string', default: '', required: true, placeholder: 'Acme', description: 'Words to find, at least two characters', displayOptions: { show } },
	{
		displayName: 'Objects',
		name: 'searchObjects',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Object',
		default: {},
		description: 'What to look through; IDs of all kinds of records if there is none',
		displayOptions: { show },
		options: [
			{ displayName: 'Object', name: 'object', values: objectValues },
		],
	},
	queryParametersField(show),
	{
		displayName: 'Search In',
		name: 'searchIn',
		type: 'options',
		options: [
			{ name: 'All Fields', value: 'ALL' },
			{ name: 'Email Fields', value: 'EMAIL' },
			{ name: 'Name Fields', value: 'NAME' },
			{ name: 'Phone Fields', value: 'PHONE' },
			{ name: 'Sidebar Fields', value: 'SIDEBAR' },
		],
		default: 'ALL',
		displayOptions: { show },
	},
	{
		displayName: 'Search Options',
		name: 'searchOptions',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: [
			{ displayName: 'Max Results', name: 'overallLimit', type: 'number', typeOptions: { minValue: 1, maxValue: MOST_ROWS }, default: 200, description: 'Of the whole search' },
			{ displayName: 'Max Results per Object', name: 'defaultLimit', type: 'number', typeOptions: { minValue: 1, maxValue: MOST_ROWS }, default: 50, description: 'Of objects that have no number of their own' },
		],
	},
];

const NAME = /^[A-Za-z]\w{0,79}$/;

/** Undefined where none is entered. @throws NodeOperationError */
function countOf(api: ItemApi, value: unknown, label: string): number | undefined {
	const count = Number(value ?? 0);
	if (count === 0) return undefined;
	if (!(count >= 1 && count <= MOST_ROWS)) throw wrongParameter(api, `"${label}" must be from 1 to 2,000, not ${String(value)}`);
	return Math.floor(count);
}

/** `toLabel(Status) label` holds a blank and belongs together. */
function fieldsOf(value: unknown): string[] {
	return typeof value === 'string' && value.includes('(') ? value.split(',').map((field) => field.trim()).filter((field) => field !== '') : listOf(value);
}

/** @throws NodeOperationError */
function boundCondition(api: ItemApi, condition: string, bindings: readonly Binding[]): string {
	const named = namesIn(condition);
	try {
		return bind(condition, bindings.filter(({ name }) => named.includes(name)));
	} catch (error) {
		throw error instanceof SoqlError ? wrongParameter(api, error.message, 'Query Parameters stand in the condition as :name') : error;
	}
}

function objectsOf(api: ItemApi): Record<string, unknown>[] {
	const { context, itemIndex } = api;
	const bindings = readBindings(api);
	const entered = context.getNodeParameter('searchObjects.object', itemIndex, []) as Record<string, unknown>[];
	return entered.map(({ name, fields, where, orderBy, maxResults }) => {
		const objectType = String(name ?? '').trim();
		if (!NAME.test(objectType)) throw wrongParameter(api, `"Object Type" is not the API name of an object: "${objectType}"`, 'For example Account, or Invoice__c for an object of your own');
		const names = fieldsOf(fields);
		const condition = boundCondition(api, String(where ?? '').trim(), bindings);
		const order = String(orderBy ?? '').trim();
		const most = countOf(api, maxResults, `Max Results of ${objectType}`);
		return { name: objectType, ...(names.length > 0 && { fields: names }), ...(condition !== '' && { where: condition }), ...(order !== '' && { orderBy: order }), ...(most !== undefined && { limit: most }) };
	});
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized_post.htm */
export const execute: Operation = async (api) => {
	const { context, itemIndex } = api;
	const option = (name: string): unknown => context.getNodeParameter(`searchOptions.${name}`, itemIndex, undefined);
	const term = textOf(api, 'searchTerm');
	if (term === '') throw wrongParameter(api, 'The parameter "Search For" is empty', 'Enter at least two characters');
	const sobjects = objectsOf(api);
	const overallLimit = countOf(api, option('overallLimit'), 'Max Results');
	const defaultLimit = countOf(api, option('defaultLimit'), 'Max Results per Object');
	const body = {
		// As it is: no clause of SOSL and no operator is read in it.
		q: term,
		in: textOf(api, 'searchIn', 'ALL'),
		...(sobjects.length > 0 && { sobjects }),
		...(overallLimit !== undefined && { overallLimit }),
		// Salesforce refuses it where no object is named.
		...(defaultLimit !== undefined && sobjects.length > 0 && { defaultLimit }),
	};
	return await rowsOf(api, await api.postJson<SearchAnswer>(`${api.dataPath('/parameterizedSearch')}/`, body, { about: 'search', repeatable: true }));
};
