import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf, flagOf, parameterError, rowsOf } from '../parameters';
import { addTabs, readRecipients } from '../readRecipients';
import { recipientsField } from '../recipientFields';
import { tabsField } from '../tabFields';
import { fetchRecipients } from './getMany.operation';

const show = { resource: ['recipient'], operation: ['add'] };

export const description: INodeProperties[] = [envelopeIdField(show), recipientsField(show), tabsField(show), { displayName: 'Send Mail', name: 'resendEnvelope', type: 'boolean', default: true, description: 'Whether new recipients of an envelope that is under way get their mail', displayOptions: { show } }];

/** Ids that the envelope has already are passed over, unless they were chosen. */
export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const recipients = readRecipients(api);
	if (recipients.ids.size === 0) throw parameterError(api, 'The parameter "Recipients" is empty');
	addTabs(api, recipients);
	const taken = new Set((await fetchRecipients(api, envelopeId)).map(({ recipientId }) => String(recipientId)));
	let next = Math.max(0, ...[...taken].map(Number).filter(Number.isFinite));
	rowsOf(api, 'recipients.recipient').forEach((row, index) => {
		const chosen = typeof row.recipientId === 'string' && row.recipientId.trim() !== '';
		const recipient = recipients.ids.get(chosen ? String(row.recipientId).trim() : String(index + 1));
		if (recipient === undefined) return;
		if (chosen && taken.has(String(recipient.recipientId))) throw parameterError(api, `The envelope has a recipient with the ID "${String(recipient.recipientId)}" already`, 'Use Update to change it');
		if (!chosen) recipient.recipientId = String((next += 1));
	});
	const added = await api.send('POST', `/envelopes/${envelopeId}/recipients`, recipients.byKind, { query: { resend_envelope: flagOf(api, 'resendEnvelope', true) }, about: `envelope ${envelopeId}` });
	return Object.entries(added).flatMap(([kind, list]) => (Array.isArray(list) ? (list as IDataObject[]).map((recipient) => ({ ...recipient, kind })) : []));
};
