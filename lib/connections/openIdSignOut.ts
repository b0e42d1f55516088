import { ConnectedAppsError } from '../errors';
import { verifyLogoutToken } from '../oauth';
import type { Vault } from '../vault';
import type { OpenIdPortal } from './openIdSignIn';

/**
 * The provider's word that somebody has signed out there ends what that sign-in, or that person, has opened of the portal.
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
		const ended = await vault.sessions.deleteByProvider(portalId, { subject, sessionId });
		const { host } = new URL(settings.issuer);
		await vault.audit.addAll(ended.map(({ userKey }) => ({ type: 'sessionEnded', portalId, userKey, detail: `Signed out at ${host}` })));
		return ended.length;
	} catch (error) {
		// It has not counted: the provider may send it again.
		await vault.seen.forget(mark);
		throw error;
	}
}
