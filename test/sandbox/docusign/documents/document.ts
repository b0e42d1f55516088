// A document of an envelope or a template: what came, and what its bytes are.
import { inflateSync } from 'node:zlib';
import { badRequest, invalidParameter } from '../apiErrors';
import { listOf, textOf, type Wire } from '../wire';
import { newId } from '../envelopes/envelope';

export interface EnvelopeDocument {
	readonly documentId: string;
	readonly documentIdGuid: string;
	readonly name: string;
	readonly fileExtension: string;
	readonly order: number;
	/** As uploaded. */
	readonly content: Buffer;
}

/** @see https://support.docusign.com/s/document-item?bundleId=oeq1643226594604&topicId=xky1578456340461.html (supported file types) */
const extensions = new Set('asp bmp csv doc docm docx dot dotm dotx gif htm html jpeg jpg msg ods odt pdf png pot potx pps ppt pptm pptx ps rtf text tif tiff txt wp wpd xhtml xls xlsm xlsx xml xps'.split(' '));

/**
 * `parts` are the binary parts of a multipart request, by documentId.
 * Throws for documents without bytes, of no known type, or with one id for two.
 */
export function readDocuments(source: unknown, parts: ReadonlyMap<string, Buffer> = new Map()): EnvelopeDocument[] {
	const documents = listOf(source).map((document, index) => readDocument(document, index, parts));
	if (new Set(documents.map(({ documentId }) => documentId)).size < documents.length) throw invalidParameter('documentId must be unique for each document in the envelope.');
	return documents;
}

function readDocument(source: Wire, index: number, parts: ReadonlyMap<string, Buffer>): EnvelopeDocument {
	const documentId = textOf(source['documentId']) ?? '';
	if (!/^\d{1,10}$/.test(documentId) || documentId === '0') throw invalidParameter('Invalid value specified for documentId.');
	const name = textOf(source['name']) ?? `Document ${documentId}`;
	const base64 = textOf(source['documentBase64']);
	if (base64 !== undefined && !/^[A-Za-z\d+/\s]*={0,2}\s*$/.test(base64)) throw unloadable();
	const content = base64 === undefined ? parts.get(documentId) : Buffer.from(base64, 'base64');
	if (!content?.length) throw unloadable();
	const fileExtension = (textOf(source['fileExtension']) || /\.([^.]+)$/.exec(name)?.[1] || 'pdf').toLowerCase();
	const isPdf = content.subarray(0, 1_024).includes('%PDF-');
	if (!extensions.has(fileExtension) || (fileExtension === 'pdf' && !isPdf)) {
		throw badRequest('UNABLE_TO_CONVERT_DOCUMENT', `System was unable to convert this document to a PDF. Unable to convert Document(${name})`);
	}
	return { documentId, documentIdGuid: newId(), name, fileExtension, order: Number(textOf(source['order']) || String(index + 1)), content };
}

function unloadable(): Error {
	return badRequest('UNABLE_TO_LOAD_DOCUMENT', 'Unable to load the document. The document element did not contain the encoded document, or there is a problem with the encoding.');
}

export function isPdf({ content }: EnvelopeDocument): boolean {
	return content.subarray(0, 1_024).includes('%PDF-');
}

/** Whether the text stands in the document, as far as it can be read without a renderer: plain, or in a PDF's text operators. */
export function containsText(document: EnvelopeDocument, text: string): boolean {
	if (document.content.includes(text)) return true;
	if (!isPdf(document)) return false;
	return pdfStreams(document.content).some((stream) => stream.includes(text) || shownText(stream).includes(text));
}

function pdfStreams(content: Buffer): string[] {
	const latin = content.toString('latin1');
	return [...latin.matchAll(/stream\r?\n([\s\S]*?)endstream/g)].map(([, body]) => {
		const bytes = Buffer.from(body!, 'latin1');
		try {
			return inflateSync(bytes).toString('latin1');
		} catch {
			// Not compressed, or not in this way: as it is.
			return bytes.toString('latin1');
		}
	});
}

/** The literal strings of Tj and TJ, without the kerning between them. */
function shownText(stream: string): string {
	return [...stream.matchAll(/\(((?:\\.|[^\\()])*)\)/g)].map(([, literal]) => literal!.replace(/\\(.)/g, '$1')).join('');
}
