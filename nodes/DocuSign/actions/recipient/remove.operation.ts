import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf } from '../parameters';
import { recipientIdField, recipientIdOf } from './recipientId';

const show = { resource: ['recipient'], operation: ['remove'] };

export const description: INodeProperties[] = [envelopeIdField(show), recipientIdField(show)];

export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const recipientId = recipientIdOf(api);
	// By the list: it takes a recipient of any kind.
	await api.send('DELETE', `/envelopes/${envelopeId}/recipients`, { signers: [{ recipientId }] }, { about: `recipient ${recipientId} of envelope ${envelopeId}` });
	return [{ envelopeId, recipientId, removed: true }];
};
