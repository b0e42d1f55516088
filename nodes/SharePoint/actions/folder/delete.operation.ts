import { folderField, libraryField, siteField, writeOptionsField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, writeOptions, wrongParameter } from '../parameters';

export const remove: Operation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete a folder',
	description: 'Move a folder with all that is in it to the recycle bin',
	needs: 'writeFiles',
	fields: [siteField, libraryField, folderField('Folder', 'folder', 'The folder to delete', true), writeOptionsField],
	async execute(api) {
		const at = entryAt(api, 'folder', 'Folder');
		// One slash too few to lose a whole library by.
		if (/^\/*$/.test(at.entry)) throw wrongParameter(api, 'The root of a library cannot be deleted', 'Name a folder in it');
		await api.backend.deleteEntry(at, writeOptions(api));
		return [{ folder: at.entry, deleted: true }];
	},
};
