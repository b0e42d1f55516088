// SOQL's comparisons: text ignores case, ids take 15 or 18 characters, dates compare as instants.
import type { FieldType } from '../data/fields';
import type { FieldValue } from '../data/rows';
import { normalizeId } from '../ids';
import { dateSpan } from './dateLiterals';
import { SoqlError } from './errors';
import type { Literal, Operator } from './syntax';

/** What stands left of an operator: a field, or what a function makes of one. */
export interface Operand {
	readonly name: string;
	readonly type: FieldType;
	readonly picklist?: readonly string[];
}

type Comparable = string | number | boolean | null;

const text: readonly Literal['kind'][] = ['string'];
const number: readonly Literal['kind'][] = ['number'];
const acceptedLiterals: Readonly<Record<FieldType, readonly Literal['kind'][]>> = {
	id: text,
	reference: text,
	string: text,
	email: text,
	phone: text,
	url: text,
	picklist: text,
	multipicklist: text,
	textarea: text,
	base64: text,
	currency: number,
	double: number,
	percent: number,
	int: number,
	boolean: ['boolean'],
	date: ['date', 'dateLiteral'],
	datetime: ['datetime', 'dateLiteral'],
};
const soapTypes: Partial<Record<FieldType, string>> = { currency: 'double', percent: 'double', datetime: 'dateTime' };

/** Brought to a form that compares with < and ===. */
export function comparable(value: FieldValue, type: FieldType): Comparable {
	if (typeof value !== 'string' || type === 'id' || type === 'reference') return value;
	if (type === 'date' || type === 'datetime') return Date.parse(value.replace(/\+0000$/, 'Z'));
	return value.toLowerCase();
}

/** As `comparable`, but picklist values come in the order of the list. */
export function sortable(value: FieldValue, { type, picklist }: Operand): Comparable {
	const place = type === 'picklist' && typeof value === 'string' ? (picklist?.indexOf(value) ?? -1) : -1;
	return place < 0 ? comparable(value, type) : String.fromCharCode(place);
}

/** The test `operand operator literals`. Throws a SoqlError for a literal or an operator that does not go with the field. */
export function compileComparison(operand: Operand, operator: Operator, literals: readonly Literal[]): (value: FieldValue) => boolean {
	const { type } = operand;
	for (const literal of literals) checkLiteral(operand, literal);
	checkOperator(operand, operator);
	if (operator === 'LIKE') {
		const pattern = likePattern(literals[0]!.text);
		return (value) => typeof value === 'string' && pattern.test(value);
	}
	if (operator === 'INCLUDES' || operator === 'EXCLUDES') {
		const wanted = literals.map((literal) => literal.text.toLowerCase().split(';'));
		return (value) => includesAny(value, wanted) === (operator === 'INCLUDES');
	}
	const spans = literals.map((literal) => spanOf(operand, literal));
	const equalsAny = (value: FieldValue): boolean => {
		const own = comparable(value, type);
		return spans.some(([start, end]) => (own === null || start === null || end === null ? own === start : own >= start && own <= end));
	};
	if (operator === '=' || operator === 'IN') return equalsAny;
	if (operator === '!=' || operator === 'NOT IN') return (value) => !equalsAny(value);
	const [start, end] = spans[0]!;
	return (value) => {
		const own = comparable(value, type);
		if (own === null || start === null || end === null) return false;
		if (operator === '<') return own < start;
		if (operator === '<=') return own <= end;
		return operator === '>' ? own > end : own >= start;
	};
}

/** A date literal such as TODAY is a span; everything else a span of one value. */
function spanOf({ type }: Operand, literal: Literal): [Comparable, Comparable] {
	if (literal.kind === 'null') return [null, null];
	if (literal.kind === 'dateLiteral') return dateSpan(literal.text);
	const value = valueOf(type, literal);
	return [value, value];
}

function valueOf(type: FieldType, { kind, text }: Literal): Comparable {
	if (kind === 'number') return Number(text);
	if (kind === 'boolean') return text === 'true';
	// Only LIKE knows the wildcards; elsewhere `\_` and `\%` are the characters themselves.
	const plain = text.replace(/\\([_%])/g, '$1');
	if (type !== 'id' && type !== 'reference') return comparable(plain, type);
	const id = normalizeId(plain);
	if (id === undefined) throw new SoqlError('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${plain}`);
	return id;
}

function includesAny(value: FieldValue, wanted: ReadonlyArray<readonly string[]>): boolean {
	const own = typeof value === 'string' ? value.toLowerCase().split(';') : [];
	return wanted.some((all) => all.every((one) => own.includes(one)));
}

function likePattern(text: string): RegExp {
	const source = text.replace(/\\[_%]|[\s\S]/g, (part) => {
		if (part === '%') return '[\\s\\S]*';
		if (part === '_') return '[\\s\\S]';
		return part.replace(/^\\(?=[_%])/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	});
	return new RegExp(`^${source}$`, 'i');
}

function checkLiteral({ name, type }: Operand, literal: Literal): void {
	if (literal.kind === 'null' || acceptedLiterals[type].includes(literal.kind)) return;
	const wantsQuotes = acceptedLiterals[type].includes('string');
	const expected = wantsQuotes ? 'string' : (soapTypes[type] ?? type);
	throw new SoqlError('INVALID_FIELD', `value of filter criterion for field '${name}' must be of type ${expected} and should ${wantsQuotes ? '' : 'not '}be enclosed in quotes`);
}

function checkOperator({ type }: Operand, operator: Operator): void {
	const isText = acceptedLiterals[type].includes('string') && type !== 'id' && type !== 'reference';
	const goes =
		operator === 'LIKE' ? isText && type !== 'multipicklist' : operator === 'INCLUDES' || operator === 'EXCLUDES' ? type === 'multipicklist' : ['<', '<=', '>', '>='].includes(operator) ? type !== 'boolean' && type !== 'multipicklist' : true;
	if (!goes) throw new SoqlError('INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${type} field`);
}
