import { collect } from '../collect';
import { folderField, libraryField, limitFields, siteField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, limitOf, plain } from '../parameters';

export const list: Operation = {
	name: 'List',
	value: 'list',
	action: 'List items in a folder',
	description: 'Retrieve the files and folders in a folder',
	needs: 'readFiles',
	fields: [siteField, libraryField, folderField(), ...limitFields],
	async execute(api) {
		const at = entryAt(api, 'folder', 'Folder', { root: true });
		return (await collect(limitOf(api), async (page) => await api.backend.getChildren(at, page))).map(plain);
	},
};
