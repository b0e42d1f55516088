import type { IDataObject } from 'n8n-workflow';

import type { CallOptions, DocuSignApi } from './docuSignApi';

export interface PageRequest extends CallOptions {
	/** Name of the list in the answer. */
	list: string;
	/** The most that the resource gives at once. */
	pageSize: number;
	/** How many are wanted. */
	limit: number;
}

/** All rows, or the first `limit`, page by page. DocuSign's numbers come as text. */
export async function fetchPages(api: DocuSignApi, path: string, { list, pageSize, limit, query = {}, ...options }: PageRequest): Promise<IDataObject[]> {
	const rows: IDataObject[] = [];
	for (let start = 0; rows.length < limit; ) {
		const count = Math.min(pageSize, limit - rows.length);
		const page = await api.get(path, { ...options, query: { ...query, start_position: start, count } });
		const found = Array.isArray(page[list]) ? (page[list] as IDataObject[]) : [];
		rows.push(...found);
		start += found.length;
		// An empty page ends it whatever the server says, or it would never end.
		if (found.length === 0 || typeof page.nextUri !== 'string' || page.nextUri === '') break;
	}
	return rows.slice(0, limit);
}
