// Connect configurations: which events of whose envelopes an account publishes to which address.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/connect/connectconfigurations/create/
import { badRequest, invalidParameter } from '../apiErrors';
import { isTrue, textOf, truth, type Wire } from '../wire';
import { readSubscription, type ConnectSubscription } from './subscription';

export interface ConnectConfiguration {
	readonly connectId: string;
	/** As it came, texts for numbers and truth. */
	fields: Wire;
	subscription: ConnectSubscription;
}

// DocuSign counts them over all accounts.
let lastId = 10_400_000;

/** Throws for a body that no messages could be made of. */
export function readConfiguration(source: Wire, before?: ConnectConfiguration): ConnectConfiguration {
	const fields: Wire = { ...before?.fields, ...source };
	if (!textOf(fields['name'])) throw invalidParameter('name must be specified.');
	const type = textOf(fields['configurationType']) ?? 'custom';
	if (type !== 'custom' && type !== 'customrecipient') throw invalidParameter('Invalid value specified for configurationType.');
	const subscription = readSubscription(fields, 'urlToPublishTo');
	const everybody = isTrue(fields['allUsers']);
	if (!everybody && !(Array.isArray(fields['userIds']) && fields['userIds'].length > 0)) throw badRequest('CONNECT_CONFIGURATION_INVALID', 'userIds must name the users where allUsers is not true.');
	const connectId = before?.connectId ?? String(++lastId);
	return { connectId, fields: { ...fields, configurationType: type }, subscription };
}

export function isPublishing({ fields }: ConnectConfiguration, senderId: string): boolean {
	// Without the word it is on, and `false` keeps the configuration without its messages.
	if (fields['allowEnvelopePublish'] !== undefined && !isTrue(fields['allowEnvelopePublish'])) return false;
	return isTrue(fields['allUsers']) || (fields['userIds'] as unknown[]).map(String).includes(senderId);
}

export function configurationAnswer({ connectId, fields }: ConnectConfiguration): Wire {
	const texts = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === 'boolean' ? truth(value) : (textOf(value) ?? value)]));
	// The password of a listener's basic authentication is never told again.
	return { allowEnvelopePublish: 'true', enableLog: 'false', includeHMAC: 'false', requiresAcknowledgement: 'true', ...texts, connectId, password: undefined };
}
