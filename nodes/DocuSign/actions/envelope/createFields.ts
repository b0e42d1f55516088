import type { INodeProperties } from 'n8n-workflow';

import { templateField } from '../fields';
import { recipientsField, recipientsJsonField, rolesField } from '../recipientFields';
import { prefilledTabsField, tabsField } from '../tabFields';

const show = { resource: ['envelope'], operation: ['send', 'createDraft'] };
const fromDocuments = { ...show, source: ['documents'] };
const fromTemplate = { ...show, source: ['template'] };

/** The same for an envelope that is sent and for a draft. */
export const createFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Documents', value: 'documents', description: 'Files of the input item' },
			{ name: 'Template', value: 'template', description: 'A template of the account' },
		],
		default: 'documents',
		displayOptions: { show },
	},
	{ displayName: 'Input Binary Fields', name: 'inputDataFieldNames', type: 'string', default: 'data', required: true, placeholder: 'data, attachment', description: 'Names of the input fields that hold the documents, in their order; any type of file that DocuSign can turn into a PDF', displayOptions: { show: fromDocuments } },
	{ displayName: 'Subject', name: 'emailSubject', type: 'string', default: '', description: 'Of the mail that recipients get; at most 100 characters. From a template it may be empty.', displayOptions: { show } },
	{
		displayName: 'Recipients From',
		name: 'recipientsFrom',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Fields Below', value: 'fields' },
			{ name: 'JSON', value: 'json', description: 'As the API takes them' },
		],
		default: 'fields',
		displayOptions: { show: fromDocuments },
	},
	recipientsField({ ...fromDocuments, recipientsFrom: ['fields'] }),
	tabsField({ ...fromDocuments, recipientsFrom: ['fields'] }),
	recipientsJsonField({ ...fromDocuments, recipientsFrom: ['json'] }),
	templateField(fromTemplate),
	rolesField(fromTemplate),
	prefilledTabsField(fromTemplate),
	{
		displayName: 'Envelope Settings',
		name: 'envelopeSettings',
		type: 'collection',
		placeholder: 'Add Setting',
		default: {},
		displayOptions: { show },
		options: [
			{ displayName: 'Brand ID', name: 'brandId', type: 'string', default: '' },
			{ displayName: 'Custom Fields', name: 'customFields', type: 'fixedCollection', typeOptions: { multipleValues: true }, default: {}, description: 'Marks of your own, which envelopes can be found by', options: [{ displayName: 'Field', name: 'field', values: [{ displayName: 'Name', name: 'name', type: 'string', default: '' }, { displayName: 'Show to Recipients', name: 'show', type: 'boolean', default: false, description: 'Whether recipients see it' }, { displayName: 'Value', name: 'value', type: 'string', default: '' }] }] },
			{ displayName: 'Expire After (Days)', name: 'expireAfter', type: 'number', typeOptions: { minValue: 0, maxValue: 999 }, default: 120, description: 'After so many days nobody can sign any more' },
			{ displayName: 'Message', name: 'emailBlurb', type: 'string', typeOptions: { rows: 4 }, default: '', description: 'Text of the mail that recipients get' },
			{ displayName: 'Remind After (Days)', name: 'reminderDelay', type: 'number', typeOptions: { minValue: 0, maxValue: 999 }, default: 0, description: 'First reminder after so many days; 0 sends none' },
			{ displayName: 'Remind Every (Days)', name: 'reminderFrequency', type: 'number', typeOptions: { minValue: 0, maxValue: 999 }, default: 0, description: 'Further reminders; 0 sends none' },
			{ displayName: 'Warn Before Expiry (Days)', name: 'expireWarn', type: 'number', typeOptions: { minValue: 0, maxValue: 999 }, default: 0 },
		],
	},
];
