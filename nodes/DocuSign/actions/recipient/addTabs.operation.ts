import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf, parameterError } from '../parameters';
import { addTabs } from '../readRecipients';
import { tabsField } from '../tabFields';

const show = { resource: ['recipient'], operation: ['addTabs'] };

export const description: INodeProperties[] = [envelopeIdField(show), tabsField(show)];

/** For recipients that the envelope has already. */
export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const rows = api.context.getNodeParameter('tabs.tab', api.itemIndex, []) as { recipientId?: unknown }[];
	if (rows.length === 0) throw parameterError(api, 'The parameter "Tabs" is empty');
	const ids = new Map<string, IDataObject>(rows.map(({ recipientId }) => [String(recipientId ?? '1').trim() || '1', {}]));
	const strange = [...ids.keys()].find((id) => !/^[\w-]{1,64}$/.test(id));
	if (strange !== undefined) throw parameterError(api, `A tab is for the recipient "${strange.slice(0, 60)}", which is no ID`);
	addTabs(api, { byKind: {}, ids });
	for (const [recipientId, { tabs }] of ids) await api.send('POST', `/envelopes/${envelopeId}/recipients/${recipientId}/tabs`, tabs, { about: `recipient ${recipientId} of envelope ${envelopeId}` });
	return [{ envelopeId, recipientIds: [...ids.keys()], tabsAdded: rows.length }];
};
