// The list of documents of an envelope or a template.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopedocuments/list/
import type { Wire } from '../wire';
import type { EnvelopeDocument } from './document';

export function documentsAnswer(documents: readonly EnvelopeDocument[], parentUri: string): Wire[] {
	return documents.toSorted((left, right) => left.order - right.order).map(({ documentId, documentIdGuid, name, order, content }) => ({
		documentId,
		documentIdGuid,
		name,
		type: 'content',
		uri: `${parentUri}/documents/${documentId}`,
		order: String(order),
		availableDocumentTypes: [{ type: 'electronic', isDefault: 'true' }],
		display: 'inline',
		includeInDownload: 'true',
		signerMustAcknowledge: 'no_interaction',
		templateRequired: 'false',
		authoritativeCopy: 'false',
		sizeBytes: String(content.length),
	}));
}

export function certificateAnswer(parentUri: string): Wire {
	return {
		documentId: 'certificate',
		documentIdGuid: '00000000-0000-4000-8000-000000000000',
		name: 'Summary',
		type: 'summary',
		uri: `${parentUri}/documents/certificate`,
		order: '999',
		availableDocumentTypes: [{ type: 'electronic', isDefault: 'true' }],
		display: 'inline',
		includeInDownload: 'true',
		signerMustAcknowledge: 'no_interaction',
		templateRequired: 'false',
		authoritativeCopy: 'false',
	};
}
