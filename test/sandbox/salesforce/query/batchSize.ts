import type { Request } from 'express';

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_queryoptions.htm */
export function batchSizeOf(request: Request): number {
	const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(request.get('Sforce-Query-Options') ?? '')?.[1] ?? 2_000);
	return Math.min(2_000, Math.max(200, asked));
}
