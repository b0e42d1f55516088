import type { IDataObject } from 'n8n-workflow';

import type { Cell } from './result';

/**
 * `typed`: numbers, booleans and dates as values, texts as the report shows them. `value`: the same, but a name that is a
 * link becomes the id behind it. `label`: all as the report shows it. `both`: the two together.
 */
export type CellStyle = 'typed' | 'value' | 'label' | 'both';

type Value = IDataObject[string];

const NUMBERS = new Set(['currency', 'double', 'int', 'long', 'percent']);
const KEPT_AS_VALUE = new Set(['boolean', 'date', 'datetime', 'time']);

/** A record's currency comes as `{ amount, currency }`, a total as a bare number. */
function amountOf(value: unknown): { amount: unknown; currency?: string | null } {
	return typeof value === 'object' && value !== null && 'amount' in value ? value : { amount: value };
}

function toNumber(value: unknown): Value {
	if (typeof value !== 'string') return value as Value;
	const number = Number(value);
	return value.trim() === '' || Number.isNaN(number) ? value : number;
}

function toBoolean(value: unknown): Value {
	if (value === 'true') return true;
	if (value === 'false') return false;
	return value as Value;
}

function valueOf(value: unknown, dataType: string): Value {
	// Before API version 37.0 an empty text was null.
	if (value === undefined || value === null || value === '') return null;
	const { amount } = amountOf(value);
	if (NUMBERS.has(dataType)) return toNumber(amount);
	return dataType === 'boolean' ? toBoolean(amount) : (amount as Value);
}

/** An empty cell is null, whatever the report writes in its place. */
export function readCell({ label, value }: Cell, dataType: string, style: CellStyle): Value {
	const plain = valueOf(value, dataType);
	if (style === 'both') {
		const { currency } = amountOf(value);
		return { value: plain, label: label ?? null, ...(typeof currency === 'string' && { currency }) };
	}
	if (plain === null || style === 'value') return plain;
	if (style === 'label') return label ?? String(plain);
	// Some types are written otherwise in the tree of groups than in the rows: what is a number there stays one.
	return NUMBERS.has(dataType) || KEPT_AS_VALUE.has(dataType) || typeof plain !== 'string' ? plain : (label ?? plain);
}
