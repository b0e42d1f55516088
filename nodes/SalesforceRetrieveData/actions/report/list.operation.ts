import type { INodeProperties } from 'n8n-workflow';

import { quote, quoteForLike } from '../../soql/literals';
import { pages, queryPath } from '../../transport/queryPages';
import { shapeRecord } from '../../transport/shapeRecord';
import { limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf, shapeOf, textOf } from '../parameters';

const show = { resource: ['report'], operation: ['list'] };

export const description: INodeProperties[] = [
	...limitFields(show),
	{
		displayName: 'Filters',
		name: 'listFilters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		displayOptions: { show },
		options: [
			{ displayName: 'Folder', name: 'folder', type: 'string', default: '', placeholder: 'Public Reports', description: 'Name of the folder that the reports are in' },
			{
				displayName: 'Format',
				name: 'format',
				type: 'options',
				options: [
					{ name: 'Any', value: '' },
					{ name: 'Joined', value: 'MultiBlock' },
					{ name: 'Matrix', value: 'Matrix' },
					{ name: 'Summary', value: 'Summary' },
					{ name: 'Tabular', value: 'Tabular' },
				],
				default: '',
			},
			{ displayName: 'Name Contains', name: 'name', type: 'string', default: '', placeholder: 'Pipeline' },
		],
	},
];

/**
 * The resource of the reports lists the 200 that were seen last; the object has all.
 * @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_report.htm
 */
export const execute: Operation = async (api) => {
	const limit = limitOf(api);
	const [folder, format, name] = ['folder', 'format', 'name'].map((filter) => textOf(api, `listFilters.${filter}`)) as [string, string, string];
	const conditions = [folder !== '' && `FolderName = ${quote(folder)}`, format !== '' && `Format = ${quote(format)}`, name !== '' && `Name LIKE ${quoteForLike('%', name, '%')}`].filter((condition) => condition !== false);
	const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
	const soql = `SELECT Id, Name, DeveloperName, FolderName, Format, Description, LastRunDate FROM Report${where} ORDER BY Name, Id`;
	const shape = shapeOf(api);
	const found = [];
	for await (const { records } of pages(api, queryPath(api, '/query', soql), { limit, about: 'reports' })) found.push(...records.map((record) => shapeRecord(record, shape)));
	return found.slice(0, limit);
};
