// Waits for an envelope: the execution is parked until Connect tells of its end, or it is time to ask again.
import { NodeOperationError, type IDataObject, type INodeProperties } from 'n8n-workflow';

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../lib/clock';
import type { Awaited } from '../../../../lib/n8n';
import { envelopeTopic } from '../../../../lib/providers/docuSignConnect';
import { webAddressOf } from '../../transport/account';
import { errorCodeOf } from '../../transport/apiErrors';
import type { ItemApi } from '../../transport/docuSignApi';
import { envelopeIdField } from '../fields';
import { envelopeIdOf, flagOf, parameterError } from '../parameters';

const show = { resource: ['envelope'], operation: ['waitUntilCompleted'] };
const UNITS_MS = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS } as const;
/** DocuSign's rule: one envelope is asked for every 15 minutes at most. @see https://developers.docusign.com/platform/resource-limits/ */
const MIN_POLL_MINUTES = 15;
const OVER = new Set(['completed', 'declined', 'voided', 'deleted']);

export const description: INodeProperties[] = [
	envelopeIdField(show),
	{ displayName: 'Give Up After', name: 'waitAmount', type: 'number', typeOptions: { minValue: 0 }, default: 30, description: 'How long to wait before the node fails; 0 waits without limit', displayOptions: { show } },
	{ displayName: 'Unit', name: 'waitUnit', type: 'options', options: [{ name: 'Days', value: 'days' }, { name: 'Hours', value: 'hours' }, { name: 'Minutes', value: 'minutes' }], default: 'days', displayOptions: { show } },
	{ displayName: 'Ask Every (Minutes)', name: 'pollMinutes', type: 'number', typeOptions: { minValue: MIN_POLL_MINUTES }, default: 60, description: 'How often to ask DocuSign where no published DocuSign Trigger tells it at once; DocuSign allows 15 minutes at the least', displayOptions: { show } },
	{ displayName: 'Fail if Declined or Voided', name: 'failIfNotCompleted', type: 'boolean', default: true, description: 'Whether the node fails if the envelope is declined or voided; else it gives the envelope with its status', displayOptions: { show } },
];

function limitMsOf(api: ItemApi): number {
	const amount = Number(api.context.getNodeParameter('waitAmount', api.itemIndex, 30));
	if (!Number.isFinite(amount) || amount < 0) throw parameterError(api, 'The parameter "Give Up After" must be a number of 0 or more');
	const unit = api.context.getNodeParameter('waitUnit', api.itemIndex, 'days') as keyof typeof UNITS_MS;
	return amount * (UNITS_MS[unit] ?? DAY_MS);
}

/** @throws NodeOperationError for a parameter that says nothing usable */
export function awaitEnvelope(api: ItemApi): Awaited {
	const envelopeId = envelopeIdOf(api);
	const minutes = Number(api.context.getNodeParameter('pollMinutes', api.itemIndex, 60));
	if (!Number.isFinite(minutes) || minutes < MIN_POLL_MINUTES) throw parameterError(api, `The parameter "Ask Every" must be ${MIN_POLL_MINUTES} minutes or more`, 'DocuSign refuses to be asked for one envelope more often');
	return {
		topic: envelopeTopic(api.account.id, envelopeId),
		what: `envelope ${envelopeId}`,
		address: webAddressOf(api.account, envelopeId),
		checkEveryMs: minutes * MINUTE_MS,
		limitMs: limitMsOf(api),
		publish: 'a workflow with a DocuSign Trigger (or a Connected Apps Trigger)',
		check: async () => await checkOnce(api, envelopeId),
	};
}

async function checkOnce(api: ItemApi, envelopeId: string): Promise<IDataObject | undefined> {
	const envelope = await api.get(`/envelopes/${envelopeId}`, { about: `envelope ${envelopeId}` }).catch((error: unknown) => {
		// Somebody else asks for it, too, or the hour's calls are used up: later.
		if (/(?:Polling_Limit|INVOCATION_LIMIT)_Exceeded$/i.test(errorCodeOf(error) ?? '')) return undefined;
		throw error;
	});
	if (envelope === undefined) return undefined;
	const status = String(envelope.status ?? '').toLowerCase();
	if (!OVER.has(status)) return undefined;
	if (status !== 'completed' && flagOf(api, 'failIfNotCompleted', true)) {
		const reason = envelope.voidedReason ?? envelope.declinedReason;
		throw new NodeOperationError(api.node, `Envelope ${envelopeId} was ${status}`, { itemIndex: api.itemIndex, description: typeof reason === 'string' ? reason : 'Switch off "Fail if Declined or Voided" to go on with it' });
	}
	return { ...envelope, accountId: api.account.id };
}
