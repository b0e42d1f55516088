// Whether a row meets a `$filter`, and which of two comes first. Texts compare whatever their case, as SharePoint's do.
import type { Condition, Literal } from './filterSyntax';

/** What a property of a row holds; of several values one has to match. */
export type Held = Literal | undefined | readonly Literal[];

export function meets(condition: Condition, held: (path: string) => Held): boolean {
	switch (condition.kind) {
		case 'and':
			return meets(condition.left, held) && meets(condition.right, held);
		case 'or':
			return meets(condition.left, held) || meets(condition.right, held);
		case 'not':
			return !meets(condition.inner, held);
		case 'compare': {
			const { operator, path, value } = condition;
			if (operator === 'ne') return !valuesOf(held(path)).some((one) => compare(one, value) === 0);
			return valuesOf(held(path)).some((one) => fits(operator, compare(one, value)));
		}
		case 'in':
			return condition.values.some((value) => valuesOf(held(condition.path)).some((one) => compare(one, value) === 0));
		case 'text':
			return valuesOf(held(condition.path)).some((one) => typeof one === 'string' && textMatches(condition.test, one.toLowerCase(), condition.value.toLowerCase()));
	}
}

function valuesOf(held: Held): readonly Literal[] {
	return Array.isArray(held) ? (held as readonly Literal[]) : [(held as Literal | undefined) ?? null];
}

function fits(operator: 'eq' | 'lt' | 'le' | 'gt' | 'ge', order: number | undefined): boolean {
	if (order === undefined) return false;
	return { eq: order === 0, lt: order < 0, le: order <= 0, gt: order > 0, ge: order >= 0 }[operator];
}

/** Undefined where the two cannot be compared: null with anything but null. */
export function compare(left: Literal, right: Literal): number | undefined {
	if (left === null || right === null) return left === right ? 0 : undefined;
	if (typeof left === 'boolean' || typeof right === 'boolean') return Number(asBoolean(left)) - Number(asBoolean(right));
	if (typeof left === 'number') return left - Number(right);
	const [a, b] = [left.toLowerCase(), String(right).toLowerCase()];
	const [dateA, dateB] = [dateOf(a), dateOf(b)];
	if (dateA !== undefined && dateB !== undefined) return dateA - dateB;
	return a < b ? -1 : a > b ? 1 : 0;
}

function asBoolean(value: Literal): boolean {
	return value === true || value === 1 || value === 'true' || value === '1';
}

function dateOf(text: string): number | undefined {
	return /^\d{4}-\d\d-\d\d(?:t[\d:.]+(?:z|[+-]\d\d:\d\d)?)?$/.test(text) ? Date.parse(text.toUpperCase()) : undefined;
}

function textMatches(test: 'startswith' | 'endswith' | 'contains' | 'substringof', text: string, part: string): boolean {
	if (test === 'startswith') return text.startsWith(part);
	return test === 'endswith' ? text.endsWith(part) : text.includes(part);
}
