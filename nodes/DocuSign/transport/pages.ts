import type { IDataObject } from 'n8n-workflow';

import type { CallOptions, DocuSignApi } from './docuSignApi';

export interface PageRequest extends CallOptions {
	/** Name of the list in the answer. */
	list: string;
	/** The most that the resource gives at once; absent where it takes no such wish. */
	pageSize?: number;
	/** How many are wanted. */
	limit: number;
	/** Instead of a GET. */
	body?: IDataObject;
}

/** All rows, or the first `limit`, page by page. DocuSign's numbers come as text. */
export async function fetchPages(api: DocuSignApi, path: string, { list, pageSize, limit, body, query = {}, ...options }: PageRequest): Promise<IDataObject[]> {
	const rows: IDataObject[] = [];
	for (let start = 0; rows.length < limit; ) {
		const count = pageSize === undefined ? undefined : Math.min(pageSize, limit - rows.length);
		const asked = { ...options, query: { ...query, start_position: start, count } };
		// It only reads, although it is a PUT.
		const page = body === undefined ? await api.get(path, asked) : await api.send('PUT', path, body, { ...asked, repeatable: true });
		const found = Array.isArray(page[list]) ? (page[list] as IDataObject[]) : [];
		rows.push(...found);
		start += found.length;
		// An empty page ends it whatever the server says, or it would never end.
		if (found.length === 0 || typeof page.nextUri !== 'string' || page.nextUri === '') break;
	}
	return rows.slice(0, limit);
}
