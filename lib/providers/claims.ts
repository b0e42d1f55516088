// Reading what a provider says about an account. Only a text that is really there counts.

export type Claims = Readonly<Record<string, unknown>>;

export function textClaim(claims: Claims, name: string): string | undefined {
	const value = claims[name];
	return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** One `@` with something on both sides: enough to be compared with an address, never a proof of one. */
export function emailForm(value: string | undefined): string | undefined {
	return value !== undefined && /^[^\s@]+@[^\s@]+$/.test(value) ? value : undefined;
}

/** The claim of that very name, or else the one that dots lead to: `data.user.id`. */
export function claimAt(claims: Claims, path: string): unknown {
	if (Object.hasOwn(claims, path)) return claims[path];
	let current: unknown = claims;
	for (const name of path.split('.')) {
		if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
		current = (current as Record<string, unknown>)[name];
	}
	return current;
}

/** A text, or a whole number: some servers count their accounts. */
export function idClaimAt(claims: Claims, path: string): string | undefined {
	const value = claimAt(claims, path);
	if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
	return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
