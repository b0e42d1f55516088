import { randomUUID } from 'node:crypto';

import { SignJWT } from 'jose';

import { ConnectedAppsError } from '../errors';
import type { SigningKey } from '../types';
import { importSigningKey, keyHeaderOf } from './signingKey';

export interface AssertionClaims {
	issuer: string;
	subject: string;
	/** One: whoever gets an assertion must not be able to use it elsewhere (S10). */
	audience: string;
	lifetimeSeconds: number;
	extra?: Record<string, unknown>;
}

export interface AssertionOptions {
	nowMs?: number;
	/** Further members of the header. */
	header?: Record<string, unknown>;
}

const OWN_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti'];
/** `crit` and `b64` would change what is signed (RFC 7515 section 4.1.11, RFC 7797). */
const OWN_HEADERS = ['alg', 'crit', 'b64'];

function assertForeign(given: Record<string, unknown>, own: readonly string[], field: string): void {
	const taken = Object.keys(given).find((name) => own.includes(name));
	if (taken !== undefined) throw new ConnectedAppsError('settingInvalid', `The assertion sets "${taken}" itself`, { field, advice: `Remove "${taken}" from the additional ${field === 'extraHeaders' ? 'headers' : 'claims'}; issuer, subject, audience, lifetime and algorithm have fields of their own` });
}

/**
 * A signed assertion for one server, good once and for `lifetimeSeconds`.
 * @throws ConnectedAppsError `settingInvalid` that names the field: those of `importSigningKey`, `issuer`, `subject`, `audience`, `lifetimeSeconds`, `extraClaims`, `extraHeaders`
 * @see RFC 7523 section 3, RFC 8725 section 3.1
 */
export async function signAssertion(key: SigningKey, claims: AssertionClaims, options: AssertionOptions = {}): Promise<string> {
	const { extra = {}, lifetimeSeconds } = claims;
	const { nowMs = Date.now(), header = {} } = options;
	for (const field of ['issuer', 'subject', 'audience'] as const) {
		// Where an expression yields nothing, or a list.
		if (typeof claims[field] !== 'string' || claims[field] === '') throw new ConnectedAppsError('settingInvalid', `The assertion has no ${field}`, { field, advice: `Enter the ${field}, or an expression that yields one text` });
	}
	if (!Number.isFinite(lifetimeSeconds) || lifetimeSeconds < 1) throw new ConnectedAppsError('settingInvalid', 'The lifetime of the assertion must be a number of seconds', { field: 'lifetimeSeconds', advice: 'For example: 120' });
	assertForeign(extra, OWN_CLAIMS, 'extraClaims');
	assertForeign(header, OWN_HEADERS, 'extraHeaders');
	const signingKey = await importSigningKey(key);
	const issuedAt = Math.floor(nowMs / 1_000);
	return await new SignJWT({ ...extra, iss: claims.issuer, sub: claims.subject, aud: claims.audience, iat: issuedAt, exp: issuedAt + Math.floor(lifetimeSeconds), jti: randomUUID() })
		.setProtectedHeader({ typ: 'JWT', ...keyHeaderOf(key), ...header, alg: key.algorithm })
		.sign(signingKey);
}
