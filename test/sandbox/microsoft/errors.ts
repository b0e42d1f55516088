// Errors in Entra's words: an OAuth error, an AADSTS number, a sentence, and what support wants to know.
// @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import { errors } from 'oidc-provider';

export interface ErrorFacts {
	status?: number;
	suberror?: string;
	/** A claims challenge: goes into the next authorize request as it is. */
	claims?: string;
}

/** oidc-provider lets it through from a grant's handler. */
export class AadError extends errors.OIDCProviderError {
	constructor(
		error: string,
		readonly code: number,
		readonly sentence: string,
		readonly facts: ErrorFacts = {},
	) {
		super(facts.status ?? 400, error);
		this.error_description = `AADSTS${code}: ${sentence}`;
	}
}

export function errorBody(loginUrl: string, { error, code, sentence, facts: { suberror, claims } }: AadError): Record<string, unknown> {
	const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '');
	const [traceId, correlationId] = [randomUUID(), randomUUID()];
	return {
		error,
		error_description: `AADSTS${code}: ${sentence} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
		error_codes: [code],
		timestamp,
		trace_id: traceId,
		correlation_id: correlationId,
		error_uri: `${loginUrl}/error?code=${code}`,
		...(suberror && { suberror }),
		...(claims && { claims }),
	};
}

export function sendError(response: Response, loginUrl: string, error: AadError): void {
	response.status(error.status).set('Cache-Control', 'no-store, no-cache').json(errorBody(loginUrl, error));
}

/** @see RFC 6749, section 4.1.2.1 */
export function errorRedirect(redirectUri: string, state: string | null, loginUrl: string, error: AadError): string {
	const url = new URL(redirectUri);
	const { error: name, error_description: description, error_uri: uri } = errorBody(loginUrl, error) as Record<string, string>;
	for (const [key, value] of Object.entries({ error: name, error_description: description, error_uri: uri, ...(state !== null && { state }) })) url.searchParams.set(key, value!);
	return url.href;
}

/** Only scopes name an API here; the endpoints before v2 had this parameter. */
export function refuseResource(parameters: URLSearchParams): void {
	if (parameters.has('resource')) throw new AadError('invalid_request', 901002, "The 'resource' request parameter is not supported.");
}

export const sentences = {
	consent: ({ clientId, name }: { clientId: string; name: string }) => `The user or administrator has not consented to use the application with ID '${clientId}' named '${name}'. Send an interactive authorization request for this user and resource.`,
	secondFactor: (applicationId: string) => `Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '${applicationId}'.`,
	noTenant: (tenant: string) => `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
	noApp: (clientId: string, tenant: string) => `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
	missing: (parameter: string) => `The request body must contain the following parameter: '${parameter}'.`,
};
