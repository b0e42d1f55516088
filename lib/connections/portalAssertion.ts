import { randomUUID } from 'node:crypto';

import { importJWK, SignJWT } from 'jose';

import { MINUTE_MS, SECOND_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { isEmailForm } from '../identity';
import type { SessionIdentity } from '../types';
import type { Vault } from '../vault';

/** Long enough for a person to press the button that hands it to the flow, and for the flow to get to its first node of ours. */
export const ASSERTION_LIFETIME_MS = 2 * MINUTE_MS;
const ALG = 'ES256';

export interface PortalAssertion {
	/** Public address of the portal's page. */
	portalUrl: string;
	portalId: string;
	/** The flow that it is for, as the credential's Identity Audience names it. */
	audience: string;
	/** What the flow is called on the page that it is started from. */
	flow?: string;
}

/** The keys that the portal's assertions are verified with, as a JWK set without private members. */
export function assertionKeys({ identityKeys }: Pick<Vault, 'identityKeys'>): { keys: Record<string, unknown>[] } {
	return { keys: identityKeys.map(({ kid, publicKey }) => ({ ...publicKey, kid, use: 'sig', alg: ALG })) };
}

/**
 * The portal's own word on who starts a flow from its page: a JWT for `verifiedToken`.
 * @throws ConnectedAppsError `forbidden` for a session that a link opened: whoever makes links could name anybody with it
 */
export async function portalAssertion(vault: Vault, { portalUrl, portalId, audience, flow }: PortalAssertion, session: SessionIdentity): Promise<string> {
	if (session.method === 'link') throw new ConnectedAppsError('forbidden', 'A personal link does not prove enough to start flows as a person', { user: session.userKey, advice: 'Sign in to the portal instead' });
	const [key] = vault.identityKeys;
	if (key === undefined) throw new ConnectedAppsError('internal', 'The vault has no key to sign with');
	const { userKey, method, person } = session;
	const email = isEmailForm(userKey) ? userKey : person?.email;
	const nowSeconds = Math.floor((await vault.nowMs()) / SECOND_MS);
	return await new SignJWT({ portal: portalId, method, ...(flow !== undefined && { flow }), ...(email !== undefined && { email, email_verified: true }) })
		.setProtectedHeader({ alg: ALG, kid: key.kid, typ: 'JWT' })
		.setIssuer(portalUrl)
		.setSubject(userKey)
		.setAudience(audience)
		.setIssuedAt(nowSeconds)
		.setExpirationTime(nowSeconds + ASSERTION_LIFETIME_MS / SECOND_MS)
		.setJti(randomUUID())
		.sign(await importJWK({ ...key.publicKey, d: key.d }, ALG));
}
