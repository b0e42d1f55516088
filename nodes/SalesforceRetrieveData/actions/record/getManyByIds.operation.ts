import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { shapeRecords } from '../../transport/shapeRecord';
import { fetchCollection } from '../fetchCollection';
import type { Operation } from '../operation';
import { isRecordId, listOf, objectTypeOf, shapeOf, textOf, valueOf, wrongParameter } from '../parameters';
import { readFields } from '../readFilters';
import { pickedFields } from './recordFields';

const show = { resource: ['record'], operation: ['getManyByIds'] };

export const description: INodeProperties[] = [
	{
		displayName: 'Record IDs',
		name: 'recordIds',
		type: 'string',
		default: '',
		required: true,
		placeholder: '001xx000003DGb1AAG, 001xx000003DGb0AAG',
		description: 'An array, a JSON array, or text with commas or blanks in between. To collect those of all input items, map over $input.all() and switch on the node setting "Execute Once".',
		displayOptions: { show },
	},
	{
		displayName: 'Missing Records',
		name: 'missing',
		type: 'options',
		options: [
			{ name: 'Fail', value: 'error', description: 'The item fails and names the IDs' },
			{ name: 'Leave Out', value: 'skip', description: 'Only what was found comes out' },
			{ name: 'Report', value: 'report', description: 'An item with the ID and found: false stands in its place' },
		],
		default: 'report',
		description: 'What to do about IDs that belong to no record, or to one that this user may not see',
		displayOptions: { show },
	},
	...pickedFields('getManyByIds'),
];

/** So many ids an error names. */
const NAMED_MAX = 10;

export const execute: Operation = async (api) => {
	const objectType = objectTypeOf(api);
	const ids = listOf(valueOf(api, 'recordIds'));
	if (ids.length === 0) throw wrongParameter(api, 'The parameter "Record IDs" is empty', 'Enter ids, or an expression that yields them');
	const wrong = ids.filter((id) => !isRecordId(id));
	if (wrong.length > 0) throw wrongParameter(api, `The parameter "Record IDs" holds what is no Salesforce id: ${wrong.slice(0, NAMED_MAX).map((id) => `"${id}"`).join(', ')}`, 'An id has 15 or 18 letters and digits');
	const missing = textOf(api, 'missing', 'report');
	const records = await fetchCollection(api, objectType, ids, readFields(api));
	const absent = ids.filter((_, index) => records[index] === undefined);
	if (absent.length > 0 && missing === 'error') {
		throw wrongParameter(api, `${api.session.actsAs} cannot see ${absent.length} of ${ids.length} records of ${objectType}, or they do not exist: ${absent.slice(0, NAMED_MAX).join(', ')}${absent.length > NAMED_MAX ? ', …' : ''}`, 'Choose another "Missing Records" to go on without them');
	}
	const shaped = await shapeRecords(api, records.filter((record) => record !== undefined), shapeOf(api));
	const next = shaped[Symbol.iterator]();
	return records.flatMap((record, index): IDataObject[] => {
		if (record !== undefined) return [next.next().value as IDataObject];
		return missing === 'report' ? [{ Id: ids[index], found: false }] : [];
	});
};
