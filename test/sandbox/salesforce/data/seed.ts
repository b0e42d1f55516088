// How a row of the org is written down: what is not said is null, and stamps go on by the hour.
import { recordId } from '../ids';
import { orgUsers } from '../org';
import type { SObject } from './fields';
import { KeptTable, salesforceDateTime, type FieldValue, type Row } from './rows';

const created = Date.UTC(2025, 0, 6, 9, 0, 0);
const hourMs = 3_600_000;
const administrator = orgUsers.at(-1)!;

export interface SeedOptions {
	deleted?: boolean;
	/** When it was made and last changed. */
	stampMs?: number;
}

export class Seed {
	readonly table = new KeptTable();

	constructor(private readonly object: SObject) {}

	get nextId(): string {
		return recordId(this.object.keyPrefix, 100_001 + this.table.length);
	}

	add(values: Record<string, FieldValue>, { deleted = false, stampMs }: SeedOptions = {}): Row {
		const { length } = this.table;
		const stamp = salesforceDateTime(stampMs ?? created + length * hourMs);
		const by = values['OwnerId'] ?? administrator.userId;
		const all: Record<string, FieldValue> = {
			Id: this.nextId,
			IsDeleted: deleted,
			CreatedDate: stamp,
			CreatedById: by,
			LastModifiedDate: stamp,
			LastModifiedById: by,
			SystemModstamp: stamp,
			...values,
		};
		const row = Object.fromEntries(this.object.fields.map(({ name }) => [name, all[name] ?? null]));
		// Whose row it is counts for sharing, even where the object has no such field.
		if (values['OwnerId'] !== undefined) row['OwnerId'] = values['OwnerId'];
		return this.table.add(row as Row);
	}
}
