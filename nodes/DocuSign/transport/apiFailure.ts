import { retryAfterMsOf } from '../../../lib/n8n/backOff';

/** What DocuSign answers instead of what was asked for. */
export interface ApiFailure {
	status: number;
	/** DocuSign's own code, e.g. ENVELOPE_DOES_NOT_EXIST; absent where the answer is none of its errors (a proxy, the web server in front). */
	code?: string;
	/** DocuSign's own words. */
	message: string;
	/** Where the server says how long to wait. */
	retryAfterMs?: number;
}

function readBody(text: string): { errorCode?: unknown; message?: unknown } {
	try {
		return (JSON.parse(text) ?? {}) as { errorCode?: unknown; message?: unknown };
	} catch {
		// A page of the web server in front: the status says it.
		return {};
	}
}

/** The burst limit is counted over 30 seconds; the hour's ends when `X-RateLimit-Reset` says (seconds since 1970). */
function waitOf(code: string | undefined, headers: Headers, nowMs: number): number | undefined {
	const told = retryAfterMsOf(headers, nowMs);
	if (told !== undefined) return told;
	if (code === 'BURST_APIINVOCATION_LIMIT_EXCEEDED') return 30_000;
	const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
	return code === 'HOURLY_APIINVOCATION_LIMIT_EXCEEDED' && Number.isFinite(reset) ? Math.max(0, reset * 1_000 - nowMs) : undefined;
}

export function readFailure(status: number, headers: Headers, text: string): ApiFailure {
	const { errorCode, message } = readBody(text);
	const code = typeof errorCode === 'string' && errorCode !== '' ? errorCode : undefined;
	return { status, code, message: typeof message === 'string' ? message.trim() : '', retryAfterMs: waitOf(code, headers, Date.now()) };
}

/** A 401 is about the token, unless DocuSign says that it is about the user's account. */
export async function isTokenRejected(response: Response): Promise<boolean> {
	if (response.status !== 401) return false;
	return !/"USER_(?:DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT|LACKS_|NOT_ENABLED)/.test(await response.clone().text());
}
