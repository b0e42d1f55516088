import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf } from '../parameters';

export const description: INodeProperties[] = [envelopeIdField({ resource: ['envelope'], operation: ['getNotification'] })];

export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	return [{ envelopeId, ...(await api.get(`/envelopes/${envelopeId}/notification`, { about: `envelope ${envelopeId}` })) }];
};
