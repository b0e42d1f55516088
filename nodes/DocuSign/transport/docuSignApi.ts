// The eSignature API as one user in one account: addresses, waiting and trying again, errors in words, the limits. It knows no operation.
import { text as readText } from 'node:stream/consumers';

import { NodeApiError, type IDataObject, type IExecuteFunctions, type INode, type Logger } from 'n8n-workflow';

import { isConnectedAppsError } from '../../../lib/errors';
import type { StreamedBody, UserSession } from '../../../lib/n8n';
import { assertNotCancelled, waitMs } from '../../../lib/n8n/wait';
import type { ApiAccount } from '../../../lib/types';
import { accountOf } from './account';
import { toApiError, toUnreachableError, type Asked } from './apiErrors';
import { readFailure } from './apiFailure';
import { readApiUsage, type ApiUsage } from './apiUsage';
import { isDoubtful, isNeverSent, isPassingNetworkError, isTurnedAway, MAX_ATTEMPTS, nextWaitMs } from './backOff';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallOptions {
	query?: Query;
	/** For errors: what is asked for, e.g. `envelope …`. */
	about?: string;
	/** May be made again even if nobody knows what became of it. Default: of a GET. */
	repeatable?: boolean;
	/**
	 * For what must not be done twice: looks for what was done when an answer was lost, and what it finds is the answer. Such a call
	 * is never made again by itself, unless DocuSign turned it away or it never left this machine.
	 */
	recover?(): Promise<IDataObject | undefined>;
}

export interface DocuSignApi {
	readonly session: UserSession;
	readonly account: ApiAccount;
	readonly node: INode;
	readonly signal?: AbortSignal;
	/** @param path below the account, e.g. `/envelopes`. @throws NodeApiError with DocuSign's words; ConnectedAppsError `providerUnavailable` and those of the session */
	get<T = IDataObject>(path: string, options?: CallOptions): Promise<T>;
	send<T = IDataObject>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, options?: CallOptions): Promise<T>;
	/** A body of any size, not held in memory; whoever asks reads it to its end or destroys it. */
	stream(path: string, options?: CallOptions): Promise<StreamedBody>;
}

/** An API for one input item of the node. */
export interface ItemApi extends DocuSignApi {
	readonly context: IExecuteFunctions;
	readonly itemIndex: number;
}

export interface ApiParts {
	session: UserSession;
	node: INode;
	logger: Logger;
	signal?: AbortSignal;
	/** Empty: the person's default. */
	accountId?: string;
	itemIndex?: number;
	onUsage?(usage: ApiUsage): void;
}

interface Answer {
	status: number;
	headers: Headers;
}

function queryOf(query: Query = {}): string {
	const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
	return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}

/** @throws ConnectedAppsError `wrongAccount` */
export function createDocuSignApi(parts: ApiParts): DocuSignApi {
	const { session, node, logger, signal, itemIndex } = parts;
	const account = accountOf(session, parts.accountId);
	const base = `${account.baseUrl}/restapi/v2.1/accounts/${account.id}`;

	/** Asks until there is an answer that no further try would change. */
	async function ask<T extends Answer>(once: () => Promise<T>, textOf: (answer: T) => Promise<string>, { about, recover }: CallOptions, repeatable: boolean, sentBytes = 0): Promise<T | { recovered: IDataObject }> {
		const asked: Asked = { actsAs: session.actsAs, about, itemIndex, sentBytes };
		for (let attempt = 1; ; attempt += 1) {
			assertNotCancelled(signal);
			const answer = await once().catch((error: unknown) => {
				assertNotCancelled(signal);
				if (isConnectedAppsError(error)) throw error;
				if (attempt < MAX_ATTEMPTS && (isNeverSent(error) || (repeatable && isPassingNetworkError(error)))) return undefined;
				if (recover !== undefined && !isNeverSent(error)) return { lost: error };
				throw toUnreachableError(error, new URL(base).host, asked, !repeatable && !isNeverSent(error));
			});
			if (answer !== undefined && 'lost' in answer) {
				const recovered = await lookFor(recover);
				if (recovered !== undefined) return { recovered };
				throw toUnreachableError(answer.lost, new URL(base).host, asked, true);
			}
			const usage = answer && readApiUsage(answer.headers);
			if (usage !== undefined) parts.onUsage?.(usage);
			if (answer !== undefined && answer.status >= 200 && answer.status < 300) return answer;
			const failure = answer && readFailure(answer.status, answer.headers, await textOf(answer));
			if (failure !== undefined && recover !== undefined && isDoubtful(failure)) {
				const recovered = await lookFor(recover);
				if (recovered !== undefined) return { recovered };
			}
			const passes = failure === undefined || isTurnedAway(failure) || (repeatable && isDoubtful(failure));
			const pauseMs = passes ? nextWaitMs(attempt, failure?.retryAfterMs) : undefined;
			if (failure !== undefined && pauseMs === undefined) throw toApiError(node, failure, asked);
			logger.debug(`DocuSign is asked again in ${pauseMs} ms`, { attempt, status: failure?.status, errorCode: failure?.code });
			await waitMs(pauseMs ?? 0, signal);
		}
	}

	/** DocuSign may be at it still: it is looked for several times. */
	async function lookFor(recover: CallOptions['recover']): Promise<IDataObject | undefined> {
		for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
			await waitMs(nextWaitMs(attempt, undefined) ?? 0, signal);
			const found = await recover?.();
			if (found !== undefined) return found;
		}
		return undefined;
	}

	async function askJson<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body: unknown, options: CallOptions): Promise<T> {
		const content = body === undefined ? undefined : JSON.stringify(body);
		const init = { method, signal, ...(content !== undefined && { headers: { 'content-type': 'application/json' }, body: content }) };
		const answer = await ask(async () => await session.call(`${base}${path}${queryOf(options.query)}`, init), async (response) => await response.text(), options, options.repeatable ?? method === 'GET', content?.length);
		if ('recovered' in answer) return answer.recovered as T;
		const text = await answer.text();
		// Some calls answer with nothing at all.
		if (text.trim() === '') return {} as T;
		try {
			return JSON.parse(text) as T;
		} catch {
			throw new NodeApiError(node, { message: 'DocuSign did not answer in JSON' }, { itemIndex, httpCode: String(answer.status), ...(options.about !== undefined && { description: `It was asked for: ${options.about}` }) });
		}
	}

	return {
		session,
		account,
		node,
		signal,
		get: async (path, options = {}) => await askJson('GET', path, undefined, options),
		send: async (method, path, body, options = {}) => await askJson(method, path, body, options),
		async stream(path, options = {}) {
			const answer = await ask(async () => await session.stream(`${base}${path}${queryOf(options.query)}`, { signal, headers: { accept: '*/*' } }), async ({ body }) => await readText(body), options, true);
			// Only what must not be done twice is recovered, and reading is not that.
			return answer as StreamedBody;
		},
	};
}
