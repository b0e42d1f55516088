import type { IDataObject } from 'n8n-workflow';

import type { OutputItem } from '../../../../lib/n8n';
import type { ItemApi } from '../salesforceApi';
import { shapeRecords, type Shape } from '../shapeRecord';
import { readBulkQuery } from './bulkQuery';
import { rowsToOutput, type RowOutput } from './rowOutput';
import { readRows, type RowQuery } from './rowSource';

export interface Retrieval extends Omit<RowQuery, 'withAttributes'> {
	shape: Shape;
	/** What rows without a parent or without children need, in a shape, to have the form that the others have. */
	completerOf(shape: Shape): (row: IDataObject) => IDataObject;
	output: Omit<RowOutput, 'columns' | 'separator'>;
}

/**
 * The rows of a query as the node is set to give them: as items, or as one file.
 * @throws as `readRows` and `rowsToOutput`
 */
export async function retrieveRows(api: ItemApi, { shape: asked, completerOf, output, ...query }: Retrieval): Promise<(IDataObject | OutputItem)[]> {
	const text = readBulkQuery(query.soql);
	const isPlain = 'plain' in text;
	// CSV has its own way to write parents and empty fields.
	const shape = output.as === 'csv' ? { ...asked, flatten: 'none' as const, dropNulls: false } : asked;
	const withAttributes = shape.keepAttributes === true || shape.typedValues === true;
	const complete = completerOf(shape);
	const isAsRead = isPlain && shape.dropNulls !== true && shape.typedValues !== true && (shape.flatten ?? 'none') === 'none';
	const finish = async (records: IDataObject[]) => (isAsRead ? records : (await shapeRecords(api, records, shape)).map(complete));
	const csv = output.as === 'csv' ? { columns: isPlain ? text.plain.paths : [], separator: asked.flatten === 'underscore' ? ('_' as const) : ('.' as const) } : {};
	return await rowsToOutput(api, readRows(api, { ...query, withAttributes }), finish, { ...output, ...csv });
}
