// Level 0: the one error of the package. Five families; every code is listed once; the two mappers
// (lib/portal/errorPage.ts and lib/n8n/toNodeError.ts) are exhaustive over this union.
// No message ever contains a token, code, secret or resume URL.

/** The user can act: sign in, consent, choose another account. */
export type UserActsCode =
	| 'authenticationNeeded'
	| 'consentNeeded'
	| 'signInDeclined'
	| 'signInExpired'
	| 'signInTimedOut'
	| 'rotationInterrupted'
	| 'interactionRequired'
	| 'approvalNeeded';

/** Who are you: identity does not hold. */
export type IdentityCode =
	| 'userMissing'
	| 'userInvalid'
	| 'wrongBrowser'
	| 'wrongAccount'
	| 'linkInvalid'
	| 'stateInvalid'
	| 'issuerMismatch'
	| 'forbidden';

/** The flow or the set-up is wrong: builder or admin acts. */
export type FlowCode =
	| 'connectionUnknown'
	| 'connectionInactive'
	| 'connectionProofWrong'
	| 'connectionTaken'
	| 'credentialMissing'
	| 'settingInvalid'
	| 'individualUsersOff'
	| 'serviceAccountOff'
	| 'tooManyRequests'
	| 'userChanged'
	| 'scopeMissing'
	| 'referenceInvalid';

/** The other side: provider or network. */
export type RemoteCode =
	| 'clientRejected'
	| 'providerUnavailable'
	| 'providerError'
	| 'refreshInProgress'
	| 'tokenTypeUnsupported'
	| 'assertionRejected'
	| 'hostForbidden';

/** Ours: vault, key, configuration of the package. */
export type OursCode = 'vaultUnavailable' | 'vaultKeyWrong' | 'vaultTooNew' | 'configurationInvalid' | 'n8nTooOld' | 'internal';

export type ErrorCode = UserActsCode | IdentityCode | FlowCode | RemoteCode | OursCode;

export interface ErrorDetails {
	/** The way out, in one sentence. */
	advice?: string;
	/** The setting, field or thing that is concerned. */
	field?: string;
	/** A plain request link: carries no authority (S39). */
	signInUrl?: string;
	app?: string;
	user?: string;
	/** What a consent has to add. */
	missingScopes?: string[];
	httpStatus?: number;
	/** RFC 6749 `error`. */
	oauthError?: string;
	retryAfterMs?: number;
	/** The account that somebody signed in with is another than the pinned one: what they may confirm (S24). */
	otherAccount?: { subject: string; name: string; previousName: string };
}

export class ConnectedAppsError extends Error {
	readonly code: ErrorCode;

	readonly details: ErrorDetails;

	constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
		super(message, options);
		this.name = 'ConnectedAppsError';
		this.code = code;
		this.details = details;
	}
}

/** True for our error with one of the given codes (any code if none is given). */
export function isConnectedAppsError(error: unknown, ...codes: ErrorCode[]): error is ConnectedAppsError {
	return error instanceof ConnectedAppsError && (codes.length === 0 || codes.includes(error.code));
}
