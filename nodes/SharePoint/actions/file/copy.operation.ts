import { conflictField, fileField, folderField, libraryField, siteField } from '../fields';
import type { Operation } from '../operation';
import { conflictOf, entryAt, nameOf, plain, siteOf, textOf } from '../parameters';

export const copy: Operation = {
	name: 'Copy',
	value: 'copy',
	action: 'Copy a file',
	description: 'Copy a file or folder, also to another library',
	needs: 'writeFiles',
	fields: [siteField, libraryField, fileField, { ...siteField, displayName: 'Target Site', name: 'targetSite', description: 'The site that the copy goes to; empty is the same' }, { ...libraryField, displayName: 'Target Library', name: 'targetLibrary', description: 'The library that the copy goes to; empty is the same, or the default one of another site' }, folderField('Target Folder', 'targetFolder', 'The folder that it goes to; empty is the root of the library'), { displayName: 'New Name', name: 'newName', type: 'string', default: '', placeholder: 'offer-2.docx', description: 'Empty keeps the name' }, conflictField()],
	async execute(api) {
		const name = textOf(api, 'newName') === '' ? undefined : nameOf(api, 'newName', 'New Name');
		const from = entryAt(api, 'file', 'File');
		const [site, library] = [textOf(api, 'targetSite'), textOf(api, 'targetLibrary')];
		const { entry } = entryAt(api, 'targetFolder', 'Target Folder', { root: true });
		const to = { site: site === '' ? siteOf(api) : site, library: library === '' && site === '' ? from.library : library, entry };
		return [plain(await api.backend.copy(from, to, { name, conflict: conflictOf(api) }))];
	},
};
