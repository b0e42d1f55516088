import { NodeApiError, type IDataObject } from 'n8n-workflow';

import type { QueryPage } from '../queryPages';
import type { CallOptions, SalesforceApi } from '../salesforceApi';

/**
 * At the beginning of each record; inside of a text the quotes would be escaped. Parsing without them is quicker and lighter than
 * taking them off afterwards: an object that has lost its first field is a slow one.
 */
const ATTRIBUTES = /\{"attributes":\{"type":"[^"\\]*"(?:,"url":"[^"\\]*")?\}(?:,|(?=\}))/g;

/** A page of plain rows, without Salesforce's `attributes`. @throws as `getJson` */
export async function getPlainPage(api: SalesforceApi, path: string, options: CallOptions): Promise<QueryPage> {
	const { text } = await api.getText(path, options);
	let page: QueryPage;
	try {
		page = JSON.parse(text.replace(ATTRIBUTES, '{')) as QueryPage;
	} catch {
		throw new NodeApiError(api.node, { message: 'Salesforce did not answer in JSON' }, { httpCode: '200' });
	}
	// Written in another way than Salesforce's: the records tell.
	for (const [index, record] of page.records.entries()) if ('attributes' in record || hasParentWithAttributes(record)) page.records[index] = without(record);
	return page;
}

function hasParentWithAttributes(record: IDataObject): boolean {
	for (const name in record) {
		const value = record[name];
		if (typeof value === 'object' && value !== null && ('attributes' in value || hasParentWithAttributes(value as IDataObject))) return true;
	}
	return false;
}

function without(record: IDataObject): IDataObject {
	const kept: IDataObject = {};
	for (const name in record) {
		const value = record[name];
		if (name !== 'attributes') kept[name] = typeof value === 'object' && value !== null && !Array.isArray(value) ? without(value as IDataObject) : value;
	}
	return kept;
}
