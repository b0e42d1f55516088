// The SOQL behind a list view.
import type { ListViewDefinition } from './definitions';

/** Every list view selects these after its own columns. */
export const hiddenColumns = ['Id', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp'];

export function listViewQuery({ object, columns, orderBy, where, scope }: ListViewDefinition): string {
	const select = [...columns, ...hiddenColumns].join(', ').toLowerCase();
	const using = scope ? ` USING SCOPE ${scope}` : '';
	const filter = where ? ` WHERE ${where.field} = ${literal(where.values[0]!)}` : '';
	return `SELECT ${select} FROM ${object}${using}${filter} ORDER BY ${orderBy} ASC NULLS FIRST, Id ASC NULLS FIRST`;
}

/** A date literal stands bare, everything else in quotes. */
function literal(value: string): string {
	return /^[A-Z_]+(:\d+)?$/.test(value) ? value : `'${value}'`;
}
