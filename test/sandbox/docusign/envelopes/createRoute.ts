// POST /envelopes: a draft, or sent at once.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/create/
import { Router } from 'express';
import { findTemplate } from '../accountState';
import { invalidBody, invalidParameter } from '../apiErrors';
import type { ApiLocals, ApiResponse } from '../apiLocals';
import { readSubscription } from '../connect/subscription';
import { isWire, listOf, textOf, wireOf, type Wire } from '../wire';
import { compose } from './composition';
import { audit, newId, type Envelope } from './envelope';
import { envelopeSummary } from './envelopeAnswer';
import { checkSendable, send, type EnvelopeEvents } from './life';
import { readNotification } from './notification';

/** What is kept as it came and shown again. */
const keptProperties = ['accessibility', 'allowComments', 'allowMarkup', 'allowReassign', 'allowRecipientRecursion', 'allowViewHistory', 'authoritativeCopy', 'autoNavigation', 'brandId', 'disableResponsiveDocument', 'emailBlurb', 'emailSettings', 'emailSubject', 'enableWetSign', 'enforceSignerVisibility', 'envelopeIdStamping', 'externalEnvelopeId', 'messageLock', 'recipientsLock', 'signerCanSignOnMobile', 'signingLocation', 'useDisclosure'];

export function createRoute(events: EnvelopeEvents): Router {
	return Router({ mergeParams: true }).post('/envelopes', (request, response: ApiResponse) => {
		const envelope = buildEnvelope(wireOf(request.body), response.locals);
		const { state } = response.locals;
		const sendsNow = textOf(wireOf(request.body)['status'])?.toLowerCase() === 'sent';
		// Whatever is wrong with it, nothing is left behind.
		if (sendsNow) checkSendable(envelope);
		state.envelopes.set(envelope.envelopeId, envelope);
		for (const templateId of envelope.templateIds) state.templates.get(templateId)!.lastUsed = Date.now();
		events(envelope, 'envelope-created');
		if (sendsNow) send(envelope, events);
		response.status(201).json(envelopeSummary(envelope));
	});
}

function buildEnvelope(definition: Wire, { state, user, parts }: ApiLocals): Envelope {
	if (Object.keys(definition).length === 0) throw invalidBody();
	const status = textOf(definition['status'])?.toLowerCase() ?? 'created';
	if (status !== 'created' && status !== 'sent') throw invalidParameter('Invalid value specified for status.');
	checkTransactionId(definition['transactionId']);
	const { documents, recipients, customFields, properties, templateIds } = compose(definition, { template: (templateId) => findTemplate(state, user, templateId), parts });
	if (recipients.length > 0 && status === 'sent') checkSubject({ ...properties, ...definition });
	const now = Date.now();
	const envelope: Envelope = {
		envelopeId: newId(),
		accountId: state.account.accountId,
		sender: user,
		status: 'created',
		properties: { emailSubject: '', emailBlurb: '', ...properties, ...keptOf(definition) },
		documents,
		recipients,
		customFields: [...customFields, ...structuredClone(state.customFields.filter(({ fields }) => fields['required'] === 'true'))],
		notification: readNotification(definition['notification']),
		subscriptions: [definition['eventNotification'], ...listOf(definition['eventNotifications'])].filter(isWire).map((notification) => readSubscription(notification, 'url')),
		templateIds,
		times: { created: now, lastModified: now, statusChanged: now },
		transactionId: textOf(definition['transactionId']),
		auditEvents: [],
	};
	audit(envelope, 'Registered', `${user.givenName} ${user.familyName}`, `The envelope was created by ${user.givenName} ${user.familyName}`, user.userId);
	return envelope;
}

export function keptOf(source: Wire): Wire {
	return Object.fromEntries(keptProperties.filter((name) => source[name] !== undefined).map((name) => [name, source[name]]));
}

function checkSubject({ emailSubject }: Wire): void {
	// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/create/ (100 characters)
	if ((textOf(emailSubject) ?? '').length > 100) throw invalidParameter('The email subject must not be longer than 100 characters.');
}

/** The sender's own id; the client looks an envelope up by it after an answer that never came. DocuSign itself does not compare them. */
function checkTransactionId(value: unknown): void {
	const transactionId = textOf(value);
	if (transactionId !== undefined && (transactionId === '' || transactionId.length > 255)) throw invalidParameter('Invalid value specified for transactionId.');
}
