import type { Connection } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { SERVICE_ACCOUNT, type UserKey } from '../types';
import { assertAdmitted, isStrong } from './access';
import type { PortalResponse } from './http';
import { startPortalSignIn } from './openId';
import type { PortalContext } from './portal';

/** Nothing of the app's account says whose it is, and no token has said so before: the portal's own sign-in must. */
function needsPortalSignIn({ access }: PortalContext, { registration: { policy } }: Connection, userKey: UserKey): boolean {
	return access.signIn.kind === 'openId' && userKey !== SERVICE_ACCOUNT && policy.accountMatch !== 'sameEmail' && policy.userIdentity !== 'verifiedToken';
}

/** Claims of the allowed list can only be known by a sign-in. */
function mayBeAdmittedByClaim({ access }: PortalContext, userKey: UserKey): boolean {
	return access.signIn.kind === 'openId' && access.allowed.claims.size > 0 && userKey !== SERVICE_ACCOUNT && !access.allowed.keys.has(userKey);
}

/**
 * Where a connection or the list of admitted people needs it, people sign in to the portal before they connect an app.
 * @returns the way there; `undefined` if they have, or need not
 * @throws ConnectedAppsError `forbidden` if they are signed in as somebody else
 */
export async function establishFirst(context: PortalContext, connection: Connection, userKey: UserKey, requestId: string | undefined): Promise<PortalResponse | undefined> {
	const needed = needsPortalSignIn(context, connection, userKey);
	if (!needed && !mayBeAdmittedByClaim(context, userKey)) return undefined;
	const session = await context.browser.session();
	if (session === undefined || !isStrong(context.access, session)) return await startPortalSignIn(context, { thenRequestId: requestId });
	if (session.userKey === userKey || !needed) return undefined;
	await context.vault.audit.add({ type: 'refused', connectionId: connection.id, userKey, detail: 'The browser is signed in to the portal as somebody else' });
	throw new ConnectedAppsError('forbidden', `You are signed in as ${session.userKey}, but this sign-in is for ${userKey}`, { user: userKey, advice: 'Sign out on My connected apps, then open the link again as the right person' });
}

/** Whoever is not admitted learns it before they are asked for anything; not yet, if a sign-in to the portal may still admit them. */
export async function refusalOf(context: PortalContext, userKey: UserKey): Promise<ConnectedAppsError | undefined> {
	const session = await context.browser.session();
	const mayShowMore = session === undefined || !isStrong(context.access, session);
	if (mayShowMore && mayBeAdmittedByClaim(context, userKey)) return undefined;
	try {
		assertAdmitted(context.access, userKey, session);
		return undefined;
	} catch (error) {
		if (isConnectedAppsError(error, 'forbidden')) return error;
		throw error;
	}
}
