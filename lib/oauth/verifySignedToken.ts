import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';

import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import type { Fetch } from '../types';
import { bareCause } from './classifyAnswer';
import { parseEndpoint } from './endpoint';
import { ALGORITHMS, keysAt, TOLERANCE_SECONDS } from './issuerKeys';

export interface SignedTokenChecks {
	/** To the letter. */
	issuer: string;
	audience: string;
	/** Where the issuer's keys are, or the keys themselves. */
	keys: { url: string } | { local: readonly Record<string, unknown>[] };
	fetch: Fetch;
	nowMs: number;
	requiredClaims: string[];
	/** Since `iat`, which is then required. */
	maxAgeSeconds?: number;
}

/** What is wrong with a token, by whom it concerns. */
export type TokenFlaw = 'expired' | 'issuer' | 'audience' | 'notYetValid' | 'claim' | 'algorithm' | 'key' | 'other';

function flawOf(error: unknown): [flaw: TokenFlaw, reason: string] {
	if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? ['expired', 'was issued too long ago'] : ['expired', 'has expired'];
	if (error instanceof errors.JWTClaimValidationFailed) {
		if (error.claim === 'iss') return ['issuer', 'comes from another issuer'];
		if (error.claim === 'aud') return ['audience', 'is meant for somebody else'];
		if (error.reason !== 'missing' && (error.claim === 'nbf' || error.claim === 'iat')) return ['notYetValid', 'is not valid yet'];
		return ['claim', `lacks the claim "${error.claim}"`];
	}
	if (error instanceof errors.JOSEAlgNotAllowed) return ['algorithm', 'is signed by an algorithm that is not allowed'];
	if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return ['key', 'is signed with a key that its issuer does not publish'];
	if (error instanceof errors.JWSSignatureVerificationFailed) return ['other', 'has a signature that does not hold'];
	return ['other', 'is no signed token (JWT)'];
}

/** jose would say of an unsigned token that its structure is wrong, before it looks at the algorithm. */
function assertAllowedAlgorithm(token: string): void {
	const { alg } = decodeProtectedHeader(token);
	if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) throw new errors.JOSEAlgNotAllowed('alg');
}

/**
 * Header and claims of a signed token: signature, algorithm, issuer, audience and time are checked, nothing else.
 * @param refuse makes the error of a token that does not hold; it gets no cause, which could hold what the token says
 * @throws ConnectedAppsError what `refuse` makes, `providerUnavailable` where the keys cannot be had, `settingInvalid` for their address
 * @see RFC 7519 section 7.2, RFC 8725 section 3
 */
export async function verifySignedToken(token: string, checks: SignedTokenChecks, refuse: (flaw: TokenFlaw, reason: string) => ConnectedAppsError): Promise<{ claims: JWTPayload; type: string | undefined }> {
	const { issuer, audience, keys, fetch, nowMs, requiredClaims, maxAgeSeconds } = checks;
	const options: JWTVerifyOptions = { algorithms: ALGORITHMS, issuer, audience, clockTolerance: TOLERANCE_SECONDS, currentDate: new Date(nowMs), requiredClaims, ...(maxAgeSeconds !== undefined && { maxTokenAge: maxAgeSeconds }) };
	try {
		assertAllowedAlgorithm(token);
		// Two calls, since their types differ: a key set is a function of the token's header.
		const { payload, protectedHeader } = 'url' in keys ? await jwtVerify(token, keysAt(parseEndpoint(keys.url, 'Keys URL'), fetch), options) : await jwtVerify(token, createLocalJWKSet({ keys: [...keys.local] as never }), options);
		return { claims: payload, type: protectedHeader.typ };
	} catch (error) {
		if (isConnectedAppsError(error)) throw error;
		if (error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout || (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')) {
			throw new ConnectedAppsError('providerUnavailable', `The keys of ${issuer} could not be read (${bareCause(error).message})`, { advice: 'Try again later' }, { cause: bareCause(error) });
		}
		throw refuse(...flawOf(error));
	}
}
