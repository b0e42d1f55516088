import type { SalesforceApi } from './salesforceApi';

export interface ListedObject {
	name: string;
	label: string;
	custom: boolean;
	queryable: boolean;
	[more: string]: unknown;
}

/** Every object that this user may see. @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_describeGlobal.htm @throws as `getJson` */
export async function listObjects(api: SalesforceApi): Promise<ListedObject[]> {
	const { sobjects } = await api.getJson<{ sobjects: ListedObject[] }>(api.dataPath('/sobjects/'), { about: 'list of objects' });
	return sobjects;
}
