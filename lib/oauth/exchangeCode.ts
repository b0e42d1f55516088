import * as openid from 'openid-client';

import { ConnectedAppsError, isConnectedAppsError, type ErrorCode } from '../errors';
import type { TokenSet } from '../types';
import { bareCause, classifyAnswer, complaintOf, INTERACTION_REQUIRED, knownErrorOf, type AnswerQuirks } from './classifyAnswer';
import { provedWith } from './dpop';
import { adviceOnOAuthError } from './errorAdvice';
import { idTokenOf, toTokenSet, type TokenAnswerReading } from './tokenSet';

export interface CodeExchange {
	redirectUri: string;
	/** Query string of the callback as it arrived. */
	query: URLSearchParams;
	state: string;
	codeVerifier: string;
	/** RFC 8707 section 2.2. */
	resource?: string;
	/** Where the code was asked for more than one token can be for; absent: all that it was asked for. */
	scopes?: string[];
	/** The one whose thumbprint the request for the code has named. */
	dpopKey?: string;
	quirks?: AnswerQuirks;
	reading: Omit<TokenAnswerReading, 'previous'>;
}

export interface ExchangedCode {
	tokens: TokenSet;
	/** Not looked at yet: for `verifyIdToken`. */
	idToken?: string;
}

/**
 * Checks the authorization response (state, `iss`, error) and exchanges its code.
 * @throws ConnectedAppsError `signInDeclined`, `signInExpired`, `interactionRequired`, `issuerMismatch`, `stateInvalid`, `clientRejected`, `tokenTypeUnsupported`, `providerUnavailable`, `providerError`, or what `quirks` say
 * @see RFC 6749 section 4.1.3, RFC 7636 section 4.5, RFC 9207 section 2.4
 */
export async function exchangeCode(client: openid.Configuration, exchange: CodeExchange): Promise<ExchangedCode> {
	const { redirectUri, query, state, codeVerifier, resource, scopes, dpopKey, quirks = {}, reading } = exchange;
	// The address comes from the configuration, only the query from the browser: a forged Host changes nothing (S8).
	const currentUrl = new URL(redirectUri);
	for (const [name, value] of query) currentUrl.searchParams.append(name, value);
	try {
		const answer = await openid.authorizationCodeGrant(client, currentUrl, { expectedState: state, pkceCodeVerifier: codeVerifier }, { ...(resource !== undefined && { resource }), ...(scopes !== undefined && { scope: scopes.join(' ') }) }, await provedWith(client, dpopKey));
		return { tokens: toTokenSet(answer, { ...reading, dpopKey }), idToken: idTokenOf(answer) };
	} catch (error) {
		throw isConnectedAppsError(error) ? error : toSignInError(error, query, quirks);
	}
}

function refused(oauthError: string): readonly [ErrorCode, string] {
	if (oauthError === 'access_denied') return ['signInDeclined', 'The sign-in was declined'];
	if (oauthError === 'temporarily_unavailable' || oauthError === 'server_error') return ['providerUnavailable', 'The provider could not sign you in'];
	if (INTERACTION_REQUIRED.includes(oauthError)) return ['interactionRequired', 'The provider wants to ask the person something'];
	return ['providerError', 'The provider refused the sign-in'];
}

function toSignInError(error: unknown, query: URLSearchParams, quirks: AnswerQuirks): ConnectedAppsError {
	const cause = bareCause(error);
	const code = (error as { code?: string }).code;
	if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR') {
		const oauthError = query.get('error') ?? 'unknown_error';
		const description = query.get('error_description') ?? '';
		const said = [oauthError, description].filter(Boolean).join(': ').slice(0, 300);
		const known = knownErrorOf(quirks, oauthError, description);
		const [ours, told] = refused(oauthError);
		return new ConnectedAppsError(known?.code ?? ours, `${told} (${said})`, { oauthError, advice: known?.advice ?? adviceOnOAuthError(oauthError, description) }, { cause });
	}
	const complaint = code === 'OAUTH_INVALID_RESPONSE' ? (complaintOf(error) ?? '') : '';
	if (/"iss"/.test(complaint)) {
		return new ConnectedAppsError('issuerMismatch', 'The answer came from another authorization server than the one that was asked', { advice: 'If nobody has tampered with it, the issuer in the credential is not the one that the server calls itself' }, { cause });
	}
	if (/"state"/.test(complaint)) {
		return new ConnectedAppsError('stateInvalid', 'This answer belongs to another sign-in', { advice: 'Start again from your flow or from My connected apps' }, { cause });
	}
	const classified = classifyAnswer(error, quirks);
	if (classified.kind === 'invalidGrant' && classified.error.code === 'authenticationNeeded') {
		const { error: oauthError = '', error_description: description = '' } = error as { error?: string; error_description?: string };
		// Only what the description names: that a code is used up or too old says the error itself.
		const advice = knownErrorOf(quirks, oauthError, description)?.advice ?? adviceOnOAuthError('', description) ?? 'Start again from your flow or from My connected apps';
		return new ConnectedAppsError('signInExpired', 'The provider did not accept the sign-in any more', { oauthError, advice }, { cause });
	}
	return classified.error;
}
