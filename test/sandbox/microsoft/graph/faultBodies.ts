// Misbehaviour of Graph in the vendor's own words, ready for POST /control/faults (`match` and `times` are the test's).
// @see https://learn.microsoft.com/en-us/graph/errors

function refusal(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}, innerCode?: string): { kind: 'status'; status: number; headers: Readonly<Record<string, string>>; body: unknown } {
	const id = '8f1b2c3d-0000-4000-8000-000000000000';
	return { kind: 'status', status, headers, body: { error: { code, message, innerError: { ...(innerCode !== undefined && { code: innerCode }), date: '2026-01-01T00:00:00', 'request-id': id, 'client-request-id': id } } } };
}

export const graphFaults = {
	/** For the whole state see the setting `graphRequestsPerMinute`. */
	throttled: refusal(429, 'activityLimitReached', 'The app or user has been throttled.', { 'Retry-After': '1', 'RateLimit-Limit': '1250', 'RateLimit-Remaining': '0', 'RateLimit-Reset': '1' }, 'throttledRequest'),
	/** Without `Retry-After`: the caller has to wait by itself. */
	throttledWithoutAdvice: refusal(429, 'activityLimitReached', 'The app or user has been throttled.', {}, 'throttledRequest'),
	unavailable: refusal(503, 'serviceNotAvailable', 'The service is not available. Try the request again after a delay. There may be a Retry-After header.', { 'Retry-After': '1' }),
	generalException: refusal(500, 'generalException', 'General exception while processing'),
	gatewayTimeout: refusal(504, 'UnknownError', ''),
	tokenInvalid: refusal(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.'),
	locked: refusal(423, 'notAllowed', 'The file is locked for editing by another user.', {}, 'resourceLocked'),
	quotaLimitReached: refusal(507, 'quotaLimitReached', 'The user has reached their quota limit.'),
};
