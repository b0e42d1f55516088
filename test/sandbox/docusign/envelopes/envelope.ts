// An envelope and what belongs to it, as the played account keeps it.
import { randomUUID } from 'node:crypto';
import type { ConnectSubscription } from '../connect/subscription';
import type { DocuSignUser } from '../directory';
import type { Wire } from '../wire';
import type { EnvelopeDocument } from '../documents/document';
import type { Recipient } from './recipient';

export type EnvelopeStatus = 'created' | 'sent' | 'delivered' | 'completed' | 'declined' | 'voided' | 'deleted';

export interface CustomField {
	readonly kind: 'listCustomFields' | 'textCustomFields';
	readonly fieldId: string;
	/** name, value, show, required, listItems. */
	fields: Wire;
}

export interface EnvelopeTimes {
	readonly created: number;
	lastModified: number;
	statusChanged: number;
	initialSent?: number;
	sent?: number;
	delivered?: number;
	completed?: number;
	declined?: number;
	voided?: number;
	deleted?: number;
}

export interface Notification {
	reminders: Wire;
	expirations: Wire;
	useAccountDefaults: string;
}

export interface Envelope {
	readonly envelopeId: string;
	readonly accountId: string;
	readonly sender: DocuSignUser;
	status: EnvelopeStatus;
	/** emailSubject, emailBlurb, allowReassign, …: kept as they came. */
	properties: Wire;
	documents: EnvelopeDocument[];
	recipients: Recipient[];
	customFields: CustomField[];
	notification: Notification;
	/** Webhooks of this envelope alone. */
	subscriptions: ConnectSubscription[];
	/** A folder that somebody moved it to; without one it lies where its status says. */
	folderId?: string;
	templateIds: readonly string[];
	times: EnvelopeTimes;
	/** The sender's own id for it. @see https://www.docusign.com/blog/developers/common-api-tasks-use-transactionid-to-find-the-envelope-you-created */
	transactionId?: string;
	voidedReason?: string;
	/** The newest comes last. */
	auditEvents: Wire[];
}

/** @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/create/ (account defaults: 120 days, no reminders) */
export const accountNotification: Readonly<Notification> = {
	reminders: { reminderEnabled: 'false', reminderDelay: '0', reminderFrequency: '0' },
	expirations: { expireEnabled: 'true', expireAfter: '120', expireWarn: '0' },
	useAccountDefaults: 'true',
};

export const finalStatuses: ReadonlySet<EnvelopeStatus> = new Set(['completed', 'declined', 'voided', 'deleted']);

export function newId(): string {
	return randomUUID();
}

export function touch(envelope: Envelope, now = Date.now()): void {
	envelope.times.lastModified = now;
}

/** When it expires on its own: so many days after it was sent. */
export function expiresAt({ times, notification: { expirations } }: Envelope): number | undefined {
	if (times.sent === undefined || String(expirations['expireEnabled']) !== 'true') return undefined;
	return times.sent + Number(expirations['expireAfter']) * 86_400_000;
}

export function audit(envelope: Envelope, action: string, userName: string, message: string, userId = ''): void {
	const field = (name: string, value: string): Wire => ({ name, value });
	envelope.auditEvents.push({
		eventFields: [
			field('logTime', new Date().toISOString().replace('Z', '0000Z')),
			field('Source', 'API'),
			field('UserName', userName),
			field('UserId', userId),
			field('Action', action),
			field('Message', message),
			field('EnvelopeStatus', envelope.status),
			field('ClientIPAddress', '127.0.0.1'),
			field('Information', `${message} [Account: ${envelope.accountId}]`),
			field('InformationLocalized', message),
			field('GeoLocation', ''),
			field('Language', 'en'),
		],
	});
}
