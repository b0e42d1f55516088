import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { fetchPages } from '../../transport/pages';
import type { Operation } from '../operation';
import { parameterError } from '../parameters';

const show = { resource: ['envelope'], operation: ['getStatuses'] };
/** The most that one call takes. */
const BATCH = 1_000;

export const description: INodeProperties[] = [{ displayName: 'Envelope IDs', name: 'envelopeIds', type: 'string', default: '', required: true, description: 'Separated by commas or spaces, or a list', displayOptions: { show } }];

/** One call for many envelopes, which DocuSign wants instead of many. */
export const execute: Operation = async (api) => {
	const given: unknown = api.context.getNodeParameter('envelopeIds', api.itemIndex, '');
	const ids = [...new Set((Array.isArray(given) ? given.map(String) : String(given).split(/[\s,]+/)).map((id) => id.trim().toLowerCase()).filter((id) => id !== ''))];
	if (ids.length === 0) throw parameterError(api, 'The parameter "Envelope IDs" is empty');
	const rows: IDataObject[] = [];
	for (let start = 0; start < ids.length; start += BATCH) {
		const body = { envelopeIds: ids.slice(start, start + BATCH) };
		rows.push(...(await fetchPages(api, '/envelopes/status', { list: 'envelopes', pageSize: BATCH, limit: BATCH, body, query: { envelope_ids: 'request_body' }, about: `the statuses of ${ids.length} envelopes` })));
	}
	return rows;
};
