import { MINUTE_MS, SECOND_MS } from '../clock';
import { internalAddressesOf } from './internalAddress';
import { REFUSAL_HEADER, RESUMED_HEADER, withoutRestartPath } from './restartWebhooks';

/** What n8n says to a resume. */
export type ResumeOutcome =
	/** The execution goes on; the node itself marks its requests resumed when it runs again. */
	| { kind: 'accepted' }
	/** Finished, cancelled or deleted: nobody waits any more. */
	| { kind: 'gone'; reason: string }
	/** Running just now, or our node refused: try again. */
	| { kind: 'busy' }
	/** No answer in time: it may have been taken. */
	| { kind: 'unknown' }
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

/** `webhook-waiting`, the execution, and perhaps the restart path. */
function internalAddresses(resumeUrl: string, internalUrl: string): string[] {
	const hasRestartPath = new URL(withoutRestartPath(resumeUrl)).pathname !== new URL(resumeUrl).pathname;
	return internalAddressesOf(resumeUrl, internalUrl, hasRestartPath ? 3 : 2);
}

interface Answer {
	kind: 'taken' | 'refused' | 'running' | 'gone' | 'foreign';
	response: Response;
	body: Uint8Array;
}

/** What n8n itself says instead of resuming; anything else without a mark of ours comes from something in between. */
const N8N_SAYS: readonly { status: number; words: RegExp; kind: 'running' | 'gone' }[] = [
	{ status: 409, words: /^The execution .*is running already/, kind: 'running' },
	{ status: 409, words: /^The execution .*has finished/, kind: 'gone' },
	{ status: 404, words: /^The execution .*does not exist/, kind: 'gone' },
	{ status: 401, words: /^Invalid token$/, kind: 'gone' },
];

function kindOf(response: Response, body: Uint8Array): Answer['kind'] {
	if (response.headers.has(RESUMED_HEADER)) return 'taken';
	if (response.headers.has(REFUSAL_HEADER)) return 'refused';
	const message = messageOf(new TextDecoder().decode(body.subarray(0, 2_000)));
	return N8N_SAYS.find(({ status, words }) => status === response.status && words.test(message))?.kind ?? 'foreign';
}

async function ask(address: string, timeoutMs: number): Promise<Answer> {
	const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'application/json, text/html;q=0.9, */*;q=0.8' } });
	const body = new Uint8Array(await response.arrayBuffer());
	return { kind: kindOf(response, body), response, body };
}

/**
 * GETs the resume URL: at its public address; where nobody or somebody else answers there (a proxy with a sign-in of its own,
 * a firewall), at n8n's own listener. Plain fetch, because n8n's SSRF protection rightly blocks loopback for flows.
 */
async function askN8n(resumeUrl: string, addresses: ResumeAddresses, timeoutMs: number): Promise<Answer> {
	let answer: Answer | undefined;
	try {
		answer = await ask(resumeUrl, timeoutMs);
	} catch (error) {
		if (!NOTHING_SENT.has(codeOf(error) ?? '')) throw error;
	}
	for (const internal of internalAddresses(resumeUrl, addresses.internalUrl)) {
		if (answer !== undefined && (answer.kind !== 'foreign' || internal === resumeUrl)) continue;
		answer = await ask(internal, timeoutMs);
	}
	return answer as Answer;
}

function messageOf(body: string): string {
	try {
		const { message, error } = JSON.parse(body) as { message?: unknown; error?: unknown };
		return String(message ?? error ?? '');
	} catch {
		return '';
	}
}

function isTimeout(error: unknown): boolean {
	return (error as { name?: unknown } | null)?.name === 'TimeoutError';
}

/** Resumes without waiting for the flow's answer (the sweeper). */
export async function resumeExecution(resumeUrl: string, addresses: ResumeAddresses): Promise<ResumeOutcome> {
	let answer: Answer;
	try {
		answer = await askN8n(withoutRestartPath(resumeUrl), addresses, ACKNOWLEDGE_TIMEOUT_MS);
	} catch (error) {
		// It may have been taken and wait for its turn: sent again, it could run on old data.
		if (isTimeout(error)) return { kind: 'unknown' };
		// Never the address itself: it is a key to the whole execution.
		return { kind: 'failed', reason: `n8n could not be reached at ${new URL(resumeUrl).origin} nor at ${addresses.internalUrl} (${codeOf(error) ?? 'no answer'})` };
	}
	const { response } = answer;
	switch (answer.kind) {
		case 'taken':
			return { kind: 'accepted' };
		case 'running':
			return { kind: 'busy' };
		case 'refused':
			return response.status === 403 ? { kind: 'busy' } : { kind: 'failed', reason: messageOf(new TextDecoder().decode(answer.body)) };
		case 'gone':
			return { kind: 'gone', reason: response.status === 401 ? 'n8n does not accept the resume token any more' : messageOf(new TextDecoder().decode(answer.body)) };
		case 'foreign':
			return { kind: 'failed', reason: `neither ${new URL(resumeUrl).origin} nor ${addresses.internalUrl} passed the resume on to n8n (the answer was ${response.status})` };
	}
}

export interface RelayedAnswer {
	status: number;
	headers: Record<string, string>;
	body: Uint8Array;
}

/**
 * Resumes and waits for what the flow answers.
 * @returns the answer; `late` if it goes on but did not answer in time; `gone` if nobody waits any more
 * @throws Error if n8n did not take the resume
 */
export async function resumeAndWait(resumeUrl: string, addresses: ResumeAddresses): Promise<RelayedAnswer | 'late' | 'gone'> {
	let answer: Answer;
	try {
		answer = await askN8n(resumeUrl, addresses, ANSWER_TIMEOUT_MS);
	} catch (error) {
		if (isTimeout(error)) return 'late';
		throw new Error(`the resume was not taken (${codeOf(error) ?? 'no answer'})`);
	}
	if (answer.kind === 'gone') return 'gone';
	if (answer.kind !== 'taken') throw new Error(`the resume was not taken (${answer.response.status})`);
	const headers: Record<string, string> = {};
	answer.response.headers.forEach((value, name) => {
		if (name !== RESUMED_HEADER) headers[name] = value;
	});
	return { status: answer.response.status, headers, body: answer.body };
}
