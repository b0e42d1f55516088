import { binaryField, conflictField, folderField, libraryField, siteField } from '../fields';
import type { Operation } from '../operation';
import { checkedName, conflictOf, entryAt, plain, textOf, wrongParameter } from '../parameters';
import { binarySource } from './binarySource';

export const upload: Operation = {
	name: 'Upload',
	value: 'upload',
	action: 'Upload a file',
	description: 'Put binary data into a library as a new file, of any size',
	needs: 'writeFiles',
	fields: [siteField, libraryField, folderField('Folder', 'folder', 'Where the file goes; empty is the root of the library'), binaryField('Input Binary Field', 'The name of the input binary field that holds the file'), { displayName: 'File Name', name: 'fileName', type: 'string', default: '', placeholder: 'offer.docx', description: 'Empty takes the name of the binary data' }, conflictField()],
	async execute(api) {
		const { source, fileName } = await binarySource(api);
		const folder = entryAt(api, 'folder', 'Folder', { root: true });
		const entered = textOf(api, 'fileName');
		if (entered === '' && fileName === undefined) throw wrongParameter(api, 'The binary data has no name of its own', 'Set "File Name"');
		const name = checkedName(api, entered === '' ? fileName! : entered, 'File Name');
		return [plain(await api.backend.upload(folder, name, source, { conflict: conflictOf(api) }))];
	},
};
