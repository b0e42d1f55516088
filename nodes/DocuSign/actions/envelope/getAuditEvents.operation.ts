import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf } from '../parameters';

export const description: INodeProperties[] = [envelopeIdField({ resource: ['envelope'], operation: ['getAuditEvents'] })];

interface AuditEvent {
	eventFields?: { name?: string; value?: string }[];
}

/** One item per event; DocuSign gives lists of names and values. */
export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const { auditEvents } = await api.get<{ auditEvents?: AuditEvent[] }>(`/envelopes/${envelopeId}/audit_events`, { about: `envelope ${envelopeId}` });
	return (auditEvents ?? []).map(({ eventFields = [] }): IDataObject => Object.fromEntries(eventFields.map(({ name, value }) => [name ?? '', value ?? ''])));
};
