import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';

import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import type { Fetch } from '../types';
import { bareCause } from './classifyAnswer';
import { parseEndpoint } from './endpoint';
import { ALGORITHMS, keysAt, TOLERANCE_SECONDS } from './issuerKeys';

export interface IdentityTokenChecks {
	/** To the letter. */
	issuer: string;
	audience: string;
	/** Where the issuer's keys are, or the keys themselves. */
	keys: { url: string } | { local: readonly Record<string, unknown>[] };
	fetch: Fetch;
	nowMs?: number;
}

const ADVICE = 'Set "User" to the token that the flow was called with, e.g. ={{ $json.headers.authorization }}';

function reasonOf(error: unknown, { issuer, audience }: IdentityTokenChecks): [reason: string, advice: string] {
	if (error instanceof errors.JWTExpired) return ['has expired', 'The caller signs in again and calls with a new token'];
	if (error instanceof errors.JWTClaimValidationFailed) {
		if (error.claim === 'iss') return ['comes from another issuer', `The credential believes ${issuer} only`];
		if (error.claim === 'aud') return ['is meant for somebody else', `The credential takes tokens for the audience "${audience}" only`];
		if (error.claim === 'nbf' || error.claim === 'iat') return ['is not valid yet', 'Compare the clock of the machine that n8n runs on with the right time'];
		return [`lacks the claim "${error.claim}"`, ADVICE];
	}
	if (error instanceof errors.JOSEAlgNotAllowed) return ['is signed by an algorithm that is not allowed', `Allowed are ${ALGORITHMS.join(', ')}: a token that is not signed, or with a shared secret, proves nothing`];
	if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return ['is signed with a key that its issuer does not publish', 'The caller signs in again and calls with a new token'];
	if (error instanceof errors.JWSSignatureVerificationFailed) return ['has a signature that does not hold', ADVICE];
	return ['is no signed token (JWT)', ADVICE];
}

function toIdentityError(error: unknown, checks: IdentityTokenChecks): ConnectedAppsError {
	if (isConnectedAppsError(error)) return error;
	if (error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout || (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')) {
		return new ConnectedAppsError('providerUnavailable', `The keys of ${checks.issuer} could not be read (${bareCause(error).message})`, { advice: 'Try again later' }, { cause: bareCause(error) });
	}
	const [reason, advice] = reasonOf(error, checks);
	// Without the cause: it could hold what the token says.
	return new ConnectedAppsError('userInvalid', `The token in "User" ${reason}`, { field: 'user', advice });
}

/** jose would say of an unsigned token that its structure is wrong, before it looks at the algorithm. */
function assertAllowedAlgorithm(token: string): void {
	const { alg } = decodeProtectedHeader(token);
	if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) throw new errors.JOSEAlgNotAllowed('alg');
}

/**
 * The claims of a token that says who calls a flow: signature, algorithm, issuer, audience and time are checked, nothing else.
 * @throws ConnectedAppsError `userInvalid` that names the reason, `providerUnavailable` where the keys cannot be had, `settingInvalid` for their address
 * @see RFC 7519 section 7.2, RFC 8725 section 3
 */
export async function verifyIdentityToken(token: string, checks: IdentityTokenChecks): Promise<JWTPayload> {
	const { issuer, audience, keys, fetch, nowMs = Date.now() } = checks;
	const options = { algorithms: ALGORITHMS, issuer, audience, clockTolerance: TOLERANCE_SECONDS, currentDate: new Date(nowMs), requiredClaims: ['exp'] };
	try {
		assertAllowedAlgorithm(token);
		// Two calls, since their types differ: a key set is a function of the token's header.
		const { payload } = 'url' in keys ? await jwtVerify(token, keysAt(parseEndpoint(keys.url, 'Keys URL'), fetch), options) : await jwtVerify(token, createLocalJWKSet({ keys: [...keys.local] as never }), options);
		return payload;
	} catch (error) {
		throw toIdentityError(error, checks);
	}
}
