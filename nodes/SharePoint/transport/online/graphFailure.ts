import { retryAfterMsOf } from '../../../../lib/n8n/backOff';

/** What Graph answers instead of what was asked for. */
export interface GraphFailure {
	status: number;
	/** Graph's own code, e.g. itemNotFound; absent where the answer is none of its errors. */
	code?: string;
	/** The finest of the codes inside. */
	innerCode?: string;
	message: string;
	retryAfterMs?: number;
	/** For Microsoft's support. */
	requestId?: string;
	/** Where a 410 says to begin again. */
	location?: string;
}

interface GraphError {
	code?: unknown;
	message?: unknown;
	innerError?: GraphError & { 'request-id'?: unknown };
	/** Upload sessions write it so. */
	innererror?: GraphError;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function errorIn(body: string): GraphError {
	try {
		return (JSON.parse(body) as { error?: GraphError } | null)?.error ?? {};
	} catch {
		// A proxy's page, or nothing at all: the status says it.
		return {};
	}
}

/** @see https://learn.microsoft.com/en-us/graph/errors */
export function readFailure(status: number, headers: Headers, body: string): GraphFailure {
	const { code, message, innerError, innererror } = errorIn(body);
	let innerCode: string | undefined;
	for (let inner: GraphError | undefined = innerError ?? innererror; inner !== undefined; inner = inner.innerError ?? inner.innererror) innerCode = text(inner.code) ?? innerCode;
	return {
		status,
		code: text(code),
		innerCode,
		message: text(message)?.trim() ?? '',
		retryAfterMs: retryAfterMsOf(headers, Date.now()),
		requestId: text(innerError?.['request-id']) ?? headers.get('request-id') ?? undefined,
		location: headers.get('location') ?? undefined,
	};
}

const TURNED_AWAY = new Set([429, 503]);
const MAY_HAVE_HAPPENED = new Set([500, 502, 504]);

/** Whether a later try may succeed. Throttled calls have done nothing; of a gateway's error nobody knows, so only what changes nothing is repeated. */
export function isPassing({ status }: GraphFailure, repeatable: boolean): boolean {
	return TURNED_AWAY.has(status) || (repeatable && MAY_HAVE_HAPPENED.has(status));
}

/** Graph rejects a token with 401 alone; 403 is about permissions. */
export async function isTokenRejected(response: Response): Promise<boolean> {
	return await Promise.resolve(response.status === 401);
}
