/** How much of the organisation's daily quota of API calls is used up. */
export interface ApiUsage {
	used: number;
	limit: number;
	percent: number;
}

/**
 * `Sforce-Limit-Info: api-usage=18/5000; per-app-api-usage=17/250(appName=…)`
 * @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
 */
export function readApiUsage(headers: Headers): ApiUsage | undefined {
	const found = /(?:^|[\s,;])api-usage=(\d+)\/(\d+)/.exec(headers.get('sforce-limit-info') ?? '');
	if (found === null) return undefined;
	const used = Number(found[1]);
	const limit = Number(found[2]);
	return { used, limit, percent: limit === 0 ? 100 : Math.round((used / limit) * 1_000) / 10 };
}
