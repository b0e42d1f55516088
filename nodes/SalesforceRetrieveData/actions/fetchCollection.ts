import type { IDataObject } from 'n8n-workflow';

import { describeObject } from '../transport/describe';
import type { SalesforceApi } from '../transport/salesforceApi';

/** A call takes so many ids at most. */
const COLLECTION_MAX = 2_000;

/** All fields that a list of records can hold: contents of files come one by one only. @throws as `getJson` */
export async function allFieldsOf(api: SalesforceApi, objectType: string): Promise<string[]> {
	const { fields } = await describeObject(api, objectType);
	return fields.filter(({ type }) => type !== 'base64').map(({ name }) => name);
}

/** Ids of 15 characters name the same record as the longer ones that begin with them. */
const shortId = (id: string): string => id.slice(0, 15);

/**
 * Records by their ids: in their order, each as often as it is named, undefined for what this user cannot see. Each record is asked for once.
 * @param fields none: all that this user may see
 * @throws as `getJson`
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm
 */
export async function fetchCollection(api: SalesforceApi, objectType: string, ids: readonly string[], fields: readonly string[]): Promise<(IDataObject | undefined)[]> {
	const wanted = fields.length > 0 ? fields : await allFieldsOf(api, objectType);
	const distinct = [...new Map(ids.map((id) => [shortId(id), id])).values()];
	const found = new Map<string, IDataObject>();
	for (let start = 0; start < distinct.length; start += COLLECTION_MAX) {
		const part = distinct.slice(start, start + COLLECTION_MAX);
		const records = await api.postJson<(IDataObject | null)[]>(api.dataPath(`/composite/sobjects/${objectType}`), { ids: part, fields: wanted }, { about: `${part.length} records of ${objectType}`, repeatable: true });
		for (const [index, record] of records.entries()) if (record !== null) found.set(shortId(part[index]!), record);
	}
	return ids.map((id) => found.get(shortId(id)));
}
