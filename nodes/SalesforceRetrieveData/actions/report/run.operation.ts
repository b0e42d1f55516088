import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import { MINUTE_MS } from '../../../../lib/clock';
import { ConnectedAppsError } from '../../../../lib/errors';
import type { ItemApi } from '../../transport/salesforceApi';
import type { Operation } from '../operation';
import { textOf, wrongParameter } from '../parameters';
import type { CellStyle } from './cells';
import { changedMetadata, changesAnything, type ReportChanges } from './changes';
import { flattenReport, type FlattenOptions } from './flatten';
import { isPartial, type DateFilter, type ReportDescription, type ReportResult } from './result';
import { description } from './run.fields';
import { runReport, type ReportRun } from './runReport';

export { description };

const REPORT_ID = /(?:^|[/=])(00O[A-Za-z0-9]{15}|00O[A-Za-z0-9]{12})(?![A-Za-z0-9])/;
const DATE = /^\d{4}-\d{2}-\d{2}/;

const wordOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value).trim());

function optionOf<T>(api: ItemApi, name: string, fallback: T): T {
	return api.context.getNodeParameter(`reportOptions.${name}`, api.itemIndex, fallback) as T;
}

/** The id, or the address of the report's page. */
function reportIdOf(api: ItemApi): string {
	const entered = textOf(api, 'reportId');
	const id = REPORT_ID.exec(entered)?.[1];
	if (id === undefined) throw wrongParameter(api, `The parameter "Report" is not the id of a report: "${entered}"`, 'It begins with 00O and has 15 or 18 letters and digits; the address of the report holds it');
	return id;
}

/** A date, or the date of a moment. */
function dateOf(name: string, entered: unknown): string | undefined {
	const text = wordOf(entered);
	if (text === '') return undefined;
	if (!DATE.test(text)) throw new ConnectedAppsError('settingInvalid', `"${name}" of the date filter is no date: "${text}"`, { field: 'dateFilter', advice: 'Write it like 2026-01-31' });
	return text.slice(0, 10);
}

function dateFilterOf(api: ItemApi): DateFilter | undefined {
	const entered = optionOf<Record<string, unknown>>(api, 'dateFilter.filter', {});
	const column = wordOf(entered.column);
	const startDate = dateOf('Start Date', entered.startDate);
	const endDate = dateOf('End Date', entered.endDate);
	const period = wordOf(entered.durationValue);
	const isCustom = period === '' || period.toUpperCase() === 'CUSTOM';
	if (isCustom && startDate === undefined && endDate === undefined) {
		if (period === '' && column === '') return undefined;
		throw new ConnectedAppsError('settingInvalid', 'The date filter has neither a period nor a date', { field: 'dateFilter', advice: 'Enter a period such as THIS_MONTH, or a start or end date' });
	}
	return { ...(column !== '' && { column }), ...(isCustom ? { durationValue: 'CUSTOM', startDate: startDate ?? null, endDate: endDate ?? null } : { durationValue: period }) };
}

function changesOf(api: ItemApi): ReportChanges {
	const entered = api.context.getNodeParameter('reportFilters.filter', api.itemIndex, []) as Record<string, unknown>[];
	const filters = entered.map(({ column, operator, value }, index) => {
		const name = wordOf(column);
		if (name === '') throw new ConnectedAppsError('settingInvalid', `Filter ${index + 1} has no column`, { field: 'filters', advice: 'Name a column of the report by its label' });
		return { column: name, operator: String(operator ?? 'equals'), value: Array.isArray(value) ? value.map(wordOf).join(',') : wordOf(value) };
	});
	return { filters, ownFilters: optionOf(api, 'ownFilters', 'keep'), filterLogic: wordOf(optionOf(api, 'filterLogic', '')), dateFilter: dateFilterOf(api), scope: wordOf(optionOf(api, 'scope', '')) };
}

/** Never silently: a part looks like the whole. @throws NodeOperationError if the option wants it */
function tellIfIncomplete(api: ItemApi, result: ReportResult): void {
	if (!isPartial(result)) return;
	const name = result.attributes?.reportName ?? result.reportMetadata.name ?? '';
	const message = `Salesforce returned only a part of the report "${name}": it gives 2,000 rows at most`;
	const advice = 'Narrow the report with filters, return totals, or fetch the rows with the resource Query or Record';
	if (optionOf<string>(api, 'ifIncomplete', 'hint') === 'error') throw new NodeOperationError(api.node, message, { itemIndex: api.itemIndex, description: advice });
	api.logger.warn(message);
	// A node that runs as a tool may have no place for hints.
	api.context.addExecutionHints?.({ message: `${message}. ${advice}.`, type: 'warning', location: 'outputPane' });
}

/**
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_getreportrundata.htm
 */
export const execute: Operation = async (api) => {
	const { context, itemIndex } = api;
	const reportId = reportIdOf(api);
	const output = String(context.getNodeParameter('reportOutput', itemIndex, 'automatic')) as FlattenOptions['output'] | 'raw';
	const timeLimitMinutes = Number(optionOf(api, 'timeLimitMinutes', 30));
	if (!(timeLimitMinutes > 0)) throw new ConnectedAppsError('settingInvalid', 'The report option "Time Limit of the Run" must be more than 0', { field: 'timeLimitMinutes', advice: 'Minutes, e.g. 30' });
	const changes = changesOf(api);
	const metadata = changesAnything(changes) ? changedMetadata(await api.getJson<ReportDescription>(api.dataPath(`/analytics/reports/${reportId}/describe`), { about: `report ${reportId}` }), changes) : undefined;
	const result = await runReport(api, {
		reportId,
		includeDetails: output !== 'summaries',
		metadata,
		mode: String(context.getNodeParameter('reportRun', itemIndex, 'automatic')) as ReportRun['mode'],
		timeLimitMs: timeLimitMinutes * MINUTE_MS,
	});
	tellIfIncomplete(api, result);
	if (output === 'raw') return [result as unknown as IDataObject];
	if (result.reportMetadata.reportFormat === 'MULTI_BLOCK') throw new NodeOperationError(api.node, 'The report joins several others: there is no one table of it', { itemIndex, description: 'Set "Output" to "Raw"' });
	return flattenReport(result, { output, columnKeys: optionOf(api, 'columnKeys', 'label'), cells: optionOf<CellStyle>(api, 'cells', 'typed'), subtotals: optionOf(api, 'subtotals', false) });
};
