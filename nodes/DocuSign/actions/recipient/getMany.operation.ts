import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ItemApi } from '../../transport/docuSignApi';
import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf, flagOf } from '../parameters';

const show = { resource: ['recipient'], operation: ['getMany'] };

export const description: INodeProperties[] = [envelopeIdField(show), { displayName: 'Include Tabs', name: 'includeTabs', type: 'boolean', default: false, description: 'Whether to tell what each recipient signs and fills in', displayOptions: { show } }];

/** Lists of one kind each, and counters beside them. */
export async function fetchRecipients(api: ItemApi, envelopeId: string, withTabs = false): Promise<IDataObject[]> {
	const byKind = await api.get(`/envelopes/${envelopeId}/recipients`, { query: { include_tabs: withTabs || undefined }, about: `the recipients of envelope ${envelopeId}` });
	const lists = Object.entries(byKind).filter((entry): entry is [string, IDataObject[]] => Array.isArray(entry[1]));
	return lists.flatMap(([kind, list]) => list.map((recipient) => ({ ...recipient, kind })));
}

export const execute: Operation = async (api) => {
	const recipients = await fetchRecipients(api, envelopeIdOf(api), flagOf(api, 'includeTabs'));
	return recipients.sort((a, b) => Number(a.routingOrder) - Number(b.routingOrder));
};
