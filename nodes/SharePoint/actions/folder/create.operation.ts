import { conflictField, folderField, libraryField, siteField } from '../fields';
import type { Operation } from '../operation';
import { conflictOf, entryAt, nameOf, plain } from '../parameters';

export const create: Operation = {
	name: 'Create',
	value: 'create',
	action: 'Create a folder',
	description: 'Make a folder in another one',
	needs: 'writeFiles',
	fields: [siteField, libraryField, folderField('Parent Folder', 'folder', 'Where the new folder goes; empty is the root of the library'), { displayName: 'Name', name: 'folderName', type: 'string', default: '', required: true, placeholder: '2026' }, conflictField()],
	async execute(api) {
		const parent = entryAt(api, 'folder', 'Parent Folder', { root: true });
		return [plain(await api.backend.createFolder(parent, nameOf(api, 'folderName', 'Name'), { conflict: conflictOf(api) }))];
	},
};
