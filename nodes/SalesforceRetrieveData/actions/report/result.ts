// What the Reports and Dashboards REST API answers, as far as this node reads it.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_getreportrundata.htm

export interface Cell {
	label?: string | null;
	value?: unknown;
}

export interface Group extends Cell {
	/** `0`, `0_1`, `0_1_2`: the place in the tree; the fact map names its cells by these. */
	key: string;
	groupings?: Group[];
}

export interface ColumnInfo {
	label: string;
	dataType: string;
}

export interface GroupingColumn {
	name: string;
	dateGranularity?: string;
}

export interface ReportFilter {
	column: string;
	operator: string;
	value: string;
}

export interface DateFilter {
	column?: string;
	durationValue?: string;
	startDate?: string | null;
	endDate?: string | null;
}

export interface ReportMetadata {
	name?: string;
	reportFormat: string;
	detailColumns?: string[];
	aggregates?: string[];
	groupingsDown?: GroupingColumn[];
	groupingsAcross?: GroupingColumn[];
	reportFilters?: ReportFilter[];
	reportBooleanFilter?: string | null;
	standardDateFilter?: DateFilter | null;
	scope?: string;
}

export type ColumnInfos = Record<string, ColumnInfo | undefined>;

export interface ReportResult {
	attributes?: { reportName?: string; status?: string };
	allData?: boolean;
	hasExceededTabularRowLimit?: boolean;
	hasDetailRows?: boolean;
	factMap: Record<string, { aggregates?: Cell[]; rows?: { dataCells: Cell[] }[] }>;
	groupingsDown?: { groupings: Group[] };
	groupingsAcross?: { groupings: Group[] };
	reportMetadata: ReportMetadata;
	reportExtendedMetadata: { detailColumnInfo?: ColumnInfos; groupingColumnInfo?: ColumnInfos; aggregateColumnInfo?: ColumnInfos };
}

/** There are more rows than Salesforce gives. */
export function isPartial({ allData, hasExceededTabularRowLimit }: ReportResult): boolean {
	return allData === false || hasExceededTabularRowLimit === true;
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_getbasic_reportmetadata.htm */
export interface ReportDescription {
	reportMetadata: ReportMetadata;
	reportExtendedMetadata: ReportResult['reportExtendedMetadata'];
	/** Every column of the report's type, whether the report shows it or not. */
	reportTypeMetadata?: { categories?: { columns?: ColumnInfos }[] };
}
