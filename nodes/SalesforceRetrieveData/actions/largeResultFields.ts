// What operations share that may yield many rows: how to read them, and what becomes of them.
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { OutputItem } from '../../../lib/n8n';
import { retrieveRows, type Retrieval } from '../transport/large/retrieveRows';
import type { RowOutput } from '../transport/large/rowOutput';
import type { ReadWith } from '../transport/large/rowSource';
import type { ItemApi } from '../transport/salesforceApi';
import type { Show } from './fields';
import { batchSizeOf, flagOf, shapeOf, textOf, wrongParameter } from './parameters';

/** Measured, and what Salesforce recommends for Bulk: below, a job takes longer than it saves. */
const BULK_FROM = 10_000;
const BULK_TIME_LIMIT_MINUTES = 60;

/** Beside the limit of an operation. */
export function outputFields(show: Show): INodeProperties[] {
	const isFile = { ...show, output: ['csv', 'jsonLines'] };
	return [
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			options: [
				{ name: 'CSV File', value: 'csv', description: 'One item with one file, written while the rows come' },
				{ name: 'Items', value: 'items', description: 'One item per row' },
				{ name: 'JSON Lines File', value: 'jsonLines', description: 'One item with one file, one row of JSON per line' },
			],
			default: 'items',
			description: 'What becomes of the rows. A file may be larger than the memory, unless n8n is set to keep binary data in memory.',
			displayOptions: { show },
		},
		{ displayName: 'Put Output File in Field', name: 'binaryPropertyName', type: 'string', default: 'data', required: true, hint: 'The name of the output binary field', displayOptions: { show: isFile } },
		{ displayName: 'File Name', name: 'fileName', type: 'string', default: '', placeholder: 'contacts.csv', description: 'Empty: rows.csv or rows.jsonl', displayOptions: { show: isFile } },
	];
}

const showOption = { show: { '/operation': ['soql', 'getMany'] } };

/** For the node's collection "Options". */
export const largeResultOptions: INodeProperties[] = [
	{
		displayName: 'Bulk From (Rows)',
		name: 'bulkFrom',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: BULK_FROM,
		description: 'From so many rows on, "Automatic" reads through Bulk',
		displayOptions: showOption,
	},
	{
		displayName: 'Bulk Time Limit (Minutes)',
		name: 'bulkTimeLimit',
		type: 'number',
		typeOptions: { minValue: 0.1 },
		default: BULK_TIME_LIMIT_MINUTES,
		description: 'How long Salesforce may work on a Bulk job before it is given up; the download is not counted',
		displayOptions: showOption,
	},
	{
		displayName: 'Read With',
		name: 'readWith',
		type: 'options',
		options: [
			{ name: 'Automatic', value: 'automatic', description: 'REST, or Bulk where there are many rows and Bulk can answer the query' },
			{ name: 'Bulk', value: 'bulk', description: 'Bulk API 2.0: one job, few calls; for many rows' },
			{ name: 'REST', value: 'rest', description: 'Page by page, 2,000 rows each at most' },
		],
		default: 'automatic',
		description: 'Which of Salesforce’s APIs the rows come from; they are the same through either',
		displayOptions: showOption,
	},
];

const READ_WITH = ['automatic', 'rest', 'bulk'];
const OUTPUTS = ['items', 'csv', 'jsonLines'];
const FILE_NAMES = { csv: 'rows.csv', jsonLines: 'rows.jsonl', items: '' };

/**
 * Runs a query and gives its rows as the node is set to, items or a file.
 * @param limit rows at most; Infinity for all
 * @throws NodeOperationError for parameters that are none, and as `retrieveRows`
 */
export async function retrieveAsSet(api: ItemApi, soql: string, limit: number, completerOf: Retrieval['completerOf']): Promise<(IDataObject | OutputItem)[]> {
	const readWith = textOf(api, 'options.readWith', 'automatic');
	if (!READ_WITH.includes(readWith)) throw wrongParameter(api, `The option "Read With" is unknown: "${readWith}"`, 'One of automatic, rest, bulk');
	return await retrieveRows(api, {
		soql,
		limit,
		completerOf,
		shape: shapeOf(api),
		includeDeleted: flagOf(api, 'options.includeDeleted'),
		batchSize: batchSizeOf(api),
		readWith: readWith as ReadWith,
		bulkFrom: positive(api, 'options.bulkFrom', 'Bulk From (Rows)', BULK_FROM),
		timeLimitMs: positive(api, 'options.bulkTimeLimit', 'Bulk Time Limit (Minutes)', BULK_TIME_LIMIT_MINUTES) * 60_000,
		output: outputOf(api),
	});
}

function outputOf(api: ItemApi): Retrieval['output'] {
	const as = textOf(api, 'output', 'items') as RowOutput['as'];
	if (!OUTPUTS.includes(as)) throw wrongParameter(api, `The parameter "Output" is unknown: "${as}"`, 'One of items, csv, jsonLines');
	const binaryField = textOf(api, 'binaryPropertyName', 'data');
	if (as !== 'items' && binaryField === '') throw wrongParameter(api, 'The parameter "Put Output File in Field" is empty', 'For example data');
	return { as, binaryField, fileName: textOf(api, 'fileName') || FILE_NAMES[as] };
}

function positive(api: ItemApi, name: string, label: string, fallback: number): number {
	const entered = api.context.getNodeParameter(name, api.itemIndex, fallback);
	const number = Number(entered);
	if (!(number > 0)) throw wrongParameter(api, `The option "${label}" must be more than 0, not ${String(entered)}`);
	return number;
}
