// `$select` on what goes out. Annotations stay: they are not properties.

type Body = Readonly<Record<string, unknown>>;

/** @param always relations that were expanded, which need not be selected */
export function selectFrom(body: Body, select: readonly string[] | undefined, always: readonly string[] = []): Record<string, unknown> {
	if (!select || select.includes('*')) return { ...body };
	const wanted = new Set([...select, ...always].map((name) => name.toLowerCase()));
	return Object.fromEntries(Object.entries(body).filter(([name]) => name.startsWith('@') || wanted.has(name.split('@')[0]!.toLowerCase())));
}
