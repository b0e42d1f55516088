import * as openid from 'openid-client';

import type { TokenSet } from '../types';
import { provedWith } from './dpop';
import { toTokenSet, type TokenAnswerReading } from './tokenSet';

export interface TokenRequest {
	/** None: whatever the server gives to those who ask for nothing. */
	scopes: string[];
	/** RFC 8707 section 2.2. */
	resource?: string;
	reading: Omit<TokenAnswerReading, 'previous' | 'requestedScopes'> & Partial<Pick<TokenAnswerReading, 'requestedScopes'>>;
	dpopKey?: string;
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

async function request(client: openid.Configuration, grantType: string, parameters: Record<string, string>, { scopes, resource, reading, dpopKey }: TokenRequest): Promise<TokenSet> {
	const all = { ...parameters, ...(scopes.length > 0 && { scope: scopes.join(' ') }), ...(resource !== undefined && { resource }) };
	const answer = await openid.genericGrantRequest(client, grantType, all, await provedWith(client, dpopKey));
	return toTokenSet(answer, { requestedScopes: scopes, ...reading, dpopKey });
}

/**
 * A token for the client itself. Errors come as openid-client throws them: `classifyAnswer` says what they mean.
 * @throws ConnectedAppsError `tokenTypeUnsupported`
 * @see RFC 6749 section 4.4
 */
export async function requestClientCredentials(client: openid.Configuration, asked: TokenRequest): Promise<TokenSet> {
	return await request(client, 'client_credentials', {}, asked);
}

/**
 * A token for the subject of a signed assertion; with an `anonymous` client, the assertion is all that is sent.
 * Errors as for `requestClientCredentials`.
 * @see RFC 7523 section 2.1
 */
export async function requestWithAssertion(client: openid.Configuration, assertion: string, asked: TokenRequest): Promise<TokenSet> {
	return await request(client, JWT_BEARER, { assertion }, asked);
}

export interface TokenExchange extends Omit<TokenRequest, 'dpopKey'> {
	style: 'onBehalfOf' | 'tokenExchange';
	/** The caller's own access token: for this client, not for the API. */
	subjectToken: string;
}

/**
 * A token for the person of another token. Errors as for `requestClientCredentials`.
 * @see RFC 8693 section 2.1 (`tokenExchange`)
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow (`onBehalfOf`)
 */
export async function exchangeToken(client: openid.Configuration, { style, subjectToken, ...asked }: TokenExchange): Promise<TokenSet> {
	if (style === 'onBehalfOf') return await request(client, JWT_BEARER, { assertion: subjectToken, requested_token_use: 'on_behalf_of' }, asked);
	return await request(client, TOKEN_EXCHANGE, { subject_token: subjectToken, subject_token_type: ACCESS_TOKEN, requested_token_type: ACCESS_TOKEN }, asked);
}
