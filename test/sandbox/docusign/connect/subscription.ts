// Who wants to be told of which events: Connect configurations of an account, and the event notifications of one envelope.
// Only the JSON SIM event model is played, which DocuSign recommends to everybody.
// @see https://developers.docusign.com/platform/webhooks/connect/json-sim-event-model/
import { invalidParameter } from '../apiErrors';
import { isTrue, textOf, wireOf, type Wire } from '../wire';

export interface ConnectSubscription {
	readonly url: string;
	readonly events: readonly string[];
	readonly includeData: readonly string[];
	readonly includeHmac: boolean;
	/** Certificate and documents go along with what is final. */
	readonly includeDocuments: boolean;
}

const envelopeEvents = ['created', 'sent', 'resent', 'delivered', 'completed', 'declined', 'voided', 'corrected', 'deleted', 'discard', 'purge'].map((event) => `envelope-${event}`);
const recipientEvents = ['sent', 'resent', 'delivered', 'completed', 'declined', 'authenticationfailed', 'autoresponded', 'reassign', 'delegate', 'finish-later'].map((event) => `recipient-${event}`);
const templateEvents = ['created', 'modified', 'deleted'].map((event) => `template-${event}`);
export const knownEvents: readonly string[] = [...envelopeEvents, ...recipientEvents, ...templateEvents];

const knownData = ['attachments', 'custom_fields', 'documents', 'extensions', 'folders', 'payment_tabs', 'powerform', 'prefill_tabs', 'recipients', 'tabs', 'workflow'];

/** Throws INVALID_REQUEST_PARAMETER for what no message could be made of. `urlField` is its name: configurations and notifications differ. */
export function readSubscription(source: Wire, urlField: 'urlToPublishTo' | 'url'): ConnectSubscription {
	const url = textOf(source[urlField]) ?? '';
	if (!URL.canParse(url) || !/^https?:/.test(url)) throw invalidParameter(`Invalid value specified for ${urlField}.`);
	const data = wireOf(source['eventData']);
	if (textOf(data['version']) !== 'restv2.1' || !/^sim$/i.test(textOf(source['deliveryMode']) ?? '')) {
		throw invalidParameter('Only the JSON SIM event model is played: deliveryMode "SIM", eventData.version "restv2.1".');
	}
	const events = textsOf(source['events']);
	if (events.length === 0) throw invalidParameter('events must name at least one event.');
	const unknown = events.find((event) => !knownEvents.includes(event));
	if (unknown !== undefined) throw invalidParameter(`Invalid value specified for events. ${unknown}`);
	const includeData = textsOf(data['includeData']);
	const strange = includeData.find((name) => !knownData.includes(name));
	if (strange !== undefined) throw invalidParameter(`Invalid value specified for includeData. ${strange}`);
	return { url, events, includeData, includeHmac: isTrue(source['includeHMAC']), includeDocuments: isTrue(source['includeDocuments']) || includeData.includes('documents') };
}

function textsOf(value: unknown): string[] {
	return Array.isArray(value) ? value.map(textOf).filter((text) => text !== undefined) : [];
}
