import { conflictField, fileField, folderField, libraryField, siteField, writeOptionsField } from '../fields';
import type { Operation } from '../operation';
import { conflictOf, entryAt, nameOf, plain, textOf, writeOptions } from '../parameters';

export const move: Operation = {
	name: 'Move',
	value: 'move',
	action: 'Move a file',
	description: 'Move a file or folder to another folder of its library',
	needs: 'writeFiles',
	fields: [siteField, libraryField, fileField, folderField('Target Folder', 'targetFolder', 'The folder that it goes to; empty is the root of the library'), { displayName: 'New Name', name: 'newName', type: 'string', default: '', placeholder: 'offer-2.docx', description: 'Empty keeps the name' }, conflictField(), writeOptionsField],
	async execute(api) {
		const name = textOf(api, 'newName') === '' ? undefined : nameOf(api, 'newName', 'New Name');
		const to = entryAt(api, 'targetFolder', 'Target Folder', { root: true });
		return [plain(await api.backend.move(entryAt(api, 'file', 'File'), to, { ...writeOptions(api), name, conflict: conflictOf(api) }))];
	},
};
