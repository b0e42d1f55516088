// What a run changes in a report: Salesforce takes the report's own metadata with the changes in it, and saves nothing.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_filter_reportdata.htm
import { ConnectedAppsError } from '../../../../lib/errors';
import { combineLogic, renumberLogic } from './filterLogic';
import type { ColumnInfos, DateFilter, ReportDescription, ReportFilter, ReportMetadata } from './result';

export interface ReportChanges {
	/** Columns by the report's own name of them, or by their label. */
	filters: ReportFilter[];
	ownFilters: 'keep' | 'replace';
	/** `1 AND (2 OR 3)`, of the filters above; empty: all of them must hold. */
	filterLogic: string;
	/** Without a column: the report's own. */
	dateFilter?: DateFilter;
	/** Empty: the report's own. */
	scope: string;
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_limits_limitations.htm */
const MOST_FILTERS = 20;
const NAMED_IN_ERRORS = 20;

export function changesAnything({ filters, ownFilters, dateFilter, scope }: ReportChanges): boolean {
	return filters.length > 0 || ownFilters === 'replace' || dateFilter !== undefined || scope !== '';
}

function columnsOf({ reportTypeMetadata, reportExtendedMetadata: { detailColumnInfo, groupingColumnInfo } }: ReportDescription): ColumnInfos {
	return Object.assign({}, ...(reportTypeMetadata?.categories ?? []).map(({ columns }) => columns), groupingColumnInfo, detailColumnInfo) as ColumnInfos;
}

function nameOf(columns: ColumnInfos, wanted: string): string {
	if (columns[wanted] !== undefined) return wanted;
	const same = (text: string | undefined) => text?.toLowerCase() === wanted.toLowerCase();
	const names = Object.keys(columns);
	const found = names.filter(same);
	if (found.length === 0) found.push(...names.filter((name) => same(columns[name]?.label)));
	if (found.length === 1) return found[0]!;
	if (found.length > 1) throw new ConnectedAppsError('settingInvalid', `Several columns of the report are called "${wanted}"`, { field: 'filters', advice: `Name the column as the report does: ${found.join(', ')}` });
	const some = names.slice(0, NAMED_IN_ERRORS).map((name) => `${columns[name]?.label ?? name} (${name})`);
	throw new ConnectedAppsError('settingInvalid', `The report has no column "${wanted}", or the user may not see it`, {
		field: 'filters',
		advice: `Its columns: ${some.join(', ')}${names.length > NAMED_IN_ERRORS ? ` and ${names.length - NAMED_IN_ERRORS} more` : ''}`,
	});
}

/**
 * The report's metadata with the changes in it.
 * @throws ConnectedAppsError `settingInvalid` for a column that the report does not have, or a filter logic that does not fit
 */
export function changedMetadata(description: ReportDescription, changes: ReportChanges): ReportMetadata {
	const { reportMetadata } = description;
	const columns = columnsOf(description);
	const { filterLogic, scope, dateFilter } = changes;
	const filters = changes.filters.map((filter) => ({ ...filter, column: nameOf(columns, filter.column) }));
	const own = changes.ownFilters === 'keep' ? (reportMetadata.reportFilters ?? []) : [];
	const ownLogic = changes.ownFilters === 'keep' ? reportMetadata.reportBooleanFilter : undefined;
	const reportFilters = [...own, ...filters];
	if (reportFilters.length > MOST_FILTERS) {
		throw new ConnectedAppsError('settingInvalid', `Salesforce takes ${MOST_FILTERS} filters of a report at most; these are ${reportFilters.length}, ${own.length} of them the report's own`, { field: 'filters', advice: 'Leave some out, or replace the report\'s own filters' });
	}
	const newLogic = filterLogic.trim() === '' ? undefined : renumberLogic(filterLogic, filters.length, own.length);
	return {
		...reportMetadata,
		reportFilters,
		reportBooleanFilter: combineLogic({ logic: ownLogic ?? undefined, count: own.length }, { logic: newLogic, count: filters.length }),
		...(scope !== '' && { scope }),
		...(dateFilter !== undefined && { standardDateFilter: { ...reportMetadata.standardDateFilter, ...dateFilter, ...(dateFilter.column !== undefined && { column: nameOf(columns, dateFilter.column) }) } }),
	};
}
