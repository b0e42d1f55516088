// An envelope as the API shows it.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/get/
import { certificateAnswer, documentsAnswer } from '../documents/documentsAnswer';
import type { Folder } from '../folders/folder';
import { stamp, textOf, truth, type Wire } from '../wire';
import { customFieldsAnswer } from './customFields';
import { expiresAt, type Envelope } from './envelope';
import { isActing } from './life';
import { recipientsAnswer } from './recipient';

/** What `include` may name. `tabs` goes with `recipients`. */
export const includable = ['custom_fields', 'documents', 'attachments', 'extensions', 'expirations', 'folders', 'recipients', 'powerform', 'tabs', 'payment_tabs', 'prefill_tabs', 'workflow'];

export function envelopeAnswer(envelope: Envelope, accountId: string, include: ReadonlySet<string>, folder?: Folder): Wire {
	const { envelopeId, status, properties, sender, times, transactionId, voidedReason, notification, documents } = envelope;
	const uri = `/envelopes/${envelopeId}`;
	const expires = expiresAt(envelope);
	return {
		status,
		documentsUri: `${uri}/documents`,
		recipientsUri: `${uri}/recipients`,
		attachmentsUri: `${uri}/attachments`,
		envelopeUri: uri,
		envelopeId,
		customFieldsUri: `${uri}/custom_fields`,
		notificationUri: `${uri}/notification`,
		documentsCombinedUri: `${uri}/documents/combined`,
		certificateUri: `${uri}/documents/summary`,
		templatesUri: `${uri}/templates`,
		signingLocation: 'online',
		enableWetSign: 'true',
		allowMarkup: 'false',
		allowReassign: 'true',
		envelopeIdStamping: 'true',
		autoNavigation: 'true',
		isSignatureProviderEnvelope: 'false',
		hasFormDataChanged: 'false',
		allowComments: 'true',
		hasComments: 'false',
		allowViewHistory: 'true',
		envelopeLocation: 'current_site',
		isDynamicEnvelope: 'false',
		...texts(properties),
		createdDateTime: stamp(times.created),
		lastModifiedDateTime: stamp(times.lastModified),
		initialSentDateTime: stamp(times.initialSent),
		sentDateTime: stamp(times.sent),
		deliveredDateTime: stamp(times.delivered),
		completedDateTime: stamp(times.completed),
		declinedDateTime: stamp(times.declined),
		voidedDateTime: stamp(times.voided),
		deletedDateTime: stamp(times.deleted),
		statusChangedDateTime: stamp(times.statusChanged),
		voidedReason,
		transactionId,
		purgeState: 'unpurged',
		expireEnabled: textOf(notification.expirations['expireEnabled']),
		expireAfter: textOf(notification.expirations['expireAfter']),
		expireDateTime: stamp(expires),
		sender: { userName: `${sender.givenName} ${sender.familyName}`, userId: sender.userId, accountId, email: sender.email },
		...(include.has('recipients') && { recipients: recipientsOf(envelope, include.has('tabs')) }),
		...(include.has('custom_fields') && { customFields: customFieldsAnswer(envelope.customFields) }),
		...(include.has('documents') && { envelopeDocuments: [...documentsAnswer(documents, uri), certificateAnswer(uri)] }),
		...(include.has('folders') && folder && { folders: [{ folderId: folder.folderId, name: folder.name, type: folder.type }] }),
	};
}

export function recipientsOf({ recipients }: Envelope, withTabs: boolean): Wire {
	const current = recipients.filter(isActing).map(({ routingOrder }) => routingOrder);
	return recipientsAnswer(recipients, withTabs, current.length > 0 ? Math.min(...current) : Math.max(1, ...recipients.map(({ routingOrder }) => routingOrder)));
}

function texts(properties: Wire): Wire {
	return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, typeof value === 'boolean' ? truth(value) : (textOf(value) ?? value)]));
}

/** What POST answers. */
export function envelopeSummary({ envelopeId, status, times }: Envelope): Wire {
	return { envelopeId, uri: `/envelopes/${envelopeId}`, statusDateTime: stamp(times.statusChanged), status };
}
