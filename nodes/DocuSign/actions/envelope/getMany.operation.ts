import type { INodeProperties } from 'n8n-workflow';

import { DAY_MS } from '../../../../lib/clock';
import { fetchPages } from '../../transport/pages';
import { limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf, momentOf, optionsOf } from '../parameters';
import { includeField, includeOf } from './include';

const show = { resource: ['envelope'], operation: ['getMany'] };
/** DocuSign wants to know from when on. */
const STANDARD_DAYS = 30;

export const description: INodeProperties[] = [
	...limitFields(show),
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		displayOptions: { show },
		options: [
			{ displayName: 'Custom Field', name: 'customField', type: 'string', default: '', placeholder: 'Contract=4711', description: 'Name and value, or the name alone' },
			{ displayName: 'Folder IDs', name: 'folderIds', type: 'string', default: '', placeholder: 'sentitems', description: 'Separated by commas' },
			{ displayName: 'From', name: 'from', type: 'dateTime', default: '', description: `Changed since; without it ${STANDARD_DAYS} days ago` },
			{ displayName: 'Search Text', name: 'searchText', type: 'string', default: '', description: 'In subjects, names, addresses and custom fields' },
			{
				displayName: 'Status',
				name: 'status',
				type: 'multiOptions',
				options: ['completed', 'created', 'declined', 'deleted', 'delivered', 'sent', 'signed', 'voided'].map((value) => ({ name: value === 'created' ? 'Draft' : `${value[0]!.toUpperCase()}${value.slice(1)}`, value })).sort((a, b) => a.name.localeCompare(b.name)),
				default: [],
			},
			{ displayName: 'To', name: 'to', type: 'dateTime', default: '' },
			{ displayName: 'User ID', name: 'userId', type: 'string', default: '', description: 'Sent by this user of the account' },
		],
	},
	{
		displayName: 'Sort',
		name: 'sort',
		type: 'collection',
		placeholder: 'Add Sorting',
		default: {},
		displayOptions: { show },
		options: [
			{ displayName: 'Order By', name: 'orderBy', type: 'options', options: [{ name: 'Completed', value: 'completed' }, { name: 'Created', value: 'created' }, { name: 'Last Modified', value: 'last_modified' }, { name: 'Sent', value: 'sent' }, { name: 'Status', value: 'status' }, { name: 'Status Changed', value: 'status_changed' }, { name: 'Subject', value: 'subject' }], default: 'last_modified' },
			{ displayName: 'Direction', name: 'order', type: 'options', options: [{ name: 'Ascending', value: 'asc' }, { name: 'Descending', value: 'desc' }], default: 'desc' },
		],
	},
	includeField(show),
];

export const execute: Operation = async (api) => {
	const { customField, folderIds, from, searchText, status, to, userId } = optionsOf(api, 'filters');
	const { orderBy, order } = optionsOf(api, 'sort');
	const query = {
		from_date: momentOf(api, from, 'From') ?? new Date(Date.now() - STANDARD_DAYS * DAY_MS).toISOString(),
		to_date: momentOf(api, to, 'To'),
		status: (status as string[] | undefined)?.join(','),
		search_text: searchText as string | undefined,
		folder_ids: (folderIds as string | undefined)?.replace(/\s+/g, ''),
		custom_field: customField as string | undefined,
		user_id: userId as string | undefined,
		order_by: orderBy as string | undefined,
		order: order as string | undefined,
		include: includeOf(api),
	};
	return await fetchPages(api, '/envelopes', { list: 'envelopes', pageSize: 1_000, limit: limitOf(api), query, about: 'envelopes' });
};
