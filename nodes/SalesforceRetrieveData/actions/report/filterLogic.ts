import { ConnectedAppsError } from '../../../../lib/errors';

const TOKEN = /\(|\)|\band\b|\bor\b|\bnot\b|\d+/gi;

const wrong = (message: string): ConnectedAppsError => new ConnectedAppsError('settingInvalid', message, { field: 'filterLogic', advice: 'Name the filters by their numbers, e.g. 1 AND (2 OR 3)' });

/**
 * The logic of `count` filters that now come after `offset` others.
 * @throws ConnectedAppsError `settingInvalid` for other words, or unless it names each filter
 */
export function renumberLogic(logic: string, count: number, offset: number): string {
	const rest = logic.replace(TOKEN, '').trim();
	if (rest !== '') throw wrong(`"Filter Logic" cannot hold "${rest.split(/\s+/)[0]}"`);
	const numbers = (logic.match(/\d+/g) ?? []).map(Number);
	const unknown = numbers.find((number) => number < 1 || number > count);
	if (unknown !== undefined) throw wrong(`"Filter Logic" names filter ${unknown}, but there ${count === 1 ? 'is 1 filter' : `are ${count} filters`}`);
	const missing = Array.from({ length: count }, (_, index) => index + 1).find((number) => !numbers.includes(number));
	if (missing !== undefined) throw wrong(`"Filter Logic" does not name filter ${missing}`);
	return logic.trim().replace(/\d+/g, (number) => String(Number(number) + offset));
}

interface Part {
	logic?: string;
	count: number;
}

/** Both must hold. Null, as Salesforce writes "all of them", unless one of the two has a logic of its own. */
export function combineLogic(first: Part, second: Part): string | null {
	if (first.logic === undefined && second.logic === undefined) return null;
	const written = ({ logic, count }: Part, offset: number): string[] => {
		if (logic !== undefined) return [`(${logic})`];
		return Array.from({ length: count }, (_, index) => String(index + 1 + offset));
	};
	const parts = [...written(first, 0), ...written(second, first.count)];
	return parts.length === 1 ? parts[0]!.replace(/^\((.*)\)$/, '$1') : parts.join(' AND ');
}
