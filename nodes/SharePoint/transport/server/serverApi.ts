// SharePoint Server's `_api` as one user: waiting and trying again, errors in words. It knows no operation.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/get-to-know-the-sharepoint-rest-service
import { NodeApiError } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../../lib/errors';
import { isPassingNetworkError, MAX_ATTEMPTS, nextWaitMs } from '../../../../lib/n8n/backOff';
import { assertNotCancelled, waitMs } from '../../../../lib/n8n/wait';
import type { StreamedBody, UserSession } from '../../../../lib/n8n';
import type { BackendParts } from '../backendParts';
import { userAgentOf } from '../online/graphApi';
import { isPassing, readFailure, toApiError, toUnreachableError, type ServerFailure } from './serverErrors';

export type Json = Record<string, unknown>;

export interface CallOptions {
	method?: 'GET' | 'POST';
	/** The verb that is meant, where it is another one. */
	verb?: 'MERGE' | 'PUT' | 'DELETE';
	ifMatch?: string;
	/** For errors: what is asked for, e.g. `list "Projects"`. */
	about?: string;
	json?: unknown;
	bytes?: Uint8Array;
	/** With ETags and types; without it the answers are shorter. */
	metadata?: boolean;
	/** Answers that are no success and are wanted all the same. */
	accepts?: (failure: ServerFailure) => boolean;
}

export interface ServerApi extends BackendParts {
	/** @returns the failure if it is one of those that `accepts`. @throws NodeApiError in words; ConnectedAppsError of the session */
	send(url: string, options?: CallOptions): Promise<Response | ServerFailure>;
	getJson(url: string, options?: CallOptions): Promise<Json>;
	/** Undefined if there is none. */
	find(url: string, options?: CallOptions): Promise<Json | undefined>;
	open(url: string, about: string): Promise<StreamedBody>;
	/** The session's, under the name that the option "User Agent" gives to calls; nothing is tried again. */
	call: UserSession['call'];
}

export const isFailure = (answer: Response | ServerFailure): answer is ServerFailure => !(answer instanceof Response);

export function createServerApi(parts: BackendParts): ServerApi {
	const { session, node, logger, signal, itemIndex } = parts;
	const named = (headers: Record<string, string> = {}): Record<string, string> => ({ 'user-agent': userAgentOf(parts), ...headers });
	const call: ServerApi['call'] = async (path, init = {}) => await session.call(path, { ...init, headers: named(init.headers) });

	/** @param repeatable the call may be made again even if nobody knows what became of it */
	const again = async <Answer>(about: string | undefined, repeatable: boolean, ask: () => Promise<Answer>, failureOf: (answer: Answer) => Promise<ServerFailure | undefined>): Promise<Answer | ServerFailure> => {
		for (let attempt = 1; ; attempt += 1) {
			assertNotCancelled(signal);
			const answer = await ask().catch((error: unknown) => {
				assertNotCancelled(signal);
				if (isConnectedAppsError(error)) throw error;
				if (repeatable && isPassingNetworkError(error) && attempt < MAX_ATTEMPTS) return undefined;
				throw toUnreachableError(node, error, new URL(session.apiBaseUrl).host, { actsAs: session.actsAs, about, itemIndex });
			});
			const failure = answer === undefined ? undefined : await failureOf(answer);
			if (answer !== undefined && failure === undefined) return answer;
			const pauseMs = failure === undefined || isPassing(failure) ? nextWaitMs(attempt, failure?.retryAfterMs) : undefined;
			if (failure !== undefined && pauseMs === undefined) return failure;
			logger.debug(`SharePoint Server is asked again in ${pauseMs} ms`, { attempt, status: failure?.status });
			await waitMs(pauseMs ?? 0, signal);
		}
	};
	const fail = (failure: ServerFailure, about?: string): never => {
		throw toApiError(node, failure, { actsAs: session.actsAs, about, itemIndex });
	};

	const send: ServerApi['send'] = async (url, options = {}) => {
		const { json, bytes, verb, ifMatch, about, metadata = false, accepts } = options;
		const method = options.method ?? (json !== undefined || bytes !== undefined || verb !== undefined ? 'POST' : 'GET');
		const headers = named({ accept: `application/json;odata=${metadata ? 'minimal' : 'no'}metadata`, ...(json !== undefined && { 'content-type': 'application/json;odata=nometadata' }), ...(bytes !== undefined && { 'content-type': 'application/octet-stream' }), ...(verb !== undefined && { 'x-http-method': verb }), ...(ifMatch !== undefined && { 'if-match': ifMatch }) });
		const body = bytes ?? (json === undefined ? undefined : JSON.stringify(json));
		const answer = await again(about, method === 'GET', async () => await session.call(url, { method, headers, signal, ...(body !== undefined && { body }) }), async (response) => (response.ok ? undefined : readFailure(response.status, response.headers, await response.text())));
		return isFailure(answer) && accepts?.(answer) !== true ? fail(answer, about) : answer;
	};
	const getJson: ServerApi['getJson'] = async (url, options = {}) => {
		const response = (await send(url, { ...options, accepts: undefined })) as Response;
		const text = await response.text();
		try {
			return JSON.parse(text) as Json;
		} catch {
			throw new NodeApiError(node, { message: 'SharePoint Server did not answer in JSON' }, { itemIndex, httpCode: String(response.status), description: 'Check the address of the site: something else may answer there' });
		}
	};
	return {
		...parts,
		call,
		send,
		getJson,
		async find(url, options = {}) {
			const answer = await send(url, { ...options, accepts: ({ status }) => status === 404 });
			if (isFailure(answer)) return undefined;
			const body = (await answer.json()) as Json;
			// Older versions answer for a folder that is not there.
			return body.Exists === false ? undefined : body;
		},
		async open(url, about) {
			const headers = named({ accept: '*/*' });
			const answer = await again(about, true, async () => await session.stream(url, { headers, signal }), async ({ status, headers, body }) => {
				if (status >= 200 && status < 300) return undefined;
				const pieces: Buffer[] = [];
				for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece);
				return readFailure(status, headers, Buffer.concat(pieces).toString('utf8'));
			});
			return 'body' in answer ? answer : fail(answer, about);
		},
	};
}

export function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

export function optionalText(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

export function rowsOf({ value }: Json): Json[] {
	return Array.isArray(value) ? (value as Json[]) : [];
}
