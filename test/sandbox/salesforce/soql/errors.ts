// SOQL errors in the vendor's words: a window of the query, a caret under the culprit, row and column.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm

export type SoqlErrorCode = 'MALFORMED_QUERY' | 'INVALID_FIELD' | 'INVALID_TYPE' | 'INVALID_QUERY_FILTER_OPERATOR' | 'NUMBER_OUTSIDE_VALID_RANGE' | 'EXCEEDED_ID_LIMIT';

export class SoqlError extends Error {
	constructor(
		readonly errorCode: SoqlErrorCode,
		message: string,
	) {
		super(message);
	}
}

const seeDescribe = 'Please reference your WSDL or the describe call for the appropriate names.';

/** `offset` counts characters from the start of `soql`. */
export function soqlErrorAt(soql: string, offset: number, errorCode: SoqlErrorCode, reason: string): SoqlError {
	const before = soql.slice(0, offset).split('\n');
	const row = before.length;
	const column = before[row - 1]!.length + 1;
	const line = soql.split('\n')[row - 1]!;
	const windowStart = Math.max(0, column - 41);
	const window = line.slice(windowStart, column + 40);
	const caret = ' '.repeat(column - 1 - windowStart);
	return new SoqlError(errorCode, `\n${window}\n${caret}^\nERROR at Row:${row}:Column:${column}\n${reason}`);
}

export function noSuchColumn(field: string, entity: string): string {
	return `No such column '${field}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${seeDescribe}`;
}

export function noSuchRelationship(name: string): string {
	return `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${seeDescribe}`;
}

export function noSuchType(name: string): string {
	return `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${seeDescribe}`;
}

export function noSuchChildren(name: string): string {
	return `Didn't understand relationship '${name}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${seeDescribe}`;
}
