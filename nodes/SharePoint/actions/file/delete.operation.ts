import { fileField, libraryField, siteField, writeOptionsField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, writeOptions } from '../parameters';

export const remove: Operation = {
	name: 'Delete',
	value: 'delete',
	action: 'Delete a file',
	description: 'Move a file to the recycle bin',
	needs: 'writeFiles',
	fields: [siteField, libraryField, fileField, writeOptionsField],
	async execute(api) {
		const at = entryAt(api, 'file', 'File');
		await api.backend.deleteEntry(at, writeOptions(api));
		return [{ file: at.entry, deleted: true }];
	},
};
