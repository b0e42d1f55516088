// The recipients of an envelope: their kinds, what a request may say of them, and how an answer shows them.
import { badRequest, invalidRecipientId } from '../apiErrors';
import { docuSignUsers } from '../directory';
import { listOf, textOf, truth, wireOf, type Wire } from '../wire';
import { newId } from './envelope';
import { readTabs, tabCount, tabsAnswer, type Tabs } from './tabs';

/** The lists of the API's recipients object, in its order. */
export const recipientKinds = ['signers', 'agents', 'editors', 'intermediaries', 'carbonCopies', 'certifiedDeliveries', 'inPersonSigners', 'seals', 'witnesses', 'notaries'] as const;
export type RecipientKind = (typeof recipientKinds)[number];

export type RecipientStatus = 'created' | 'sent' | 'delivered' | 'signed' | 'completed' | 'declined' | 'autoresponded';

export interface Recipient {
	kind: RecipientKind;
	readonly recipientIdGuid: string;
	/** The client's id for it; unique in the envelope. */
	readonly recipientId: string;
	routingOrder: number;
	status: RecipientStatus;
	/** name, email, clientUserId, roleName, accessCode, note, …: kept as they came. */
	fields: Wire;
	tabs: Tabs;
	times: { sent?: number; delivered?: number; signed?: number; declined?: number };
	declinedReason?: string;
}

const typeNames: Readonly<Record<RecipientKind, string>> = {
	signers: 'signer',
	agents: 'agent',
	editors: 'editor',
	intermediaries: 'intermediary',
	carbonCopies: 'carboncopy',
	certifiedDeliveries: 'certifieddelivery',
	inPersonSigners: 'inpersonsigner',
	seals: 'seal',
	witnesses: 'witness',
	notaries: 'notary',
};

/** They get a copy and are done with it. */
export function isCopy({ kind }: Recipient): boolean {
	return kind === 'carbonCopies';
}

export function emailOf({ kind, fields }: Recipient): string {
	return textOf(kind === 'inPersonSigners' ? (fields['hostEmail'] ?? fields['email']) : fields['email']) ?? '';
}

export function nameOf({ kind, fields }: Recipient): string {
	if (kind === 'inPersonSigners') return textOf(fields['signerName']) ?? textOf(fields['name']) ?? '';
	return textOf(fields['name']) ?? [fields['firstName'], fields['lastName']].map(textOf).filter(Boolean).join(' ');
}

export function clientUserIdOf({ fields }: Recipient): string | undefined {
	return textOf(fields['clientUserId']) || undefined;
}

/** Of a recipient who is a user here; others get one of their own. */
export function userIdOf(recipient: Recipient): string {
	const email = emailOf(recipient).toLowerCase();
	return docuSignUsers.find((user) => user.email === email)?.userId ?? recipient.recipientIdGuid;
}

/** All recipients of a recipients object; `defaults` is whom a template has. */
export function readRecipients(source: unknown): Recipient[] {
	const lists = wireOf(source);
	return recipientKinds.flatMap((kind) => listOf(lists[kind]).map((fields) => readRecipient(kind, fields)));
}

export function readRecipient(kind: RecipientKind, source: Wire): Recipient {
	const { tabs, recipientId, routingOrder, ...fields } = source;
	const id = textOf(recipientId) ?? '';
	// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/enveloperecipients/ (a GUID or an integer)
	if (!/^(\d{1,10}|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/i.test(id)) throw invalidRecipientId();
	return {
		kind,
		recipientIdGuid: newId(),
		recipientId: id,
		routingOrder: Number(textOf(routingOrder) || '1'),
		status: 'created',
		fields,
		tabs: readTabs(tabs, id),
		times: {},
	};
}

/** Throws what DocuSign says to recipients who cannot be sent anything. */
export function checkRecipients(recipients: readonly Recipient[]): void {
	const seen = new Set<string>();
	for (const recipient of recipients) {
		const { recipientId } = recipient;
		if (seen.has(recipientId)) throw badRequest('ENVELOPE_HAS_DUPLICATE_RECIPIENTS', 'The recipients you have specified are not unique. Recipients are identified by combination of name, email, routing order and recipientId.');
		seen.add(recipientId);
		const byGroup = textOf(recipient.fields['signingGroupId']) !== undefined;
		if (byGroup || recipient.kind === 'seals') continue;
		const email = emailOf(recipient);
		if (email === '') throw badRequest('INVALID_EMAIL_ADDRESS_FOR_RECIPIENT', `The email address for the recipient is invalid. The recipient Id follows. Envelope definition is missing an email address for recipientId: ${recipientId}`);
		if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw badRequest('INVALID_EMAIL_ADDRESS_FOR_RECIPIENT', `The email address for the recipient is invalid. The recipient Id follows. ${recipientId}`);
		if (nameOf(recipient) === '') throw badRequest('INVALID_USERNAME_FOR_RECIPIENT', `The username for the recipient is invalid. The recipient Id follows. ${recipientId}`);
	}
}

/** @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/enveloperecipients/list/ */
export function recipientsAnswer(recipients: readonly Recipient[], withTabs = false, currentRoutingOrder = 1): Wire {
	const answer: Wire = {};
	for (const kind of recipientKinds) answer[kind] = recipients.filter((recipient) => recipient.kind === kind).map((recipient) => recipientAnswer(recipient, withTabs));
	return { ...answer, recipientCount: String(recipients.length), currentRoutingOrder: String(currentRoutingOrder) };
}

export function recipientAnswer(recipient: Recipient, withTabs = false): Wire {
	const { kind, recipientId, recipientIdGuid, routingOrder, status, fields, tabs, times } = recipient;
	const time = (ms?: number): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString().replace('Z', '0000Z'));
	const signs = kind === 'signers' || kind === 'inPersonSigners';
	return {
		...(kind === 'signers' && { isBulkRecipient: 'false', requireUploadSignature: 'false', requireSignOnPaper: 'false' }),
		...(signs && { creationReason: 'sender', totalTabCount: String(tabCount(tabs)) }),
		...textFields(fields),
		name: kind === 'inPersonSigners' ? undefined : nameOf(recipient),
		userId: userIdOf(recipient),
		requireIdLookup: textOf(fields['requireIdLookup']) ?? 'false',
		recipientId,
		recipientIdGuid,
		routingOrder: String(routingOrder),
		roleName: textOf(fields['roleName']),
		status,
		completedCount: '0',
		deliveryMethod: 'email',
		recipientType: typeNames[kind],
		sentDateTime: time(times.sent),
		deliveredDateTime: time(times.delivered),
		signedDateTime: time(times.signed),
		declinedDateTime: time(times.declined),
		declinedReason: recipient.declinedReason,
		// An access code is never told again.
		accessCode: undefined,
		...(withTabs && { tabs: tabsAnswer(tabs) }),
	};
}

/** Numbers and truth come back as text, whatever they came as. */
function textFields(fields: Wire): Wire {
	return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === 'boolean' ? truth(value) : (textOf(value) ?? value)]));
}
