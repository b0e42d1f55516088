// The life of an envelope: created, sent, delivered, then completed, declined or voided; recipients in their routing order.
// Every step is told to whoever listens (Connect).
// @see https://developers.docusign.com/docs/esign-rest-api/esign101/concepts/envelopes/lifecycle/
import { badRequest, invalidStatus } from '../apiErrors';
import { audit, expiresAt, touch, type Envelope, type EnvelopeStatus } from './envelope';
import { checkRecipients, clientUserIdOf, isCopy, nameOf, type Recipient } from './recipient';
import { eachTab } from './tabs';

/** `recipient` where the event is about one. */
export type EnvelopeEvents = (envelope: Envelope, event: string, recipient?: Recipient) => void;

const sendable = 'The Envelope is not Complete. A Complete Envelope Requires Documents, Recipients, Tabs, and a Subject Line.';

/** Throws ENVELOPE_IS_INCOMPLETE, or what is wrong with a recipient. */
export function checkSendable({ documents, recipients, properties }: Pick<Envelope, 'documents' | 'recipients' | 'properties'>): void {
	if (documents.length === 0 || recipients.length === 0 || !properties['emailSubject']) throw badRequest('ENVELOPE_IS_INCOMPLETE', sendable);
	checkRecipients(recipients);
}

export function send(envelope: Envelope, tell: EnvelopeEvents): void {
	if (envelope.status !== 'created') throw invalidStatus('Only envelopes in the ‘Created’ state may be sent.');
	checkSendable(envelope);
	const now = Date.now();
	envelope.times.sent = now;
	envelope.times.initialSent ??= now;
	moveTo(envelope, 'sent', now);
	audit(envelope, 'Sent Invitations', `${envelope.sender.givenName} ${envelope.sender.familyName}`, 'The envelope was sent', envelope.sender.userId);
	tell(envelope, 'envelope-sent');
	inviteNext(envelope, tell);
}

/** Lets those who are next have it, and copies with them; completes the envelope when nobody is left. */
export function inviteNext(envelope: Envelope, tell: EnvelopeEvents): void {
	for (;;) {
		const waiting = envelope.recipients.filter(({ status }) => status === 'created');
		if (envelope.recipients.some(isActing)) return;
		if (waiting.length === 0) return complete(envelope, tell);
		const order = Math.min(...waiting.map(({ routingOrder }) => routingOrder));
		for (const recipient of waiting.filter(({ routingOrder }) => routingOrder === order)) invite(envelope, recipient, tell);
	}
}

function invite(envelope: Envelope, recipient: Recipient, tell: EnvelopeEvents): void {
	recipient.times.sent = Date.now();
	recipient.status = isCopy(recipient) ? 'completed' : 'sent';
	audit(envelope, 'Sent Invitations', nameOf(recipient), `The envelope was sent to ${nameOf(recipient)}${clientUserIdOf(recipient) ? ' (embedded)' : ''}`);
	tell(envelope, 'recipient-sent', recipient);
	if (isCopy(recipient)) tell(envelope, 'recipient-completed', recipient);
}

export function isActing({ status }: Recipient): boolean {
	return status === 'sent' || status === 'delivered' || status === 'autoresponded';
}

/** The recipient has opened it. */
export function deliver(envelope: Envelope, recipient: Recipient, tell: EnvelopeEvents): void {
	if (recipient.status !== 'sent') return;
	const now = Date.now();
	recipient.status = 'delivered';
	recipient.times.delivered = now;
	touch(envelope, now);
	audit(envelope, 'Viewed', nameOf(recipient), `${nameOf(recipient)} viewed the envelope`);
	tell(envelope, 'recipient-delivered', recipient);
	const everybodySaw = envelope.recipients.every(({ status }) => status === 'delivered' || status === 'completed' || status === 'signed');
	if (everybodySaw && envelope.status === 'sent') {
		envelope.times.delivered = now;
		moveTo(envelope, 'delivered', now);
		tell(envelope, 'envelope-delivered');
	}
}

/** The recipient has done what was asked. `values` by the label of a tab. */
export function sign(envelope: Envelope, recipient: Recipient, values: Readonly<Record<string, string>>, tell: EnvelopeEvents): void {
	deliver(envelope, recipient, tell);
	if (!isActing(recipient)) throw invalidStatus('The recipient has no action to take on this envelope.');
	const now = Date.now();
	fillIn(recipient, values, now);
	recipient.status = 'completed';
	recipient.times.signed = now;
	touch(envelope, now);
	audit(envelope, 'Signed', nameOf(recipient), `${nameOf(recipient)} signed the envelope`);
	tell(envelope, 'recipient-completed', recipient);
	inviteNext(envelope, tell);
}

function fillIn(recipient: Recipient, values: Readonly<Record<string, string>>, now: number): void {
	for (const { kind, tab } of eachTab(recipient.tabs)) {
		const given = values[String(tab['tabLabel'])];
		if (kind === 'checkboxTabs') tab['selected'] = given === undefined ? (tab['selected'] ?? 'false') : 'true';
		else if (given !== undefined && String(tab['locked']) !== 'true') tab['value'] = given;
		if (kind === 'dateSignedTabs') tab['value'] = new Date(now).toLocaleDateString('en-US', { timeZone: 'UTC' });
		if (kind === 'fullNameTabs') tab['value'] = nameOf(recipient);
		if (kind === 'emailAddressTabs') tab['value'] = String(recipient.fields['email'] ?? '');
		if (kind === 'signHereTabs' || kind === 'initialHereTabs') tab['status'] = 'signed';
	}
}

export function decline(envelope: Envelope, recipient: Recipient, reason: string, tell: EnvelopeEvents): void {
	deliver(envelope, recipient, tell);
	if (!isActing(recipient)) throw invalidStatus('The recipient has no action to take on this envelope.');
	const now = Date.now();
	recipient.status = 'declined';
	recipient.times.declined = now;
	recipient.declinedReason = reason;
	envelope.times.declined = now;
	moveTo(envelope, 'declined', now);
	audit(envelope, 'Declined', nameOf(recipient), `${nameOf(recipient)} declined: ${reason}`);
	tell(envelope, 'recipient-declined', recipient);
	tell(envelope, 'envelope-declined');
}

function complete(envelope: Envelope, tell: EnvelopeEvents): void {
	const now = Date.now();
	envelope.times.delivered ??= now;
	envelope.times.completed = now;
	moveTo(envelope, 'completed', now);
	audit(envelope, 'Completed', 'Docusign System', 'The envelope is completed');
	tell(envelope, 'envelope-completed');
}

/** Throws ENVELOPE_CANNOT_VOID_INVALID_STATE. */
export function voidEnvelope(envelope: Envelope, reason: string, tell: EnvelopeEvents): void {
	if (envelope.status !== 'sent' && envelope.status !== 'delivered') throw badRequest('ENVELOPE_CANNOT_VOID_INVALID_STATE', "Only envelopes in the 'Sent' or 'Delivered' states may be voided.");
	// More than 200 characters are cut off. @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/update/
	envelope.voidedReason = reason.slice(0, 200);
	const now = Date.now();
	envelope.times.voided = now;
	moveTo(envelope, 'voided', now);
	audit(envelope, 'Voided', `${envelope.sender.givenName} ${envelope.sender.familyName}`, `The envelope was voided: ${envelope.voidedReason}`, envelope.sender.userId);
	tell(envelope, 'envelope-voided');
}

/** Tells those again whose turn it is. */
export function resend(envelope: Envelope, tell: EnvelopeEvents): void {
	if (envelope.status !== 'sent' && envelope.status !== 'delivered') throw badRequest('EDIT_LOCK_INVALID_STATE_FOR_LOCK', "Only envelopes in the 'Created', 'Sent' or 'Delivered' states may be resent.");
	const now = Date.now();
	touch(envelope, now);
	for (const recipient of envelope.recipients.filter(isActing)) {
		recipient.times.sent = now;
		tell(envelope, 'recipient-resent', recipient);
	}
	audit(envelope, 'Sent Invitations', `${envelope.sender.givenName} ${envelope.sender.familyName}`, 'The envelope was resent', envelope.sender.userId);
	tell(envelope, 'envelope-resent');
}

/** An envelope that nobody finished in time is voided by DocuSign itself. */
export function expire(envelope: Envelope, tell: EnvelopeEvents): void {
	const end = expiresAt(envelope);
	if (end !== undefined && end <= Date.now() && (envelope.status === 'sent' || envelope.status === 'delivered')) voidEnvelope(envelope, 'Envelope has expired.', tell);
}

export function moveTo(envelope: Envelope, status: EnvelopeStatus, now: number): void {
	envelope.status = status;
	envelope.times.statusChanged = now;
	touch(envelope, now);
}
