import { NodeApiError, type INode } from 'n8n-workflow';

import { ConnectedAppsError } from '../../../lib/errors';
import type { ApiFailure } from './apiFailure';
import { networkCodeOf } from './backOff';

/** What a call was about, for the words of its error. */
export interface Asked {
	actsAs: string;
	about?: string;
	itemIndex?: number;
	/** Bytes that were sent. */
	sentBytes?: number;
}

/** @see https://developers.docusign.com/docs/esign-rest-api/esign101/error-codes/ */
const ADVICE: ReadonlyArray<{ code: RegExp; advice: string }> = [
	{ code: /^ENVELOPE_DOES_NOT_EXIST$/, advice: 'Check the envelope ID and the account; a person sees the envelopes that they sent, received or were given access to' },
	{ code: /^DOCUMENT_DOES_NOT_EXIST$/, advice: 'List the documents of the envelope to see their IDs' },
	{ code: /^(TEMPLATE_ID_INVALID|TEMPLATE_NOT_FOUND|INVALID_TEMPLATE_ID|TEMPLATE_.*SHARED.*)$/, advice: 'Check the template ID and the account; the template must be shared with this user' },
	{ code: /^USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT$/, advice: 'Choose another account in the node, or let an administrator add this user to the account' },
	{ code: /^USER_LACKS_(PERMISSIONS|MEMBERSHIP)$/, advice: 'This user’s permission profile in DocuSign does not allow it' },
	{ code: /^ACCOUNT_LACKS_PERMISSIONS$/, advice: 'A setting or the plan of the DocuSign account does not allow it' },
	{ code: /^ANCHOR_TAB_STRING_NOT_FOUND$/, advice: 'The anchor text must stand in the document as text, not in a picture; or switch on "Ignore If Missing" of the tab' },
	{ code: /^TAB_REFERS_TO_MISSING_DOCUMENT$/, advice: 'The document ID of the tab must be that of one of the documents: 1 for the first, 2 for the second, …' },
	{ code: /^UNABLE_TO_CONVERT_DOCUMENT$/, advice: 'DocuSign cannot turn this file into a PDF: check its type and its file name’s extension, or send it as a PDF' },
	{ code: /^(UNABLE_TO_LOAD_DOCUMENT|DOCUMENTS_MISSING|ENVELOPE_HAS_NO_DOCUMENTS|ENVELOPE_IS_INCOMPLETE|INVALID_ENVELOPE.*)$/, advice: 'Check that the input field holds a file, and that there are documents and recipients' },
	{ code: /^(INVALID_EMAIL_ADDRESS_FOR_RECIPIENT|INVALID_USERNAME_FOR_RECIPIENT)$/, advice: 'Each recipient needs a name and a whole e-mail address' },
	{ code: /^(INVALID_RECIPIENT_ID|RECIPIENT_NOT_IN_SEQUENCE|UNKNOWN_ENVELOPE_RECIPIENT)$/, advice: 'List the recipients of the envelope to see their IDs; a signing link is for embedded recipients only' },
	{ code: /^RECIPIENT_HAS_COMPLETED$/, advice: 'Who has signed already cannot be changed' },
	{ code: /^(ENVELOPE_INVALID_STATUS|ENVELOPE_CANNOT_VOID_INVALID_STATE|ENVELOPE_HAS_BEEN_COMPLETED|ENVELOPE_LOCKED|EDIT_LOCK_.*)$/, advice: 'The envelope’s status does not allow it: get the envelope to see it' },
	{ code: /Polling_Limit_Exceeded$/i, advice: 'DocuSign lets one envelope be asked for about every 15 minutes: use Wait Until Completed or a DocuSign Trigger instead of asking again and again' },
	{ code: /^Hourly_APIInvocation_Envelope_Limit_Exceeded$/i, advice: 'This one envelope was changed too often within an hour' },
	{ code: /^HOURLY_APIINVOCATION_LIMIT_EXCEEDED$/, advice: 'The account’s calls of this hour are used up; DocuSign raises the limit for apps on request' },
	{ code: /^BURST_APIINVOCATION_LIMIT_EXCEEDED$/, advice: 'Too many calls within 30 seconds: work on fewer items at a time' },
	{ code: /^CONNECT_/, advice: 'Check Connect in the DocuSign account (Settings, Connect)' },
];

function adviceOf({ code, status, retryAfterMs }: ApiFailure, { sentBytes }: Asked): string | undefined {
	if (status === 413) return `The request had ${megabytesOf(sentBytes)}; DocuSign takes about 25 MB for all documents of an envelope, and documents grow by a third on the way. Send fewer or smaller documents`;
	const known = code === undefined ? undefined : ADVICE.find((entry) => entry.code.test(code))?.advice;
	const wait = retryAfterMs === undefined ? undefined : `It is possible again in ${Math.max(1, Math.ceil(retryAfterMs / 60_000))} minutes`;
	return [known, wait].filter(Boolean).join('. ') || undefined;
}

const megabytesOf = (bytes = 0): string => `${(bytes / 1_048_576).toFixed(1)} MB`;

const PLAIN: Readonly<Record<number, string>> = { 401: 'DocuSign does not accept this sign-in', 403: 'DocuSign does not allow it', 404: 'DocuSign does not know it', 413: 'The documents are too large for DocuSign', 429: 'DocuSign was asked too often' };

/** What DocuSign said, in words: who asked, for what, and what to do. */
export function toApiError(node: INode, failure: ApiFailure, asked: Asked): Error {
	const said = failure.message || PLAIN[failure.status] || `DocuSign answered with status ${failure.status}`;
	const message = `${said.replace(/\.$/, '')}${asked.about === undefined ? '' : ` (${asked.about}, as ${asked.actsAs})`}`;
	const advice = adviceOf(failure, asked);
	// The wait of a paused node goes on over this.
	if (failure.status >= 500) return new ConnectedAppsError('providerUnavailable', message, { app: 'DocuSign', httpStatus: failure.status, advice: advice ?? 'Try again later; see status.docusign.com' });
	const description = [failure.code, advice].filter(Boolean).join('. ');
	const error = new NodeApiError(node, { message: said, ...(failure.code !== undefined && { errorCode: failure.code }) }, { message, description, itemIndex: asked.itemIndex, httpCode: String(failure.status) });
	if (failure.code !== undefined) error.context.errorCode = failure.code;
	return error;
}

/** No answer at all. */
export function toUnreachableError(error: unknown, host: string, { about }: Asked, mayBeDone: boolean): ConnectedAppsError {
	const told = error instanceof Error ? error.message : String(error);
	const doubt = mayBeDone ? '. DocuSign may have done it all the same: look before you start the flow again' : '';
	return new ConnectedAppsError('providerUnavailable', `DocuSign cannot be reached at ${host}${about === undefined ? '' : ` (${about})`}`, { app: 'DocuSign', advice: `${networkCodeOf(error) ?? told}${doubt}` });
}

/** DocuSign's code of an error that `toApiError` made. */
export function errorCodeOf(error: unknown): string | undefined {
	const code = error instanceof NodeApiError ? error.context.errorCode : undefined;
	return typeof code === 'string' ? code : undefined;
}
