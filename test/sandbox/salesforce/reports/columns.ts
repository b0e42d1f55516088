// The columns of a report for the person who runs it: those on fields that this person may not see are not there.
import { ApiError } from '../apiErrors';
import type { Access } from '../data/access';
import type { FieldType } from '../data/fields';
import type { FieldValue, Row } from '../data/rows';
import { SoqlError } from '../soql/errors';
import { Resolver } from '../soql/resolve';
import type { ReportColumn, ReportDefinition } from './definitions';

export interface CompiledColumn extends ReportColumn {
	readonly type: FieldType;
	readonly picklist: readonly string[];
	value(row: Row): FieldValue;
	/** What a cell or a group stands for: the id behind a link, else the value itself. */
	key(row: Row): FieldValue;
}

export type Columns = ReadonlyMap<string, CompiledColumn>;

export function compileColumns({ object: name, columns }: ReportDefinition, access: Access): Columns {
	const object = access.findObject(name);
	if (!object) throw new ApiError(403, 'FORBIDDEN', 'The report definition is obsolete. Your administrator has disabled all reports for the custom object, or its relationships have changed.');
	const resolver = new Resolver('', access, object);
	const at = (text: string) => resolver.compile({ kind: 'path', path: { text, offset: 0 } }, 'selected');
	return new Map(
		columns.flatMap((column) => {
			try {
				const { type, picklist = [], value } = at(column.path);
				const key = column.idPath === undefined ? value : at(column.idPath).value;
				return [[column.name, { ...column, type, picklist, value, key }] as const];
			} catch (error) {
				if (error instanceof SoqlError) return [];
				throw error;
			}
		}),
	);
}
