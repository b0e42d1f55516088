import { ConnectedAppsError, isConnectedAppsError, type ErrorCode } from '../errors';
import { adviceOnOAuthError, adviceOnStatus, adviceOnTransport } from './errorAdvice';
import { tokenTypeUnsupported } from './tokenSet';

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

/** One failure as a provider words it, and the way out. */
export interface KnownError {
	/** Tried on `<error> <error_description>`. */
	match: RegExp;
	code?: ErrorCode;
	kind?: AnswerClass;
	advice: string;
}

/** Quirks of one provider that change the class of an answer. */
export interface AnswerQuirks {
	/** `invalid_grant` descriptions that are temporary, e.g. "token request is already being processed". */
	isTemporaryInvalidGrant?(description: string): boolean;
	/** The first that matches wins over what the standards say. */
	knownErrors?: readonly KnownError[];
}

interface BodyError {
	error: string;
	error_description?: string;
	status: number;
	response?: Response;
}

const MAX_SAID = 500;
const CODE_OF: Readonly<Record<AnswerClass, ErrorCode>> = { invalidGrant: 'authenticationNeeded', temporary: 'providerUnavailable', clientRejected: 'clientRejected', other: 'providerError' };
/** OpenID Connect Core section 3.1.2.6: no page may be shown, and one is needed; the last is said by older providers. */
export const INTERACTION_REQUIRED: readonly string[] = ['interaction_required', 'login_required', 'consent_required', 'account_selection_required', 'immediate_unsuccessful'];
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

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

/** The provider's own word on an error, if it has one. */
export function knownErrorOf({ knownErrors = [] }: AnswerQuirks, error: string, description = ''): KnownError | undefined {
	// `search` starts at the beginning also for a pattern with the flag g.
	return knownErrors.find(({ match }) => `${error} ${description}`.search(match) !== -1);
}

function kindOf(error: string, description: string, quirks: AnswerQuirks): AnswerClass {
	if (error === 'invalid_grant') return quirks.isTemporaryInvalidGrant?.(description) === true ? 'temporary' : 'invalidGrant';
	if (error.startsWith('invalid_client') || error === 'unauthorized_client') return 'clientRejected';
	return error === 'temporarily_unavailable' || error === 'slow_down' ? 'temporary' : 'other';
}

function classifyBody({ error: oauthError, error_description: description = '', status }: BodyError, quirks: AnswerQuirks, cause: Error, retryAfterMs: number | undefined): ClassifiedAnswer {
	const known = knownErrorOf(quirks, oauthError, description);
	const kind = known?.kind ?? kindOf(oauthError, description, quirks);
	const code = known?.code ?? (kind === 'other' && INTERACTION_REQUIRED.includes(oauthError) ? 'interactionRequired' : CODE_OF[kind]);
	const said = `${oauthError}${description === '' ? '' : `: ${description.slice(0, MAX_SAID)}`}`;
	const told: Record<AnswerClass, string> = {
		invalidGrant: 'The provider refused the grant',
		temporary: 'The provider is busy',
		clientRejected: 'The provider refused the client',
		other: `The provider answered ${status}`,
	};
	const details = {
		oauthError,
		advice: known?.advice ?? adviceOnOAuthError(oauthError, description),
		...(kind === 'clientRejected' && { field: 'clientSecret' }),
		...(kind === 'temporary' && { retryAfterMs }),
		...(kind === 'other' && { httpStatus: status }),
	};
	return { kind, answerLost: false, ...(kind === 'temporary' && { retryAfterMs }), error: new ConnectedAppsError(code, `${told[kind]} (${said})`, details, { cause }) };
}

/**
 * Classifies a failed token request, and tells the way out.
 * @see RFC 6749 section 5.2 for the codes
 */
export function classifyAnswer(error: unknown, quirks: AnswerQuirks = {}, nowMs: number = Date.now()): ClassifiedAnswer {
	// Ours already. A token of a wrong type has been issued: what it cost (a refresh token of one use) may be gone.
	if (isConnectedAppsError(error)) return { kind: error.code === 'tokenTypeUnsupported' ? 'temporary' : 'other', answerLost: error.code === 'tokenTypeUnsupported', error };

	const cause = bareCause(error);
	const body = bodyErrorOf(error);
	const response = body?.response ?? responseOf(error);
	const status = body?.status ?? response?.status;
	const retryAfterMs = parseRetryAfter(response?.headers.get('retry-after'), nowMs);

	if (body !== undefined && status !== 429 && (status ?? 0) < 500) return classifyBody(body, quirks, cause, retryAfterMs);
	if (status !== undefined) {
		// 401 without an OAuth body is the client authentication (RFC 6749 section 5.2); all else is a fault in between.
		if (status === 401) {
			return { kind: 'clientRejected', answerLost: false, error: new ConnectedAppsError('clientRejected', 'The provider refused the client (401)', { httpStatus: status, field: 'clientSecret', advice: adviceOnOAuthError('invalid_client') }, { cause }) };
		}
		return {
			kind: 'temporary',
			answerLost: status >= 500 || status === 200,
			retryAfterMs,
			error: new ConnectedAppsError('providerUnavailable', `The provider answered ${status} without a token`, { httpStatus: status, retryAfterMs, advice: adviceOnStatus(status) }, { cause }),
		};
	}
	const complaint = complaintOf(error);
	if (complaint !== undefined) {
		const told = complaint.includes('`token_type`') ? tokenTypeUnsupported('its type is neither bearer nor DPoP', cause) : new ConnectedAppsError('providerError', `The answer of the provider is not understood (${complaint})`, {}, { cause });
		return { kind: 'temporary', answerLost: !neverSent(error), error: told };
	}
	const transport = adviceOnTransport(error);
	return { kind: 'temporary', answerLost: true, error: new ConnectedAppsError('providerUnavailable', `The provider could not be reached (${transport?.reason ?? cause.message})`, { advice: transport?.advice }, { cause }) };
}
