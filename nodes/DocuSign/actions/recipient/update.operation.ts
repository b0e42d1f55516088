import { NodeOperationError, type IDataObject, type INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf, flagOf, optionsOf, parameterError } from '../parameters';
import { fetchRecipients } from './getMany.operation';
import { recipientIdField, recipientIdOf } from './recipientId';

const show = { resource: ['recipient'], operation: ['update'] };

export const description: INodeProperties[] = [
	envelopeIdField(show),
	recipientIdField(show),
	{
		displayName: 'Changes',
		name: 'changes',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		displayOptions: { show },
		options: [
			{ displayName: 'Access Code', name: 'accessCode', type: 'string', typeOptions: { password: true }, default: '' },
			{ displayName: 'Email', name: 'email', type: 'string', placeholder: 'name@email.com', default: '', description: 'Of an in-person signer: that of the host' },
			{ displayName: 'Name', name: 'name', type: 'string', default: '' },
			{ displayName: 'Private Message', name: 'note', type: 'string', default: '' },
			{ displayName: 'Routing Order', name: 'routingOrder', type: 'number', typeOptions: { minValue: 1 }, default: 1 },
		],
	},
	{ displayName: 'Send Mail', name: 'resendEnvelope', type: 'boolean', default: false, description: 'Whether the recipient gets the mail again', displayOptions: { show } },
];

interface UpdateResult {
	recipientId?: string;
	errorDetails?: { errorCode?: string; message?: string };
}

export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const recipientId = recipientIdOf(api);
	const { name, email, ...rest } = optionsOf(api, 'changes');
	const found = (await fetchRecipients(api, envelopeId)).find((recipient) => String(recipient.recipientId) === recipientId);
	// PUT would add whom it does not know.
	if (found === undefined) throw parameterError(api, `Envelope ${envelopeId} has no recipient with the ID "${recipientId}"`);
	const inPerson = found.kind === 'inPersonSigners';
	const who = { ...(name !== undefined && { [inPerson ? 'signerName' : 'name']: name }), ...(email !== undefined && { [inPerson ? 'hostEmail' : 'email']: email }) };
	const changes: IDataObject = { ...who, ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, String(value)])) };
	if (Object.keys(changes).length === 0) throw parameterError(api, 'The parameter "Changes" is empty');
	const body = { [String(found.kind)]: [{ recipientId, ...changes }] };
	const resends = flagOf(api, 'resendEnvelope');
	const { recipientUpdateResults = [] } = await api.send<{ recipientUpdateResults?: UpdateResult[] }>('PUT', `/envelopes/${envelopeId}/recipients`, body, { query: { resend_envelope: resends || undefined }, about: `recipient ${recipientId} of envelope ${envelopeId}`, repeatable: !resends });
	// The answer is a success although a recipient was refused.
	const refused = recipientUpdateResults.find(({ errorDetails }) => errorDetails?.errorCode !== undefined && errorDetails.errorCode !== '' && errorDetails.errorCode !== 'SUCCESS');
	if (refused !== undefined) throw new NodeOperationError(api.node, refused.errorDetails?.message ?? 'DocuSign refused the change', { itemIndex: api.itemIndex, description: refused.errorDetails?.errorCode });
	return [{ envelopeId, recipientId, updated: true }];
};
