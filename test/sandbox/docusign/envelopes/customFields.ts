// Custom fields of an envelope: searchable marks of the sender's own.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopecustomfields/
import { badRequest } from '../apiErrors';
import { listOf, textOf, wireOf, type Wire } from '../wire';
import type { CustomField } from './envelope';

const kinds = ['listCustomFields', 'textCustomFields'] as const;

export function readCustomFields(source: unknown): CustomField[] {
	const lists = wireOf(source);
	return kinds.flatMap((kind) => listOf(lists[kind]).map((field) => ({ kind, fieldId: textOf(field['fieldId']) || numericId(), fields: fieldsOf(field) })));
}

export function customFieldsAnswer(fields: readonly CustomField[]): Wire {
	return Object.fromEntries(kinds.map((kind) => [kind, fields.filter((field) => field.kind === kind).map(({ fieldId, fields: rest }) => ({ fieldId, ...rest }))]));
}

/** Changes what is named by its `fieldId`. */
export function updateCustomFields(fields: readonly CustomField[], source: unknown): CustomField[] {
	return readCustomFields(source).map((given) => {
		const found = known(fields, given);
		found.fields = { ...found.fields, ...given.fields };
		return found;
	});
}

export function removeCustomFields(fields: readonly CustomField[], source: unknown): { removed: CustomField[]; kept: CustomField[] } {
	const removed = readCustomFields(source).map((given) => known(fields, given));
	return { removed, kept: fields.filter((field) => !removed.includes(field)) };
}

function known(fields: readonly CustomField[], { fieldId }: CustomField): CustomField {
	const found = fields.find((field) => field.fieldId === fieldId);
	if (!found) throw badRequest('INVALID_CUSTOM_FIELD_ID', `The custom field with the ID ${fieldId} does not exist in the envelope.`);
	return found;
}

function fieldsOf(source: Wire): Wire {
	const { listItems, ...rest } = source;
	const fields = Object.fromEntries(['name', 'value', 'show', 'required', 'configurationType'].filter((name) => rest[name] !== undefined).map((name) => [name, textOf(rest[name]) ?? '']));
	return { required: 'false', show: 'false', ...fields, ...(Array.isArray(listItems) && { listItems: listItems.map(String) }) };
}

let lastId = 10_000_000;
function numericId(): string {
	// DocuSign counts them over all accounts.
	return String(++lastId);
}
