// Days without a time: SharePoint keeps such a day as a point in time, its midnight where the site is, and does not tell which zone that
// is. West of Greenwich midnight comes up to 10 hours after the one of UTC, east of it up to 13 before.
import { DAY_MS, HOUR_MS } from '../../../lib/clock';
import type { FilterOperator } from './backend';

const EASTERNMOST_MS = 13 * HOUR_MS;

/** `2026-01-31` of what SharePoint tells. */
export function dayOf(value: string): string {
	const time = Date.parse(value);
	return Number.isNaN(time) ? value : new Date(time + EASTERNMOST_MS).toISOString().slice(0, 10);
}

/** A moment that is on this day in all those zones. */
export function momentOn(day: string): string {
	return `${day.slice(0, 10)}T10:30:00Z`;
}

/**
 * A comparison with a day, in OData: it is every midnight that may be its own. Undefined for operators that compare no day.
 * @param literalOf how this API writes a moment
 */
export function dayFilter(path: string, operator: FilterOperator, day: unknown, literalOf: (moment: string) => string): string | undefined {
	const begins = typeof day === 'string' ? Date.parse(`${day.slice(0, 10)}T00:00:00Z`) - EASTERNMOST_MS : Number.NaN;
	if (Number.isNaN(begins)) return undefined;
	const literal = (time: number): string => literalOf(`${new Date(time).toISOString().slice(0, 19)}Z`);
	const [from, until] = [`${path} ge ${literal(begins)}`, `${path} lt ${literal(begins + DAY_MS)}`];
	const [before, after] = [`${path} lt ${literal(begins)}`, `${path} ge ${literal(begins + DAY_MS)}`];
	const texts: Partial<Record<FilterOperator, string>> = { equals: `(${from} and ${until})`, notEquals: `(${before} or ${after})`, greater: after, greaterOrEqual: from, less: before, lessOrEqual: until };
	return texts[operator];
}
