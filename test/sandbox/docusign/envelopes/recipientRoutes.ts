// Recipients of an envelope, and their tabs.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/enveloperecipients/
import { Router, type Request } from 'express';
import { ApiError, badRequest, invalidBody, invalidRecipientId, invalidStatus } from '../apiErrors';
import { parameter, type ApiResponse } from '../apiLocals';
import { isTrue, listOf, textOf, wireOf, type Wire } from '../wire';
import { envelopeAccess } from './access';
import { placeAnchors } from './composition';
import { touch, type Envelope } from './envelope';
import { recipientsOf } from './envelopeAnswer';
import { inviteNext, type EnvelopeEvents } from './life';
import { checkRecipients, emailOf, readRecipients, recipientKinds, recipientsAnswer, type Recipient } from './recipient';
import { addTabs, eachTab, readTabs, setValue, tabsAnswer } from './tabs';

export function recipientRoutes(events: EnvelopeEvents): Router {
	const router = Router({ mergeParams: true });
	const access = envelopeAccess(events);

	router.route('/envelopes/:envelopeId/recipients')
		.get((request, response: ApiResponse) => {
			const envelope = access.read(request, response);
			response.json(recipientsOf(envelope, isTrue(parameter(request, 'include_tabs'))));
		})
		.post((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const added = readRecipients(request.body);
			if (added.length === 0) throw invalidBody('At least one recipient must be specified.');
			checkRecipients([...envelope.recipients, ...added]);
			placeAnchors({ documents: envelope.documents, recipients: added });
			checkOrder(envelope, added);
			envelope.recipients.push(...added);
			changed(envelope, events);
			response.status(201).json(recipientsAnswer(added, isTrue(parameter(request, 'resend_envelope'))));
		})
		.put((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const given = readGiven(request.body);
			if (given.length === 0) throw invalidBody('At least one recipient must be specified.');
			const recipientUpdateResults = given.map(({ kind, source }) => updateOne(envelope, kind, source));
			if (isTrue(parameter(request, 'resend_envelope'))) for (const recipient of envelope.recipients.filter(({ status }) => status === 'sent' || status === 'delivered')) events(envelope, 'recipient-resent', recipient);
			changed(envelope, events);
			response.json({ recipientUpdateResults });
		})
		.delete((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const ids = recipientKinds.flatMap((kind) => listOf(wireOf(request.body)[kind]).map(({ recipientId }) => textOf(recipientId) ?? ''));
			response.json(recipientsAnswer(remove(envelope, ids, events)));
		});

	router.delete('/envelopes/:envelopeId/recipients/:recipientId', (request, response: ApiResponse) => {
		const envelope = access.change(request, response);
		response.json(recipientsAnswer(remove(envelope, [String(request.params.recipientId)], events)));
	});

	router.route('/envelopes/:envelopeId/recipients/:recipientId/tabs')
		.get((request, response: ApiResponse) => void response.json(tabsAnswer(recipientOf(access.read(request, response), request).tabs)))
		.post((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const recipient = recipientOf(envelope, request);
			const added = readTabs(request.body, recipient.recipientId);
			if (Object.keys(added).length === 0) throw invalidBody();
			placeAnchors({ documents: envelope.documents, recipients: [{ ...recipient, tabs: added }] });
			checkDocuments(envelope, added);
			addTabs(recipient.tabs, added);
			touch(envelope);
			response.status(201).json(tabsAnswer(added));
		})
		.put((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const { tabs } = recipientOf(envelope, request);
			const updated = Object.fromEntries(Object.entries(wireOf(request.body)).map(([kind, list]) => [kind, listOf(list).map((given) => updateTab(tabs[kind] ?? [], given))]));
			touch(envelope);
			response.json(updated);
		})
		.delete((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const { tabs } = recipientOf(envelope, request);
			const removed = Object.fromEntries(Object.entries(wireOf(request.body)).map(([kind, list]) => [kind, listOf(list).map(({ tabId }) => tabOf(tabs[kind] ?? [], tabId))]));
			for (const [kind, list] of Object.entries(removed)) tabs[kind] = tabs[kind]!.filter((tab) => !list.includes(tab));
			touch(envelope);
			response.json(removed);
		});
	return router;
}

function recipientOf({ recipients }: Envelope, { params }: Request): Recipient {
	const found = recipients.find(({ recipientId }) => recipientId === params['recipientId']);
	if (!found) throw invalidRecipientId(String(params['recipientId']));
	return found;
}

function readGiven(body: unknown): Array<{ kind: Recipient['kind']; source: Wire }> {
	return recipientKinds.flatMap((kind) => listOf(wireOf(body)[kind]).map((source) => ({ kind, source })));
}

/** PUT changes who is there and adds who is not; each has a result of its own. */
function updateOne(envelope: Envelope, kind: Recipient['kind'], source: Wire): Wire {
	const recipientId = textOf(source['recipientId']) ?? '';
	try {
		const found = envelope.recipients.find((recipient) => recipient.recipientId === recipientId);
		if (!found) {
			const [added] = readRecipients({ [kind]: [source] });
			checkRecipients([...envelope.recipients, added!]);
			placeAnchors({ documents: envelope.documents, recipients: [added!] });
			checkOrder(envelope, [added!]);
			envelope.recipients.push(added!);
		} else {
			if (found.status === 'completed' || found.status === 'declined') throw badRequest('RECIPIENT_HAS_COMPLETED', `The recipient has already completed the envelope. ${recipientId}`);
			const { recipientId: _id, routingOrder, tabs, ...fields } = source;
			const before = { ...found.fields };
			Object.assign(found.fields, fields);
			if (routingOrder !== undefined) found.routingOrder = Number(routingOrder);
			try {
				checkRecipients(envelope.recipients);
			} catch (error) {
				found.fields = before;
				throw error;
			}
			if (tabs !== undefined) addTabs(found.tabs, readTabs(tabs, recipientId));
		}
		return { recipientId, errorDetails: { errorCode: 'SUCCESS', message: '' } };
	} catch (error) {
		if (error instanceof ApiError) return { recipientId, errorDetails: error.details };
		throw error;
	}
}

/** Nobody comes before those who are done. */
function checkOrder({ recipients, status }: Envelope, added: readonly Recipient[]): void {
	if (status === 'created') return;
	const done = Math.max(0, ...recipients.filter((recipient) => recipient.status === 'completed').map(({ routingOrder }) => routingOrder));
	const early = added.find(({ routingOrder }) => routingOrder < done);
	if (early) throw badRequest('INVALID_ROUTING_ORDER', `The routing order of recipient ${emailOf(early)} is before that of a recipient who has completed the envelope.`);
}

function remove(envelope: Envelope, ids: readonly string[], events: EnvelopeEvents): Recipient[] {
	if (ids.length === 0) throw invalidBody('At least one recipient must be specified.');
	const removed = ids.map((id) => {
		const found = envelope.recipients.find(({ recipientId }) => recipientId === id);
		if (!found) throw invalidRecipientId(id);
		if (found.status === 'completed' || found.status === 'declined') throw badRequest('RECIPIENT_HAS_COMPLETED', `The recipient has already completed the envelope. ${id}`);
		return found;
	});
	if (envelope.status !== 'created' && envelope.recipients.length === removed.length) throw invalidStatus('An envelope that was sent needs at least one recipient.');
	envelope.recipients = envelope.recipients.filter((recipient) => !removed.includes(recipient));
	changed(envelope, events);
	return removed;
}

/** Whose turn it is may have changed. */
function changed(envelope: Envelope, events: EnvelopeEvents): void {
	touch(envelope);
	if (envelope.status !== 'created') inviteNext(envelope, events);
}

function tabOf(list: readonly Wire[], tabId: unknown): Wire {
	const found = list.find((tab) => tab['tabId'] === tabId);
	if (!found) throw badRequest('INVALID_TAB_ID', `The tab ID specified in the request either is not valid or does not exist. ${String(tabId)}`);
	return found;
}

function updateTab(list: readonly Wire[], given: Wire): Wire {
	const tab = tabOf(list, given['tabId']);
	const { tabId: _id, tabType: _type, ...rest } = given;
	Object.assign(tab, Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, textOf(value) ?? value])));
	setValue(tab, given);
	return tab;
}

function checkDocuments({ documents }: Envelope, tabs: Record<string, Wire[]>): void {
	for (const { tab } of eachTab(tabs)) {
		if (!documents.some(({ documentId }) => documentId === tab['documentId'])) throw badRequest('TAB_REFERS_TO_MISSING_DOCUMENT', `A tab refers to a document that is not present in the envelope. Tab refers to DocumentId ${String(tab['documentId'])} which is not present.`);
	}
}
