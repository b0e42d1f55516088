import { NodeApiError, type INode } from 'n8n-workflow';

import type { ApiFailure } from './apiFailure';
import { isPassing, networkCodeOf } from './backOff';

/** Who asked, and what for: an error says both in words. */
export interface Asked {
	actsAs: string;
	/** What was asked for, where the path would not tell it to a person, e.g. `record 001… of Account`. */
	about?: string;
	itemIndex?: number;
}

const ADVICE: Record<string, string> = {
	MALFORMED_QUERY: 'Check the SOQL at the position that Salesforce names',
	INVALID_FIELD: 'Check the field names; the user may also lack the permission to see a field',
	INVALID_TYPE: 'Check the object name; the user may also lack the permission to see the object',
	NOT_FOUND: 'No such record, or the user may not see it',
	MALFORMED_ID: 'An id has 15 or 18 letters and digits, and begins with the three of its object',
	INVALID_QUERY_FILTER_OPERATOR: 'Compare the field with a value of its own type: texts and dates are written differently',
	INVALID_QUERY_LOCATOR: 'Salesforce keeps the further pages of a query for two days, and only some at once per user: run the query again',
	REQUEST_LIMIT_EXCEEDED: 'The daily API quota of the organisation is used up; try again later',
	INVALID_SESSION_ID: 'Sign in again on My connected apps',
	API_DISABLED_FOR_ORG: 'The user’s profile or the organisation’s edition has no API access',
	API_CURRENTLY_DISABLED: 'The API of the organisation is switched off',
	INSUFFICIENT_ACCESS: 'The user lacks a permission for this',
	UNABLE_TO_LOCK_ROW: 'Somebody else was writing the same rows; run the flow again',
	QUERY_TIMEOUT: 'The query takes too long: filter by indexed fields, ask for less, or use Bulk',
	REQUEST_RUNNING_TOO_LONG: 'The request takes too long: filter by indexed fields, ask for less, or use Bulk',
	INVALID_REPLICATION_DATE: 'Salesforce tells what was deleted for 15 days and what was changed for 30; a time span has a minute at least',
	ENTITY_IS_DELETED: 'The record is in the recycle bin; a query with "Include Deleted" finds it',
	URL_NOT_RESET: 'The organisation has moved to another address: sign in again on My connected apps',
	QUERY_TOO_COMPLICATED: 'Ask for fewer fields (formulas above all) or conditions',
	SERVER_UNAVAILABLE: 'Salesforce is under maintenance or overloaded; see status.salesforce.com',
};

const TOO_LONG: ReadonlySet<number> = new Set([414, 431]);

const POSITION = /ERROR at Row:(\d+):Column:(\d+)\s*/;

/** The words after the snippet that Salesforce repeats from the query, and where it points to. */
function readMessage(message: string): { words: string; position: string } {
	const found = POSITION.exec(message);
	if (found === null) return { words: message, position: '' };
	const words = message.slice(found.index + found[0].length).trim();
	return { words: words === '' ? message : words, position: ` (row ${found[1]}, column ${found[2]})` };
}

/** What a person may not see looks to Salesforce like what is not there: the words say both. */
function inWords({ code, fields }: ApiFailure, words: string, { actsAs, about }: Asked): string {
	const column = /No such column '([^']+)' on entity '([^']+)'/.exec(words);
	if (column !== null) return `${actsAs} cannot see the field ${column[1]} of ${column[2]}, or it does not exist`;
	const relation = /Didn't understand relationship '([^']+)' in (?:field path|FROM part of query call)/i.exec(words);
	if (relation !== null) return `${actsAs} cannot follow the relationship ${relation[1]}, or it does not exist`;
	const type = /sObject type '([^']+)' is not supported/.exec(words);
	if (type !== null) return `${actsAs} cannot see the object ${type[1]}, or it does not exist`;
	if (code === 'NOT_FOUND' && about !== undefined) return `${actsAs} cannot see the ${about}, or it does not exist`;
	const concerned = fields.filter((field) => !words.includes(field));
	return `${words}${concerned.length === 0 ? '' : ` (${concerned.join(', ')})`}`;
}

function adviceOf(failure: ApiFailure, words: string): string | undefined {
	const advice = TOO_LONG.has(failure.status) ? 'The query is too long for one address: name fewer fields, or shorten the lists of IN' : failure.code === 'REQUEST_LIMIT_EXCEEDED' && isPassing(failure) ? 'Too many calls run at once in the organisation: try again in a moment' : ADVICE[failure.code ?? ''];
	const seconds = failure.retryAfterMs === undefined ? undefined : `Salesforce asks to wait ${Math.ceil(failure.retryAfterMs / 1_000)} seconds`;
	// What the message says in our words stands here in Salesforce's.
	const told = failure.message === '' || failure.message === words ? undefined : failure.message.replace(/\s+/g, ' ');
	return [advice, seconds, told].filter((part) => part !== undefined).join('. ') || undefined;
}

function withoutCode({ status }: ApiFailure, { about }: Asked): string {
	if (status === 300) return `There is more than one ${about ?? 'record'}`;
	return `Salesforce answered ${status}${about === undefined ? '' : ` (${about})`}`;
}

/** Salesforce's code first, then what is wrong in words that name object, field or position. */
export function toApiError(node: INode, failure: ApiFailure, asked: Asked): NodeApiError {
	const { words, position } = readMessage(failure.message);
	const moved = failure.status > 300 && failure.status < 400;
	const message = failure.code !== undefined ? `${failure.code}: ${inWords(failure, words, asked)}${position}` : withoutCode(failure, asked);
	return new NodeApiError(node, { message, errorCode: failure.code ?? '', fields: failure.fields }, {
		itemIndex: asked.itemIndex,
		message,
		description: moved ? 'The address of the organisation may have changed: sign in again' : adviceOf(failure, message.replace(`${failure.code}: `, '')),
		httpCode: String(failure.status),
	});
}

/** No answer at all. What the network says goes into the description: n8n puts words of its own in place of a message that holds such a code. */
export function toUnreachableError(node: INode, error: unknown, host: string, { itemIndex }: Asked): NodeApiError {
	const message = `Salesforce cannot be reached at ${host}`;
	const told = error instanceof Error ? error.message : String(error);
	const advice = networkCodeOf(error) === 'ENOTFOUND' ? 'If the organisation has moved to another address, sign in again' : 'Check the network, and status.salesforce.com';
	return new NodeApiError(node, { message }, { itemIndex, message, description: `${told}. ${advice}` });
}
