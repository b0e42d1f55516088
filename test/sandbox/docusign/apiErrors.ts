// The errors of the eSignature API: one code and one sentence. The words are DocuSign's where a public source quotes them.
// @see https://developers.docusign.com/docs/esign-rest-api/esign101/error-codes/
export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly errorCode: string,
		message: string,
	) {
		super(message);
	}

	/** As it stands in the middle of an answer, where one of several things went wrong. */
	get details(): { errorCode: string; message: string } {
		return { errorCode: this.errorCode, message: this.message };
	}
}

export function badRequest(errorCode: string, message: string): ApiError {
	return new ApiError(400, errorCode, message);
}

export function invalidParameter(detail: string): ApiError {
	return badRequest('INVALID_REQUEST_PARAMETER', `The request contained at least one invalid parameter. ${detail}`);
}

export function invalidBody(detail = ''): ApiError {
	return badRequest('INVALID_REQUEST_BODY', `The request body is missing or improperly formatted. ${detail}`.trim());
}

export function lacksPermissions(): ApiError {
	return new ApiError(403, 'USER_LACKS_PERMISSIONS', 'This user lacks sufficient permissions to access this resource.');
}

export function resourceNotFound(): ApiError {
	return new ApiError(404, 'RESOURCE_NOT_FOUND', 'The URL provided does not resolve to a resource.');
}

export function noSuchEnvelope(): ApiError {
	return new ApiError(404, 'ENVELOPE_DOES_NOT_EXIST', 'The envelope specified either does not exist or you have no rights to it.');
}

export function noSuchDocument(): ApiError {
	return new ApiError(404, 'DOCUMENT_DOES_NOT_EXIST', 'The document specified either does not exist or you have no rights to it.');
}

export function noSuchTemplate(): ApiError {
	return badRequest('TEMPLATE_ID_INVALID', 'Invalid template ID.');
}

export function invalidRecipientId(recipientId = ''): ApiError {
	return badRequest('INVALID_RECIPIENT_ID', `Invalid recipientId specified. ${recipientId}`.trim());
}

/** A resource that wants the envelope in another state. */
export function invalidStatus(message: string): ApiError {
	return badRequest('ENVELOPE_INVALID_STATUS', message);
}
