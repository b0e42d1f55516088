import type { Column, ColumnType, ListAt } from '../backend';
import { oncePerSession } from '../perSession';
import { aboutList, listPath } from './addresses';
import { everyEntry, textOf, type GraphApi, type Json } from './graphApi';

/** Graph says what a column holds by which of these it has. @see https://learn.microsoft.com/en-us/graph/api/resources/columndefinition */
const FACETS: ReadonlyArray<readonly [string, ColumnType]> = [
	['text', 'text'],
	['number', 'number'],
	['currency', 'currency'],
	['dateTime', 'dateTime'],
	['boolean', 'boolean'],
	['choice', 'choice'],
	['personOrGroup', 'person'],
	['lookup', 'lookup'],
	['hyperlinkOrPicture', 'hyperlink'],
	['calculated', 'calculated'],
];

export function columnOf(body: Json): Column {
	const [facetName, known] = FACETS.find(([name]) => body[name] !== undefined && body[name] !== null) ?? ['', 'other' as const];
	const facet = (body[facetName] ?? {}) as Json;
	const type: ColumnType = known === 'text' && facet.allowMultipleLines === true ? 'note' : known;
	return {
		name: textOf(body.name),
		title: textOf(body.displayName),
		type,
		multiple: facet.allowMultipleSelection === true || facet.allowMultipleValues === true || (type === 'choice' && facet.displayAs === 'checkBoxes'),
		dateOnly: type === 'dateTime' && facet.format === 'dateOnly',
		required: body.required === true,
		readOnly: body.readOnly === true || type === 'calculated',
		// SharePoint's own machinery, which no view shows.
		hidden: body.hidden === true || body.columnGroup === '_Hidden',
		unique: body.enforceUniqueValues === true,
		indexed: body.indexed === true,
		description: textOf(body.description),
		choices: Array.isArray(facet.choices) ? facet.choices.map(String) : [],
		...(type === 'lookup' && { lookup: { listId: textOf(facet.listId), column: textOf(facet.columnName) || 'Title' } }),
	};
}

/** Asked for once per session and list. */
export async function getColumns(api: GraphApi, at: ListAt): Promise<Column[]> {
	const path = `${await listPath(api, at)}/columns`;
	return await oncePerSession(api.session, `columns ${path}`, async () => await everyEntry(async (page) => await api.getPage(path, page, columnOf, { about: aboutList(at) })));
}

export function isReference({ type }: Column): boolean {
	return type === 'lookup' || type === 'person';
}
