// Salesforce's REST API as one user: addresses, waiting and trying again, errors in words, the quota. It knows no operation.
import { text as readText } from 'node:stream/consumers';

import { NodeApiError, type IDataObject, type IExecuteFunctions, type INode, type Logger } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../lib/errors';
import type { StreamedBody, UserSession } from '../../../lib/n8n';
import { toApiError, toUnreachableError, type Asked } from './apiErrors';
import { readFailure } from './apiFailure';
import { readApiUsage, type ApiUsage } from './apiUsage';
import { basePathOf } from './apiVersion';
import { isPassing, isPassingNetworkError, MAX_ATTEMPTS, nextWaitMs } from './backOff';
import { assertNotCancelled, waitMs } from './wait';

export interface CallOptions {
	headers?: Record<string, string>;
	/** For errors: what is asked for, e.g. `record 001… of Account`. */
	about?: string;
	/** The call only reads, so it may be repeated even if nobody knows what became of it. Default: of a GET. */
	repeatable?: boolean;
	/** Other bodies than JSON. */
	accept?: string;
}

type Body = Record<string, unknown>;

export interface SalesforceApi {
	readonly session: UserSession;
	readonly node: INode;
	/** Ends the execution's calls and waits. */
	readonly signal?: AbortSignal;
	readonly logger: Logger;
	/** Of the last answer that told it. */
	readonly usage: ApiUsage | undefined;
	/** Path of a REST resource in the API version that the node is set to: `/services/data/v63.0` and the resource. */
	dataPath(resource: string): string;
	/** @throws NodeApiError with Salesforce's error code, in words that name object, field or position; ConnectedAppsError of the session */
	getJson<T = IDataObject>(path: string, options?: CallOptions): Promise<T>;
	postJson<T = IDataObject>(path: string, body: Body, options?: CallOptions): Promise<T>;
	/** Any method, a body of JSON; only answers that are a success. */
	send(method: string, path: string, body?: Body, options?: CallOptions): Promise<Response>;
	getText(path: string, options?: CallOptions): Promise<{ text: string; headers: Headers }>;
	/** A body of any size, not held in memory; whoever asks reads it to its end or destroys it. */
	stream(path: string, options?: CallOptions): Promise<StreamedBody>;
}

/** An API for one input item of the node. */
export interface ItemApi extends SalesforceApi {
	readonly context: IExecuteFunctions;
	readonly itemIndex: number;
	/** Those of all items: items of the same subject share one. */
	readonly sessions: readonly (UserSession | Error)[];
}

export interface ApiParts {
	session: UserSession;
	node: INode;
	logger: Logger;
	signal?: AbortSignal;
	/** The parameter "API Version". */
	version: unknown;
	itemIndex?: number;
	onUsage?(usage: ApiUsage): void;
}

/** The same of both ways to ask: as a whole, or as a stream. */
interface Answer {
	status: number;
	headers: Headers;
}

export function createSalesforceApi(parts: ApiParts): SalesforceApi {
	const { session, node, logger, signal, itemIndex } = parts;
	const basePath = basePathOf(node, parts.version, itemIndex);
	let usage: ApiUsage | undefined;

	/** Asks until there is an answer that no further try would change. */
	async function ask<T extends Answer>(once: () => Promise<T>, textOf: (answer: T) => Promise<string>, { about }: CallOptions, repeatable: boolean): Promise<T> {
		const asked: Asked = { actsAs: session.actsAs, about, itemIndex };
		for (let attempt = 1; ; attempt += 1) {
			assertNotCancelled(signal);
			const answer = await once().catch((error: unknown) => {
				assertNotCancelled(signal);
				if (isConnectedAppsError(error)) throw error;
				if (repeatable && isPassingNetworkError(error) && attempt < MAX_ATTEMPTS) return undefined;
				throw toUnreachableError(node, error, new URL(session.apiBaseUrl).host, asked);
			});
			noteUsage(answer?.headers);
			if (answer !== undefined && answer.status >= 200 && answer.status < 300) return answer;
			const failure = answer && readFailure(answer.status, answer.headers, await textOf(answer));
			const pauseMs = failure === undefined || isPassing(failure) ? nextWaitMs(attempt, failure?.retryAfterMs) : undefined;
			if (failure !== undefined && pauseMs === undefined) throw toApiError(node, failure, asked);
			logger.debug(`Salesforce is asked again in ${pauseMs} ms`, { attempt, status: failure?.status, errorCode: failure?.code });
			await waitMs(pauseMs ?? 0, signal);
		}
	}

	function noteUsage(headers: Headers | undefined): void {
		usage = (headers && readApiUsage(headers)) ?? usage;
		if (usage !== undefined) parts.onUsage?.(usage);
	}

	const send: SalesforceApi['send'] = async (method, path, body, options = {}) =>
		await ask(
			async () => await session.call(path, { method, signal, headers: { ...(options.accept !== undefined && { accept: options.accept }), ...(body !== undefined && { 'content-type': 'application/json' }), ...options.headers }, ...(body !== undefined && { body: JSON.stringify(body) }) }),
			async (response) => await response.text(),
			options,
			options.repeatable ?? method === 'GET',
		);

	async function json<T>(response: Response, { about }: CallOptions): Promise<T> {
		try {
			return JSON.parse(await response.text()) as T;
		} catch {
			throw new NodeApiError(node, { message: 'Salesforce did not answer in JSON' }, { itemIndex, httpCode: String(response.status), ...(about !== undefined && { description: `It was asked for: ${about}` }) });
		}
	}

	return {
		session,
		node,
		signal,
		logger,
		get usage() {
			return usage;
		},
		dataPath: (resource) => `${basePath}${resource}`,
		send,
		getJson: async (path, options = {}) => await json(await send('GET', path, undefined, options), options),
		postJson: async (path, body, options = {}) => await json(await send('POST', path, body, options), options),
		async getText(path, options = {}) {
			const response = await send('GET', path, undefined, options);
			return { text: await response.text(), headers: response.headers };
		},
		async stream(path, options = {}) {
			const headers = { accept: options.accept ?? '*/*', ...options.headers };
			return await ask(async () => await session.stream(path, { signal, headers }), async ({ body }) => await readText(body), options, options.repeatable ?? true);
		},
	};
}
