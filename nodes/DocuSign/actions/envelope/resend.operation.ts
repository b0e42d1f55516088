import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf } from '../parameters';

export const description: INodeProperties[] = [envelopeIdField({ resource: ['envelope'], operation: ['resend'] })];

/** Whose turn it is gets the mail again. */
export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	await api.send('PUT', `/envelopes/${envelopeId}`, {}, { query: { resend_envelope: true }, about: `envelope ${envelopeId}` });
	return [{ envelopeId, accountId: api.account.id, resent: true }];
};
