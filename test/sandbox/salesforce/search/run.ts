// A search over what a person may see.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_limits.htm
import { badRequest } from '../apiErrors';
import type { ApiLocals } from '../apiLocals';
import type { Access } from '../data/access';
import type { FieldType, SObject } from '../data/fields';
import type { Row } from '../data/rows';
import { planRows, resolverOf } from '../soql/evaluate';
import { parseSoql } from '../soql/parser';
import type { RecordBody } from '../soql/records';
import { mostResults, type Returning, type SearchGroup, type SearchRequest } from './sosl';
import { parseTerm, wordsOf, type TermTest } from './term';

const searchedTypes: readonly FieldType[] = ['string', 'email', 'phone', 'url', 'textarea', 'picklist'];
/** Of one object without WHERE or ORDER BY. */
const mostPlainResults = 250;

/** Throws an ApiError of code MALFORMED_SEARCH or INVALID_SEARCH, or a SoqlError for an object or a field that is not there. */
export function runSearch(request: SearchRequest, locals: ApiLocals): RecordBody[] {
	const { access } = locals;
	const meets = parseTerm(request.term, request.verbatim);
	const returning = request.returning.length > 0 ? request.returning : access.objects().filter(({ searchable }) => searchable).map(({ name }): Returning => ({ object: name, fields: 'Id', clauses: '' }));
	if (new Set(returning.map(({ object }) => object.toLowerCase())).size < returning.length) throw badRequest('MALFORMED_SEARCH', 'an object may be in RETURNING once only');
	const found = returning.map((one) => recordsOf(one, returning.length, meets, request.group, locals));
	return evenly(found, request.limit);
}

function recordsOf({ object, fields, clauses }: Returning, objectCount: number, meets: TermTest, group: SearchGroup, { access, version }: ApiLocals): RecordBody[] {
	const soql = `SELECT ${fields} FROM ${object} ${clauses}`;
	const query = parseSoql(soql);
	const resolver = resolverOf(soql, query, access);
	const keep = (row: Row): boolean => meets(searchedWords(resolver.object, row, group, access));
	const result = planRows(query, resolver, { includeDeleted: false, keep }).result();
	const most = query.where || query.orderBy.length > 0 ? mostResults : Math.min(mostPlainResults, Math.floor(mostResults / objectCount));
	const rendering = {
		version,
		openChildren: () => {
			throw badRequest('MALFORMED_SEARCH', 'a search returns no children');
		},
	};
	return Array.from({ length: Math.min(result.count, most) }, (_, index) => result.record(index, rendering));
}

function searchedWords(object: SObject, row: Row, group: SearchGroup, access: Access): string[] {
	const fields = access.fields(object).filter(({ name, type }) => {
		if (group === 'NAME') return /Name$|^Title$/.test(name);
		if (group === 'EMAIL') return type === 'email';
		if (group === 'PHONE') return type === 'phone';
		return searchedTypes.includes(type);
	});
	return fields.flatMap(({ name }) => (typeof row[name] === 'string' ? wordsOf(row[name]) : []));
}

/** A limit on the whole search is shared evenly among the objects. */
function evenly(found: ReadonlyArray<readonly RecordBody[]>, limit: number): RecordBody[] {
	const taken = found.map(() => 0);
	for (let left = limit; left > 0; ) {
		const open = found.flatMap((records, index) => (taken[index]! < records.length ? [index] : []));
		if (open.length === 0) break;
		for (const index of open.slice(0, left)) taken[index]!++;
		left -= Math.min(left, open.length);
	}
	return found.flatMap((records, index) => records.slice(0, taken[index]));
}
