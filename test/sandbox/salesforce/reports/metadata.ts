// What a report says of itself: its columns, groupings, summaries, filters.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_getbasic_reportmetadata.htm
import { organizationId } from '../org';
import type { CompiledColumn, Columns } from './columns';
import type { ReportDefinition } from './definitions';

type Json = Record<string, unknown>;
const summaryNames: Readonly<Record<string, string>> = { s: 'Sum of', a: 'Average', m: 'Smallest', x: 'Largest', u: 'Unique' };

export function reportMetadata(report: ReportDefinition, columns: Columns, hasDetailRows: boolean): Json {
	return {
		aggregates: report.aggregates,
		chart: null,
		crossFilters: [],
		currency: null,
		dashboardSetting: null,
		description: report.description,
		detailColumns: report.detailColumns.filter((name) => columns.has(name)),
		developerName: report.developerName,
		division: null,
		// A report in "Unfiled Public Reports": the org itself is its folder.
		folderId: organizationId,
		groupingsAcross: report.groupingsAcross,
		groupingsDown: report.groupingsDown,
		hasDetailRows,
		hasRecordCount: report.aggregates.includes('RowCount'),
		historicalSnapshotDates: [],
		id: report.id,
		name: report.name,
		presentationOptions: { hasStackedSummaries: true },
		reportBooleanFilter: report.booleanFilter,
		reportFilters: report.filters,
		reportFormat: report.format,
		reportType: report.type,
		scope: 'organization',
		showGrandTotal: true,
		showSubtotals: true,
		sortBy: [],
		standardDateFilter: { column: 'CREATED_DATE', durationValue: 'CUSTOM', endDate: null, startDate: null },
		standardFilters: [],
		supportsRoleHierarchy: false,
		userOrHierarchyFilterId: null,
	};
}

export function reportExtendedMetadata(report: ReportDefinition, columns: Columns): Json {
	const groupings = [report.groupingsDown, report.groupingsAcross].flatMap((axis) => axis.map(({ name }, groupingLevel) => ({ column: columns.get(name), groupingLevel })));
	return {
		aggregateColumnInfo: Object.fromEntries(report.aggregates.map((name) => [name, { acrossGroupingContext: null, downGroupingContext: null, ...aggregateInfo(name, columns) }])),
		availableDashboardSettings: null,
		detailColumnInfo: Object.fromEntries(report.detailColumns.flatMap((name) => (columns.has(name) ? [[name, columnInfo(columns.get(name)!)]] : []))),
		groupingColumnInfo: Object.fromEntries(groupings.flatMap(({ column, groupingLevel }) => (column ? [[column.name, { ...columnInfo(column), groupingLevel }]] : []))),
	};
}

export function reportTypeMetadata(report: ReportDefinition, columns: Columns): Json {
	return { categories: [{ columns: Object.fromEntries([...columns.values()].map((column) => [column.name, columnInfo(column)])), label: `${report.type.label}: Info` }], standardDateFilterDurationGroups: [], standardFilterInfos: {} };
}

function aggregateInfo(name: string, columns: Columns): Json {
	const column = columns.get(name.slice(2));
	if (name === 'RowCount' || !column) return { dataType: 'int', label: 'Record Count' };
	return { dataType: name.startsWith('u!') ? 'int' : column.type, label: `${summaryNames[name[0]!] ?? ''} ${column.label}` };
}

function columnInfo({ type, label, picklist, idPath }: CompiledColumn): Json {
	return {
		dataType: type,
		filterValues: picklist.map((value) => ({ apiName: value, label: value, name: value })),
		filterable: true,
		inactiveFilterValues: [],
		isLookup: idPath !== undefined,
		label,
		uniqueCountable: true,
	};
}
