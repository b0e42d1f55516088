// A Connect message of the JSON SIM event model.
// @see https://developers.docusign.com/platform/webhooks/connect/json-sim-event-model/
import { renderDocument } from '../documents/rendering';
import type { Envelope } from '../envelopes/envelope';
import { envelopeAnswer } from '../envelopes/envelopeAnswer';
import { userIdOf, type Recipient } from '../envelopes/recipient';
import { stamp, type Wire } from '../wire';
import type { ConnectSubscription } from './subscription';

export interface Occasion {
	readonly event: string;
	readonly envelope: Envelope;
	readonly recipient?: Recipient;
}

/** What happened, at this moment: later changes of the envelope do not show in a message that waits for its retry. */
export function buildMessage({ event, envelope, recipient }: Occasion, { includeData, includeDocuments }: ConnectSubscription, configurationId: number): Wire {
	const { accountId, envelopeId, sender } = envelope;
	const include = new Set(includeData);
	const withSummary = includeData.length > 0 || includeDocuments;
	return {
		event,
		apiVersion: 'v2.1',
		uri: `/restapi/v2.1/accounts/${accountId}/envelopes/${envelopeId}`,
		retryCount: 0,
		configurationId,
		generatedDateTime: stamp(Date.now()),
		data: {
			accountId,
			userId: sender.userId,
			envelopeId,
			...(recipient && { recipientId: recipient.recipientId, recipientUserId: userIdOf(recipient) }),
			...(withSummary && { envelopeSummary: { ...envelopeAnswer(envelope, accountId, include), ...(includeDocuments && { envelopeDocuments: documentsOf(envelope) }), envelopeMetadata: { allowAdvancedCorrect: 'true', enableSignWithNotary: 'false', allowCorrect: 'true' } } }),
		},
	};
}

function documentsOf(envelope: Envelope): Wire[] {
	return envelope.documents.map((document) => ({
		name: document.name,
		type: 'content',
		order: String(document.order),
		display: 'inline',
		documentId: document.documentId,
		documentIdGuid: document.documentIdGuid,
		PDFBytes: renderDocument(envelope, document).toString('base64'),
	}));
}
