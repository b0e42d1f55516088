// Salesforce record ids: 15 case-sensitive characters, and the 18-character form with a checksum of the case.
// @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checksumAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** One checksum character per five: a bit for each capital letter, least significant first. */
export function withChecksum(id15: string): string {
	let suffix = '';
	for (let start = 0; start < 15; start += 5) {
		let bits = 0;
		for (let index = 0; index < 5; index++) {
			const code = id15.charCodeAt(start + index);
			if (code >= 65 && code <= 90) bits |= 1 << index;
		}
		suffix += checksumAlphabet[bits];
	}
	return id15 + suffix;
}

/** The `number`-th id of a key prefix in our org (pod `gL`). */
export function recordId(keyPrefix: string, number: number): string {
	let digits = '';
	for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) digits = base62[rest % 62] + digits;
	return withChecksum(`${keyPrefix}gL0${digits.padStart(9, '0')}`);
}

/** The 18-character form, or undefined for text that is no id (wrong length, characters or checksum). */
export function normalizeId(text: string): string | undefined {
	if (/^[a-zA-Z0-9]{15}$/.test(text)) return withChecksum(text);
	if (!/^[a-zA-Z0-9]{18}$/.test(text)) return undefined;
	return withChecksum(text.slice(0, 15)) === text ? text : undefined;
}

/** The number behind an id that `recordId` made of this key prefix; undefined for every other text. */
export function numberOfId(keyPrefix: string, id: string): number | undefined {
	if (!id.startsWith(`${keyPrefix}gL0`)) return undefined;
	return [...id.slice(6, 15)].reduce((number, digit) => number * 62 + base62.indexOf(digit), 0);
}
