import { binaryField, fileField, libraryField, siteField, writeOptionsField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, plain, writeOptions } from '../parameters';
import { binarySource } from './binarySource';

export const updateContent: Operation = {
	name: 'Update Content',
	value: 'updateContent',
	action: 'Update the content of a file',
	description: 'Replace what is in a file; earlier versions are kept',
	needs: 'writeFiles',
	fields: [siteField, libraryField, fileField, binaryField('Input Binary Field', 'The name of the input binary field that holds the new content'), writeOptionsField],
	async execute(api) {
		const { source } = await binarySource(api);
		return [plain(await api.backend.updateContent(entryAt(api, 'file', 'File'), source, writeOptions(api)))];
	},
};
