// SOQL's comparisons: text ignores case, ids take 15 or 18 characters, dates compare as instants.
import type { FieldValue } from '../org';
import { normalizeId } from '../ids';
import type { Field, FieldType } from '../objects';
import { SoqlError } from './errors';
import type { Literal, Operator } from './parser';

const dayMs = 86_400_000;
type Comparable = string | number | boolean | null;

const acceptedLiterals: Record<FieldType, readonly Literal['kind'][]> = {
	id: ['string'],
	reference: ['string'],
	string: ['string'],
	email: ['string'],
	phone: ['string'],
	picklist: ['string'],
	currency: ['number'],
	int: ['number'],
	boolean: ['boolean'],
	date: ['date', 'dateLiteral'],
	datetime: ['datetime', 'dateLiteral'],
};
const soapTypes: Partial<Record<FieldType, string>> = { currency: 'double', datetime: 'dateTime' };

/** Both sides brought to one form that compares with < and ===. */
export function comparable(value: FieldValue, type: FieldType): Comparable {
	if (typeof value !== 'string') return value;
	if (type === 'id' || type === 'reference') return value;
	if (type === 'date' || type === 'datetime') return Date.parse(value.replace(/\+0000$/, 'Z'));
	return value.toLowerCase();
}

/** Whether a row's value meets `field operator literal`. Throws a SoqlError for a literal of the wrong type. */
export function matches(value: FieldValue, field: Field, operator: Operator, literals: readonly Literal[]): boolean {
	literals.forEach((literal) => checkType(field, literal));
	const own = comparable(value, field.type);
	if (operator === 'LIKE') return typeof value === 'string' && likePattern(literals[0]!.text).test(value);
	if (operator === 'IN' || operator === 'NOT IN') return literals.some((literal) => equals(own, field, literal)) === (operator === 'IN');
	const literal = literals[0]!;
	if (operator === '=' || operator === '!=') return equals(own, field, literal) === (operator === '=');
	const [start, end] = range(field, literal);
	if (own === null || start === null || end === null) return false;
	if (operator === '<') return own < start;
	if (operator === '<=') return own <= end;
	return operator === '>' ? own > end : own >= start;
}

function equals(own: Comparable, field: Field, literal: Literal): boolean {
	const [start, end] = range(field, literal);
	if (own === null || start === null || end === null) return own === start;
	return own >= start && own <= end;
}

/** A date literal such as TODAY is a span; everything else a span of one value. */
function range(field: Field, { kind, text }: Literal): [Comparable, Comparable] {
	if (kind === 'null') return [null, null];
	if (kind === 'number') return [Number(text), Number(text)];
	if (kind === 'boolean') return [text === 'true', text === 'true'];
	if (kind === 'dateLiteral') return dateSpan(text);
	const plain = text.replace(/\\([_%])/g, '$1');
	const value = field.type === 'id' || field.type === 'reference' ? asId(plain) : comparable(plain, field.type);
	return [value, value];
}

function asId(text: string): string {
	const id = normalizeId(text);
	if (id === undefined) throw new SoqlError('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
	return id;
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm */
function dateSpan(text: string): [number, number] {
	const today = Math.floor(Date.now() / dayMs) * dayMs;
	const [name, count = '0'] = text.split(':');
	const days = Number(count) * dayMs;
	if (name === 'LAST_N_DAYS') return [today - days, today + dayMs - 1];
	if (name === 'NEXT_N_DAYS') return [today + dayMs, today + dayMs + days - 1];
	const start = name === 'YESTERDAY' ? today - dayMs : name === 'TOMORROW' ? today + dayMs : today;
	return [start, start + dayMs - 1];
}

function likePattern(text: string): RegExp {
	const source = text.replace(/\\[_%]|[\s\S]/g, (part) => {
		if (part === '%') return '[\\s\\S]*';
		if (part === '_') return '[\\s\\S]';
		return part.replace(/^\\(?=[_%])/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	});
	return new RegExp(`^${source}$`, 'i');
}

function checkType(field: Field, literal: Literal): void {
	if (literal.kind === 'null' || acceptedLiterals[field.type].includes(literal.kind)) return;
	const wantsQuotes = acceptedLiterals[field.type].includes('string');
	const type = wantsQuotes ? 'string' : (soapTypes[field.type] ?? field.type);
	throw new SoqlError('INVALID_FIELD', `value of filter criterion for field '${field.name}' must be of type ${type} and should ${wantsQuotes ? '' : 'not '}be enclosed in quotes`);
}
