// What the eSignature API has on the wire: nearly everything is text, also numbers and truth.

export type Wire = Record<string, unknown>;

export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** `"true"`, and `true` too: the API takes JSON's own as well. */
export function isTrue(value: unknown): boolean {
	return textOf(value)?.toLowerCase() === 'true';
}

export function truth(value: boolean): string {
	return value ? 'true' : 'false';
}

export function isWire(value: unknown): value is Wire {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function wireOf(value: unknown): Wire {
	return isWire(value) ? value : {};
}

export function listOf(value: unknown): Wire[] {
	return Array.isArray(value) ? value.filter(isWire) : [];
}

/** Seven digits of a second, as DocuSign writes them. */
export function stamp(ms: number | undefined): string | undefined {
	return ms === undefined ? undefined : new Date(ms).toISOString().replace('Z', '0000Z');
}

/** The comma-separated values of a query parameter; none where it is absent or empty. */
export function commaList(value: unknown): string[] {
	return (textOf(value) ?? '').split(',').map((part) => part.trim()).filter(Boolean);
}
