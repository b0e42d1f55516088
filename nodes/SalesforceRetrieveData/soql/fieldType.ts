import { describeObject, findField, NUMBER_TYPES, type DescribedField } from '../transport/describe';
import type { SalesforceApi } from '../transport/salesforceApi';
import type { LiteralType } from './literals';
import { SoqlError } from './soqlError';

/** `Name`, `Owner.Name`; at most five relationships up. */
export const FIELD_PATH = /^[A-Za-z]\w{0,79}(?:\.[A-Za-z]\w{0,79}){0,5}$/;

/** A field at the end of a path. `undefined` description: behind a relationship to several objects, where only few fields are common. */
export interface ResolvedField {
	path: string;
	/** The object that the field is of, as far as it is known. */
	objectType: string;
	field?: DescribedField;
}

/**
 * Follows a dotted path through the descriptions of the objects on the way.
 * @throws SoqlError if there is no such field, or this user may not see it; as `getJson`
 */
export async function resolveField(api: SalesforceApi, objectType: string, path: string): Promise<ResolvedField> {
	const names = path.split('.');
	let at = objectType;
	for (const [index, name] of names.entries()) {
		const described = await describeObject(api, at);
		if (index === names.length - 1) {
			const field = findField(described, name);
			if (field === undefined) throw new SoqlError(`${api.session.actsAs} cannot see the field ${name} of ${at}, or it does not exist`);
			return { path, objectType: at, field };
		}
		const relation = described.fields.find(({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase());
		if (relation === undefined) throw new SoqlError(`${api.session.actsAs} cannot follow the relationship ${name} of ${at}, or it does not exist`);
		const targets = relation.referenceTo ?? [];
		if (targets.length !== 1) return { path, objectType: targets.join(' or ') };
		at = targets[0]!;
	}
	return { path, objectType: at };
}

const LITERALS: Readonly<Record<string, LiteralType>> = { boolean: 'boolean', date: 'date', datetime: 'dateTime', time: 'time', id: 'id', reference: 'id' };

/** How a value of the field is written. What only several objects have in common (Name, Type, Email …) is text. */
export function literalTypeOf(type: string | undefined): LiteralType {
	if (type === undefined) return 'text';
	return NUMBER_TYPES.has(type) ? 'number' : (LITERALS[type] ?? 'text');
}
