import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ItemApi } from '../../transport/docuSignApi';
import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf } from '../parameters';

export const description: INodeProperties[] = [envelopeIdField({ resource: ['envelope'], operation: ['getCustomFields'] })];

export interface CustomFields {
	textCustomFields?: IDataObject[];
	listCustomFields?: IDataObject[];
}

export async function fetchCustomFields(api: ItemApi, envelopeId: string): Promise<CustomFields> {
	return await api.get<CustomFields>(`/envelopes/${envelopeId}/custom_fields`, { about: `the custom fields of envelope ${envelopeId}` });
}

export const execute: Operation = async (api) => {
	const { textCustomFields = [], listCustomFields = [] } = await fetchCustomFields(api, envelopeIdOf(api));
	return [...textCustomFields.map((field) => ({ ...field, kind: 'text' })), ...listCustomFields.map((field) => ({ ...field, kind: 'list' }))];
};
