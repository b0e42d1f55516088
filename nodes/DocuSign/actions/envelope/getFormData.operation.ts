import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf } from '../parameters';

export const description: INodeProperties[] = [envelopeIdField({ resource: ['envelope'], operation: ['getFormData'] })];

export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	return [await api.get(`/envelopes/${envelopeId}/form_data`, { about: `the form data of envelope ${envelopeId}` })];
};
