import type { JWTPayload } from 'jose';

import { ConnectedAppsError } from '../errors';
import { ALGORITHMS } from './issuerKeys';
import { verifySignedToken, type SignedTokenChecks, type TokenFlaw } from './verifySignedToken';

export type IdentityTokenChecks = Pick<SignedTokenChecks, 'issuer' | 'audience' | 'keys' | 'fetch'> & { nowMs?: number };

const OTHER_ADVICE = 'Set "User" to the token that the flow was called with, e.g. ={{ $json.headers.authorization }}';

function adviceOn(flaw: TokenFlaw, { issuer, audience }: IdentityTokenChecks): string {
	switch (flaw) {
		case 'expired':
		case 'key':
			return 'The caller signs in again and calls with a new token';
		case 'issuer':
			return `The credential believes ${issuer} only`;
		case 'audience':
			return `The credential takes tokens for the audience "${audience}" only`;
		case 'notYetValid':
			return 'Compare the clock of the machine that n8n runs on with the right time';
		case 'algorithm':
			return `Allowed are ${ALGORITHMS.join(', ')}: a token that is not signed, or with a shared secret, proves nothing`;
		case 'claim':
		case 'other':
			return OTHER_ADVICE;
	}
}

/**
 * The claims of a token that says who calls a flow.
 * @throws ConnectedAppsError `userInvalid` that names the reason; `providerUnavailable`, `settingInvalid` as `verifySignedToken`
 */
export async function verifyIdentityToken(token: string, checks: IdentityTokenChecks): Promise<JWTPayload> {
	const refuse = (flaw: TokenFlaw, reason: string) => new ConnectedAppsError('userInvalid', `The token in "User" ${reason}`, { field: 'user', advice: adviceOn(flaw, checks) });
	const { claims } = await verifySignedToken(token, { ...checks, nowMs: checks.nowMs ?? Date.now(), requiredClaims: ['exp'] }, refuse);
	return claims;
}
