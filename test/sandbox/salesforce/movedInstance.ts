// The org moves to another host: the new address comes with the next token answer, the old host serves nobody.
import type { RequestHandler } from 'express';
import { ApiError } from './apiErrors';
import type { SalesforceApiSettings } from './apiSettings';

/** `homeUrl` is where the org lived before. */
export function refuseAtOldHost(homeUrl: string, settings: SalesforceApiSettings): RequestHandler {
	return (request, _response, next) => {
		if (!settings.instanceMoved || `http://${request.headers.host}` !== homeUrl) return next();
		if (settings.movedInstanceAnswer === 'invalidSession') throw new ApiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
		throw new ApiError(400, 'URL_NOT_RESET', 'Destination URL not reset. The URL returned from login must be set');
	};
}
