// From what a flow gives for a column to what the column holds.
import type { Column, Link, LookupRef, PersonRef, WrittenValue } from '../../transport/backend';
import type { ItemApi } from '../operation';
import { partsOf, wrongParameter } from '../parameters';
import { dayIn, timeOf } from './zonedTime';

const TRUE = new Set(['true', 'yes', '1']);
const FALSE = new Set(['false', 'no', '0']);
const DAY = /^(\d{4}-\d\d-\d\d)(?:$|T)/;

type Entry = Record<string, unknown>;

const isObject = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): boolean => (typeof value === 'number' && Number.isInteger(value)) || (typeof value === 'string' && /^\d+$/.test(value.trim()));

function wrong(api: ItemApi, { name, title }: Column, value: unknown, wanted: string): Error {
	const shown = isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
	return wrongParameter(api, `The value for the column ${name === title ? name : `${title} (${name})`} must be ${wanted}, not "${shown.slice(0, 100)}"`);
}

function personOf(api: ItemApi, column: Column, value: unknown): PersonRef {
	const { id, email } = isObject(value) ? value : { id: isNumber(value) ? value : undefined, email: value };
	// An object that came from a reading has both; the address is the same in every site, the number is not.
	if (typeof email === 'string' && email.includes('@')) return { email: email.trim() };
	if (isNumber(id)) return { id: Number(id) };
	throw wrong(api, column, value, 'the e-mail address of a person, or the number that the site has for them');
}

function lookupOf(api: ItemApi, column: Column, value: unknown): LookupRef {
	const { id, value: shown } = isObject(value) ? value : { id: isNumber(value) ? value : undefined, value };
	if (isNumber(id)) return { id: Number(id) };
	if (typeof shown === 'string' && shown.trim() !== '') return { value: shown };
	if (typeof shown === 'number') return { value: String(shown) };
	throw wrong(api, column, value, 'the id of an item of the other list, or the value that it shows');
}

function linkOf(api: ItemApi, column: Column, value: unknown): Link {
	const { url, description } = isObject(value) ? value : { url: value, description: undefined };
	if (typeof url !== 'string' || !URL.canParse(url.trim())) throw wrong(api, column, value, 'an address, or an object with url and description');
	return { url: url.trim(), description: typeof description === 'string' ? description : url.trim() };
}

function dateOf(api: ItemApi, column: Column, value: unknown): string {
	const day = typeof value === 'string' ? DAY.exec(value.trim())?.[1] : undefined;
	if (column.dateOnly && day !== undefined && !Number.isNaN(Date.parse(day))) return day;
	const time = value instanceof Date ? value.getTime() : typeof value === 'number' ? value : timeOf(String(value), api.context.getTimezone());
	if (Number.isNaN(time)) throw wrong(api, column, value, 'a date, such as 2026-01-31 or 2026-01-31T09:30:00Z');
	return column.dateOnly ? dayIn(time, api.context.getTimezone()) : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function numberOf(api: ItemApi, column: Column, value: unknown): number {
	const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
	if (typeof value === 'object' || !Number.isFinite(number)) throw wrong(api, column, value, 'a number');
	return number;
}

function booleanOf(api: ItemApi, column: Column, value: unknown): boolean {
	const word = String(value).trim().toLowerCase();
	if (!TRUE.has(word) && !FALSE.has(word)) throw wrong(api, column, value, 'true or false');
	return TRUE.has(word);
}

function choiceOf(api: ItemApi, column: Column, value: unknown): string {
	if (isObject(value) || Array.isArray(value)) throw wrong(api, column, value, 'a text');
	return String(value);
}

/** A text is taken as it is, semicolons and all: a choice may be called so. */
function singleChoice(api: ItemApi, column: Column, value: unknown): string | null {
	if (!Array.isArray(value)) return choiceOf(api, column, value);
	const [first] = one(api, column, value, value as unknown[]);
	return first === undefined || first === null || first === '' ? null : choiceOf(api, column, first);
}

function one<T>(api: ItemApi, column: Column, value: unknown, entries: T[]): T[] {
	if (!column.multiple && entries.length > 1) throw wrong(api, column, value, 'a single one');
	return entries;
}

/**
 * Several values may come as an array, a JSON array, or text with semicolons in between.
 * @throws NodeOperationError that names the column and what it takes
 */
export function writtenValue(api: ItemApi, column: Column, value: unknown): WrittenValue {
	if (value === null || value === undefined || value === '') return null;
	switch (column.type) {
		case 'number':
		case 'currency':
			return numberOf(api, column, value);
		case 'boolean':
			return booleanOf(api, column, value);
		case 'dateTime':
			return dateOf(api, column, value);
		case 'choice':
			return column.multiple ? partsOf(value, /[;\n]+/).map((part) => choiceOf(api, column, part)) : singleChoice(api, column, value);
		case 'person':
			return { people: one(api, column, value, partsOf(value, /[;,\n]+/).map((part) => personOf(api, column, part))) };
		case 'lookup':
			return { lookups: one(api, column, value, (column.multiple ? partsOf(value, /[;\n]+/) : [value]).map((part) => lookupOf(api, column, part))) };
		case 'hyperlink':
			return { link: linkOf(api, column, value) };
		default:
			if (isObject(value) || Array.isArray(value)) throw wrong(api, column, value, 'a text');
			return String(value);
	}
}
