import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { pages, queryPath } from '../../transport/queryPages';
import type { ItemApi } from '../../transport/salesforceApi';
import { limitFields, objectTypeField } from '../fields';
import type { Operation } from '../operation';
import { flagOf, limitOf, objectTypeOf, textOf, wrongParameter } from '../parameters';
import { rowReader, type RowOptions, type ViewColumn } from './columns';
import { listViewsOf } from './listViews';

const show = { resource: ['listView'], operation: ['results'] };

export const description: INodeProperties[] = [
	objectTypeField(show, 'The object whose list view is wanted'),
	{
		displayName: 'List View',
		name: 'listViewId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The list view whose rows are wanted. The list is of what the service account may see.',
		typeOptions: { loadOptionsDependsOn: ['objectType.value'] },
		displayOptions: { show },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchListViews', searchable: true } },
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: '00BD0000005WcCNMA0', hint: '15 or 18 characters that begin with 00B' },
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'AllAccounts', hint: 'The API name of the list view, or its label' },
			{ displayName: 'By URL', name: 'url', type: 'string', placeholder: 'https://example.lightning.force.com/lightning/o/Account/list?filterName=AllAccounts' },
		],
	},
	...limitFields(show),
	{
		displayName: 'List View Options',
		name: 'listViewOptions',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: [
			{ displayName: 'Include Hidden Columns', name: 'includeHidden', type: 'boolean', default: false, description: 'Whether to return what the view selects but does not show: when each row was created and changed' },
			{
				displayName: 'Names of Columns',
				name: 'columnKeys',
				type: 'options',
				options: [
					{ name: 'API Names', value: 'name', description: 'Of the fields, e.g. Owner.Alias' },
					{ name: 'Labels', value: 'label', description: 'As in the list view, e.g. Account Owner Alias' },
				],
				default: 'name',
			},
		],
	},
];

/** One answer holds so many; its `offset` cannot go further either. */
const MOST_ROWS = 2_000;

const LIST_VIEW_ID = /^00B[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/;

/** By its id, its API name or label, or the address of its page. @throws NodeOperationError */
async function listViewIdOf(api: ItemApi, objectType: string): Promise<string> {
	const entered = textOf(api, 'listViewId');
	const named = URL.canParse(entered) ? (new URL(entered).searchParams.get('filterName') ?? '') : entered;
	if (LIST_VIEW_ID.test(named)) return named;
	if (named === '') throw wrongParameter(api, `The parameter "List View" names none: "${entered}"`, 'Enter its id (00B…), its API name or its label');
	const wanted = named.toLowerCase();
	for await (const { id, developerName, label } of listViewsOf(api, objectType)) if (developerName.toLowerCase() === wanted || label.toLowerCase() === wanted) return id;
	throw wrongParameter(api, `${api.session.actsAs} cannot see a list view "${named}" of ${objectType}, or it does not exist`, 'The operation "List" tells those that there are');
}

interface Results {
	columns: ViewColumn[];
	done: boolean;
	records: { columns: { fieldNameOrPath: string; value: unknown }[] }[];
}

/** A field of a query's row by its path. The query may write names in other letters than the answer does. */
function valueAt(record: IDataObject, path: string): unknown {
	return path.split('.').reduce<unknown>((within, name) => {
		if (typeof within !== 'object' || within === null) return null;
		const row = within as IDataObject;
		if (name in row) return row[name];
		const found = Object.keys(row).find((key) => key.toLowerCase() === name.toLowerCase());
		return found === undefined ? null : row[found];
	}, record);
}

/** All rows by the view's own query, which pages without end. @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviewdescribe.htm */
async function rowsByQuery(api: ItemApi, address: string, about: string, limit: number, toRow: (read: (path: string) => unknown) => IDataObject): Promise<IDataObject[]> {
	const { query } = await api.getJson<{ query: string }>(`${address}/describe`, { about });
	const rows: IDataObject[] = [];
	for await (const page of pages(api, queryPath(api, '/query', query), { limit, about })) {
		for (const record of page.records) if (rows.length < limit) rows.push(toRow((path) => valueAt(record, path)));
	}
	return rows;
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviewresults.htm */
export const execute: Operation = async (api) => {
	const objectType = objectTypeOf(api);
	const limit = limitOf(api);
	const listViewId = await listViewIdOf(api, objectType);
	const options: RowOptions = { keys: textOf(api, 'listViewOptions.columnKeys', 'name') as RowOptions['keys'], includeHidden: flagOf(api, 'listViewOptions.includeHidden') };
	const address = api.dataPath(`/sobjects/${objectType}/listviews/${listViewId}`);
	const about = `list view ${listViewId} of ${objectType}`;

	const first = await api.getJson<Results>(`${address}/results?limit=${Math.min(limit, MOST_ROWS)}`, { about });
	const toRow = rowReader(first.columns, options);
	if (!first.done && limit > first.records.length) return await rowsByQuery(api, address, about, limit, toRow);
	return first.records.map(({ columns }) => {
		const values = new Map(columns.map(({ fieldNameOrPath, value }) => [fieldNameOrPath, value]));
		return toRow((path) => values.get(path));
	});
};
