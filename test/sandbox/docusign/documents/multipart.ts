// The multipart form of a request that carries documents as bytes: JSON first, then one part for each document.
// @see https://developers.docusign.com/docs/esign-rest-api/esign101/concepts/documents/ (binary transfer)
// @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1
import { badRequest } from '../apiErrors';

export interface MultipartRequest {
	readonly json: Buffer;
	/** Bytes by the `documentid` of their Content-Disposition. */
	readonly documents: ReadonlyMap<string, Buffer>;
}

export function readMultipart(body: Buffer, contentType: string): MultipartRequest {
	const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
	if (!boundary) throw malformed('The boundary was not found in the Content-Type header.');
	let json: Buffer | undefined;
	const documents = new Map<string, Buffer>();
	for (const { headers, content } of partsOf(body, boundary)) {
		const documentId = /documentid="?([^";]+)"?/i.exec(headers.get('content-disposition') ?? '')?.[1];
		if (documentId !== undefined) {
			const base64 = headers.get('content-transfer-encoding')?.toLowerCase() === 'base64';
			documents.set(documentId.trim(), base64 ? Buffer.from(content.toString('latin1'), 'base64') : content);
		} else if (headers.get('content-type')?.startsWith('application/json')) {
			json = content;
		} else {
			throw malformed('A document part has no documentid in its Content-Disposition header.');
		}
	}
	if (!json) throw malformed('There is no part of type application/json.');
	return { json, documents };
}

function partsOf(body: Buffer, boundary: string): Array<{ headers: Map<string, string>; content: Buffer }> {
	const parts = [];
	const delimiter = Buffer.from(`--${boundary}`);
	let start = body.indexOf(delimiter);
	if (start < 0) throw malformed(`Boundary terminator '--${boundary}--' was not found in the request.`);
	for (;;) {
		const from = start + delimiter.length;
		if (body.subarray(from, from + 2).toString() === '--') return parts;
		const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), from);
		if (next < 0) throw malformed(`Boundary terminator '--${boundary}--' was not found in the request.`);
		const part = body.subarray(from, next);
		const headerEnd = part.indexOf('\r\n\r\n');
		if (headerEnd < 0) throw malformed('A part has no headers.');
		parts.push({ headers: headersOf(part.subarray(0, headerEnd).toString('utf8')), content: part.subarray(headerEnd + 4) });
		start = next + 2;
	}
}

function headersOf(text: string): Map<string, string> {
	return new Map(
		text
			.split('\r\n')
			.filter((line) => line.includes(':'))
			.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
	);
}

function malformed(detail: string): Error {
	return badRequest('INVALID_MULTI_PART_REQUEST', `An error was found while parsing the multipart request. ${detail}`);
}
