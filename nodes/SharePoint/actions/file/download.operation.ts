import { OutputItem } from '../../../../lib/n8n';
import { toBinary } from '../../../../lib/n8n/toBinary';
import { binaryField, fileField, libraryField, siteField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, plain, textOf, wrongParameter } from '../parameters';

export const download: Operation = {
	name: 'Download',
	value: 'download',
	action: 'Download a file',
	description: 'Retrieve a file as binary data, of any size',
	needs: 'readFiles',
	fields: [
		siteField,
		libraryField,
		fileField,
		binaryField('Put Output in Field', 'The name of the output binary field to put the file in'),
		{
			displayName: 'File Options',
			name: 'fileOptions',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{ displayName: 'File Name', name: 'fileName', type: 'string', default: '', placeholder: 'offer.docx', description: 'Instead of the name that the file has in SharePoint' },
				{ displayName: 'MIME Type', name: 'mimeType', type: 'string', default: '', placeholder: 'application/pdf', description: 'Instead of the one that SharePoint tells' },
				{ displayName: 'Version ID', name: 'versionId', type: 'string', default: '', placeholder: '2.0', description: 'An earlier version; "Get Versions" lists them' },
			],
		},
	],
	async execute(api) {
		const property = textOf(api, 'binaryPropertyName', 'data');
		if (property === '') throw wrongParameter(api, 'The parameter "Put Output in Field" is empty', 'For example data');
		const versionId = textOf(api, 'fileOptions.versionId');
		const { file, body } = await api.backend.download(entryAt(api, 'file', 'File'), versionId === '' ? {} : { versionId });
		const binary = await toBinary(api.context, api.itemIndex, body, textOf(api, 'fileOptions.fileName') || file.name, textOf(api, 'fileOptions.mimeType') || file.mimeType);
		return [new OutputItem(plain(file), { [property]: binary })];
	},
};
