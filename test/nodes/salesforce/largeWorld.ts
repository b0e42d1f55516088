// Salesforce's API as alice, below the node: a real session on the played Salesforce, n8n's context played.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, INode, NodeExecutionHint } from 'n8n-workflow';

import { toAccessToken, type AccessToken } from '../../../lib/connections';
import { fetchThroughN8n, streamThroughN8n } from '../../../lib/n8n/fetch';
import { createUserSession } from '../../../lib/n8n/userSession';
import type { RowQuery } from '../../../nodes/SalesforceRetrieveData/transport/large/rowSource';
import { isTokenRejected } from '../../../nodes/SalesforceRetrieveData/transport/apiFailure';
import { createSalesforceApi, type ItemApi } from '../../../nodes/SalesforceRetrieveData/transport/salesforceApi';
import type { Call } from '../../sandbox/calls';
import { startApiWorld, type ApiWorld } from '../../sandbox/salesforce/support';

/** As n8n's helper does it, streams included. */
async function httpRequest({ url, method, headers, body, encoding, abortSignal, timeout = 10_000 }: IHttpRequestOptions): Promise<unknown> {
	const tooLate = new AbortController();
	const timer = setTimeout(() => tooLate.abort(), timeout);
	const signal = AbortSignal.any([tooLate.signal, ...(abortSignal === undefined ? [] : [abortSignal as AbortSignal])]);
	const response = await fetch(url, { method, headers: headers as Record<string, string>, body: body as BodyInit | undefined, redirect: 'manual', signal }).finally(() => clearTimeout(timer));
	const streamed = encoding === 'stream' ? (response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])) : await response.arrayBuffer();
	return { statusCode: response.status, headers: Object.fromEntries([...(response.headers as unknown as Iterable<[string, string]>)]), body: streamed };
}

export interface Played {
	api: ItemApi;
	hints: NodeExecutionHint[];
	/** What was logged for everybody: `info` and above. */
	logged: string[];
	/** Files, as they were stored. */
	files: { name?: string; mimeType?: string; content: Buffer }[];
	renewals: number;
}

export interface PlayOptions {
	signal?: AbortSignal;
	version?: string;
	parameters?: Record<string, unknown>;
	/** May change the request, or answer in the API's place. */
	onRequest?(options: IHttpRequestOptions): unknown;
	/** Of a streamed answer. */
	onStream?(body: Readable, options: IHttpRequestOptions): Readable;
}

export async function play(world: ApiWorld, { signal, version = '62.0', parameters = {}, onRequest, onStream }: PlayOptions = {}): Promise<Played> {
	const node = { id: 'n', name: 'Salesforce', type: 'salesforceRetrieveData', typeVersion: 1, position: [0, 0], parameters: {} } as INode;
	const played: Played = { api: undefined as never, hints: [], logged: [], files: [], renewals: 0 };
	const accessToken = await world.tokenOf('alice');
	const token: AccessToken = toAccessToken({ accessToken, tokenType: 'Bearer', scopes: ['api'], apiBaseUrl: world.salesforce.instanceUrl });
	const helpers = {
		async httpRequest(options: IHttpRequestOptions): Promise<unknown> {
			const instead = await (onRequest?.(options) as Promise<unknown> | undefined);
			if (instead !== undefined) return instead;
			const answer = (await httpRequest(options)) as { body: unknown };
			return answer.body instanceof Readable && onStream !== undefined ? { ...answer, body: onStream(answer.body, options) } : answer;
		},
		async prepareBinaryData(content: Readable, name?: string, mimeType?: string) {
			played.files.push({ name, mimeType, content: await buffer(content) });
			return { data: 'filesystem-v2', id: `filesystem-v2:${played.files.length}`, fileName: name, mimeType };
		},
	};
	const session = createUserSession({
		activity: { accepted: false },
		appName: 'Salesforce',
		actsAs: 'alice@example.com',
		fetch: fetchThroughN8n(helpers),
		openStream: streamThroughN8n(helpers),
		isTokenRejected,
		token,
		renew: async () => {
			played.renewals += 1;
			return await Promise.resolve(token);
		},
	});
	const log = (message: string) => void played.logged.push(message);
	const logger = { debug: () => undefined, info: log, warn: log, error: log } as unknown as ItemApi['logger'];
	const context = {
		getNode: () => node,
		getNodeParameter: (name: string, _itemIndex: number, fallback?: unknown) => name.split('.').reduce<unknown>((within, part) => (within as Record<string, unknown> | undefined)?.[part], parameters) ?? fallback,
		addExecutionHints: (...hints: NodeExecutionHint[]) => void played.hints.push(...hints),
		helpers,
		logger,
	} as unknown as IExecuteFunctions;
	played.api = Object.assign(createSalesforceApi({ session, node, logger, signal, version, itemIndex: 0 }), { context, itemIndex: 0, sessions: [session] });
	return played;
}

export const QUERY: Omit<RowQuery, 'soql'> = { limit: Number.POSITIVE_INFINITY, readWith: 'automatic', bulkFrom: 10_000, includeDeleted: false, timeLimitMs: 5_000, withAttributes: false, pollMs: { first: 2, most: 10 }, retryMs: (attempt) => (attempt > 3 ? undefined : 1) };

export async function all(pages: AsyncIterable<{ records: IDataObject[] }>): Promise<IDataObject[]> {
	const rows: IDataObject[] = [];
	for await (const { records } of pages) rows.push(...records);
	return rows;
}

/** A world for all tests of a file; each finds it as it was at the start. */
export function useApiWorld(): () => ApiWorld {
	let world: ApiWorld;
	beforeAll(async () => {
		world = await startApiWorld();
	});
	afterAll(async () => await world.close());
	beforeEach(() => world.calls.clear());
	afterEach(() => {
		world.set();
		world.faults.clear();
	});
	return () => world;
}

/** What the API was asked, in order: method and path behind the version, ids of jobs and pages left out. */
export function asked(world: ApiWorld): string[] {
	return world.calls.list().filter(({ server }: Call) => server === 'api').map(({ method, path }) => `${method} ${path.replace(/^.*\/v\d+\.0/, '').replace(/750\w+/, '…').replace(/01g\w+-\d+/, '…')}`);
}
