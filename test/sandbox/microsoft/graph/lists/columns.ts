// Columns of a list: what they hold, and how Graph describes them.
// @see https://learn.microsoft.com/en-us/graph/api/resources/columndefinition
import { guidOf } from '../ids';

export type ColumnKind = 'text' | 'note' | 'number' | 'currency' | 'dateTime' | 'dateOnly' | 'boolean' | 'choice' | 'multiChoice' | 'person' | 'multiPerson' | 'lookup' | 'multiLookup' | 'url' | 'calculated' | 'computed' | 'counter';

export interface Column {
	readonly id: string;
	/** In requests and in `fields`; spaces of the display name are `_x0020_`. */
	readonly name: string;
	readonly displayName: string;
	readonly kind: ColumnKind;
	readonly indexed: boolean;
	readonly required: boolean;
	readonly unique: boolean;
	readonly readOnly: boolean;
	readonly hidden: boolean;
	/** Not among the answers of `fields` unless it is selected. */
	readonly isSystem: boolean;
	readonly description: string;
	readonly choices: readonly string[];
	readonly maxLength: number;
	readonly defaultValue?: string;
	/** The list that a lookup points to, and the column shown of it. */
	readonly lookup?: { readonly listId: string; readonly columnName: string };
	/** Of a calculated column: number times number, the one formula that is played. */
	readonly formula?: { readonly text: string; readonly factors: readonly [string, string] };
}

export function column(name: string, kind: ColumnKind, more: Partial<Column> = {}): Column {
	return {
		id: guidOf(`column ${name}`),
		name,
		displayName: name,
		kind,
		indexed: false,
		required: false,
		unique: false,
		readOnly: kind === 'calculated' || kind === 'computed' || kind === 'counter',
		hidden: false,
		isSystem: false,
		description: '',
		choices: [],
		maxLength: 255,
		...more,
	};
}

const systemColumn = (name: string, kind: ColumnKind, displayName: string, more: Partial<Column> = {}): Column => column(name, kind, { displayName, readOnly: true, isSystem: true, ...more });

/** What every list has behind its own columns. */
export const systemColumns: readonly Column[] = [
	systemColumn('ID', 'counter', 'ID', { indexed: true }),
	systemColumn('ContentType', 'computed', 'Content Type', { readOnly: false }),
	systemColumn('Modified', 'dateTime', 'Modified'),
	systemColumn('Created', 'dateTime', 'Created'),
	systemColumn('Author', 'person', 'Created By'),
	systemColumn('Editor', 'person', 'Modified By'),
	systemColumn('_UIVersionString', 'text', 'Version'),
	systemColumn('Attachments', 'boolean', 'Attachments', { readOnly: false }),
	systemColumn('LinkTitleNoMenu', 'computed', 'Title'),
	systemColumn('LinkTitle', 'computed', 'Title'),
	systemColumn('ItemChildCount', 'lookup', 'Item Child Count'),
	systemColumn('FolderChildCount', 'lookup', 'Folder Child Count'),
];

/** The columns of files and folders, in front of the system's. */
export const libraryColumns: readonly Column[] = [
	column('FileLeafRef', 'text', { displayName: 'Name', required: true }),
	column('Title', 'text'),
	systemColumn('DocIcon', 'computed', 'Type'),
	systemColumn('FileSizeDisplay', 'computed', 'File Size'),
];

export function columnBody(column: Column): Record<string, unknown> {
	return {
		columnGroup: column.isSystem ? '_Hidden' : 'Custom Columns',
		description: column.description,
		displayName: column.displayName,
		enforceUniqueValues: column.unique,
		hidden: column.hidden,
		id: column.id,
		indexed: column.indexed,
		name: column.name,
		readOnly: column.readOnly,
		required: column.required,
		...facetOf(column),
		...(column.defaultValue !== undefined && { defaultValue: { value: column.defaultValue } }),
	};
}

function facetOf({ kind, choices, maxLength, lookup, formula, name }: Column): Record<string, unknown> {
	const choice = (displayAs: string) => ({ choice: { allowTextEntry: false, choices, displayAs } });
	const person = (allowMultipleSelection: boolean) => ({ personOrGroup: { allowMultipleSelection, displayAs: 'nameWithPresence', chooseFromType: 'peopleOnly' } });
	const lookupFacet = (allowMultipleValues: boolean) => ({ lookup: { allowMultipleValues, allowUnlimitedLength: false, columnName: lookup?.columnName ?? name, listId: lookup?.listId ?? '' } });
	switch (kind) {
		case 'text':
			return { text: { allowMultipleLines: false, appendChangesToExistingText: false, linesForEditing: 0, maxLength } };
		case 'note':
			return { text: { allowMultipleLines: true, appendChangesToExistingText: false, linesForEditing: 6, textType: 'plain' } };
		case 'number':
			return { number: { decimalPlaces: 'automatic', displayAs: 'number', maximum: Number.MAX_VALUE, minimum: -Number.MAX_VALUE } };
		case 'currency':
			return { currency: { locale: 'en-us' } };
		case 'dateTime':
			return { dateTime: { displayAs: 'standard', format: 'dateTime' } };
		case 'dateOnly':
			return { dateTime: { displayAs: 'standard', format: 'dateOnly' } };
		case 'boolean':
			return { boolean: {} };
		case 'choice':
			return choice('dropDownMenu');
		case 'multiChoice':
			return choice('checkBoxes');
		case 'person':
			return person(false);
		case 'multiPerson':
			return person(true);
		case 'lookup':
			return lookupFacet(false);
		case 'multiLookup':
			return lookupFacet(true);
		case 'url':
			return { hyperlinkOrPicture: { isPicture: false } };
		case 'calculated':
			return { calculated: { format: 'dateTime', formula: formula?.text ?? '', outputType: 'number' } };
		case 'computed':
		case 'counter':
			// Neither is a kind that Graph has a facet for.
			return {};
	}
}
