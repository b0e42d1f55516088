// Misbehaviour of the site in the vendor's own words, ready for POST /control/faults (`match` and `times` are the test's).
function refusal(status: number, code: string, value: string, headers: Readonly<Record<string, string>> = {}): { kind: 'status'; status: number; headers: Record<string, string>; body: unknown } {
	return { kind: 'status', status, headers: { ...headers }, body: { 'odata.error': { code, message: { lang: 'en-US', value } } } };
}

const spException = 'Microsoft.SharePoint.SPException';

export const siteFaults = {
	/** HTTP throttling of a farm: the server is busy, in the words of IIS. */
	throttled: { kind: 'status', status: 503, headers: { 'Retry-After': '1' }, body: 'The server is busy now. Try again later.' },
	tooManyRequests: { kind: 'status', status: 429, headers: { 'Retry-After': '1' }, body: '429 TOO MANY REQUESTS' },
	digestInvalid: refusal(403, `-2130575252, ${spException}`, "The security validation for this page is invalid and might be corrupted. Please use your web browser's Back button to try your operation again."),
	checkedOut: refusal(423, '-2130575306, Microsoft.SharePoint.SPFileCheckOutException', 'The file is checked out for editing by CONTOSO\\bob.'),
	saveConflict: refusal(409, `-2130575305, ${spException}`, 'Save Conflict. Your changes conflict with those made concurrently by another user.'),
	listViewThreshold: refusal(500, '-2147024860, Microsoft.SharePoint.SPQueryThrottledException', 'The attempted operation is prohibited because it exceeds the list view threshold.'),
} as const;
