import type { IDataObject } from 'n8n-workflow';

import { readSelectList, type SelectList } from '../soql/selectList';
import type { Shape } from '../transport/shapeRecord';

/** Rows without a parent or without children say so in the form that the other rows have. */
export function completerOf(soql: string, shape: Shape): (row: IDataObject) => IDataObject {
	const list = readSelectList(soql);
	const separator = shape.flatten === 'dot' ? '.' : shape.flatten === 'underscore' ? '_' : undefined;
	const children = shape.keepAttributes === true ? [] : list.children;
	const paths = separator === undefined ? [] : flatPaths(list, separator);
	if (children.length === 0 && paths.length === 0) return (row) => row;
	return (row) => {
		for (const name of children) {
			const key = keyOf(row, name) ?? name;
			row[key] ??= [];
		}
		for (const [path, parents] of paths) {
			if (keyOf(row, path) !== undefined) continue;
			for (const parent of parents) {
				const key = keyOf(row, parent);
				if (key !== undefined && row[key] === null) delete row[key];
			}
			if (shape.dropNulls !== true) row[path] = null;
		}
		return row;
	};
}

/** The key as Salesforce writes it: queries may write names in any case. */
function keyOf(row: IDataObject, name: string): string | undefined {
	if (name in row) return name;
	const wanted = name.toLowerCase();
	return Object.keys(row).find((key) => key.toLowerCase() === wanted);
}

/** Each path as it is called in a flattened row, with the parents that may be missing on its way. */
function flatPaths({ paths }: SelectList, separator: string): [path: string, parents: string[]][] {
	return paths.map((path) => {
		const names = path.split('.');
		return [names.join(separator), names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join(separator))];
	});
}
