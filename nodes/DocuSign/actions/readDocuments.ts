import type { IDataObject } from 'n8n-workflow';

import type { ItemApi } from '../transport/docuSignApi';
import { parameterError, requiredText } from './parameters';

/** DocuSign goes by the extension; the type helps where the name has none. */
const EXTENSIONS: Readonly<Record<string, string>> = {
	'application/pdf': 'pdf',
	'application/msword': 'doc',
	'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
	'application/vnd.ms-excel': 'xls',
	'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
	'application/vnd.ms-powerpoint': 'ppt',
	'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
	'application/rtf': 'rtf',
	'image/gif': 'gif',
	'image/jpeg': 'jpg',
	'image/png': 'png',
	'image/tiff': 'tif',
	'text/csv': 'csv',
	'text/html': 'html',
	'text/plain': 'txt',
};

/** The files in the named input fields, numbered from 1. @throws NodeOperationError */
export async function readDocuments(api: ItemApi): Promise<IDataObject[]> {
	const { context, itemIndex } = api;
	const names = requiredText(api, 'inputDataFieldNames', 'Input Binary Fields').split(/[,\s]+/).filter((name) => name !== '');
	const binary = context.getInputData()[itemIndex]?.binary ?? {};
	const documents: IDataObject[] = [];
	for (const [index, field] of names.entries()) {
		const file = binary[field];
		if (file === undefined) throw parameterError(api, `The input item has no file in the field "${field}"`, `It has: ${Object.keys(binary).join(', ') || 'none'}`);
		const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, field);
		const name = file.fileName ?? `${field}.${file.fileExtension ?? 'pdf'}`;
		const fileExtension = (file.fileExtension ?? /\.([A-Za-z0-9]+)$/.exec(name)?.[1] ?? EXTENSIONS[file.mimeType.split(';')[0] ?? ''] ?? '').toLowerCase();
		if (fileExtension === '') throw parameterError(api, `The type of the file "${name}" is not known`, 'Give it a file name with an extension');
		documents.push({ documentId: String(index + 1), name, fileExtension, order: String(index + 1), documentBase64: bytes.toString('base64') });
	}
	return documents;
}
