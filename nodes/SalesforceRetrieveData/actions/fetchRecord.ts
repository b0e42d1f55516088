import type { IDataObject } from 'n8n-workflow';

import type { SalesforceApi } from '../transport/salesforceApi';

export function fieldsQuery(fields: readonly string[]): string {
	return fields.length === 0 ? '' : `?fields=${encodeURIComponent(fields.join(','))}`;
}

/**
 * One record. @param fields none: all that this user may see
 * @throws as `getJson`
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm
 */
export async function fetchRecord(api: SalesforceApi, objectType: string, recordId: string, fields: readonly string[]): Promise<IDataObject> {
	return await api.getJson(`${api.dataPath(`/sobjects/${objectType}/${recordId}`)}${fieldsQuery(fields)}`, { about: `record ${recordId} of ${objectType}` });
}
