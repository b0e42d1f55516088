// Microsoft Graph as one user: waiting and trying again, errors in words, paging. It knows no operation.
// @see https://learn.microsoft.com/en-us/graph/throttling
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../../lib/errors';
import type { UserSession } from '../../../../lib/n8n';
import { isPassingNetworkError, MAX_ATTEMPTS, nextWaitMs } from '../../../../lib/n8n/backOff';
import { assertNotCancelled, waitMs } from '../../../../lib/n8n/wait';
import type { Page } from '../backend';
import type { BackendParts } from '../backendParts';
import { toApiError, toUnreachableError, type Asked } from './graphErrors';
import { isPassing, readFailure, type GraphFailure } from './graphFailure';
import { createPacer } from './pacer';

export type Json = Record<string, unknown>;

export interface CallOptions {
	method?: string;
	headers?: Record<string, string>;
	/** For errors: what is asked for, e.g. `list "Projects"`. */
	about?: string;
	json?: unknown;
	bytes?: Uint8Array;
	/** The call may be repeated even if nobody knows what became of it. Default: of a GET. */
	repeatable?: boolean;
	/** Answers that are no success and are wanted all the same. */
	accepts?: readonly number[];
}

export interface GraphApi extends BackendParts {
	/** `path` is behind `/v1.0`, or the whole address that Graph has told. @throws NodeApiError in words; ConnectedAppsError of the session */
	send(path: string, options?: CallOptions): Promise<Response>;
	getJson<T = Json>(path: string, options?: CallOptions): Promise<T>;
	/** One page: what `path` asks for, or the page that an earlier one told of. */
	getPage<T>(path: string, page: string | undefined, shape: (entry: Json) => T, options?: CallOptions): Promise<Page<T>>;
	/** Reads a failed answer of an address that takes no token, as an error in words. */
	failed(status: number, headers: Headers, body: string, about: string): NodeApiError;
	readonly asked: (about?: string) => Asked;
}

/** As Microsoft asks for it. @see https://learn.microsoft.com/en-us/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online#how-to-decorate-your-http-traffic */
const USER_AGENT = 'NONISV|n8n|ConnectedApps/1.0';

/** @throws NodeOperationError for a name that no header can hold */
export function userAgentOf({ options, node, itemIndex }: Pick<BackendParts, 'options' | 'node' | 'itemIndex'>): string {
	const entered = typeof options.userAgent === 'string' ? options.userAgent.trim() : '';
	if (/[^ -~]/.test(entered)) throw new NodeOperationError(node, 'The option "User Agent" holds characters that no header can hold', { itemIndex, description: 'Use the form NONISV|Company|App/Version, in plain letters' });
	return entered === '' ? USER_AGENT : entered;
}

export function createGraphApi(parts: BackendParts): GraphApi {
	const { session, node, logger, signal, itemIndex } = parts;
	const pacer = createPacer(session);
	const asked = (about?: string): Asked => ({ actsAs: session.actsAs, about, itemIndex });

	const send: GraphApi['send'] = async (path, options = {}) => {
		const { method = 'GET', json, bytes, about, accepts = [] } = options;
		const repeatable = options.repeatable ?? method === 'GET';
		const headers = { 'user-agent': userAgentOf(parts), ...(json !== undefined && { 'content-type': 'application/json' }), ...options.headers };
		const body = bytes ?? (json === undefined ? undefined : JSON.stringify(json));
		for (let attempt = 1; ; attempt += 1) {
			assertNotCancelled(signal);
			const spacingMs = pacer.pauseMs();
			if (spacingMs > 0) await waitMs(spacingMs, signal);
			const response = await session.call(/^https?:/.test(path) ? path : `/v1.0${path}`, { method, signal, headers, ...(body !== undefined && { body }) }).catch((error: unknown) => {
				assertNotCancelled(signal);
				if (isConnectedAppsError(error)) throw error;
				if (repeatable && isPassingNetworkError(error) && attempt < MAX_ATTEMPTS) return undefined;
				throw toUnreachableError(node, error, hostOf(session), asked(about));
			});
			if (response !== undefined) pacer.note(response.headers);
			if (response !== undefined && ((response.status >= 200 && response.status < 300) || accepts.includes(response.status))) return response;
			const failure: GraphFailure | undefined = response && readFailure(response.status, response.headers, await response.text());
			const pauseMs = failure === undefined || isPassing(failure, repeatable) ? nextWaitMs(attempt, failure?.retryAfterMs) : undefined;
			if (failure !== undefined && pauseMs === undefined) throw toApiError(node, failure, asked(about));
			logger.debug(`SharePoint Online is asked again in ${pauseMs} ms`, { attempt, status: failure?.status, errorCode: failure?.code });
			await waitMs(pauseMs ?? 0, signal);
		}
	};

	const getJson: GraphApi['getJson'] = async <T>(path: string, options: CallOptions = {}) => {
		const response = await send(path, options);
		try {
			return JSON.parse(await response.text()) as T;
		} catch {
			throw new NodeApiError(node, { message: 'SharePoint Online did not answer in JSON' }, { itemIndex, httpCode: String(response.status), ...(options.about !== undefined && { description: `It was asked for: ${options.about}` }) });
		}
	};

	return {
		...parts,
		asked,
		send,
		getJson,
		async getPage(path, page, shape, options) {
			const { value = [], '@odata.nextLink': next } = await getJson<{ value?: Json[]; '@odata.nextLink'?: string }>(page ?? path, options);
			return { entries: value.map(shape), ...(next !== undefined && { next }) };
		},
		failed: (status, headers, body, about) => toApiError(node, readFailure(status, headers, body), asked(about)),
	};
}

function hostOf(session: UserSession): string {
	return new URL(session.apiBaseUrl).host;
}

/** All pages of a reading, one after the other. */
export async function everyEntry<T>(read: (page?: string) => Promise<Page<T>>): Promise<T[]> {
	const all: T[] = [];
	let page: string | undefined;
	do {
		const { entries, next } = await read(page);
		for (const entry of entries) all.push(entry);
		page = next;
	} while (page !== undefined);
	return all;
}

export function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

export function optionalText(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
