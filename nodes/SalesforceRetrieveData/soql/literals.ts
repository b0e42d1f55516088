// Values as SOQL writes them. What comes in is never read as SOQL: each literal is checked or quoted.
import { LiteralError } from './soqlError';

/** How a value is written. `dateLiteral` is a word such as TODAY or LAST_N_DAYS:30. */
export type LiteralType = 'text' | 'number' | 'boolean' | 'date' | 'dateTime' | 'time' | 'id' | 'dateLiteral';

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };

/** @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
export function quote(text: string): string {
	// eslint-disable-next-line no-control-regex -- \b is the backspace that SOQL escapes
	return `'${text.replace(/[\\'"\n\r\t\u0008\f]/g, (character) => ESCAPES[character]!)}'`;
}

/** Text that LIKE takes as it is: its wildcards are ordinary characters. Goes through `quote` afterwards with its backslashes kept. */
export function quoteForLike(before: string, text: string, after: string): string {
	const inner = quote(text).slice(1, -1).replace(/[%_]/g, (wildcard) => `\\${wildcard}`);
	return `'${before}${inner}${after}'`;
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;
const TIME = /^\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z?$/i;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;
const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
const PERIOD = '(?:DAYS?|WEEKS?|MONTHS?|QUARTERS?|YEARS?|FISCAL_QUARTERS?|FISCAL_YEARS?)';
/** @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm */
const DATE_LITERAL = new RegExp(`^(?:YESTERDAY|TODAY|TOMORROW|(?:LAST|THIS|NEXT)_(?:WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)|(?:LAST|NEXT)_90_DAYS|(?:LAST|NEXT)_N_${PERIOD}:\\d{1,5}|N_${PERIOD}_AGO:\\d{1,5})$`, 'i');

export function isDateLiteral(value: unknown): boolean {
	return typeof value === 'string' && DATE_LITERAL.test(value.trim());
}

/** A point in time as text: a Date, a Luxon DateTime (what n8n's `$now` is), or text. */
function timeText(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
	if (typeof value === 'object' && value !== null && typeof (value as { toISO?: unknown }).toISO === 'function') return String((value as { toISO(): unknown }).toISO());
	return String(value).trim();
}

function dateLiteral(value: unknown): string {
	const text = timeText(value);
	// The day as it is written, in whatever zone that is.
	const day = text.slice(0, 10);
	if (!DATE.test(day) || (text.length > 10 && text[10] !== 'T') || !isRealDay(day)) throw new LiteralError(`is no date: "${text}". Write it as 2026-01-31`);
	return day;
}

function isRealDay(day: string): boolean {
	const time = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day);
}

function dateTimeLiteral(value: unknown): string {
	const text = timeText(value);
	if (DATE.test(text) && isRealDay(text)) return `${text}T00:00:00Z`;
	const time = DATE_TIME.test(text) && isRealDay(text.slice(0, 10)) ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
	if (Number.isNaN(time)) throw new LiteralError(`is no date-time with its time zone: "${text}". Write it as 2026-01-31T08:00:00Z or 2026-01-31T08:00:00+01:00`);
	return new Date(time).toISOString().replace('.000Z', 'Z');
}

function numberLiteral(value: unknown): string {
	const text = String(value).trim();
	if (!NUMBER.test(text)) throw new LiteralError(`is no number: "${text}"`);
	return text;
}

const WRITERS: Readonly<Record<LiteralType, (value: unknown) => string>> = {
	text: (value) => quote(String(value)),
	number: numberLiteral,
	boolean(value) {
		const text = String(value).trim().toLowerCase();
		if (text !== 'true' && text !== 'false') throw new LiteralError(`is neither true nor false: "${text}"`);
		return text;
	},
	date: dateLiteral,
	dateTime: dateTimeLiteral,
	time(value) {
		const text = String(value).trim();
		if (!TIME.test(text)) throw new LiteralError(`is no time of day: "${text}". Write it as 08:30:00.000Z`);
		return text;
	},
	id(value) {
		const text = String(value).trim();
		if (!ID.test(text)) throw new LiteralError(`is no Salesforce id: "${text}". An id has 15 or 18 letters and digits`);
		return quote(text);
	},
	dateLiteral(value) {
		if (!isDateLiteral(value)) throw new LiteralError(`is no date literal: "${String(value)}". For example TODAY, THIS_MONTH or LAST_N_DAYS:30`);
		return String(value).trim().toUpperCase();
	},
};

/** @throws LiteralError */
export function literal(type: LiteralType, value: unknown): string {
	if (value === null || value === undefined) return 'null';
	if (typeof value === 'object' && !(value instanceof Date) && typeof (value as { toISO?: unknown }).toISO !== 'function') throw new LiteralError('must be one value, not a list or an object');
	return WRITERS[type](value);
}

/** `('a', 'b')` for IN. @throws LiteralError */
export function literalList(type: LiteralType, values: readonly unknown[]): string {
	if (values.length === 0) throw new LiteralError('is an empty list, and SOQL cannot write one');
	return `(${values.map((value) => literal(type, value)).join(', ')})`;
}
