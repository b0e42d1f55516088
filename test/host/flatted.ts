/**
 * Reads n8n's execution data: the "flatted" format, a JSON list in which an object holds, in place
 * of every string and object, the index of it in that list. So circular data survives.
 *
 * @see https://github.com/WebReflection/flatted
 */
export function parseFlatted(text: string): unknown {
	const table: unknown = JSON.parse(text);
	if (!Array.isArray(table)) throw new Error('Not flatted: a list was expected');
	const revived = new Map<number, unknown>();

	const revive = (index: number): unknown => {
		if (revived.has(index)) return revived.get(index);
		const value: unknown = table[index];
		if (typeof value !== 'object' || value === null) return value;
		const whole: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
		revived.set(index, whole);
		for (const [key, part] of Object.entries(value)) {
			Object.assign(whole, { [key]: typeof part === 'string' ? revive(Number(part)) : part });
		}
		return whole;
	};
	return revive(0);
}
