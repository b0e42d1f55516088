// What one person may see: objects, fields, rows. Everything that answers a person asks here.
import type { SalesforceApiSettings } from '../apiSettings';
import { normalizeId } from '../ids';
import type { OrgUser } from '../org';
import type { Field, SObject } from './fields';
import { childRelationships, sObjectOf, sObjects, type ChildRelationship } from './objects';
import { Selection, type FieldValue, type Row, type RowSet, type Table } from './rows';
import { tableOf } from './tables';

const visibleOf = new WeakMap<Table, Map<string, RowSet>>();

export class Access {
	private readonly hidden: ReadonlySet<string>;

	constructor(
		readonly user: OrgUser,
		private readonly settings: SalesforceApiSettings,
	) {
		const kept = [...(settings.fieldsHiddenFrom[user.name] ?? []), ...(settings.objectsHiddenFrom[user.name] ?? [])];
		this.hidden = new Set(kept.map((name) => name.toLowerCase()));
	}

	objects(): readonly SObject[] {
		return sObjects.filter((object) => this.maySee(object.name));
	}

	findObject(name: string): SObject | undefined {
		const object = sObjectOf(name);
		return object && this.maySee(object.name) ? object : undefined;
	}

	fields(object: SObject): readonly Field[] {
		return this.hidden.size === 0 ? object.fields : object.fields.filter(({ name }) => this.maySee(`${object.name}.${name}`));
	}

	findField(object: SObject, name: string): Field | undefined {
		const wanted = name.toLowerCase();
		return this.fields(object).find((field) => field.name.toLowerCase() === wanted);
	}

	/** The reference behind a relationship name, and where it leads: `Owner` on Account is OwnerId and User. */
	findParent(object: SObject, relationship: string): { field: Field; target: SObject } | undefined {
		const wanted = relationship.toLowerCase();
		const field = this.fields(object).find((candidate) => candidate.relationshipName?.toLowerCase() === wanted);
		const target = field && this.findObject(field.referenceTo!);
		return target && { field, target };
	}

	/** `Contacts` on Account is Contact and its AccountId. */
	findChildren(object: SObject, relationship: string): ChildRelationship | undefined {
		const wanted = relationship.toLowerCase();
		return childRelationships(object).find(({ child, field }) => field.childRelationshipName?.toLowerCase() === wanted && this.findObject(child.name) && this.findField(child, field.name));
	}

	/** Rows of one's own, or all with View All Data or of a public object. Those in the recycle bin are included. */
	rows(object: SObject): RowSet {
		const table = tableOf(object.name, this.settings);
		if (this.seesAll(object)) return table;
		const known = visibleOf.get(table) ?? new Map<string, RowSet>();
		visibleOf.set(table, known);
		const visible = known.get(this.user.userId) ?? new Selection(table, indexesWhere(table, (row) => this.owns(row)));
		known.set(this.user.userId, visible);
		return visible;
	}

	/** Rows that are not in the recycle bin. */
	count(object: SObject): number {
		const rows = this.rows(object);
		return this.mayHaveDeleted(object) ? indexesWhere(rows, (row) => !row.IsDeleted).length : rows.length;
	}

	mayHaveDeleted(object: SObject): boolean {
		return tableOf(object.name, this.settings).hasDeleted;
	}

	/** One row by an id of 15 or 18 characters, unless it is not there or not for this person. */
	row(object: SObject, id: string): Row | undefined {
		const row = tableOf(object.name, this.settings).byId(normalizeId(id) ?? '');
		return row && (this.seesAll(object) || this.owns(row)) ? row : undefined;
	}

	/** For relationship fields (`Owner.Name`), which do not ask who may see the parent. */
	parent(target: SObject, id: FieldValue | undefined): Row | undefined {
		return typeof id === 'string' ? tableOf(target.name, this.settings).byId(id) : undefined;
	}

	private maySee(name: string): boolean {
		return !this.hidden.has(name.toLowerCase());
	}

	private seesAll({ sharing }: SObject): boolean {
		return sharing === 'public' || this.user.viewsAllData;
	}

	private owns(row: Row): boolean {
		return row['OwnerId'] === this.user.userId;
	}
}

export function indexesWhere(rows: RowSet, keep: (row: Row) => boolean): number[] {
	const indexes: number[] = [];
	for (let index = 0; index < rows.length; index++) if (keep(rows.at(index)!)) indexes.push(index);
	return indexes;
}
