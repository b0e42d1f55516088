// Columns as they are made: those that every list has, and those of its own.
import { createHash } from 'node:crypto';
import type { Field, FieldKind } from './model';

/** The same in every run, so that tests may keep it. */
export function stableGuid(seed: string): string {
	const hex = createHash('sha256').update(seed).digest('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function column(internalName: string, kind: FieldKind, more: Partial<Field> = {}): Field {
	return { id: stableGuid(`field ${internalName}`), internalName, title: internalName, kind, required: false, readOnly: false, hidden: false, indexed: false, fromBaseType: false, ...more };
}

const builtIn = { fromBaseType: true, readOnly: true };

export const listColumns: readonly Field[] = [
	column('ID', 'Counter', { ...builtIn, indexed: true }),
	column('Title', 'Text', { fromBaseType: true, required: true }),
	column('ContentType', 'Computed', { ...builtIn, title: 'Content Type' }),
	column('Modified', 'DateTime', builtIn),
	column('Created', 'DateTime', builtIn),
	column('Author', 'User', { ...builtIn, title: 'Created By' }),
	column('Editor', 'User', { ...builtIn, title: 'Modified By' }),
	column('GUID', 'Text', { ...builtIn, hidden: true }),
	column('_UIVersionString', 'Text', { ...builtIn, title: 'Version' }),
];

export const libraryColumns: readonly Field[] = [
	...listColumns.map((field) => (field.internalName === 'Title' ? { ...field, required: false } : field)),
	column('FileLeafRef', 'File', { fromBaseType: true, title: 'Name', required: true }),
	column('FileRef', 'Text', { ...builtIn, title: 'URL Path', hidden: true }),
];
