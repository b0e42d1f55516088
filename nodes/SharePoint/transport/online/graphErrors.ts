import { NodeApiError, type INode } from 'n8n-workflow';

import { networkCodeOf } from '../../../../lib/n8n/backOff';
import type { GraphFailure } from './graphFailure';

/** Who asked, and what for: an error says both in words. */
export interface Asked {
	actsAs: string;
	/** E.g. `list "Projects"`. */
	about?: string;
	itemIndex?: number;
}

const THRESHOLD = /list view threshold|too many resources/i;
const NOT_INDEXED = /Field '([^']+)' cannot be referenced in filter or orderby as it is not indexed/;
const UNKNOWN_FIELD = /Field '([^']+)' is not recognized/;

const ADVICE: Record<string, string> = {
	accessDenied: 'The person lacks the permission in this site, or an administrator has not granted the app what it needs',
	nameAlreadyExists: 'Choose another name, or another "If the Name Is Taken"',
	quotaLimitReached: 'The site has no room left: empty its recycle bin or ask an administrator for more',
	activityLimitReached: 'Too many calls in a short time: try again later',
	resourceModified: 'Somebody else has changed it meanwhile: get it again and use its new ETag',
	preconditionFailed: 'Somebody else has changed it meanwhile: get it again and use its new ETag',
	resourceLocked: 'Somebody has it open or checked out: try again later',
	resyncRequired: 'The change token is too old: begin again without one',
	notSupported: 'SharePoint Online cannot do this',
	unauthenticated: 'Sign in again on My connected apps',
	InvalidAuthenticationToken: 'Sign in again on My connected apps',
	Authorization_RequestDenied: 'An administrator has not granted the app this permission',
};

function inWords(failure: GraphFailure, { actsAs, about }: Asked): string {
	const { status, message } = failure;
	const thing = about ?? 'what was asked for';
	if (THRESHOLD.test(message)) return `The ${thing} is too large for this filter or order: SharePoint looks through 5,000 items at most (list view threshold)`;
	const unindexed = NOT_INDEXED.exec(message);
	if (unindexed !== null) return `The column ${unindexed[1]} has no index, so it cannot be filtered or ordered by here`;
	const unknown = UNKNOWN_FIELD.exec(message);
	if (unknown !== null) return `There is no column ${unknown[1]} here`;
	if (status === 404) return `${actsAs} cannot see the ${thing}, or it does not exist`;
	if (status === 403) return `${actsAs} may not do this (${thing})`;
	if (status === 412) return `The ${thing} has been changed since it had that ETag`;
	if (status === 409 && failure.code === 'nameAlreadyExists') return `The name is taken (${thing})`;
	if (failure.innerCode === 'pathIsTooLong') return `The path of the ${thing} is too long: SharePoint takes 400 characters in all, the site’s own path included`;
	if (status === 507) return `There is no room left for the ${thing}`;
	if (status === 503) return 'SharePoint Online is not available at the moment';
	if (status === 423) return `The ${thing} is locked`;
	if (status === 429) return 'SharePoint Online is throttling the app or the person';
	return message === '' ? `SharePoint Online answered ${status} (${thing})` : message;
}

function adviceOf(failure: GraphFailure, words: string): string | undefined {
	const { code = '', innerCode = '', message, retryAfterMs, requestId } = failure;
	const advice = THRESHOLD.test(message) ? 'Filter by a column that has an index first (list settings, Indexed columns), so that fewer than 5,000 items are left' : (ADVICE[innerCode] ?? ADVICE[code]);
	const seconds = retryAfterMs === undefined ? undefined : `Microsoft asks to wait ${Math.ceil(retryAfterMs / 1_000)} seconds`;
	const told = message === '' || words.includes(message) ? undefined : message.replace(/\s+/g, ' ').replace(/\.$/, '');
	const id = requestId === undefined ? undefined : `Request ID ${requestId}`;
	return [advice, seconds, told, id].filter((part) => part !== undefined).join('. ') || undefined;
}

/** Graph's code first, then what is wrong in words that name the thing. */
export function toApiError(node: INode, failure: GraphFailure, asked: Asked): NodeApiError {
	const words = inWords(failure, asked);
	const message = failure.code === undefined ? words : `${failure.code}: ${words}`;
	return new NodeApiError(node, { message, errorCode: failure.code ?? '' }, { itemIndex: asked.itemIndex, message, description: adviceOf(failure, words), httpCode: String(failure.status) });
}

/** No answer at all. The network's words go into the description: n8n replaces a message that holds such a code. */
export function toUnreachableError(node: INode, error: unknown, host: string, { itemIndex }: Asked): NodeApiError {
	const message = `SharePoint Online cannot be reached at ${host}`;
	const told = error instanceof Error ? error.message : String(error);
	const advice = networkCodeOf(error) === 'ENOTFOUND' ? 'Check "Cloud" in the credential' : 'Check the network, and status.cloud.microsoft';
	return new NodeApiError(node, { message }, { itemIndex, message, description: `${told}. ${advice}` });
}
