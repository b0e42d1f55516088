import type { IDataObject } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../../lib/errors';
import type { UserSession } from '../../../../lib/n8n';
import { toApiError } from '../../transport/apiErrors';
import { describeObject } from '../../transport/describe';
import type { ItemApi } from '../../transport/salesforceApi';
import { fetchCollection } from '../fetchCollection';
import { fetchRecord } from '../fetchRecord';
import { flagOf, objectTypeOf, recordIdOf, textOf } from '../parameters';
import { readFields } from '../readFilters';

const PART_MAX = 2_000;

/** One record that an item asks for. */
export interface Wanted {
	objectType: string;
	recordId: string;
	fields: string[];
}

/** Items whose records come in one call: the same subject, object, fields, version. */
interface Part {
	items: Map<number, string>;
	answer?: Promise<Map<string, IDataObject> | undefined>;
}

/** Made once per run of the node: by the sessions of its items. */
const plans = new WeakMap<readonly (UserSession | Error)[], Map<number, Part>>();

export function readWanted(api: ItemApi): Wanted {
	return { objectType: objectTypeOf(api), recordId: recordIdOf(api), fields: readFields(api) };
}

/** Parts the items of the run. An item whose parameters are wrong is in no part: its own turn tells what is wrong. */
function planOf(api: ItemApi): Map<number, Part> {
	const { context, sessions } = api;
	const plan = new Map<number, Part>();
	const open = new Map<UserSession, Map<string, Part>>();
	for (const [itemIndex, session] of sessions.entries()) {
		if (session instanceof Error) continue;
		const item: ItemApi = Object.assign(Object.create(api) as ItemApi, { itemIndex });
		try {
			if (!flagOf(item, 'options.batchGets', true) || context.getNodeParameter('operation', itemIndex) !== 'get') continue;
			const { objectType, recordId, fields } = readWanted(item);
			const mine = open.get(session) ?? new Map<string, Part>();
			open.set(session, mine);
			const key = JSON.stringify([objectType, fields, textOf(item, 'options.apiVersion')]);
			let part = mine.get(key);
			if (part === undefined || part.items.size >= PART_MAX) mine.set(key, (part = { items: new Map() }));
			part.items.set(itemIndex, recordId);
			plan.set(itemIndex, part);
		} catch {
			// Told when the item's turn comes.
		}
	}
	return plan;
}

/** The records of a part; undefined where they can only be asked for one by one. */
async function fetchPart(api: ItemApi, { objectType, fields }: Wanted, { items }: Part): Promise<Map<string, IDataObject> | undefined> {
	const ids = [...items.values()];
	return await collect().catch((error: unknown) => {
		if (isConnectedAppsError(error)) throw error;
		// One wrong id spoils the call for all, and some objects are in no collection: each item gets its own answer.
		api.logger.debug('The records are asked for one by one', { reason: error instanceof Error ? error.message : String(error) });
		return undefined;
	});

	async function collect(): Promise<Map<string, IDataObject> | undefined> {
		// The contents of files do not come in collections.
		if (fields.length === 0 && (await describeObject(api, objectType)).fields.some(({ type }) => type === 'base64')) return undefined;
		const records = await fetchCollection(api, objectType, ids, fields);
		return new Map(records.flatMap((record, index) => (record === undefined ? [] : [[ids[index]!, record]])));
	}
}

/** The record of this item, together with those of the other items where that saves calls. @throws as `getJson` */
export async function fetchWanted(api: ItemApi, wanted: Wanted): Promise<IDataObject> {
	const { objectType, recordId, fields } = wanted;
	const plan = plans.get(api.sessions) ?? planOf(api);
	plans.set(api.sessions, plan);
	const part = plan.get(api.itemIndex);
	if (part === undefined || part.items.size < 2) return await fetchRecord(api, objectType, recordId, fields);
	part.answer ??= fetchPart(api, wanted, part);
	const found = await part.answer;
	if (found === undefined) return await fetchRecord(api, objectType, recordId, fields);
	const record = found.get(recordId);
	if (record === undefined) {
		throw toApiError(api.node, { status: 404, code: 'NOT_FOUND', message: 'The requested resource does not exist', fields: [] }, { actsAs: api.session.actsAs, about: `record ${recordId} of ${objectType}`, itemIndex: api.itemIndex });
	}
	return record;
}
