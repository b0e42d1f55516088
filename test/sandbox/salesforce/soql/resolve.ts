// Names in a query to the fields they mean, for the person who asks.
import type { Access } from '../data/access';
import { type Field, type SObject } from '../data/fields';
import type { FieldValue, Row } from '../data/rows';
import { fieldTraits } from '../data/traits';
import type { Operand } from './compare';
import { noSuchColumn, noSuchRelationship, noSuchType, soqlErrorAt, type SoqlError, type SoqlErrorCode } from './errors';
import type { Expression, FieldFunction, Path } from './syntax';

export interface ParentStep {
	readonly field: Field;
	readonly target: SObject;
}

/** A field reached from the queried object, over parents if need be: `Account.Owner.Name`. */
export interface Column {
	readonly parents: readonly ParentStep[];
	readonly field: Field;
	readonly owner: SObject;
}

/** Something with a value for every row. */
export interface Compiled extends Operand {
	value(row: Row): FieldValue;
}

const mostParents = 5;

/** The scope of one FROM. */
export class Resolver {
	constructor(
		readonly soql: string,
		readonly access: Access,
		readonly object: SObject,
		private readonly alias?: string,
	) {}

	column(path: Path): Column {
		const names = path.text.split('.');
		if (names.length > 1 && this.isOwnName(names[0]!)) names.shift();
		const parents: ParentStep[] = [];
		let owner = this.object;
		for (const name of names.slice(0, -1)) {
			const step = this.access.findParent(owner, name);
			if (!step) throw this.errorAt(path, 'INVALID_FIELD', noSuchRelationship(name));
			parents.push(step);
			owner = step.target;
		}
		// No source tells the vendor's words for this one.
		if (parents.length > mostParents) throw this.errorAt(path, 'MALFORMED_QUERY', `Relationship '${path.text}' goes over more than ${mostParents} levels`);
		const last = names.at(-1)!;
		const field = this.access.findField(owner, last);
		if (!field) throw this.errorAt(path, 'INVALID_FIELD', noSuchColumn(last, owner.name));
		return { parents, field, owner };
	}

	/** `purpose` is what the field has to be good for: it may be neither filterable nor sortable nor groupable. */
	compile(expression: Expression, purpose: 'filterable' | 'sortable' | 'groupable' | 'selected'): Compiled {
		if (expression.kind === 'aggregate') throw this.errorAt(expression, 'MALFORMED_QUERY', `Aggregate functions are not allowed here: ${expression.name}`);
		const column = this.column(expression.path);
		const { field } = column;
		if (purpose !== 'selected' && !fieldTraits(field)[purpose]) {
			const verb = { filterable: 'filtered', sortable: 'sorted', groupable: 'grouped' }[purpose];
			throw this.errorAt(expression.path, purpose === 'filterable' ? 'INVALID_FIELD' : 'MALFORMED_QUERY', `field '${field.name}' can not be ${verb} in a query call`);
		}
		const value = (row: Row): FieldValue => this.valueOf(row, column);
		if (expression.kind === 'path') return { name: field.name, type: field.type, picklist: field.picklist, value };
		return { ...dateFunction(expression.name, field), value: (row) => applyFunction(expression.name, value(row)) };
	}

	valueOf(row: Row, { parents, field }: Column): FieldValue {
		let owner: Row | undefined = row;
		for (const step of parents) owner = owner && this.access.parent(step.target, owner[step.field.name]);
		return owner?.[field.name] ?? null;
	}

	errorAt({ offset }: { readonly offset: number }, code: SoqlErrorCode, reason: string): SoqlError {
		return soqlErrorAt(this.soql, offset, code, reason);
	}

	/** `Account.Name` on Account itself is the same as `Name`, and so is `a.Name` with FROM Account a. */
	private isOwnName(name: string): boolean {
		const wanted = name.toLowerCase();
		if (wanted === this.alias?.toLowerCase()) return true;
		return wanted === this.object.name.toLowerCase() && !this.access.findParent(this.object, name);
	}
}

/** Throws a SoqlError of code INVALID_TYPE for an object that is not there for this person. */
export function objectAt(soql: string, access: Access, from: Path): SObject {
	const object = access.findObject(from.text);
	if (!object) throw soqlErrorAt(soql, from.offset, 'INVALID_TYPE', noSuchType(from.text));
	return object;
}

function dateFunction(name: FieldFunction, field: Field): Operand {
	if (name === 'TOLABEL') return { name: field.name, type: field.type };
	return { name: field.name, type: name === 'DAY_ONLY' ? 'date' : 'int' };
}

function applyFunction(name: FieldFunction, value: FieldValue): FieldValue {
	if (value === null || name === 'TOLABEL') return value;
	const text = String(value);
	const month = Number(text.slice(5, 7));
	switch (name) {
		case 'CALENDAR_YEAR':
			return Number(text.slice(0, 4));
		case 'CALENDAR_QUARTER':
			return Math.ceil(month / 3);
		case 'CALENDAR_MONTH':
			return month;
		case 'DAY_IN_MONTH':
			return Number(text.slice(8, 10));
		case 'HOUR_IN_DAY':
			return Number(text.slice(11, 13));
		case 'DAY_ONLY':
			return text.slice(0, 10);
	}
}
