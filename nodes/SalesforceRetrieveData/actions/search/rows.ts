import type { IDataObject } from 'n8n-workflow';

import type { ItemApi } from '../../transport/salesforceApi';
import { shapeRecords } from '../../transport/shapeRecord';
import { shapeOf } from '../parameters';

/** Before version 37.0 the list came bare. @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search.htm */
export type SearchAnswer = { searchRecords: IDataObject[] } | IDataObject[];

/** What was found, each row with the object that it is of: one search looks through several. */
export async function rowsOf(api: ItemApi, answer: SearchAnswer): Promise<IDataObject[]> {
	const records = Array.isArray(answer) ? answer : answer.searchRecords;
	const shaped = await shapeRecords(api, records, shapeOf(api));
	return shaped.map((row, index) => ({ type: (records[index]?.attributes as IDataObject | undefined)?.type ?? null, ...row }));
}
