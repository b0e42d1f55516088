import type { INodeProperties } from 'n8n-workflow';

import { operationField, type Operations } from '../operation';
import * as createDraft from './createDraft.operation';
import { createFields } from './createFields';
import * as get from './get.operation';
import * as getAuditEvents from './getAuditEvents.operation';
import * as getCustomFields from './getCustomFields.operation';
import * as getFormData from './getFormData.operation';
import * as getMany from './getMany.operation';
import * as getNotification from './getNotification.operation';
import * as getStatuses from './getStatuses.operation';
import * as resend from './resend.operation';
import * as send from './send.operation';
import * as sendDraft from './sendDraft.operation';
import * as setCustomFields from './setCustomFields.operation';
import * as setNotification from './setNotification.operation';
import * as voided from './void.operation';
import * as waitUntilCompleted from './waitUntilCompleted';

/** All but Wait Until Completed, which looks at all items before it waits. */
export const operations: Operations = {
	createDraft: createDraft.execute,
	get: get.execute,
	getAuditEvents: getAuditEvents.execute,
	getCustomFields: getCustomFields.execute,
	getFormData: getFormData.execute,
	getMany: getMany.execute,
	getNotification: getNotification.execute,
	getStatuses: getStatuses.execute,
	resend: resend.execute,
	send: send.execute,
	sendDraft: sendDraft.execute,
	setCustomFields: setCustomFields.execute,
	setNotification: setNotification.execute,
	void: voided.execute,
};

export const description: INodeProperties[] = [
	operationField(
		'envelope',
		[
			{ name: 'Create Draft', value: 'createDraft', action: 'Create a draft envelope', description: 'Create an envelope without sending it' },
			{ name: 'Get', value: 'get', action: 'Get an envelope', description: 'Retrieve one envelope' },
			{ name: 'Get Audit Events', value: 'getAuditEvents', action: 'Get audit events of an envelope', description: 'Tell who did what with the envelope' },
			{ name: 'Get Custom Fields', value: 'getCustomFields', action: 'Get custom fields of an envelope', description: 'Retrieve the marks of the sender' },
			{ name: 'Get Form Data', value: 'getFormData', action: 'Get form data of an envelope', description: 'Retrieve what recipients entered' },
			{ name: 'Get Many', value: 'getMany', action: 'Get many envelopes', description: 'List envelopes that match filters' },
			{ name: 'Get Reminders and Expiry', value: 'getNotification', action: 'Get reminders and expiry of an envelope', description: 'Tell when recipients are reminded and when the envelope ends' },
			{ name: 'Get Statuses', value: 'getStatuses', action: 'Get statuses of many envelopes', description: 'Tell the status of up to thousands of envelopes in few calls' },
			{ name: 'Resend', value: 'resend', action: 'Resend an envelope', description: 'Send the mail again to whose turn it is' },
			{ name: 'Send', value: 'send', action: 'Send an envelope', description: 'Create an envelope from documents or a template and send it' },
			{ name: 'Send Draft', value: 'sendDraft', action: 'Send a draft envelope', description: 'Send an envelope that was created as a draft' },
			{ name: 'Set Custom Fields', value: 'setCustomFields', action: 'Set custom fields on an envelope', description: 'Change or add marks that the envelope can be found by' },
			{ name: 'Set Reminders and Expiry', value: 'setNotification', action: 'Set reminders and expiry on an envelope', description: 'Change when recipients are reminded and when the envelope ends' },
			{ name: 'Void', value: 'void', action: 'Void an envelope', description: 'Take back an envelope that is under way' },
			{ name: 'Wait Until Completed', value: 'waitUntilCompleted', action: 'Wait until an envelope is completed', description: 'Pause the execution until everybody has signed; the same execution then goes on' },
		],
		'send',
	),
	...createFields,
	...sendDraft.description,
	...get.description,
	...getMany.description,
	...getStatuses.description,
	...waitUntilCompleted.description,
	...voided.description,
	...resend.description,
	...getAuditEvents.description,
	...getFormData.description,
	...getCustomFields.description,
	...setCustomFields.description,
	...getNotification.description,
	...setNotification.description,
];
