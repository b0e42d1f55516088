import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf } from '../parameters';
import { includeField, includeOf } from './include';

const show = { resource: ['envelope'], operation: ['get'] };

export const description: INodeProperties[] = [envelopeIdField(show), includeField(show)];

export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	return [await api.get(`/envelopes/${envelopeId}`, { query: { include: includeOf(api) }, about: `envelope ${envelopeId}` })];
};
