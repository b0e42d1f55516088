import { errors, jwtVerify, type JWTPayload } from 'jose';

import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import type { Fetch, OAuthEndpoints } from '../types';
import { bareCause } from './classifyAnswer';
import { parseEndpoint } from './endpoint';
import { ALGORITHMS, keysAt, TOLERANCE_SECONDS } from './issuerKeys';

export interface IdTokenChecks {
	endpoints: OAuthEndpoints;
	clientId: string;
	/** Of the very sign-in that the token came from. */
	nonce: string;
	fetch: Fetch;
	nowMs?: number;
}

function missing(field: 'issuer' | 'jwksUrl', what: string): ConnectedAppsError {
	return new ConnectedAppsError('settingInvalid', `An ID token cannot be checked: ${what}`, { field, advice: 'Enter the issuer in the credential, so that both are discovered' });
}

function toIdTokenError(error: unknown): ConnectedAppsError {
	if (isConnectedAppsError(error)) return error;
	const cause = bareCause(error);
	if (error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout || (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')) {
		return new ConnectedAppsError('providerUnavailable', `The keys of the provider could not be read (${cause.message})`, { advice: 'Try again later' }, { cause });
	}
	const clock = error instanceof errors.JWTExpired || (error instanceof errors.JWTClaimValidationFailed && ['iat', 'nbf', 'exp'].includes(error.claim));
	return new ConnectedAppsError('providerError', `The provider’s word on who signed in does not hold (${cause.message})`, { advice: clock ? 'Compare the clock of the machine that n8n runs on with the right time, then sign in again' : 'Sign in again; if it stays so, check the issuer and Client ID in the credential' }, { cause });
}

function assertClaims(claims: JWTPayload, { endpoints, clientId, nonce }: IdTokenChecks, nowMs: number): void {
	const failed = (claim: string) => new ConnectedAppsError('providerError', `The provider’s word on who signed in does not hold (unexpected "${claim}")`, { advice: 'Sign in again; if it stays so, check Client ID in the credential' });
	const expected = endpoints.idTokenIssuer ?? endpoints.issuer;
	if (expected === undefined) throw missing('issuer', 'its issuer is not known');
	const { tid } = claims;
	// A tenant's own issuer, where one server signs for all of them; a tenant is one segment of the path.
	const tenant = typeof tid === 'string' && /^[\w.-]+$/.test(tid) ? tid : undefined;
	if ((tenant === undefined && expected.includes('{tid}')) || claims.iss !== expected.replace('{tid}', tenant ?? '')) {
		throw new ConnectedAppsError('issuerMismatch', 'The ID token comes from another issuer than the one that was asked', { advice: 'If nobody has tampered with it, the issuer in the credential is not the one that the server calls itself' });
	}
	if (Array.isArray(claims.aud) && claims.aud.length > 1 && claims.azp !== clientId) throw failed('azp');
	if (typeof claims.sub !== 'string' || claims.sub === '') throw failed('sub');
	if (typeof claims.iat !== 'number' || claims.iat > nowMs / 1_000 + TOLERANCE_SECONDS) throw failed('iat');
	if (claims.nonce !== nonce) throw new ConnectedAppsError('stateInvalid', 'The ID token belongs to another sign-in', { advice: 'Start again from your flow or from My connected apps' });
}

/**
 * The claims of an ID token, checked in full: signature, issuer, audience, authorized party, time and nonce.
 * @throws ConnectedAppsError `providerError`, `issuerMismatch`, `stateInvalid` (nonce), `providerUnavailable` (keys), `settingInvalid` where keys or issuer are not known
 * @see OpenID Connect Core section 3.1.3.7
 */
export async function verifyIdToken(idToken: string, checks: IdTokenChecks): Promise<Record<string, unknown>> {
	const { endpoints, clientId, fetch, nowMs = Date.now() } = checks;
	if (endpoints.jwksUrl === undefined) throw missing('jwksUrl', 'the address of the provider’s keys is not known');
	const keys = keysAt(parseEndpoint(endpoints.jwksUrl, 'Keys URL'), fetch);
	try {
		const { payload } = await jwtVerify(idToken, keys, { algorithms: ALGORITHMS, audience: clientId, clockTolerance: TOLERANCE_SECONDS, currentDate: new Date(nowMs), requiredClaims: ['iss', 'sub', 'exp', 'iat'] });
		assertClaims(payload, checks, nowMs);
		return payload;
	} catch (error) {
		throw toIdTokenError(error);
	}
}
