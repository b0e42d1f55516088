// Calls over connections that NTLM has let in. A call takes an idle one, or opens another: a download that is being read keeps its own.
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { finished, Readable } from 'node:stream';

import type { StreamFetch } from '../../../../lib/n8n/fetch';
import type { Fetch, FetchInit } from '../../../../lib/types';
import { NtlmConnection, type Agents } from './ntlmConnection';
import type { Account } from './ntlmMessages';

const MAX_ERROR_BYTES = 1_000_000;
const BODYLESS = new Set([101, 204, 205, 304]);

export interface NtlmFetch {
	fetch: Fetch;
	openStream: StreamFetch;
}

/** @param makeAgents a new pair for each connection: they keep one, and open no second */
export function ntlmFetch(account: Account, makeAgents: () => Agents): NtlmFetch {
	const idle: NtlmConnection[] = [];
	const ask = async (url: string, init: FetchInit): Promise<IncomingMessage> => {
		const connection = idle.pop() ?? new NtlmConnection(makeAgents(), account);
		const asked = connection.ask(new URL(url), init);
		asked.catch(() => connection.close());
		const answer = await asked;
		finished(answer, { writable: false }, (error) => (error ? connection.close() : idle.push(connection)));
		return answer;
	};
	return {
		fetch: async (url, init) => {
			const answer = await ask(url, init);
			const body = await buffer(answer);
			return new Response(BODYLESS.has(answer.statusCode!) ? null : body, { status: answer.statusCode, headers: headersOf(answer) });
		},
		openStream: async (url, init) => {
			const answer = await ask(url, init);
			const status = answer.statusCode!;
			if (status >= 200 && status < 300) return { response: new Response(null, { status, headers: headersOf(answer) }), body: answer };
			const told = (await buffer(answer)).subarray(0, MAX_ERROR_BYTES);
			return { response: new Response(BODYLESS.has(status) ? null : told, { status, headers: headersOf(answer) }), body: Readable.from([told]) };
		},
	};
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
	const headers = new Headers();
	for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
	for (const name of ['content-length', 'transfer-encoding']) headers.delete(name);
	return headers;
}
