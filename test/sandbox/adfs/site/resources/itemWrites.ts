// What the JSON of a write means to the columns of a list.
import { badQuery, noProperty, SiteError } from '../errors';
import { personById } from '../data/farm';
import type { Field, Item, List } from '../data/model';
import { isoSeconds } from '../odata/literals';

/** Not found in a capture: that a look-up to nowhere is refused is documented, its code is a guess. */
const badLookup = () => new SiteError(400, '-2130575340, Microsoft.SharePoint.SPException', 'Invalid look-up value. A look-up field contains invalid data. Please check the value and try again.');
const unexpected = (found: unknown, wanted: string) => badQuery(`An unexpected '${found === null || typeof found !== 'object' ? 'PrimitiveValue' : Array.isArray(found) ? 'StartArray' : 'StartObject'}' node was found when reading from the JSON reader. A '${wanted}' node was expected.`);
const badPrimitive = (type: string) => badQuery(`Cannot convert a primitive value to the expected type '${type}'. See the inner exception for more details.`);

export function entityTypeOf({ title, template }: List): string {
	return template === 101 ? `SP.Data.${title.replaceAll(' ', '_x0020_')}Item` : `SP.Data.${title.replaceAll(' ', '_x0020_')}ListItem`;
}

/** The name of a column in JSON: what begins with an underscore has a prefix, people and lookups go by id. */
export function propertyNameOf({ internalName, kind }: Field): string {
	const name = internalName.startsWith('_') ? `OData_${internalName}` : internalName;
	return isReference(kind) ? `${name}Id` : name;
}

export const isReference = (kind: Field['kind']): boolean => ['Lookup', 'LookupMulti', 'User', 'UserMulti'].includes(kind);

/** @throws SiteError 400; nothing is written then */
export function readValues(list: List, body: Readonly<Record<string, unknown>>, verbose: boolean): Record<string, unknown> {
	const type = entityTypeOf(list);
	if (verbose && (body['__metadata'] as { type?: unknown } | undefined)?.type === undefined) throw badQuery('An entry without a type name was found, but no expected type was specified. To allow entries without type information, the expected type must also be specified when the model is specified.');
	const values: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(body)) {
		if (name === '__metadata' || name.startsWith('odata.')) continue;
		const field = list.fields.find((candidate) => propertyNameOf(candidate) === name);
		// People and lookups cannot be written by their bare name.
		if (!field) throw noProperty(name, type);
		if (!field.readOnly) values[field.internalName] = convert(list, field, value, verbose);
	}
	return values;
}

function convert(list: List, field: Field, value: unknown, verbose: boolean): unknown {
	switch (field.kind) {
		case 'MultiChoice':
			return (value === null ? [] : members(value, verbose)).map(String);
		case 'LookupMulti':
		case 'UserMulti':
			return (value === null ? [] : members(value, verbose)).map((id) => reference(list, field, id));
		case 'Lookup':
		case 'User':
			return value === null || value === 0 || value === -1 ? null : reference(list, field, value);
		case 'URL': {
			if (value === null) return null;
			if (typeof value !== 'object' || Array.isArray(value)) throw unexpected(value, 'StartObject');
			const { Url, Description } = value as { Url?: unknown; Description?: unknown };
			return { Description: String(Description ?? Url), Url: String(Url) };
		}
		default:
			return primitive(field, value);
	}
}

function primitive({ kind }: Field, value: unknown): unknown {
	if (value === null) return null;
	if (typeof value === 'object') throw unexpected(value, 'PrimitiveValue');
	switch (kind) {
		case 'Number':
		case 'Currency': {
			const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
			if (Number.isNaN(number)) throw badPrimitive('Edm.Double');
			return number;
		}
		case 'Boolean':
			if (typeof value !== 'boolean') throw badPrimitive('Edm.Boolean');
			return value;
		case 'DateTime': {
			const at = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? new Date(value) : new Date(Number.NaN);
			if (Number.isNaN(at.getTime())) throw badPrimitive('Edm.DateTime');
			return isoSeconds(at);
		}
		default:
			if (typeof value !== 'string') throw badPrimitive('Edm.String');
			return value;
	}
}

function members(value: unknown, verbose: boolean): unknown[] {
	const found = verbose ? (value as { results?: unknown } | null)?.results : value;
	if (!Array.isArray(found)) throw verbose ? badQuery("A node of type 'StartArray' was read from the JSON reader when trying to read the contents of the property; however, a 'StartObject' node was expected.") : unexpected(value, 'StartArray');
	return found;
}

function reference(list: List, { kind, lookupList }: Field, value: unknown): number {
	if (typeof value !== 'number' || !Number.isInteger(value)) throw badPrimitive('Edm.Int32');
	const exists = kind.startsWith('User') ? personById(value) !== undefined : list.web.lists.find(({ id }) => id === lookupList)?.items.has(value);
	if (!exists) throw badLookup();
	return value;
}

export function writeValues(item: Item, values: Readonly<Record<string, unknown>>): void {
	Object.assign(item.values, values);
}
