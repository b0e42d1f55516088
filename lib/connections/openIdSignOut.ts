import { MINUTE_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { verifyLogoutToken } from '../oauth';
import type { UserKey } from '../types';
import type { Vault } from '../vault';
import type { OpenIdPortal } from './openIdSignIn';
import { TRANSACTION_MS } from './signIn';

/** No sign-in that was under way when a sign-out came takes longer: until its browser comes back, and then until its code is exchanged. */
const SIGN_IN_MS = TRANSACTION_MS + 5 * MINUTE_MS;

const signedOutAt = (issuer: string): string => `Signed out at ${new URL(issuer).host}`;

/**
 * The provider's word that somebody has signed out there ends what that sign-in, or that person, has opened of the portal, and what
 * is about to: sign-ins that are under way.
 * @returns how many sessions ended; 0 if nobody was signed in (any more)
 * @throws ConnectedAppsError `forbidden` that says why the token does not hold, also one that came before; `providerUnavailable`, `settingInvalid`
 * @see OpenID Connect Back-Channel Logout sections 2.6 and 2.7
 */
export async function endSessionsOfSignOut(vault: Vault, { portalId, settings, endpoints, fetch }: Pick<OpenIdPortal, 'portalId' | 'settings' | 'endpoints' | 'fetch'>, logoutToken: string): Promise<number> {
	const { subject, sessionId, tokenId, takenForMs } = await verifyLogoutToken(logoutToken, { endpoints, clientId: settings.client.clientId, fetch, nowMs: await vault.nowMs() });
	const mark = `logout ${JSON.stringify([portalId, tokenId])}`;
	if (!(await vault.seen.first(mark, takenForMs))) {
		// Once: whoever holds a genuine token can send it for as long as it would hold, and each word is kept for a year.
		if (await vault.seen.first(`${mark} again`, takenForMs)) await vault.audit.add({ type: 'refused', portalId, detail: 'A sign-out that the provider told came a second time' });
		throw new ConnectedAppsError('forbidden', 'The logout token was used already');
	}
	try {
		const ended = await vault.sessions.deleteByProvider(portalId, { subject, sessionId }, SIGN_IN_MS);
		await vault.audit.addAll(ended.map(({ userKey }) => ({ type: 'sessionEnded', portalId, userKey, detail: signedOutAt(settings.issuer) })));
		return ended.length;
	} catch (error) {
		// It has not counted: the provider may send it again.
		await vault.seen.forget(mark);
		throw error;
	}
}

/** The provider has ended a sign-in before it opened the portal. @returns what to tell the person */
export async function refuseSignedOut(vault: Vault, { portalId, settings }: Pick<OpenIdPortal, 'portalId' | 'settings'>, userKey: UserKey): Promise<ConnectedAppsError> {
	await vault.audit.add({ type: 'sessionEnded', portalId, userKey, detail: signedOutAt(settings.issuer) });
	return new ConnectedAppsError('authenticationNeeded', `You were signed out at ${new URL(settings.issuer).host} before this sign-in was complete`, { user: userKey, advice: 'Sign in again' });
}
