import type { Page } from '../transport/backend';

/** Entries of as many pages as it takes, up to `limit`. */
export async function collect<T>(limit: number, read: (page?: string) => Promise<Page<T>>): Promise<T[]> {
	const found: T[] = [];
	let page: string | undefined;
	do {
		const { entries, next } = await read(page);
		for (const entry of entries) {
			if (found.length >= limit) return found;
			found.push(entry);
		}
		page = next;
	} while (page !== undefined && found.length < limit);
	return found;
}
