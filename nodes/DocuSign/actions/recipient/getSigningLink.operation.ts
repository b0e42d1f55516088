import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf, parameterError, requiredText, textOf } from '../parameters';
import { fetchRecipients } from './getMany.operation';
import { recipientIdField, recipientIdOf } from './recipientId';

const show = { resource: ['recipient'], operation: ['getSigningLink'] };

export const description: INodeProperties[] = [
	envelopeIdField(show),
	recipientIdField(show),
	{ displayName: 'Return URL', name: 'returnUrl', type: 'string', default: '', required: true, placeholder: 'https://example.com/signed', description: 'Where the browser goes after signing; DocuSign adds "event" to it', displayOptions: { show } },
	{
		displayName: 'How the Person Was Authenticated',
		name: 'authenticationMethod',
		type: 'options',
		options: [
			{ name: 'By Email', value: 'email' },
			{ name: 'By Password', value: 'password' },
			{ name: 'By Single Sign-On', value: 'singleSignOn_SAML' },
			{ name: 'Not at All', value: 'none' },
			{ name: 'Otherwise', value: 'other' },
		],
		default: 'none',
		description: 'Goes into the certificate of the envelope',
		displayOptions: { show },
	},
];

/** The link opens the envelope for whoever has it, once and for some minutes. */
export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const recipientId = recipientIdOf(api);
	const returnUrl = requiredText(api, 'returnUrl', 'Return URL');
	if (!URL.canParse(returnUrl)) throw parameterError(api, 'The parameter "Return URL" is no URL');
	const found = (await fetchRecipients(api, envelopeId)).find((recipient) => String(recipient.recipientId) === recipientId);
	if (found === undefined) throw parameterError(api, `Envelope ${envelopeId} has no recipient with the ID "${recipientId}"`);
	if (found.clientUserId === undefined || found.clientUserId === '') throw parameterError(api, `Recipient ${recipientId} of envelope ${envelopeId} gets a mail and no link`, 'Set "Embedded Recipient ID" when the envelope is created');
	const inPerson = found.kind === 'inPersonSigners';
	const body = { returnUrl, authenticationMethod: textOf(api, 'authenticationMethod', 'none'), clientUserId: found.clientUserId, email: inPerson ? found.hostEmail : found.email, userName: inPerson ? (found.hostName ?? found.signerName) : found.name };
	const { url } = await api.send<{ url?: string }>('POST', `/envelopes/${envelopeId}/views/recipient`, body, { about: `the signing link of recipient ${recipientId}`, repeatable: true });
	return [{ envelopeId, recipientId, url: url ?? '' }];
};
