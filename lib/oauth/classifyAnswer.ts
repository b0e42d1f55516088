import { ConnectedAppsError, isConnectedAppsError } from '../errors';

/** What a failed token request means for the grant. Only `invalidGrant` may send the user back to sign-in. */
export type AnswerClass = 'invalidGrant' | 'temporary' | 'clientRejected' | 'other';

export interface ClassifiedAnswer {
	kind: AnswerClass;
	error: ConnectedAppsError;
	/** The request may have been processed although no answer came: single-use tokens may be spent. */
	answerLost: boolean;
	/** From `Retry-After`. */
	retryAfterMs?: number;
}

/** Quirks of one provider that change the class of an answer. */
export interface AnswerQuirks {
	/** `invalid_grant` descriptions that are temporary, e.g. "token request is already being processed". */
	isTemporaryInvalidGrant?(description: string): boolean;
}

interface BodyError {
	error: string;
	error_description?: string;
	status: number;
	response?: Response;
}

function bodyErrorOf(error: unknown): BodyError | undefined {
	if (error instanceof Error && error.name === 'ResponseBodyError') return error as unknown as BodyError;
	return undefined;
}

function responseOf(error: unknown): Response | undefined {
	// 401 with WWW-Authenticate, as RFC 6749 section 5.2 wants it for a client that was refused.
	if (error instanceof Error && error.name === 'WWWAuthenticateChallengeError') return (error as unknown as { response: Response }).response;
	let current: unknown = error;
	for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
		if (current.cause instanceof Response) return current.cause;
		current = current.cause;
	}
	return undefined;
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** The connection was not made, so the server cannot have seen the request. */
function neverSent(error: unknown): boolean {
	let current: unknown = error;
	for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth++) {
		const { code, cause } = current as { code?: unknown; cause?: unknown };
		if (typeof code === 'string' && NEVER_SENT.has(code)) return true;
		current = cause;
	}
	return false;
}

/** `Retry-After` in milliseconds (RFC 9110 section 10.2.3: seconds or an HTTP date). */
export function parseRetryAfter(value: string | null | undefined, nowMs: number): number | undefined {
	if (value === null || value === undefined || value === '') return undefined;
	const seconds = Number(value);
	if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
	const dateMs = Date.parse(value);
	return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

/** What is wrong with an answer that openid-client does not understand: its own words, never the answer's. */
export function complaintOf(error: unknown): string | undefined {
	const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
	const aboutAnswer = typeof code === 'string' && code.startsWith('OAUTH_') && code !== 'OAUTH_TIMEOUT' && code !== 'OAUTH_ABORT';
	return aboutAnswer ? (cause instanceof Error ? cause.message : String((error as Error).message)) : undefined;
}

/** A cause that keeps name and message but none of the answer's body, which can hold tokens. */
export function bareCause(error: unknown): Error {
	if (isConnectedAppsError(error)) return error;
	const source = error instanceof Error ? error : new Error(String(error));
	const bare = new Error(source.message);
	bare.name = source.name;
	return bare;
}

/**
 * Classifies a failed token request.
 * @see RFC 6749 section 5.2 for the codes
 */
export function classifyAnswer(error: unknown, quirks: AnswerQuirks = {}, nowMs: number = Date.now()): ClassifiedAnswer {
	const cause = bareCause(error);
	const body = bodyErrorOf(error);
	const response = body?.response ?? responseOf(error);
	const status = body?.status ?? response?.status;
	const retryAfterMs = parseRetryAfter(response?.headers.get('retry-after'), nowMs);

	if (body !== undefined && status !== 429 && (status ?? 0) < 500) {
		const description = body.error_description ?? '';
		const said = `${body.error}${description === '' ? '' : `: ${description}`}`;
		if (body.error === 'invalid_grant' && quirks.isTemporaryInvalidGrant?.(description) !== true) {
			return { kind: 'invalidGrant', answerLost: false, error: new ConnectedAppsError('authenticationNeeded', `The provider refused the grant (${said})`, { oauthError: body.error }, { cause }) };
		}
		if (body.error.startsWith('invalid_client') || body.error === 'unauthorized_client') {
			return {
				kind: 'clientRejected',
				answerLost: false,
				error: new ConnectedAppsError('clientRejected', `The provider refused the client (${said})`, { oauthError: body.error, field: 'clientSecret', advice: 'Check Client ID, Client Secret and Client Authentication in the credential' }, { cause }),
			};
		}
		if (body.error === 'invalid_grant' || body.error === 'temporarily_unavailable' || body.error === 'slow_down') {
			return { kind: 'temporary', answerLost: false, retryAfterMs, error: new ConnectedAppsError('providerUnavailable', `The provider is busy (${said})`, { oauthError: body.error, retryAfterMs }, { cause }) };
		}
		return { kind: 'other', answerLost: false, error: new ConnectedAppsError('providerError', `The provider answered ${status} (${said})`, { oauthError: body.error, httpStatus: status }, { cause }) };
	}
	if (status !== undefined) {
		// 401 without an OAuth body is the client authentication (RFC 6749 section 5.2); all else is a fault in between.
		if (status === 401) {
			return { kind: 'clientRejected', answerLost: false, error: new ConnectedAppsError('clientRejected', 'The provider refused the client (401)', { httpStatus: status, field: 'clientSecret', advice: 'Check Client ID, Client Secret and Client Authentication in the credential' }, { cause }) };
		}
		return {
			kind: 'temporary',
			answerLost: status >= 500 || status === 200,
			retryAfterMs,
			error: new ConnectedAppsError('providerUnavailable', `The provider answered ${status} without a token`, { httpStatus: status, retryAfterMs }, { cause }),
		};
	}
	const complaint = complaintOf(error);
	if (complaint !== undefined) {
		return { kind: 'temporary', answerLost: !neverSent(error), error: new ConnectedAppsError('providerError', `The answer of the provider is not understood (${complaint})`, {}, { cause }) };
	}
	return { kind: 'temporary', answerLost: true, error: new ConnectedAppsError('providerUnavailable', `The provider could not be reached (${cause.message})`, {}, { cause }) };
}
