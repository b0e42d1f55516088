// The daily quota of API calls: counted, told in a header, spent at last. And the limits that /limits lists.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
import { Router, type RequestHandler } from 'express';
import { ApiError } from './apiErrors';
import { parameter, type ApiResponse } from './apiLocals';
import type { SalesforceApiSettings } from './apiSettings';

export class ApiUsage {
	private counted = 0;
	private readonly reports: number[] = [];
	private readonly queryJobs: number[] = [];

	constructor(private readonly settings: SalesforceApiSettings) {}

	get used(): number {
		return this.settings.apiRequestsUsed + this.counted;
	}

	/** Counts the call and says so on the answer. Only the list of versions counts for nothing. */
	readonly count: RequestHandler = (request, response, next) => {
		if (request.path === '/services/data') return next();
		this.counted++;
		response.set('Sforce-Limit-Info', `api-usage=${this.used}/${this.settings.apiRequestsPerDay}`);
		next();
	};

	readonly refuseAboveQuota: RequestHandler = (_request, _response, next) => {
		if (this.used > this.settings.apiRequestsPerDay) throw new ApiError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
		next();
	};

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_error_codes.htm */
	countSyncReport(): void {
		const { syncReportRunsPerHour: max } = this.settings;
		if (recent(this.reports, 3_600_000).length >= max) throw new ApiError(403, 'FORBIDDEN', `You can't run more than ${max} reports synchronously every 60 minutes. Try again later.`);
		this.reports.push(Date.now());
	}

	countQueryJob(): void {
		const { bulkJobsPerDay: max } = this.settings;
		if (recent(this.queryJobs, 86_400_000).length >= max) throw new ApiError(400, 'LIMIT_EXCEEDED', `Max bulk v2 query jobs (${max}) per 24 hrs has been reached`);
		this.queryJobs.push(Date.now());
	}

	/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_limits.htm */
	routes(): Router {
		return Router()
			.get('/limits', (_request, response: ApiResponse) => void response.json(this.limits()))
			.get('/limits/recordCount', (request, response: ApiResponse) => {
				const { access } = response.locals;
				const asked = parameter(request.query['sObjects'])?.split(',');
				const objects = asked ? asked.flatMap((name) => access.findObject(name.trim()) ?? []) : access.objects();
				response.json({ sObjects: objects.map((object) => ({ count: access.count(object), name: object.name })) });
			});
	}

	private limits(): Record<string, { Max: number; Remaining: number }> {
		const { apiRequestsPerDay, bulkJobsPerDay, syncReportRunsPerHour } = this.settings;
		const limit = (Max: number, used = 0) => ({ Max, Remaining: Math.max(0, Max - used) });
		return {
			ActiveScratchOrgs: limit(3),
			ConcurrentAsyncGetReportInstances: limit(200),
			ConcurrentSyncReportRuns: limit(20),
			DailyApiRequests: limit(apiRequestsPerDay, this.used),
			DailyAsyncApexExecutions: limit(250_000),
			DailyBulkApiBatches: limit(15_000),
			DailyBulkApiRequests: limit(5_000),
			DailyBulkV2QueryFileStorageMB: limit(976_562),
			DailyBulkV2QueryJobs: limit(bulkJobsPerDay, recent(this.queryJobs, 86_400_000).length),
			DailyStreamingApiEvents: limit(10_000),
			DataStorageMB: limit(1_073),
			FileStorageMB: limit(1_073),
			HourlyAsyncReportRuns: limit(1_200),
			HourlyDashboardRefreshes: limit(200),
			HourlySyncReportRuns: limit(syncReportRunsPerHour, recent(this.reports, 3_600_000).length),
			SingleEmail: limit(5_000),
		};
	}
}

/** The moments within the last `spanMs`; older ones are forgotten. */
function recent(moments: number[], spanMs: number): readonly number[] {
	const since = Date.now() - spanMs;
	while (moments.length > 0 && moments[0]! < since) moments.shift();
	return moments;
}
