// The query options of a request.
import { badQuery } from '../errors';
import { readFilter, type Filter } from './filter';

export interface Query {
	readonly select: readonly string[];
	readonly expand: readonly string[];
	readonly filter?: Filter;
	readonly orderBy: readonly { readonly field: string; readonly descending: boolean }[];
	readonly top?: number;
	readonly skip: number;
	/** `Paged=TRUE&p_ID=…`, taken apart. */
	readonly skipToken?: URLSearchParams;
	/** As they came, for the address of the next page; without the place. */
	readonly raw: ReadonlyMap<string, string>;
}

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').map((part) => part.trim()).filter(Boolean);

/** @throws SiteError 400 */
export function readQuery(search: URLSearchParams): Query {
	const raw = new Map([...search].filter(([name]) => name.startsWith('$')).map(([name, value]) => [name.toLowerCase(), value]));
	const number = (name: string): number | undefined => {
		const text = raw.get(name);
		if (text === undefined) return undefined;
		if (!/^\d+$/.test(text)) throw badQuery(`The query parameter '${name}' is not valid: a non-negative integer is expected.`);
		return Number(text);
	};
	const filter = raw.get('$filter');
	const orderBy = listOf(raw.get('$orderby')).map((part) => {
		const [field = '', direction = 'asc'] = part.split(/\s+/);
		if (!['asc', 'desc'].includes(direction)) throw badQuery(`The expression "${part}" is not valid.`);
		return { field, descending: direction === 'desc' };
	});
	const skipToken = raw.get('$skiptoken');
	const top = number('$top');
	return {
		select: listOf(raw.get('$select')),
		expand: listOf(raw.get('$expand')),
		...(filter !== undefined && filter.trim() !== '' && { filter: readFilter(filter) }),
		orderBy,
		...(top !== undefined && { top }),
		skip: number('$skip') ?? 0,
		...(skipToken !== undefined && { skipToken: new URLSearchParams(skipToken) }),
		raw: new Map([...raw].filter(([name]) => name !== '$skiptoken')),
	};
}
