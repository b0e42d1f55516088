import { MINUTE_MS, SECOND_MS } from '../clock';
import { REFUSAL_HEADER, withoutRestartPath } from './restartWebhooks';

/** What n8n says to a resume. */
export type ResumeOutcome =
	/** The execution goes on; the node itself marks its requests resumed when it runs again. */
	| { kind: 'accepted' }
	/** Finished, cancelled or deleted: nobody waits any more. */
	| { kind: 'gone'; reason: string }
	/** Running just now, or our node refused: try again. */
	| { kind: 'busy' }
	| { kind: 'failed'; reason: string };

export interface ResumeAddresses {
	/** Tried when the public address of the resume URL cannot be connected to. */
	internalUrl: string;
}

/** A flow may work for long before it answers; undici gives up waiting for headers after five minutes. */
const ANSWER_TIMEOUT_MS = 5 * MINUTE_MS;
const ACKNOWLEDGE_TIMEOUT_MS = 30 * SECOND_MS;

/** The connection itself failed, so nothing was sent: another address may be tried without resuming twice. */
const NOTHING_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID']);

function codeOf(error: unknown): string | undefined {
	// By their properties: errors of Node's sockets may come from another realm, with another `Error`.
	let current = error as { code?: unknown; cause?: unknown; errors?: unknown[] } | null | undefined;
	for (let depth = 0; depth < 4 && typeof current === 'object' && current !== null; depth++) {
		if (typeof current.code === 'string') return current.code;
		current = (current.errors?.[0] ?? current.cause) as typeof current;
	}
	return undefined;
}

function internalAddressOf(resumeUrl: string, internalUrl: string): string {
	const { pathname, search } = new URL(resumeUrl);
	return `${internalUrl}${pathname}${search}`;
}

/** GETs the resume URL: at its public address, else at n8n's own listener. Plain fetch, because n8n's SSRF protection rightly blocks loopback for flows. */
async function get(resumeUrl: string, addresses: ResumeAddresses, timeoutMs: number): Promise<Response> {
	const init = { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'application/json, text/html;q=0.9, */*;q=0.8' } } as const;
	try {
		return await fetch(resumeUrl, init);
	} catch (error) {
		if (!NOTHING_SENT.has(codeOf(error) ?? '')) throw error;
		return await fetch(internalAddressOf(resumeUrl, addresses.internalUrl), init);
	}
}

function messageOf(body: string): string {
	try {
		const { message, error } = JSON.parse(body.slice(0, 2_000)) as { message?: unknown; error?: unknown };
		return String(message ?? error ?? '');
	} catch {
		return '';
	}
}

/** What n8n itself says instead of resuming: no flow has answered then. */
const REFUSALS: Readonly<Record<number, RegExp>> = { 401: /^Invalid token$/, 404: /^The execution .*does not exist/, 409: /^The execution .*(is running already|has finished)/ };

function isRefusal(response: Response, body: Uint8Array): boolean {
	if (response.headers.has(REFUSAL_HEADER)) return true;
	const words = REFUSALS[response.status];
	return words !== undefined && words.test(messageOf(new TextDecoder().decode(body.subarray(0, 2_000))));
}

/** Resumes without waiting for the flow's answer (the sweeper). */
export async function resumeExecution(resumeUrl: string, addresses: ResumeAddresses): Promise<ResumeOutcome> {
	let response: Response;
	try {
		response = await get(withoutRestartPath(resumeUrl), addresses, ACKNOWLEDGE_TIMEOUT_MS);
	} catch (error) {
		// Never the address itself: it is a key to the whole execution.
		return { kind: 'failed', reason: `n8n could not be reached at ${new URL(resumeUrl).origin} nor at ${addresses.internalUrl} (${codeOf(error) ?? 'no answer'})` };
	}
	const message = messageOf(await response.text());
	if (response.ok) return { kind: 'accepted' };
	if (response.status === 409 && /running/i.test(message)) return { kind: 'busy' };
	if (response.status === 409 || (response.status === 404 && /execution/i.test(message))) return { kind: 'gone', reason: message };
	if (response.status === 403) return { kind: 'busy' };
	if (response.status === 401) return { kind: 'gone', reason: 'n8n does not accept the resume token any more' };
	return { kind: 'failed', reason: `${new URL(response.url || resumeUrl).origin} answered ${response.status} to the resume` };
}

export interface RelayedAnswer {
	status: number;
	headers: Record<string, string>;
	body: Uint8Array;
}

/**
 * Resumes and waits for what the flow answers.
 * @returns undefined if it goes on but did not answer in time
 * @throws Error if n8n did not take the resume
 */
export async function resumeAndWait(resumeUrl: string, addresses: ResumeAddresses): Promise<RelayedAnswer | undefined> {
	let response: Response;
	try {
		response = await get(resumeUrl, addresses, ANSWER_TIMEOUT_MS);
	} catch (error) {
		if (error instanceof Error && error.name === 'TimeoutError') return undefined;
		throw new Error(`the resume was not taken (${codeOf(error) ?? 'no answer'})`);
	}
	const headers: Record<string, string> = {};
	response.headers.forEach((value, name) => {
		headers[name] = value;
	});
	const body = new Uint8Array(await response.arrayBuffer());
	if (isRefusal(response, body)) throw new Error(`the resume was not taken (n8n answered ${response.status})`);
	return { status: response.status, headers, body };
}
