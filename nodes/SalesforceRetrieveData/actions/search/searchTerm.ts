// What people enter as words of a search.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm

const RESERVED = /[?&|!{}[\]()^~*:\\"'+-]/g;
const OPERATORS = /\b(?:and|or|not)\b/gi;

/** Inside a phrase, that is between double quotes: no operator and no wildcard. */
export function escapePhrase(text: string): string {
	return text.replace(RESERVED, '\\$&');
}

/** Words that are searched as they are, in any order: the names of operators are words too. */
export function escapeWords(text: string): string {
	return escapePhrase(text).replace(OPERATORS, '"$&"');
}
