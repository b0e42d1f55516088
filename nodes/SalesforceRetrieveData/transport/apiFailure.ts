import { retryAfterMsOf } from '../../../lib/n8n/backOff';

/** What Salesforce answers instead of what was asked for. */
export interface ApiFailure {
	status: number;
	/** Salesforce's own code of the first error, e.g. INVALID_FIELD; absent where the answer is none of its errors. */
	code?: string;
	/** Salesforce's own words. */
	message: string;
	fields: string[];
	/** Where the server says it. */
	retryAfterMs?: number;
}

interface SalesforceError {
	message: string;
	errorCode: string;
	fields?: string[];
}

/** Errors come as an array; some resources give a single object, or wrap it. */
function readErrors(text: string): SalesforceError[] {
	try {
		const body: unknown = JSON.parse(text);
		const list = Array.isArray(body) ? body : [body];
		return list.filter((entry): entry is SalesforceError => typeof (entry as SalesforceError | null)?.errorCode === 'string');
	} catch {
		// A proxy's page, or nothing at all: the status says it.
		return [];
	}
}

export function readFailure(status: number, headers: Headers, text: string): ApiFailure {
	const [first] = readErrors(text);
	return {
		status,
		code: first?.errorCode,
		// Several records answer to one external id: their addresses.
		message: typeof first?.message === 'string' ? first.message.trim() : status === 300 ? text : '',
		fields: Array.isArray(first?.fields) ? first.fields.map(String) : [],
		retryAfterMs: retryAfterMsOf(headers, Date.now()),
	};
}

/**
 * Salesforce rejects a token with 401, but INVALID_SESSION_ID was also seen on 400 and 403. An organisation that has moved says
 * URL_NOT_RESET or redirects its old address to the new one: with the next token comes the new address.
 */
export async function isTokenRejected(response: Response): Promise<boolean> {
	if (response.status === 401 || (response.status > 300 && response.status < 400 && response.status !== 304)) return true;
	if (response.status !== 400 && response.status !== 403) return false;
	return /"(?:INVALID_SESSION_ID|URL_NOT_RESET)"/.test(await response.clone().text());
}
