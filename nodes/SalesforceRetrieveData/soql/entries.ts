import { LiteralError } from './soqlError';

/** What a list may be: an array, a JSON array, or text with commas or line breaks in between (names may hold blanks). @throws LiteralError */
export function entriesOf(value: unknown): unknown[] {
	if (Array.isArray(value)) return value;
	if (value === undefined || value === null) return [];
	if (typeof value !== 'string') return [value];
	if (!value.trimStart().startsWith('[')) {
		return value
			.split(/[,\n]/)
			.map((entry) => entry.trim())
			.filter((entry) => entry !== '');
	}
	try {
		const parsed: unknown = JSON.parse(value);
		if (Array.isArray(parsed)) return parsed;
	} catch {
		// Told below: what begins like JSON is not taken for a list of texts with brackets in them.
	}
	throw new LiteralError('begins with [ and is no JSON array');
}
