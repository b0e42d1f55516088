import type { ColumnInfos, GroupingColumn, ReportResult } from './result';

export interface Column {
	/** The report's own name of it: `AMOUNT`, `s!AMOUNT`, `Invoice__c.Status__c`. */
	name: string;
	label: string;
	dataType: string;
	/** Of a grouping by date: `Month`. */
	granularity?: string;
}

export interface Columns {
	down: Column[];
	across: Column[];
	details: Column[];
	aggregates: Column[];
}

const ofNames = (names: string[] = [], infos: ColumnInfos = {}): Column[] => names.map((name) => ({ name, label: infos[name]?.label ?? name, dataType: infos[name]?.dataType ?? 'string' }));

const ofGroupings = (groupings: GroupingColumn[] = [], infos?: ColumnInfos): Column[] =>
	groupings.map(({ name, dateGranularity }) => ({ ...ofNames([name], infos)[0]!, ...(dateGranularity !== undefined && dateGranularity !== 'None' && { granularity: dateGranularity }) }));

/** The columns in the order in which groups, cells and totals come. */
export function columnsOf({ reportMetadata: metadata, reportExtendedMetadata: extended }: Pick<ReportResult, 'reportMetadata' | 'reportExtendedMetadata'>): Columns {
	return {
		down: ofGroupings(metadata.groupingsDown, extended.groupingColumnInfo),
		across: ofGroupings(metadata.groupingsAcross, extended.groupingColumnInfo),
		details: ofNames(metadata.detailColumns, extended.detailColumnInfo),
		aggregates: ofNames(metadata.aggregates, extended.aggregateColumnInfo),
	};
}

const identityOf = ({ name, granularity = '' }: Column): string => `${name} ${granularity}`;

/** The texts that several different columns would have. */
function repeated(columns: readonly Column[], textOf: (column: Column) => string): ReadonlySet<string> {
	const owner = new Map<string, string>();
	return new Set(columns.map((column) => [textOf(column), identityOf(column)] as const).filter(([text, identity]) => (owner.get(text) ?? owner.set(text, identity).get(text)) !== identity).map(([text]) => text));
}

/**
 * A key for each column; that of a grouping by date says how far: `Close Date (Month)`. Where two would be the same, the report's
 * own name or a number tells them apart; a column that is grouped by and shown as well keeps one key: both have the same value.
 */
export function keysOf(columns: readonly Column[], by: 'label' | 'name'): string[] {
	const textOf = (column: Column): string => (column.granularity === undefined ? column[by] : `${column[by]} (${column.granularity})`);
	const ambiguous = repeated(columns, textOf);
	const taken = new Map<string, string>();
	return columns.map((column) => {
		const identity = identityOf(column);
		const text = textOf(column);
		const wanted = ambiguous.has(text) && by === 'label' ? `${text} (${column.name})` : text;
		let key = wanted;
		for (let number = 2; taken.has(key) && taken.get(key) !== identity; number++) key = `${wanted} ${number}`;
		taken.set(key, identity);
		return key;
	});
}
