// Reports: the list, describe, synchronous runs, asynchronous runs.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_intro.htm
import { json, Router, type Request } from 'express';
import { ApiError, badRequest } from '../apiErrors';
import { parameter, type ApiLocals, type ApiResponse } from '../apiLocals';
import type { SalesforceApiSettings } from '../apiSettings';
import type { ApiUsage } from '../apiUsage';
import { compileColumns } from './columns';
import { reportDefinitions, type Grouping, type ReportDefinition, type ReportFilter } from './definitions';
import { ReportInstances } from './instances';
import { reportExtendedMetadata, reportMetadata, reportTypeMetadata } from './metadata';
import { runReport } from './run';

type Json = Record<string, unknown>;

/** What a run may have otherwise than its author left it. */
interface Changes {
	readonly reportFilters?: readonly ReportFilter[];
	readonly reportBooleanFilter?: string | null;
	readonly detailColumns?: readonly string[];
	readonly groupingsDown?: readonly Grouping[];
	readonly groupingsAcross?: readonly Grouping[];
	readonly aggregates?: readonly string[];
	readonly hasDetailRows?: boolean;
}

export function reportRoutes(settings: SalesforceApiSettings, usage: ApiUsage): Router {
	const instances = new ReportInstances(settings);
	const body = json({ limit: '1mb' });

	const runNow = (request: Request, response: ApiResponse, changes: Changes): void => {
		const report = changed(reportAt(request), changes);
		usage.countSyncReport();
		const { version } = response.locals;
		const url = `/services/data/${version}/analytics/reports/${report.id}`;
		response.json({ attributes: { describeUrl: `${url}/describe`, instancesUrl: `${url}/instances`, reportId: report.id, reportName: report.name, type: 'Report' }, ...resultsOf(report, detailsWanted(request, changes), response.locals) });
	};
	const runLater = (request: Request, response: ApiResponse, changes: Changes): void => {
		const report = changed(reportAt(request), changes);
		const { access, version } = response.locals;
		const withDetails = detailsWanted(request, changes);
		response.json(instances.start(report, access.user.userId, withDetails, resultsOf(report, withDetails, response.locals), version));
	};

	return Router()
		.get('/analytics/reports', (_request, response: ApiResponse) => {
			const { access, version } = response.locals;
			const visible = reportDefinitions.filter(({ object }) => access.findObject(object));
			response.json(
				visible.map(({ id, name }) => {
					const url = `/services/data/${version}/analytics/reports/${id}`;
					return { describeUrl: `${url}/describe`, id, instancesUrl: `${url}/instances`, name, url };
				}),
			);
		})
		.get('/analytics/reports/:id/describe', (request, response: ApiResponse) => {
			const report = reportAt(request);
			const columns = compileColumns(report, response.locals.access);
			response.json({ reportExtendedMetadata: reportExtendedMetadata(report, columns), reportMetadata: reportMetadata(report, columns, true), reportTypeMetadata: reportTypeMetadata(report, columns) });
		})
		.get('/analytics/reports/:id', (request, response: ApiResponse) => runNow(request, response, {}))
		.post('/analytics/reports/:id', body, (request, response: ApiResponse) => runNow(request, response, changesOf(request, true)))
		.get('/analytics/reports/:id/instances', (request, response: ApiResponse) => {
			const { access, version } = response.locals;
			response.json(instances.list(reportAt(request), access.user.userId, version));
		})
		.post('/analytics/reports/:id/instances', body, (request, response: ApiResponse) => runLater(request, response, changesOf(request, false)))
		.get('/analytics/reports/:id/instances/:instance', (request, response: ApiResponse) => void response.json(instances.results(reportAt(request), request.params.instance, response.locals.access.user.userId)))
		.delete('/analytics/reports/:id/instances/:instance', (request, response: ApiResponse) => {
			instances.delete(reportAt(request), request.params.instance, response.locals.access.user.userId);
			response.status(204).end();
		});
}

function reportAt(request: Request): ReportDefinition {
	const id = String(request.params['id']);
	const report = reportDefinitions.find((candidate) => candidate.id === id || candidate.id.slice(0, 15) === id);
	if (!report) throw new ApiError(404, 'NOT_FOUND', "The data you're trying to access is unavailable.");
	return report;
}

/** An asynchronous run may come without a body, a synchronous one by POST not. */
function changesOf(request: Request, required: boolean): Changes {
	const hasBody = Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined;
	if (hasBody && !request.is('application/json')) {
		throw new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The Reports and Dashboards REST API only supports JSON content type in both request and response bodies. Specify requests with content type as application/json.');
	}
	const changes = (request.body as { reportMetadata?: Changes } | undefined)?.reportMetadata;
	if (!changes && required) throw badRequest('BAD_REQUEST', 'The request is invalid because there is no metadata. Specify metadata in the request body.');
	return changes ?? {};
}

function changed(report: ReportDefinition, { reportFilters, reportBooleanFilter, detailColumns, groupingsDown, groupingsAcross, aggregates }: Changes): ReportDefinition {
	return {
		...report,
		filters: reportFilters ?? report.filters,
		// The logic counts the filters: new filters come without the old one's.
		booleanFilter: reportBooleanFilter !== undefined ? reportBooleanFilter : reportFilters ? null : report.booleanFilter,
		detailColumns: detailColumns ?? report.detailColumns,
		groupingsDown: groupingsDown ?? report.groupingsDown,
		groupingsAcross: groupingsAcross ?? report.groupingsAcross,
		aggregates: aggregates ?? report.aggregates,
	};
}

function detailsWanted(request: Request, { hasDetailRows }: Changes): boolean {
	const asked = parameter(request.query['includeDetails']);
	return asked === undefined ? (hasDetailRows ?? false) : asked === 'true';
}

function resultsOf(report: ReportDefinition, withDetails: boolean, { access }: ApiLocals): Json {
	const columns = compileColumns(report, access);
	const { allData, factMap, groupingsAcross, groupingsDown } = runReport(report, columns, access, withDetails);
	return { allData, factMap, groupingsAcross, groupingsDown, hasDetailRows: withDetails, picklistColors: {}, reportExtendedMetadata: reportExtendedMetadata(report, columns), reportMetadata: reportMetadata(report, columns, withDetails) };
}
