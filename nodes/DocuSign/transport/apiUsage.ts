/** How much of the account's hourly calls is used up. */
export interface ApiUsage {
	used: number;
	limit: number;
	percent: number;
}

/** @see https://developers.docusign.com/platform/resource-limits/ */
export function readApiUsage(headers: Headers): ApiUsage | undefined {
	const limit = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
	const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
	if (!Number.isFinite(limit) || !Number.isFinite(remaining) || limit <= 0) return undefined;
	const used = Math.max(0, limit - remaining);
	return { used, limit, percent: Math.round((used / limit) * 1_000) / 10 };
}
