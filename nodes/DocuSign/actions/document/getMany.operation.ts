import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf } from '../parameters';

export const description: INodeProperties[] = [envelopeIdField({ resource: ['document'], operation: ['getMany'] })];

export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const { envelopeDocuments } = await api.get<{ envelopeDocuments?: IDataObject[] }>(`/envelopes/${envelopeId}/documents`, { about: `the documents of envelope ${envelopeId}` });
	return (envelopeDocuments ?? []).map((document) => ({ envelopeId, ...document }));
};
