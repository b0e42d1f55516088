import { ConnectedAppsError, type ErrorCode } from '../errors';
import { htmlPage, type PortalResponse } from './http';
import { errorPage, type FormView } from './pages';
import type { Told } from './told';

/** HTTP status and title of every error; exhaustive over the closed union. */
const PAGES: Record<ErrorCode, { status: number; title: string }> = {
	authenticationNeeded: { status: 401, title: 'Please sign in' },
	consentNeeded: { status: 403, title: 'Not everything was allowed' },
	signInDeclined: { status: 403, title: 'You declined' },
	signInExpired: { status: 400, title: 'This sign-in took too long' },
	signInTimedOut: { status: 410, title: 'The flow does not wait any more' },
	rotationInterrupted: { status: 401, title: 'Please sign in again' },
	interactionRequired: { status: 403, title: 'A sign-in page is needed' },
	approvalNeeded: { status: 403, title: 'Not approved yet' },
	userMissing: { status: 400, title: 'Nobody is named' },
	userInvalid: { status: 400, title: 'This is no person' },
	wrongBrowser: { status: 403, title: 'Another browser' },
	wrongAccount: { status: 403, title: 'Another account' },
	linkInvalid: { status: 404, title: 'This link does not work any more' },
	stateInvalid: { status: 400, title: 'This sign-in is over' },
	issuerMismatch: { status: 400, title: 'The wrong server answered' },
	forbidden: { status: 403, title: 'Not allowed' },
	connectionUnknown: { status: 404, title: 'This app is not known here' },
	connectionInactive: { status: 503, title: 'Not available at the moment' },
	connectionProofWrong: { status: 403, title: 'Not allowed' },
	connectionTaken: { status: 409, title: 'Offered elsewhere' },
	credentialMissing: { status: 500, title: 'The set-up is not complete' },
	settingInvalid: { status: 500, title: 'The set-up is not complete' },
	individualUsersOff: { status: 403, title: 'Not allowed' },
	serviceAccountOff: { status: 403, title: 'Not allowed' },
	tooManyRequests: { status: 429, title: 'Too many at once' },
	userChanged: { status: 409, title: 'Another person' },
	scopeMissing: { status: 500, title: 'The set-up is not complete' },
	referenceInvalid: { status: 400, title: 'This reference does not work any more' },
	clientRejected: { status: 502, title: 'The app does not accept this n8n' },
	providerUnavailable: { status: 503, title: 'The app does not answer' },
	providerError: { status: 502, title: 'The app did not accept the sign-in' },
	refreshInProgress: { status: 503, title: 'One moment' },
	tokenTypeUnsupported: { status: 502, title: 'The app gave an unknown kind of access' },
	assertionRejected: { status: 502, title: 'The app does not accept this n8n' },
	hostForbidden: { status: 403, title: 'Not allowed' },
	vaultUnavailable: { status: 503, title: 'Not available at the moment' },
	vaultKeyWrong: { status: 500, title: 'Not available at the moment' },
	vaultTooNew: { status: 500, title: 'Not available at the moment' },
	configurationInvalid: { status: 500, title: 'The set-up is not complete' },
	n8nTooOld: { status: 500, title: 'The set-up is not complete' },
	internal: { status: 500, title: 'Something went wrong' },
};

/** @param code as the vault keeps it; one that this version does not know stays as it is */
export const errorInWords = (code: string): string => (Object.hasOwn(PAGES, code) ? PAGES[code as ErrorCode].title : code);

/** Errors of ours say what an administrator must know to an administrator, not to whoever sees a page. */
const FOR_ADMINISTRATORS: ReadonlySet<ErrorCode> = new Set(['vaultUnavailable', 'vaultKeyWrong', 'vaultTooNew', 'configurationInvalid', 'settingInvalid', 'scopeMissing', 'n8nTooOld', 'internal']);

export interface ErrorPageContext {
	portalName: string;
	portalHref?: string;
	retryHref?: string;
	retryForm?: FormView;
	/** Lets the waiting flow go on without the person. */
	goOnForm?: FormView;
}

/** One of the two mappers of our errors: to a page. */
export function toErrorPage(error: unknown, context: ErrorPageContext): PortalResponse {
	const known = error instanceof ConnectedAppsError ? error : new ConnectedAppsError('internal', 'Something went wrong on our side', { advice: 'Try again; if it happens again, tell your administrator' });
	return renderError(known.code, known.message, known.details.advice, context);
}

export function toldErrorPage(told: Extract<Told, { kind: 'error' }>, context: ErrorPageContext, formOrigins: string[] = []): PortalResponse {
	return renderError(told.code, told.message, told.advice, context, formOrigins);
}

function renderError(code: ErrorCode, message: string, advice: string | undefined, context: ErrorPageContext, formOrigins: string[] = []): PortalResponse {
	const page = PAGES[code];
	const hidden = FOR_ADMINISTRATORS.has(code);
	return htmlPage(
		errorPage({
			...context,
			title: page.title,
			message: hidden ? 'This is not your fault, and nothing of yours is lost.' : `${message.replace(/\.$/, '')}.`,
			advice: hidden ? 'Tell your administrator the code below; n8n’s log says more.' : advice === undefined ? undefined : `${advice.replace(/\.$/, '')}.`,
			code,
		}),
		{ status: page.status, formOrigins },
	);
}
