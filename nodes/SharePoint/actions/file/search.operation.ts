import { collect } from '../collect';
import { libraryField, limitFields, siteField } from '../fields';
import type { Operation } from '../operation';
import { libraryAt, limitOf, plain, requiredText } from '../parameters';

export const search: Operation = {
	name: 'Search',
	value: 'search',
	action: 'Search files in a library',
	description: 'Retrieve the files and folders of a library whose name or content holds the words',
	needs: 'readFiles',
	fields: [siteField, libraryField, { displayName: 'Search Text', name: 'searchText', type: 'string', default: '', required: true, placeholder: 'offer' }, ...limitFields],
	async execute(api) {
		const at = libraryAt(api);
		const text = requiredText(api, 'searchText', 'Search Text', 'offer');
		return (await collect(limitOf(api), async (page) => await api.backend.searchEntries(at, text, page))).map(plain);
	},
};
