// Addresses that Graph hands out for bytes: they carry their own right and take no token.
import { ConnectedAppsError } from '../../../../lib/errors';
import { fetchThroughN8n, streamThroughN8n, type StreamedAnswer } from '../../../../lib/n8n/fetch';
import type { FetchInit } from '../../../../lib/types';
import { parseEndpoint } from '../../../../lib/oauth';
import { userAgentOf, type GraphApi } from './graphApi';

/** @throws ConnectedAppsError if it is no https address (loopback excepted) */
function addressOf(address: string | null | undefined, what: string): string {
	if (address === null || address === undefined || address === '') throw new ConnectedAppsError('providerError', `SharePoint Online did not tell ${what}`);
	return parseEndpoint(address, what).href;
}

function initOf(api: GraphApi, init: Partial<FetchInit>): FetchInit {
	return { method: 'GET', signal: api.signal, ...init, headers: { 'user-agent': userAgentOf(api), ...init.headers } };
}

export async function callPresigned(api: GraphApi, address: string | null | undefined, what: string, init: Partial<FetchInit> = {}): Promise<Response> {
	return await fetchThroughN8n(api.helpers)(addressOf(address, what), initOf(api, init));
}

export async function streamPresigned(api: GraphApi, address: string | null | undefined, what: string, init: Partial<FetchInit> = {}): Promise<StreamedAnswer> {
	return await streamThroughN8n(api.helpers)(addressOf(address, what), initOf(api, init));
}
