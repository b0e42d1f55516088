import { collect } from '../collect';
import { fileField, libraryField, limitFields, siteField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, limitOf, plain } from '../parameters';

export const getVersions: Operation = {
	name: 'Get Versions',
	value: 'getVersions',
	action: 'Get versions of a file',
	description: 'Retrieve which versions of a file there are, the newest first',
	needs: 'readFiles',
	fields: [siteField, libraryField, fileField, ...limitFields],
	async execute(api) {
		const at = entryAt(api, 'file', 'File');
		return (await collect(limitOf(api), async (page) => await api.backend.getVersions(at, page))).map(plain);
	},
};
