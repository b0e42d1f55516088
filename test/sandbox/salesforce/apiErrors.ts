// REST errors: always an array.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
import type { Response } from 'express';

export class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly errorCode: string,
		message: string,
	) {
		super(message);
	}
}

export function notFound(): ApiError {
	return new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

export function badRequest(errorCode: string, message: string): ApiError {
	return new ApiError(400, errorCode, message);
}

export function sendError(response: Response, { status, errorCode, message }: ApiError): void {
	response.status(status).json([{ message, errorCode }]);
}
