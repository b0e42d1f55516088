import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { envelopeIdOf, parameterError, rowsOf } from '../parameters';
import { customFieldsOf } from './customFields';
import { fetchCustomFields } from './getCustomFields.operation';

const show = { resource: ['envelope'], operation: ['setCustomFields'] };

export const description: INodeProperties[] = [
	envelopeIdField(show),
	{
		displayName: 'Custom Fields',
		name: 'customFields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Field',
		default: {},
		description: 'What is there already is changed, what is not is added',
		displayOptions: { show },
		options: [{ displayName: 'Field', name: 'field', values: [{ displayName: 'Name', name: 'name', type: 'string', default: '' }, { displayName: 'Show to Recipients', name: 'show', type: 'boolean', default: false, description: 'Whether recipients see it' }, { displayName: 'Value', name: 'value', type: 'string', default: '' }] }],
	},
];

/** Setting the same again changes nothing, so it may be repeated. */
export const execute: Operation = async (api) => {
	const envelopeId = envelopeIdOf(api);
	const wanted = customFieldsOf(rowsOf(api, 'customFields.field'));
	if (wanted.length === 0) throw parameterError(api, 'The parameter "Custom Fields" is empty');
	const { textCustomFields = [], listCustomFields = [] } = await fetchCustomFields(api, envelopeId);
	const idOf = (fields: IDataObject[], name: unknown) => fields.find((field) => field.name === name)?.fieldId;
	const changed = { textCustomFields: [] as IDataObject[], listCustomFields: [] as IDataObject[] };
	const added: IDataObject[] = [];
	for (const field of wanted) {
		const [text, list] = [idOf(textCustomFields, field.name), idOf(listCustomFields, field.name)];
		if (text !== undefined) changed.textCustomFields.push({ ...field, fieldId: text });
		else if (list !== undefined) changed.listCustomFields.push({ ...field, fieldId: list });
		else added.push(field);
	}
	const path = `/envelopes/${envelopeId}/custom_fields`;
	const about = `the custom fields of envelope ${envelopeId}`;
	if (changed.textCustomFields.length + changed.listCustomFields.length > 0) await api.send('PUT', path, Object.fromEntries(Object.entries(changed).filter(([, fields]) => fields.length > 0)), { about, repeatable: true });
	if (added.length > 0) await api.send('POST', path, { textCustomFields: added }, { about });
	const now = await fetchCustomFields(api, envelopeId);
	return [{ envelopeId, ...now }];
};
