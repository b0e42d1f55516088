import { NodeApiError, NodeOperationError, type INode, type JsonObject } from 'n8n-workflow';

import { ConnectedAppsError, type ErrorCode } from '../errors';

/** Who can do something about it; exhaustive over the closed union, so that a new code does not compile without a choice. */
const FAMILY: Record<ErrorCode, 'operation' | 'api'> = {
	authenticationNeeded: 'operation',
	consentNeeded: 'operation',
	signInDeclined: 'operation',
	signInExpired: 'operation',
	signInTimedOut: 'operation',
	rotationInterrupted: 'operation',
	interactionRequired: 'operation',
	approvalNeeded: 'operation',
	userMissing: 'operation',
	userInvalid: 'operation',
	wrongBrowser: 'operation',
	wrongAccount: 'operation',
	linkInvalid: 'operation',
	stateInvalid: 'operation',
	issuerMismatch: 'operation',
	forbidden: 'operation',
	connectionUnknown: 'operation',
	connectionInactive: 'operation',
	connectionProofWrong: 'operation',
	connectionTaken: 'operation',
	credentialMissing: 'operation',
	settingInvalid: 'operation',
	individualUsersOff: 'operation',
	serviceAccountOff: 'operation',
	tooManyRequests: 'operation',
	userChanged: 'operation',
	scopeMissing: 'operation',
	referenceInvalid: 'operation',
	clientRejected: 'api',
	providerUnavailable: 'api',
	providerError: 'api',
	refreshInProgress: 'api',
	tokenTypeUnsupported: 'api',
	assertionRejected: 'api',
	hostForbidden: 'operation',
	vaultUnavailable: 'operation',
	vaultKeyWrong: 'operation',
	vaultTooNew: 'operation',
	configurationInvalid: 'operation',
	n8nTooOld: 'operation',
	internal: 'operation',
};

function describe(error: ConnectedAppsError): string {
	const { advice, signInUrl } = error.details;
	return [advice === undefined ? undefined : `${advice.replace(/\.$/, '')}.`, signInUrl === undefined ? undefined : `Sign in here: ${signInUrl}`].filter(Boolean).join(' ');
}

/** Maps any error to n8n's own kinds. The cause stays behind: n8n stores errors in execution data, and an answer's body can hold tokens. */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeOperationError | NodeApiError {
	if (error instanceof NodeOperationError || error instanceof NodeApiError) {
		if (itemIndex !== undefined && error.context.itemIndex === undefined) error.context.itemIndex = itemIndex;
		return error;
	}
	if (!(error instanceof ConnectedAppsError)) {
		const message = error instanceof Error ? error.message : String(error);
		return new NodeOperationError(node, message, { itemIndex });
	}
	const description = describe(error);
	if (FAMILY[error.code] === 'api') {
		const { httpStatus, oauthError } = error.details;
		const body: JsonObject = { code: error.code, message: error.message, ...(oauthError !== undefined && { error: oauthError }) };
		return new NodeApiError(node, body, { message: error.message, description, itemIndex, ...(httpStatus !== undefined && { httpCode: String(httpStatus) }) });
	}
	const mapped = new NodeOperationError(node, error.message, { description, itemIndex, type: error.code });
	if (error.details.signInUrl !== undefined) mapped.context.signInUrl = error.details.signInUrl;
	return mapped;
}

/** n8n shows only the message of an error at publishing: the way out has to stand in it. */
export function toPublishingError(node: INode, error: unknown): NodeOperationError | NodeApiError {
	const mapped = toNodeError(node, error);
	return typeof mapped.description === 'string' && mapped.description !== '' ? new NodeOperationError(node, `${mapped.message}. ${mapped.description}`) : mapped;
}
