import { fileField, libraryField, siteField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, plain, requiredText } from '../parameters';

export const restoreVersion: Operation = {
	name: 'Restore Version',
	value: 'restoreVersion',
	action: 'Restore a version of a file',
	description: 'Make an earlier version the content again, as a new version',
	needs: 'writeFiles',
	fields: [siteField, libraryField, fileField, { displayName: 'Version ID', name: 'versionId', type: 'string', default: '', required: true, placeholder: '2.0' }],
	async execute(api) {
		const at = entryAt(api, 'file', 'File');
		await api.backend.restoreVersion(at, requiredText(api, 'versionId', 'Version ID', '2.0'));
		return [plain(await api.backend.getEntry(at))];
	},
};
