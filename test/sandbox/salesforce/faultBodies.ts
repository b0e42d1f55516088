// Misbehaviour of the data API in the vendor's own words, ready for POST /control/faults (`match` and `times` are the test's).
// @see https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm (ExceptionCode)

function refusal(status: number, errorCode: string, message: string): { kind: 'status'; status: number; body: unknown } {
	return { kind: 'status', status, body: [{ message, errorCode }] };
}

export const salesforceFaults = {
	/** The quota of a day; for the whole state see the setting `apiRequestsUsed`. */
	requestLimitExceeded: refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
	/** Too many long requests at once: gone in a moment. */
	concurrentRequestsExceeded: refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.'),
	lockedRow: refusal(400, 'UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record'),
	serverUnavailable: refusal(503, 'SERVER_UNAVAILABLE', 'maintenance'),
	queryTimeout: refusal(400, 'QUERY_TIMEOUT', 'Your query request was running for too long.'),
	invalidQueryLocator: refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator'),
	sessionInvalid: refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid'),
	/** Seen on 403, too. */
	sessionInvalidForbidden: refusal(403, 'INVALID_SESSION_ID', 'Session expired or invalid'),
} as const;
