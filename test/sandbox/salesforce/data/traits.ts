// What may be done with a field of a type, as describe tells it.
import type { Field, FieldType } from './fields';

export interface FieldTraits {
	readonly filterable: boolean;
	readonly sortable: boolean;
	readonly groupable: boolean;
	/** Whether COUNT_DISTINCT, MIN and MAX take it; SUM and AVG want a number. */
	readonly aggregatable: boolean;
}

const ungroupable: readonly FieldType[] = ['currency', 'double', 'percent', 'datetime', 'multipicklist', 'textarea', 'base64'];

/** @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm */
export function fieldTraits({ type, length = 255 }: Field): FieldTraits {
	const isLongText = type === 'textarea' && length > 255;
	const isBlob = type === 'base64';
	return {
		filterable: !isLongText && !isBlob,
		sortable: !isLongText && !isBlob && type !== 'multipicklist',
		groupable: !ungroupable.includes(type),
		aggregatable: !isLongText && !isBlob && type !== 'boolean' && type !== 'multipicklist',
	};
}

export const isNumber = (type: FieldType): boolean => ['currency', 'double', 'percent', 'int'].includes(type);
