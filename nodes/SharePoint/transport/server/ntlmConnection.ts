// One connection that is let in by NTLM. The login belongs to the TCP connection: nothing else may travel on it, and a new one starts
// from the beginning.
import { request as requestByHttp, type Agent as HttpAgent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestByHttps, type Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

import { ConnectedAppsError } from '../../../../lib/errors';
import { isPassingNetworkError } from '../../../../lib/n8n/backOff';
import type { FetchInit } from '../../../../lib/types';
import { answerChallenge, challengeOf, negotiate, type Account } from './ntlmMessages';

/** IIS closes an idle connection after two minutes; whoever goes in between sees a reset, and does not know what was done. */
const IDLE_MS = 20_000;

export interface Agents {
	httpAgent: HttpAgent;
	httpsAgent: HttpsAgent;
}

export class NtlmConnection {
	private authenticated: Socket | undefined;
	private usedAtMs = 0;
	/** Of the request under way. */
	private socket: Socket | undefined;

	constructor(
		private readonly agents: Agents,
		private readonly account: Account,
		private readonly nowMs: () => number = Date.now,
	) {}

	/** The answer, body not read. 401: the account is refused. @throws network errors as Node has them, ConnectedAppsError `providerError` */
	async ask(url: URL, init: FetchInit): Promise<IncomingMessage> {
		if (this.authenticated !== undefined && this.nowMs() - this.usedAtMs > IDLE_MS) this.close();
		if (this.authenticated !== undefined && !this.authenticated.destroyed) {
			const answer = await this.send(url, init).catch(async (error: unknown) => await (isReadAgain(init, error) ? undefined : Promise.reject(error as Error)));
			// Another connection than the one that was let in, or the server has forgotten it.
			if (answer !== undefined && answer.statusCode !== 401) return answer;
			if (answer !== undefined) await drain(answer);
		}
		return await this.logIn(url, init);
	}

	close(): void {
		this.authenticated = undefined;
		this.agents.httpAgent.destroy();
		this.agents.httpsAgent.destroy();
	}

	private async logIn(url: URL, init: FetchInit): Promise<IncomingMessage> {
		this.authenticated = undefined;
		// Without a body: the server will not do what is asked for before it knows who asks.
		const first = await this.send(url, { ...init, body: null }, negotiate());
		if (first.statusCode !== 401) return first;
		const challenge = challengeOf(waysIn(first));
		const asked = this.socket;
		await drain(first);
		if (challenge === undefined) throw new ConnectedAppsError('providerError', `${url.host} offers no NTLM`, { field: 'authentication', advice: 'Choose Basic in the credential, or have Windows authentication switched on for this address' });
		const answer = await this.send(url, init, answerChallenge(challenge, this.account));
		if (answer.statusCode === 401 && this.socket !== asked) {
			await drain(answer);
			throw new ConnectedAppsError('providerError', `The connection to ${url.host} does not stay open, and NTLM belongs to a connection`, { advice: 'Something between n8n and the server may close it; or choose Basic in the credential' });
		}
		if (answer.statusCode !== 401) this.authenticated = this.socket;
		return answer;
	}

	private async send(url: URL, { method, headers, body, timeoutMs, signal }: FetchInit, authorization?: string): Promise<IncomingMessage> {
		const isHttps = url.protocol === 'https:';
		const bytes = body === null || body === undefined ? undefined : Buffer.from(body as Uint8Array);
		const sent = { ...headers, ...(authorization !== undefined && { authorization }), ...((bytes !== undefined || method !== 'GET') && { 'content-length': String(bytes?.length ?? 0) }) };
		const request = (isHttps ? requestByHttps : requestByHttp)(url, { method, headers: sent, agent: isHttps ? this.agents.httpsAgent : this.agents.httpAgent, signal });
		request.once('socket', (socket) => {
			this.socket = socket;
		});
		if (timeoutMs !== undefined) request.setTimeout(timeoutMs, () => request.destroy(Object.assign(new Error(`No answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })));
		const answer = await answered(request, bytes);
		this.usedAtMs = this.nowMs();
		return answer;
	}
}

/** The server has closed the idle connection just now. What was only to be read may be asked for again. */
function isReadAgain({ method }: FetchInit, error: unknown): boolean {
	return method === 'GET' && isPassingNetworkError(error);
}

async function answered(request: ClientRequest, bytes: Buffer | undefined): Promise<IncomingMessage> {
	return await new Promise((resolve, reject) => {
		request.once('response', resolve);
		// Stays: an error may still come while the body is read, and that one reaches the body.
		request.on('error', reject);
		request.end(bytes);
	});
}

function waysIn({ rawHeaders }: IncomingMessage): string[] {
	return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'www-authenticate');
}

async function drain(answer: IncomingMessage): Promise<void> {
	answer.resume();
	await new Promise<void>((resolve) => {
		answer.once('end', resolve).once('close', resolve);
	});
}
