import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf, optionsOf, parameterError } from '../parameters';
import { notificationOf } from './notification';

const show = { resource: ['envelope'], operation: ['setNotification'] };
const days = (displayName: string, name: string, description: string): INodeProperties => ({ displayName, name, type: 'number', typeOptions: { minValue: 0, maxValue: 999 }, default: 0, description });

export const description: INodeProperties[] = [
	envelopeIdField(show),
	{
		displayName: 'Reminders and Expiry',
		name: 'notification',
		type: 'collection',
		placeholder: 'Add Setting',
		default: {},
		displayOptions: { show },
		options: [
			days('Expire After (Days)', 'expireAfter', 'After so many days nobody can sign any more'),
			days('Remind After (Days)', 'reminderDelay', 'First reminder after so many days; 0 sends none'),
			days('Remind Every (Days)', 'reminderFrequency', 'Further reminders; 0 sends none'),
			days('Warn Before Expiry (Days)', 'expireWarn', 'Recipients are warned so many days before; 0 warns nobody'),
		],
	},
];

export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const body = notificationOf(optionsOf(api, 'notification'));
	if (body === undefined) throw parameterError(api, 'The parameter "Reminders and Expiry" is empty');
	return [{ envelopeId, ...(await api.send('PUT', `/envelopes/${envelopeId}/notification`, body, { about: `envelope ${envelopeId}`, repeatable: true })) }];
};
