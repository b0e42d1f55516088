// A report's fact map as rows. Its keys join a place in the tree of row groups with one in the tree of column groups:
// `T!T` is the grand total, `0_1!T` the second group within the first, `0!2` a cell of a matrix.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_factmap_example.htm
import type { IDataObject } from 'n8n-workflow';

import { readCell, type CellStyle } from './cells';
import { columnsOf, keysOf, type Column } from './columns';
import type { Cell, Group, ReportResult } from './result';

export interface FlattenOptions {
	/** `automatic`: the totals of a matrix, the rows of the others as far as there are any. */
	output: 'automatic' | 'details' | 'summaries';
	columnKeys: 'label' | 'name';
	cells: CellStyle;
	/** Of summaries: also the totals of the outer groups and of all; `rowType` tells which. */
	subtotals: boolean;
}

interface Fact {
	down: readonly number[];
	across: readonly number[];
	aggregates: Cell[];
	rows: { dataCells: Cell[] }[];
}

const placeOf = (key = 'T'): number[] => (key === 'T' ? [] : key.split('_').map(Number));

/** Like the lines of a book: an outer group comes before the inner ones, and 2 before 10. */
function comparePlaces(left: readonly number[], right: readonly number[]): number {
	for (const [index, number] of left.entries()) {
		const other = right[index];
		if (other === undefined) return 1;
		if (number !== other) return number - other;
	}
	return left.length - right.length;
}

function factsOf({ factMap }: ReportResult): Fact[] {
	return Object.entries(factMap)
		.map(([key, { aggregates = [], rows = [] }]) => {
			const [down, across] = key.split('!');
			return { down: placeOf(down), across: placeOf(across), aggregates, rows };
		})
		.sort((left, right) => comparePlaces(left.down, right.down) || comparePlaces(left.across, right.across));
}

/** The groups on the way to a place, outermost first. */
function pathTo(groups: readonly Group[] | undefined, place: readonly number[]): (Group | undefined)[] {
	const path: (Group | undefined)[] = [];
	let level = groups;
	for (let depth = 1; depth <= place.length; depth++) {
		const key = place.slice(0, depth).join('_');
		const found: Group | undefined = level?.find((group) => group.key === key);
		path.push(found);
		level = found?.groupings;
	}
	return path;
}

/**
 * One object per row of the report, or per group with its totals. Groups become columns of their own, before the others;
 * those deeper than a subtotal are null.
 */
export function flattenReport(result: ReportResult, options: FlattenOptions): IDataObject[] {
	const { columnKeys, cells } = options;
	const facts = factsOf(result);
	const columns = columnsOf(result);
	const isMatrix = result.reportMetadata.reportFormat === 'MATRIX';
	const summaries = options.output === 'summaries' || (options.output === 'automatic' && (isMatrix || result.hasDetailRows === false));
	const values = summaries ? columns.aggregates : columns.details;
	const groupColumns = [...columns.down, ...columns.across];
	const keys = keysOf([...groupColumns, ...values], columnKeys);

	const read = (cell: Cell | undefined, { dataType }: Column): IDataObject[string] => (cell === undefined ? null : readCell(cell, dataType, cells));
	const groupsOf = ({ down, across }: Fact): IDataObject => {
		const downPath = pathTo(result.groupingsDown?.groupings, down);
		const acrossPath = pathTo(result.groupingsAcross?.groupings, across);
		const path = [...columns.down.map((_column, level) => downPath[level]), ...columns.across.map((_column, level) => acrossPath[level])];
		return Object.fromEntries(groupColumns.map((column, index) => [keys[index]!, read(path[index], column)]));
	};
	const valuesOf = (found: Cell[]): IDataObject => Object.fromEntries(values.map((column, index) => [keys[groupColumns.length + index]!, read(found[index], column)]));
	if (!summaries) {
		return facts.flatMap((fact) => {
			const groups = groupsOf(fact);
			return fact.rows.map(({ dataCells }) => ({ ...groups, ...valuesOf(dataCells) }));
		});
	}

	const deepest = (side: 'down' | 'across') => facts.reduce((depth, fact) => Math.max(depth, fact[side].length), 0);
	const depth = { down: deepest('down'), across: deepest('across') };
	return facts.flatMap((fact) => {
		const innermost = fact.down.length === depth.down && fact.across.length === depth.across;
		if (!options.subtotals && !innermost) return [];
		const row = { ...groupsOf(fact), ...valuesOf(fact.aggregates) };
		if (!options.subtotals) return [row];
		const isTotal = fact.down.length === 0 && fact.across.length === 0;
		return [{ ...row, rowType: isTotal ? 'grandTotal' : innermost ? 'group' : 'subtotal' }];
	});
}
