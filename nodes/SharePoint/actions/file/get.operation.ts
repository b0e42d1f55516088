import { fileField, libraryField, siteField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, plain } from '../parameters';

export const get: Operation = {
	name: 'Get',
	value: 'get',
	action: 'Get a file',
	description: 'Retrieve the facts about a file, without its content',
	needs: 'readFiles',
	fields: [siteField, libraryField, fileField],
	execute: async (api) => [plain(await api.backend.getEntry(entryAt(api, 'file', 'File')))],
};
