// One record as the REST resources answer it: the fields that were asked for, by the person who asks.
import { ApiError, badRequest, notFound } from '../apiErrors';
import type { ApiLocals } from '../apiLocals';
import type { Access } from '../data/access';
import type { Field, SObject } from '../data/fields';
import type { Row } from '../data/rows';
import { noSuchColumn } from '../soql/errors';
import { attributes, fieldOf } from '../soql/records';

/** Throws the 404 of an object that is not there for this person. */
export function objectNamed(name: string, access: Access): SObject {
	const object = access.findObject(name);
	if (!object) throw notFound();
	return object;
}

/** The named fields, or all. Throws a 400 INVALID_FIELD for one that this person may not see. */
export function fieldsNamed(object: SObject, names: readonly string[] | undefined, access: Access): readonly Field[] {
	if (!names) return access.fields(object);
	const fields = names.map((name) => {
		const field = access.findField(object, name);
		if (!field) throw badRequest('INVALID_FIELD', noSuchColumn(name, object.name));
		return field;
	});
	// Salesforce adds the id whatever was asked for.
	return fields.some(({ name }) => name === 'Id') ? fields : [...fields, access.findField(object, 'Id')!];
}

export function recordBody(object: SObject, row: Row, fields: readonly Field[], { version }: ApiLocals): Record<string, unknown> {
	return { attributes: attributes(object, row.Id, version), ...Object.fromEntries(fields.map((field) => [field.name, fieldOf(object, row, field, version)])) };
}

/** The row behind an id in a path. Throws the 404s: not there (or not for this person), in the recycle bin. */
export function rowAt(object: SObject, id: string, access: Access): Row {
	const row = access.row(object, id);
	if (!row) throw notFound();
	if (row.IsDeleted) throw new ApiError(404, 'ENTITY_IS_DELETED', 'entity is deleted');
	return row;
}

export function noSuchExternalId(name: string): ApiError {
	return new ApiError(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${name}`);
}
