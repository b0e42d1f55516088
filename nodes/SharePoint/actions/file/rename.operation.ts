import { fileField, libraryField, siteField, writeOptionsField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, nameOf, plain, writeOptions } from '../parameters';

export const rename: Operation = {
	name: 'Rename',
	value: 'rename',
	action: 'Rename a file',
	description: 'Give a file or folder another name',
	needs: 'writeFiles',
	fields: [siteField, libraryField, fileField, { displayName: 'New Name', name: 'newName', type: 'string', default: '', required: true, placeholder: 'offer-2.docx' }, writeOptionsField],
	execute: async (api) => [plain(await api.backend.rename(entryAt(api, 'file', 'File'), nameOf(api, 'newName', 'New Name'), writeOptions(api)))],
};
