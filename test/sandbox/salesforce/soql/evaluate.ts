// Runs a parsed query over the rows that a user may see. Knows no HTTP.
import { parentRow, visibleRows, type FieldValue, type OrgUser, type Row } from '../org';
import { findField, findRelationship, findSObject, sObjects, type Field, type SObject } from '../objects';
import { comparable, matches } from './compare';
import { noSuchColumn, noSuchRelationship, noSuchType, SoqlError, soqlErrorAt } from './errors';
import { parseSoql, type Condition, type OrderBy, type Path } from './parser';

/** A field reached from the queried object, over parents if need be: `Account.Owner.Name`. */
interface Column {
	readonly parents: readonly Field[];
	readonly field: Field;
}
export type RecordBody = { attributes: { type: string; url?: string }; [field: string]: unknown };
export interface QueryResult {
	readonly totalSize: number;
	readonly count: number;
	/** The answer's record number `index`, built when asked for. */
	record(index: number, version: string): RecordBody;
}

/** Throws a SoqlError in the vendor's words for every query that Salesforce would refuse. */
export function runSoql(soql: string, user: OrgUser, includeDeleted: boolean): QueryResult {
	const query = parseSoql(soql);
	const object = findSObject(query.from.text);
	if (!object) throw soqlErrorAt(soql, query.from.offset, 'INVALID_TYPE', noSuchType(query.from.text));
	if (query.offset > 2_000) throw new SoqlError('NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
	const resolve = (path: Path): Column => resolvePath(soql, object, path);
	const columns = query.select.kind === 'fields' ? query.select.paths.map(resolve) : query.select.kind === 'all' ? object.fields.map((field) => ({ parents: [], field })) : [];
	if (query.select.kind === 'all' && (query.limit === undefined || query.limit > 200)) throw new SoqlError('MALFORMED_QUERY', 'The SOQL FIELDS function must have a LIMIT of at most 200');
	const countOf = query.select.kind === 'countOf' ? resolve(query.select.path) : undefined;

	const meets = query.where ? compile(query.where, resolve) : () => true;
	const inOrder = compileOrder(query.orderBy, resolve);
	const found = visibleRows(object.name, user).filter((row) => (includeDeleted || !row.IsDeleted) && meets(row));
	const rows = found.sort(inOrder).slice(query.offset, query.limit === undefined ? undefined : query.offset + query.limit);

	if (query.select.kind === 'count') return { totalSize: rows.length, count: 0, record: noRecord };
	if (countOf) {
		const expr0 = rows.filter((row) => valueOf(row, countOf) !== null).length;
		return { totalSize: 1, count: 1, record: () => ({ attributes: { type: 'AggregateResult' }, expr0 }) };
	}
	return { totalSize: rows.length, count: rows.length, record: (index, version) => project(object, rows[index]!, columns, version) };
}

function noRecord(): never {
	throw new RangeError('COUNT() has no records');
}

function resolvePath(soql: string, start: SObject, path: Path): Column {
	const names = path.text.split('.');
	// `Account.Name` on Account itself is the same as `Name`.
	if (names.length > 1 && findSObject(names[0]!) === start && !findRelationship(start, names[0]!)) names.shift();
	const parents: Field[] = [];
	let object = start;
	for (const name of names.slice(0, -1)) {
		const parent = findRelationship(object, name);
		if (!parent) throw soqlErrorAt(soql, path.offset, 'INVALID_FIELD', noSuchRelationship(name));
		parents.push(parent);
		object = sObjects.find((candidate) => candidate.name === parent.referenceTo)!;
	}
	const last = names.at(-1)!;
	const field = findField(object, last);
	if (!field) throw soqlErrorAt(soql, path.offset, 'INVALID_FIELD', noSuchColumn(last, object.name));
	return { parents, field };
}

function valueOf(row: Row, { parents, field }: Column): FieldValue {
	const owner = parents.reduce<Row | undefined>((current, parent) => current && parentRow(current[parent.name]), row);
	return owner?.[field.name] ?? null;
}

function compile(condition: Condition, resolve: (path: Path) => Column): (row: Row) => boolean {
	if (condition.kind === 'compare') {
		const column = resolve(condition.path);
		// Checks the literals even when no row will ever be compared.
		matches(null, column.field, condition.operator, condition.literals);
		return (row) => matches(valueOf(row, column), column.field, condition.operator, condition.literals);
	}
	if (condition.kind === 'not') {
		const part = compile(condition.part, resolve);
		return (row) => !part(row);
	}
	const parts = condition.parts.map((part) => compile(part, resolve));
	return condition.kind === 'and' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
}

function compileOrder(orderBy: readonly OrderBy[], resolve: (path: Path) => Column): (a: Row, b: Row) => number {
	const keys = orderBy.map(({ path, descending, nullsLast }) => ({ column: resolve(path), sign: descending ? -1 : 1, nullSign: nullsLast ? 1 : -1 }));
	return (a, b) => {
		for (const { column, sign, nullSign } of keys) {
			const left = comparable(valueOf(a, column), column.field.type);
			const right = comparable(valueOf(b, column), column.field.type);
			if (left === right) continue;
			// Nulls come first in both directions unless NULLS LAST.
			if (left === null) return nullSign;
			if (right === null) return -nullSign;
			return left < right ? -sign : sign;
		}
		return 0;
	};
}

export function attributes(object: SObject, id: string, version: string): { type: string; url: string } {
	return { type: object.name, url: `/services/data/${version}/sobjects/${object.name}/${id}` };
}

function project(object: SObject, row: Row, columns: readonly Column[], version: string): RecordBody {
	const body: RecordBody = { attributes: attributes(object, row.Id, version) };
	for (const column of columns) place(body, row, column.parents, column.field, version);
	return body;
}

function place(body: RecordBody, row: Row, parents: readonly Field[], field: Field, version: string): void {
	const [parent, ...further] = parents;
	if (!parent) {
		body[field.name] = row[field.name] ?? null;
		return;
	}
	const relation = parent.relationshipName!;
	const target = parentRow(row[parent.name]);
	if (!target) {
		body[relation] = null;
		return;
	}
	const targetObject = sObjects.find(({ name }) => name === parent.referenceTo)!;
	const nested = (body[relation] as RecordBody | undefined) ?? { attributes: attributes(targetObject, target.Id, version) };
	body[relation] = nested;
	place(nested, target, further, field, version);
}
