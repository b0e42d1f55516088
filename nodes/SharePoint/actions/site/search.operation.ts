import { collect } from '../collect';
import { limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf, plain, textOf } from '../parameters';

export const search: Operation = {
	name: 'Search',
	value: 'search',
	action: 'Search sites',
	description: 'Retrieve the sites that the user may see',
	needs: 'read',
	fields: [{ displayName: 'Search Text', name: 'searchText', type: 'string', default: '', placeholder: 'finance', description: 'Words of the name or address; empty finds all sites' }, ...limitFields],
	async execute(api) {
		const text = textOf(api, 'searchText');
		return (await collect(limitOf(api), async (page) => await api.backend.searchSites(text, page))).map(plain);
	},
};
