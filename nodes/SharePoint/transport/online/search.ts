import type { Page, SearchHit, SearchKind } from '../backend';
import { optionalText, textOf, type GraphApi, type Json } from './graphApi';

const ENTITY_TYPES: Readonly<Record<SearchKind, string>> = { site: 'site', list: 'list', listItem: 'listItem', file: 'driveItem' };
const PAGE_SIZE = 100;

interface Answer {
	value?: { hitsContainers?: { hits?: { hitId?: unknown; summary?: unknown; resource?: Json }[]; moreResultsAvailable?: boolean }[] }[];
}

/** @see https://learn.microsoft.com/en-us/graph/api/search-query */
export async function search(api: GraphApi, kind: SearchKind, query: string, page?: string): Promise<Page<SearchHit>> {
	const from = Number(page ?? 0);
	const region = typeof api.options.searchRegion === 'string' ? api.options.searchRegion.trim() : '';
	const request = { entityTypes: [ENTITY_TYPES[kind]], query: { queryString: query }, from, size: PAGE_SIZE, ...(region !== '' && { region }) };
	const { value = [] } = await api.getJson<Answer>('/search/query', { method: 'POST', json: { requests: [request] }, repeatable: true, about: `search for "${query}"` });
	const container = value[0]?.hitsContainers?.[0];
	const entries = (container?.hits ?? []).map(({ hitId, summary, resource = {} }): SearchHit => hitOf(kind, textOf(hitId), optionalText(summary), resource));
	return { entries, ...(container?.moreResultsAvailable === true && entries.length > 0 && { next: String(from + entries.length) }) };
}

function hitOf(kind: SearchKind, hitId: string, summary: string | undefined, resource: Json): SearchHit {
	const { siteId, driveId, listId } = (resource.parentReference ?? {}) as Json;
	const ids = { siteId: optionalText(siteId), driveId: optionalText(driveId), listId: optionalText(listId) };
	return {
		type: kind,
		id: textOf(resource.id) || hitId,
		name: textOf(resource.displayName) || textOf(resource.name),
		webUrl: textOf(resource.webUrl),
		...(summary !== undefined && { summary }),
		...(optionalText(resource.lastModifiedDateTime) !== undefined && { lastModified: textOf(resource.lastModifiedDateTime) }),
		...Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined)),
	};
}
