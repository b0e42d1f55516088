import { NodeApiError, type INode } from 'n8n-workflow';

import { networkCodeOf, retryAfterMsOf } from '../../../../lib/n8n/backOff';

/** What the server answers instead of what was asked for. */
export interface ServerFailure {
	status: number;
	/** SharePoint's own number, e.g. -2130575338; absent where IIS or a proxy answers. */
	code?: number;
	message: string;
	retryAfterMs?: number;
}

/** Who asked, and what for: an error says both in words. */
export interface Asked {
	actsAs: string;
	about?: string;
	itemIndex?: number;
}

export const FILE_EXISTS = [-2130575257, -2147024713];
const THRESHOLD = -2147024860;
const PATH_TOO_LONG = /(?:name|path) is too long/i;
const ADVICE: Record<number, string> = {
	[THRESHOLD]: 'Filter by a column that has an index first (list settings, Indexed columns), so that fewer than 5,000 items are left',
	[-2147024891]: 'The person lacks the permission in this site',
	[-2130575306]: 'Somebody has the file checked out: try again later',
	[-2130575305]: 'Somebody else changed it at the same time: get it again',
	[-2130575257]: 'Choose another name, or another "If the Name Is Taken"',
	[-2147024713]: 'Choose another name, or another "If the Name Is Taken"',
	[-2130575252]: 'The server does not accept the request digests that it gives out: ask its administrator',
};
const PASSING = new Set([429, 502, 503, 504]);

/** HTTP throttling and faults of the moment; the server has done nothing. */
export const isPassing = ({ status }: ServerFailure): boolean => PASSING.has(status);

/** `{"odata.error": {code: "<number>, <type>", message: {value}}}`, and `{error: …}` of the same form. */
export function readFailure(status: number, headers: Headers, text: string): ServerFailure {
	const retryAfterMs = retryAfterMsOf(headers, Date.now());
	try {
		const body = JSON.parse(text) as Record<string, { code?: unknown; message?: { value?: unknown } } | undefined>;
		const error = body['odata.error'] ?? body.error;
		const code = Number.parseInt(String(error?.code), 10);
		return { status, ...(Number.isFinite(code) && { code }), message: typeof error?.message?.value === 'string' ? error.message.value.trim() : '', retryAfterMs };
	} catch {
		// A page of IIS or of a proxy: the status says it.
		return { status, message: '', retryAfterMs };
	}
}

function inWords({ status, code, message }: ServerFailure, { actsAs, about }: Asked): string {
	const thing = about ?? 'what was asked for';
	if (code === THRESHOLD) return `The ${thing} is too large for this filter or order: SharePoint looks through 5,000 items at most (list view threshold)`;
	if (code !== undefined && FILE_EXISTS.includes(code)) return `The name is taken (${thing})`;
	if (PATH_TOO_LONG.test(message)) return `The path of the ${thing} is too long: SharePoint takes 400 characters in all, the site’s own path included; versions before 2019 take 260`;
	const unknown = /^(?:Column '([^']+)' does not exist|The field or property '([^']+)' does not exist)/.exec(message);
	if (unknown !== null) return `There is no column ${unknown[1] ?? unknown[2]} here`;
	if (status === 404) return `${actsAs} cannot see the ${thing}, or it does not exist`;
	if (status === 403) return `${actsAs} may not do this (${thing})`;
	if (status === 412) return `The ${thing} has been changed since it had that ETag`;
	if (status === 423) return `The ${thing} is locked or checked out`;
	if (PASSING.has(status)) return `SharePoint Server is busy (it answered ${status})`;
	return message === '' ? `SharePoint Server answered ${status} (${thing})` : message;
}

/** What is wrong in words that name the thing; the server's own are in the description. */
export function toApiError(node: INode, failure: ServerFailure, asked: Asked): NodeApiError {
	const message = inWords(failure, asked);
	const advice = failure.status === 412 ? 'Somebody else has changed it meanwhile: get it again and use its new ETag' : ADVICE[failure.code ?? 0];
	const seconds = failure.retryAfterMs === undefined ? undefined : `The server asks to wait ${Math.ceil(failure.retryAfterMs / 1_000)} seconds`;
	const told = failure.message === '' || message.includes(failure.message) ? undefined : failure.message.replace(/\s+/g, ' ').replace(/\.$/, '');
	const description = [advice, seconds, told].filter((part) => part !== undefined).join('. ') || undefined;
	return new NodeApiError(node, { message, errorCode: String(failure.code ?? '') }, { itemIndex: asked.itemIndex, message, description, httpCode: String(failure.status) });
}

/** No answer at all. The network's words go into the description: n8n replaces a message that holds such a code. */
export function toUnreachableError(node: INode, error: unknown, host: string, { itemIndex }: Asked): NodeApiError {
	const message = `SharePoint Server cannot be reached at ${host}`;
	const told = error instanceof Error ? error.message : String(error);
	return new NodeApiError(node, { message }, { itemIndex, message, description: `${told}. ${networkCodeOf(error) === 'ENOTFOUND' ? 'Check "Site URL" in the credential' : 'Check the network, and whether n8n reaches the server'}` });
}
