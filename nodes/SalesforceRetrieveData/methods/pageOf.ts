import type { INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';

const PAGE_SIZE = 100;

/** Those whose name or value holds what was typed, so many at a time; the token is where the next page begins. */
export function pageOf(entries: readonly INodeListSearchItems[], filter: string | undefined, paginationToken: string | undefined): INodeListSearchResult {
	const wanted = filter?.trim().toLowerCase() ?? '';
	const matching = entries.filter(({ name, value }) => wanted === '' || name.toLowerCase().includes(wanted) || String(value).toLowerCase().includes(wanted));
	const start = Number(paginationToken ?? 0) || 0;
	const end = start + PAGE_SIZE;
	return { results: matching.slice(start, end), ...(end < matching.length && { paginationToken: String(end) }) };
}

/** `Label (Api_Name__c)`, sorted as people read it. */
export function entriesOf(named: readonly { label: string; name: string }[]): INodeListSearchItems[] {
	return named.map(({ label, name }) => ({ name: label === name ? name : `${label} (${name})`, value: name })).sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
