import { NodeApiError, NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import type { UserSession } from '../../../lib/n8n';

export const DEFAULT_API_VERSION = '63.0';

interface SalesforceError {
	message: string;
	errorCode: string;
	fields?: string[];
}

/** Salesforce rejects a token with 401, but INVALID_SESSION_ID was also seen on 400 and 403. */
export async function isTokenRejected(response: Response): Promise<boolean> {
	if (response.status === 401) return true;
	if (response.status !== 400 && response.status !== 403) return false;
	return (await response.clone().text()).includes('"INVALID_SESSION_ID"');
}

const ADVICE: Record<string, string> = {
	MALFORMED_QUERY: 'Check the SOQL at the position that Salesforce names',
	INVALID_FIELD: 'Check the field names; the user may also lack the permission to see a field',
	INVALID_TYPE: 'Check the object name; the user may also lack the permission to see the object',
	NOT_FOUND: 'No such record, or the user may not see it',
	REQUEST_LIMIT_EXCEEDED: 'The daily API quota of the organisation is used up; try again later',
	INVALID_SESSION_ID: 'Sign in again on My connected apps',
	API_DISABLED_FOR_ORG: 'The user’s profile or the organisation’s edition has no API access',
};

function readErrors(text: string): SalesforceError[] {
	try {
		const body: unknown = JSON.parse(text);
		const list = Array.isArray(body) ? body : [body];
		return list.filter((entry): entry is SalesforceError => typeof (entry as SalesforceError | null)?.errorCode === 'string');
	} catch {
		return [];
	}
}

function versionOf(context: IExecuteFunctions, itemIndex: number): string {
	const version = String(context.getNodeParameter('options.apiVersion', itemIndex, DEFAULT_API_VERSION)).trim().replace(/^v/i, '');
	if (!/^\d{2,3}(\.0)?$/.test(version)) {
		throw new NodeOperationError(context.getNode(), `The option "API Version" is no version of the Salesforce API: "${version}"`, { itemIndex, description: `For example ${DEFAULT_API_VERSION}` });
	}
	return version.includes('.') ? version : `${version}.0`;
}

/** Path of a REST resource in the API version that the node is set to. */
export function dataPath(context: IExecuteFunctions, itemIndex: number, resource: string): string {
	return `/services/data/v${versionOf(context, itemIndex)}${resource}`;
}

/**
 * GETs JSON as the session's user.
 * @throws NodeApiError with Salesforce's error code and message
 */
export async function getJson(context: IExecuteFunctions, session: UserSession, itemIndex: number, path: string, headers: Record<string, string> = {}): Promise<IDataObject> {
	const response = await session.call(path, { headers });
	const text = await response.text();
	if (response.ok) {
		try {
			return JSON.parse(text) as IDataObject;
		} catch {
			throw new NodeApiError(context.getNode(), { message: 'Salesforce did not answer in JSON' }, { itemIndex, httpCode: String(response.status) });
		}
	}
	const [first] = readErrors(text);
	const code = first?.errorCode;
	const message = first === undefined ? `Salesforce answered ${response.status}` : `${first.errorCode}: ${first.message.trim()}`;
	throw new NodeApiError(context.getNode(), { message, errorCode: code ?? '', fields: first?.fields ?? [] }, {
		itemIndex,
		message,
		description: code === undefined ? undefined : ADVICE[code],
		httpCode: String(response.status),
	});
}

/** Rows without Salesforce's own `attributes`, unless the node keeps them. */
export function cleanRecord(record: IDataObject, keepAttributes: boolean): IDataObject {
	if (keepAttributes) return record;
	return Object.fromEntries(
		Object.entries(record)
			.filter(([name]) => name !== 'attributes')
			.map(([name, value]) => [name, clean(value)]),
	);
}

function clean(value: IDataObject[string]): IDataObject[string] {
	if (Array.isArray(value)) return value.map((entry) => clean(entry as IDataObject[string]));
	if (typeof value === 'object' && value !== null && !(value instanceof Date)) return cleanRecord(value as IDataObject, false);
	return value;
}
