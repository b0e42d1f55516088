import * as openid from 'openid-client';

import { ConnectedAppsError } from '../errors';
import type { OAuthEndpoints } from '../types';
import { classifyAnswer, type AnswerQuirks } from './classifyAnswer';
import { dpopHandleOf } from './dpop';

/** Secrets of one authorization transaction; the verifier stays on the server. */
export interface TransactionSecrets {
	/** 256 bit, base64url. */
	state: string;
	codeVerifier: string;
	nonce: string;
}

export function newTransactionSecrets(): TransactionSecrets {
	return { state: openid.randomState(), codeVerifier: openid.randomPKCECodeVerifier(), nonce: openid.randomNonce() };
}

export interface AuthorizeParameters {
	redirectUri: string;
	scopes: string[];
	secrets: TransactionSecrets;
	/** Provider specific ones, e.g. `prompt`, `login_hint`. */
	extra?: Record<string, string>;
	/** The code is bound to it already (RFC 9449 section 10). */
	dpopKey?: string;
	quirks?: AnswerQuirks;
}

/**
 * The address of the provider's sign-in: code flow, PKCE S256 always, also for confidential clients. Where the server takes
 * pushed requests, the address only holds a reference to one.
 * @throws ConnectedAppsError `settingInvalid` without an authorization endpoint; of a pushed request also `clientRejected`, `providerUnavailable`, `providerError`
 * @see RFC 9700 section 2.1.1, RFC 9126 section 2, RFC 8707 section 2.1
 */
export async function buildAuthorizeUrl(client: openid.Configuration, endpoints: OAuthEndpoints, parameters: AuthorizeParameters): Promise<URL> {
	if (endpoints.authorizationUrl === undefined) throw new ConnectedAppsError('settingInvalid', 'No address is known at which people sign in', { field: 'authorizationUrl', advice: 'Enter the issuer or the Authorization URL in the credential' });
	const { redirectUri, scopes, secrets, extra, dpopKey, quirks } = parameters;
	const request: Record<string, string> = {
		...extra,
		...(endpoints.resource !== undefined && { resource: endpoints.resource }),
		redirect_uri: redirectUri,
		// A server may have scopes of its own for those who ask for none; an empty one is against RFC 6749 section 3.3.
		...(scopes.length > 0 && { scope: scopes.join(' ') }),
		state: secrets.state,
		code_challenge: await openid.calculatePKCECodeChallenge(secrets.codeVerifier),
		code_challenge_method: 'S256',
		...(scopes.includes('openid') && { nonce: secrets.nonce }),
		...(dpopKey !== undefined && { dpop_jkt: await (await dpopHandleOf(client, dpopKey)).calculateThumbprint() }),
	};
	if (endpoints.pushedAuthorizationUrl === undefined) return openid.buildAuthorizationUrl(client, request);
	try {
		return await openid.buildAuthorizationUrlWithPAR(client, request);
	} catch (error) {
		throw classifyAnswer(error, quirks).error;
	}
}
