import * as openid from 'openid-client';

import { ConnectedAppsError } from '../errors';
import type { TokenSet } from '../types';
import { bareCause, classifyAnswer, complaintOf } from './classifyAnswer';
import { toTokenSet, type TokenAnswerReading } from './tokenSet';

export interface CodeExchange {
	redirectUri: string;
	/** Query string of the callback as it arrived. */
	query: URLSearchParams;
	state: string;
	codeVerifier: string;
	nonce?: string;
	reading: Omit<TokenAnswerReading, 'previous'>;
}

/**
 * Checks the authorization response (state, `iss`, error) and exchanges its code.
 * @throws ConnectedAppsError `signInDeclined`, `issuerMismatch`, `stateInvalid`, `clientRejected`, `providerUnavailable`, `providerError`
 * @see RFC 6749 section 4.1.3, RFC 7636 section 4.5, RFC 9207 section 2.4
 */
export async function exchangeCode(client: openid.Configuration, exchange: CodeExchange): Promise<TokenSet> {
	// The address comes from the configuration, only the query from the browser: a forged Host changes nothing (S8).
	const currentUrl = new URL(exchange.redirectUri);
	for (const [name, value] of exchange.query) currentUrl.searchParams.append(name, value);
	try {
		const answer = await openid.authorizationCodeGrant(client, currentUrl, {
			expectedState: exchange.state,
			pkceCodeVerifier: exchange.codeVerifier,
			expectedNonce: exchange.nonce,
			idTokenExpected: exchange.nonce !== undefined,
		});
		return toTokenSet(answer, exchange.reading);
	} catch (error) {
		throw toSignInError(error, exchange.query);
	}
}

function toSignInError(error: unknown, query: URLSearchParams): ConnectedAppsError {
	const cause = bareCause(error);
	const code = (error as { code?: string }).code;
	if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR') {
		const oauthError = query.get('error') ?? 'unknown_error';
		const said = [oauthError, query.get('error_description')].filter(Boolean).join(': ').slice(0, 300);
		if (oauthError === 'access_denied') return new ConnectedAppsError('signInDeclined', `The sign-in was declined (${said})`, { oauthError }, { cause });
		if (oauthError === 'temporarily_unavailable' || oauthError === 'server_error') return new ConnectedAppsError('providerUnavailable', `The provider could not sign you in (${said})`, { oauthError }, { cause });
		return new ConnectedAppsError('providerError', `The provider refused the sign-in (${said})`, { oauthError }, { cause });
	}
	const complaint = code === 'OAUTH_INVALID_RESPONSE' ? (complaintOf(error) ?? '') : '';
	if (/"iss"/.test(complaint)) {
		return new ConnectedAppsError('issuerMismatch', 'The answer came from another authorization server than the one that was asked', {}, { cause });
	}
	if (/"state"/.test(complaint)) {
		return new ConnectedAppsError('stateInvalid', 'This answer belongs to another sign-in', { advice: 'Start again from your flow or from My connected apps' }, { cause });
	}
	const classified = classifyAnswer(error);
	if (classified.kind === 'invalidGrant') {
		return new ConnectedAppsError('signInExpired', 'The provider did not accept the sign-in any more', { oauthError: 'invalid_grant' }, { cause });
	}
	return classified.error;
}
