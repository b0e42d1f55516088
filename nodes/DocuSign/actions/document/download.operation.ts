import type { INodeProperties } from 'n8n-workflow';

import { OutputItem } from '../../../../lib/n8n';
import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf, flagOf, parameterError, requiredText, textOf } from '../parameters';

const show = { resource: ['document'], operation: ['download'] };

export const description: INodeProperties[] = [
	envelopeIdField(show),
	{
		displayName: 'What',
		name: 'what',
		type: 'options',
		options: [
			{ name: 'All as One PDF', value: 'combined' },
			{ name: 'All as ZIP', value: 'archive', description: 'Each document as a PDF, with the certificate' },
			{ name: 'Certificate of Completion', value: 'certificate' },
			{ name: 'One Document', value: 'one' },
		],
		default: 'combined',
		displayOptions: { show },
	},
	{ displayName: 'Document ID', name: 'documentId', type: 'string', default: '1', required: true, description: 'As Get Many tells it', displayOptions: { show: { ...show, what: ['one'] } } },
	{ displayName: 'With Certificate', name: 'withCertificate', type: 'boolean', default: false, description: 'Whether the certificate of completion is added to the PDF', displayOptions: { show: { ...show, what: ['combined'] } } },
	{ displayName: 'Put Output File in Field', name: 'binaryPropertyName', type: 'string', default: 'data', required: true, hint: 'The name of the output binary field to put the file in', displayOptions: { show } },
	{ displayName: 'File Name', name: 'fileName', type: 'string', default: '', description: 'Empty: as DocuSign names it', displayOptions: { show } },
];

/** `file; filename="…"; documentid="…"` */
function fileNameIn(headers: Headers): string | undefined {
	const told = /filename\*?=(?:UTF-8'')?"?([^";]+)"?/i.exec(headers.get('content-disposition') ?? '')?.[1];
	if (told === undefined) return undefined;
	try {
		return decodeURIComponent(told);
	} catch {
		// Not encoded: a percent sign of its own.
		return told;
	}
}

/** Streamed into n8n's binary data, whatever its size. */
export const execute: Operation = async (api) => {
	const { context } = api;
	const envelopeId = envelopeIdOf(api);
	const what = textOf(api, 'what', 'combined');
	const documentId = what === 'one' ? requiredText(api, 'documentId', 'Document ID') : what;
	if (!/^[\w-]{1,64}$/.test(documentId)) throw parameterError(api, `The parameter "Document ID" is no ID: "${documentId.slice(0, 60)}"`);
	const certificate = what === 'combined' && flagOf(api, 'withCertificate') ? true : undefined;
	const { headers, body } = await api.stream(`/envelopes/${envelopeId}/documents/${documentId}`, { query: { certificate }, about: `document ${documentId} of envelope ${envelopeId}` });
	const mimeType = headers.get('content-type')?.split(';')[0] ?? 'application/octet-stream';
	const fileName = textOf(api, 'fileName') || fileNameIn(headers) || `${documentId}.${mimeType === 'application/zip' ? 'zip' : 'pdf'}`;
	const field = textOf(api, 'binaryPropertyName', 'data') || 'data';
	const binary = await context.helpers.prepareBinaryData(body, fileName.replace(/[\\/]/g, '_'), mimeType);
	return [new OutputItem({ envelopeId, documentId, fileName, mimeType }, { [field]: binary })];
};
