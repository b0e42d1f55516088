import type { Column, ListAt } from '../../transport/backend';
import type { ItemApi } from '../operation';
import { partsOf, wrongParameter } from '../parameters';

/** By internal name first, then by what people see; both without regard to case. */
export function findColumn(columns: readonly Column[], name: string): Column | undefined {
	const wanted = name.trim().toLowerCase();
	return columns.find((column) => column.name.toLowerCase() === wanted) ?? columns.find((column) => column.title.toLowerCase() === wanted && !column.hidden);
}

/** @throws NodeOperationError that names what there is */
export function columnNamed(api: ItemApi, columns: readonly Column[], name: string, { list }: ListAt): Column {
	const found = findColumn(columns, name);
	if (found !== undefined) return found;
	const known = columns.filter(({ hidden }) => !hidden).map((column) => column.name);
	throw wrongParameter(api, `The list "${list}" has no column "${name}" that this user may see`, `It has ${known.join(', ')}`);
}

/** Those that are to be read; undefined if none are named. */
export async function chosenColumns(api: ItemApi, at: ListAt): Promise<Column[] | undefined> {
	const names = partsOf(api.context.getNodeParameter('columnNames', api.itemIndex, []), /[,;\n]+/).map(String);
	if (names.length === 0) return undefined;
	const columns = await api.backend.getColumns(at);
	return names.map((name) => columnNamed(api, columns, name, at));
}
