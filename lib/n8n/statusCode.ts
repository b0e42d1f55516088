import { isConnectedAppsError, type ErrorCode } from '../errors';

export const STATUS_OK = 0;
/** Every failure that a node does not tell apart. */
export const STATUS_UNKNOWN = -1;

/** The number that one of the OAuth nodes gives a failure in `statusCode`. */
export type StatusCodes = Readonly<Partial<Record<ErrorCode, number>>>;

/** Nothing to sign in with: no credential, one that is not complete, or one that no published trigger offers. */
export const NO_CONFIGURATION: StatusCodes = { credentialMissing: -2, settingInvalid: -2, connectionUnknown: -2, connectionProofWrong: -2, connectionInactive: -2 };

export function statusCodeOf(codes: StatusCodes, error: unknown): number {
	if (!isConnectedAppsError(error)) return STATUS_UNKNOWN;
	const code = error.details.oauthError === 'invalid_scope' ? 'scopeMissing' : error.code;
	return codes[code] ?? STATUS_UNKNOWN;
}
