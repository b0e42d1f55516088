// Values as a report shows them to a user of the locale en_US in an org that counts in dollars.
import type { FieldType } from '../data/fields';
import type { FieldValue } from '../data/rows';

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

export const nothing = '-';

export function label(value: FieldValue, type: FieldType): string {
	if (value === null) return nothing;
	if (type === 'currency' && typeof value === 'number') return dollars.format(value);
	if (type === 'percent' && typeof value === 'number') return `${number.format(value)}%`;
	if (typeof value === 'number') return number.format(value);
	if (type === 'date') return dateLabel(String(value));
	if (type === 'datetime') return `${dateLabel(String(value).slice(0, 10))}, ${timeLabel(String(value))}`;
	return String(value);
}

/** As the cell of a detail row has it: an amount with its currency, an instant in ISO 8601. */
export function cellValue(value: FieldValue, type: FieldType): unknown {
	if (value === null) return null;
	if (type === 'currency') return { amount: value, currency: null };
	return type === 'datetime' ? String(value).replace('.000+0000', 'Z') : value;
}

/** `7/31/2015`. */
function dateLabel(date: string): string {
	const [year, month, day] = date.split('-').map(Number);
	return `${month}/${day}/${year}`;
}

/** `4:05 PM`, in UTC. */
function timeLabel(dateTime: string): string {
	const hour = Number(dateTime.slice(11, 13));
	return `${hour % 12 || 12}:${dateTime.slice(14, 16)} ${hour < 12 ? 'AM' : 'PM'}`;
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** A date's group: the day that it begins with, and its name. */
export function dateGroup(date: string, granularity: string): { value: string; label: string } {
	const [year, month] = [date.slice(0, 4), Number(date.slice(5, 7))];
	if (granularity === 'Year') return { value: `${year}-01-01`, label: `CY${year}` };
	if (granularity === 'Quarter') {
		const quarter = Math.ceil(month / 3);
		return { value: `${year}-${String(quarter * 3 - 2).padStart(2, '0')}-01`, label: `Q${quarter} CY${year}` };
	}
	if (granularity === 'Month') return { value: `${date.slice(0, 7)}-01`, label: `${months[month - 1]} ${year}` };
	return { value: date.slice(0, 10), label: dateLabel(date.slice(0, 10)) };
}
