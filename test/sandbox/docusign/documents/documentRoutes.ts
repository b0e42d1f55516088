// Documents of an envelope: the list, and their bytes.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopedocuments/get/
import { Router } from 'express';
import { invalidStatus, noSuchDocument } from '../apiErrors';
import { parameter, type ApiResponse } from '../apiLocals';
import { envelopeAccess } from '../envelopes/access';
import { touch, type Envelope } from '../envelopes/envelope';
import type { EnvelopeEvents } from '../envelopes/life';
import { isTrue, listOf, wireOf } from '../wire';
import { readDocuments } from './document';
import { certificateAnswer, documentsAnswer } from './documentsAnswer';
import { pdfNameOf, renderArchive, renderCertificate, renderCombined, renderDocument } from './rendering';

export function documentRoutes(events: EnvelopeEvents): Router {
	const router = Router({ mergeParams: true });
	const access = envelopeAccess(events);

	router.route('/envelopes/:envelopeId/documents')
		.get((request, response: ApiResponse) => void response.json(listAnswer(access.read(request, response))))
		.put((request, response: ApiResponse) => {
			const envelope = draftOf(access.manage(request, response));
			const given = readDocuments(wireOf(request.body)['documents'], response.locals.parts);
			envelope.documents = [...envelope.documents.filter(({ documentId }) => !given.some((document) => document.documentId === documentId)), ...given];
			touch(envelope);
			response.json(listAnswer(envelope));
		})
		.delete((request, response: ApiResponse) => {
			const envelope = draftOf(access.manage(request, response));
			const ids = listOf(wireOf(request.body)['documents']).map(({ documentId }) => String(documentId));
			const missing = ids.find((id) => !envelope.documents.some(({ documentId }) => documentId === id));
			if (missing !== undefined) throw noSuchDocument();
			envelope.documents = envelope.documents.filter(({ documentId }) => !ids.includes(documentId));
			touch(envelope);
			response.json(listAnswer(envelope));
		});

	router.get('/envelopes/:envelopeId/documents/:documentId', (request, response: ApiResponse) => {
		const envelope = access.read(request, response);
		const { name, type, content } = fileOf(envelope, String(request.params.documentId).toLowerCase(), isTrue(parameter(request, 'certificate')));
		// `encoding=base64` is the other way that DocuSign offers.
		const base64 = parameter(request, 'encoding') === 'base64' || request.headers['content-transfer-encoding'] === 'base64';
		response.set({ 'Content-Type': type, 'Content-Disposition': `file; filename="${asciiOf(name)}"; documentid="${String(request.params.documentId)}"`, ...(base64 && { 'Content-Transfer-Encoding': 'base64' }) });
		response.end(base64 ? content.toString('base64') : content);
	});
	return router;
}

function fileOf(envelope: Envelope, id: string, withCertificate: boolean): { name: string; type: string; content: Buffer } {
	const pdf = 'application/pdf';
	const subject = String(envelope.properties['emailSubject'] || 'Envelope');
	if (id === 'combined') return { name: `${subject}.pdf`, type: pdf, content: renderCombined(envelope, withCertificate) };
	if (id === 'archive') return { name: `${subject}.zip`, type: 'application/zip', content: renderArchive(envelope) };
	if (id === 'certificate' || id === 'summary') return { name: 'Summary.pdf', type: pdf, content: renderCertificate(envelope) };
	const document = envelope.documents.find(({ documentId }) => documentId === id);
	if (!document) throw noSuchDocument();
	return { name: pdfNameOf(document), type: pdf, content: renderDocument(envelope, document) };
}

function listAnswer(envelope: Envelope): object {
	const uri = `/envelopes/${envelope.envelopeId}`;
	return { envelopeId: envelope.envelopeId, envelopeDocuments: [...documentsAnswer(envelope.documents, uri), certificateAnswer(uri)] };
}

function draftOf(envelope: Envelope): Envelope {
	if (envelope.status !== 'created') throw invalidStatus("Invalid envelope status. Documents can be changed only for envelopes in the 'Created' state.");
	return envelope;
}

function asciiOf(name: string): string {
	return name.replace(/[^\x20-\x7e]|["\\]/g, '_');
}
