// Runs a report: rows to groups, groups to the fact map.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_factmap_example.htm
import type { Access } from '../data/access';
import type { FieldValue, Row } from '../data/rows';
import { comparable } from '../soql/compare';
import type { CompiledColumn, Columns } from './columns';
import { compileFilters } from './filters';
import type { Grouping, ReportDefinition } from './definitions';
import { cellValue, dateGroup, label, nothing } from './labels';

interface Node {
	readonly key: string;
	readonly label: string;
	readonly value: FieldValue;
	readonly groupings: Node[];
}
interface Fact {
	aggregates: Array<{ label: string; value: number | null }>;
	rows?: Array<{ dataCells: Array<{ label: string; value: unknown }> }>;
}
export interface ReportRun {
	readonly allData: boolean;
	readonly factMap: Readonly<Record<string, Fact>>;
	readonly groupingsDown: { groupings: Node[] };
	readonly groupingsAcross: { groupings: Node[] };
}

const mostRows = 2_000;

export function runReport(report: ReportDefinition, columns: Columns, access: Access, withDetails: boolean): ReportRun {
	const meets = compileFilters(report.filters, report.booleanFilter, columns);
	const all = access.rows(access.findObject(report.object)!);
	const rows: Row[] = [];
	for (let index = 0; index < all.length; index++) {
		const row = all.at(index)!;
		if (!row.IsDeleted && meets(row)) rows.push(row);
	}
	const down = new Axis(report.groupingsDown, columns, rows);
	const across = new Axis(report.groupingsAcross, columns, rows);

	const members = new Map<string, Row[]>();
	for (const downKey of down.keys) for (const acrossKey of across.keys) members.set(`${downKey}!${acrossKey}`, []);
	for (const row of rows) for (const downKey of down.keysOf(row)) for (const acrossKey of across.keysOf(row)) members.get(`${downKey}!${acrossKey}`)!.push(row);

	const details = report.detailColumns.flatMap((name) => columns.get(name) ?? []);
	let shown = 0;
	const factMap = Object.fromEntries(
		[...members].map(([key, found]) => {
			const fact: Fact = { aggregates: report.aggregates.map((name) => aggregate(name, found, columns)) };
			if (!withDetails) return [key, fact];
			const [downKey, acrossKey] = key.split('!') as [string, string];
			const isLeaf = down.isLeaf(downKey) && across.isLeaf(acrossKey);
			fact.rows = isLeaf ? found.slice(0, mostRows - shown).map((row) => ({ dataCells: details.map((column) => cell(column, row)) })) : [];
			shown += fact.rows.length;
			return [key, fact];
		}),
	);
	return { allData: !withDetails || rows.length <= mostRows, factMap, groupingsDown: { groupings: down.nodes }, groupingsAcross: { groupings: across.nodes } };
}

function cell(column: CompiledColumn, row: Row): { label: string; value: unknown } {
	const value = column.value(row);
	return { label: label(value, column.type), value: column.idPath === undefined ? cellValue(value, column.type) : column.key(row) };
}

/** One direction of groups, as a tree numbered 0, 0_0, 0_1, 1, … */
class Axis {
	readonly nodes: Node[];
	/** `T` for the total, then every group. */
	readonly keys: string[] = ['T'];
	private readonly byPath = new Map<string, string>();

	constructor(
		private readonly groupings: readonly Grouping[],
		private readonly columns: Columns,
		rows: readonly Row[],
	) {
		this.nodes = this.split(rows, 0, '', '');
	}

	/** The total and the groups that a row is in, from the outermost. */
	keysOf(row: Row): string[] {
		let path = '';
		return ['T', ...this.groupings.map((grouping) => this.byPath.get((path += `/${JSON.stringify(this.groupOf(grouping, row).value)}`))!)];
	}

	isLeaf(key: string): boolean {
		return this.groupings.length === 0 ? key === 'T' : key !== 'T' && key.split('_').length === this.groupings.length;
	}

	private split(rows: readonly Row[], level: number, prefix: string, path: string): Node[] {
		const grouping = this.groupings[level];
		if (!grouping) return [];
		const groups = new Map<string, { group: Group; rows: Row[] }>();
		for (const row of rows) {
			const group = this.groupOf(grouping, row);
			const key = JSON.stringify(group.value);
			const known = groups.get(key);
			if (known) known.rows.push(row);
			else groups.set(key, { group, rows: [row] });
		}
		const sign = grouping.sortOrder === 'Desc' ? -1 : 1;
		const sorted = [...groups].sort(([, a], [, b]) => sign * (a.group.sort < b.group.sort ? -1 : 1));
		return sorted.map(([valueKey, { group, rows: members }], index) => {
			const key = prefix + index;
			const own = `${path}/${valueKey}`;
			this.keys.push(key);
			this.byPath.set(own, key);
			return { groupings: this.split(members, level + 1, `${key}_`, own), key, label: group.label, value: group.value };
		});
	}

	private groupOf({ name, dateGranularity }: Grouping, row: Row): Group {
		const column = this.columns.get(name);
		const value = column?.value(row) ?? null;
		if (!column || value === null) return { label: nothing, value: null, sort: '' };
		if (column.type === 'date' || column.type === 'datetime') {
			const group = dateGroup(String(value), dateGranularity);
			return { ...group, sort: group.value };
		}
		const place = column.picklist.indexOf(String(value));
		return { label: label(value, column.type), value: column.key(row), sort: place >= 0 ? String.fromCharCode(place + 1) : String(comparable(value, column.type)) };
	}
}

interface Group {
	readonly label: string;
	readonly value: FieldValue;
	readonly sort: string;
}

/** `s!` sum, `a!` average, `m!` least, `x!` most, `u!` unique, or RowCount. */
function aggregate(name: string, rows: readonly Row[], columns: Columns): { label: string; value: number | null } {
	const column = columns.get(name.slice(2));
	if (name === 'RowCount' || !column) return { label: label(rows.length, 'int'), value: rows.length };
	const values = rows.map((row) => column.value(row)).filter((value) => value !== null);
	if (name.startsWith('u!')) return { label: label(new Set(values).size, 'int'), value: new Set(values).size };
	const numbers = values.map(Number);
	const sum = numbers.reduce((total, value) => total + value, 0);
	const value = name.startsWith('s!') ? sum : numbers.length === 0 ? null : name.startsWith('a!') ? sum / numbers.length : name.startsWith('m!') ? Math.min(...numbers) : Math.max(...numbers);
	return { label: label(value, column.type), value };
}
