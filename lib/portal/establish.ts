import type { Connection } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { SERVICE_ACCOUNT, type UserKey } from '../types';
import { assertAdmitted, isStrong } from './access';
import type { PortalResponse } from './http';
import { startPortalSignIn } from './openId';
import type { PortalContext } from './portal';

/**
 * Nothing of the app's account says whose it is: the portal's own sign-in must. A token that has named the user knows nothing of the
 * browser that comes to complete, which may be anybody's whom the link was sent to.
 */
function needsPortalSignIn({ registration: { policy } }: Connection, userKey: UserKey): boolean {
	return userKey !== SERVICE_ACCOUNT && policy.accountMatch !== 'sameEmail';
}

/** Claims of the allowed list can only be known by a sign-in. */
function mayBeAdmittedByClaim({ access }: PortalContext, userKey: UserKey): boolean {
	return access.signIn.kind === 'openId' && access.allowed.claims.size > 0 && userKey !== SERVICE_ACCOUNT && !access.allowed.keys.has(userKey);
}

function notEstablished({ access }: PortalContext, { registration: { appName } }: Connection, user: UserKey): ConnectedAppsError {
	if (access.signIn.kind === 'personalLink') return new ConnectedAppsError('forbidden', `${appName} cannot be connected here: nothing at this portal says who you are`, { user, advice: 'Tell your administrator: this needs OpenID Connect under Sign-In Method of the Connected Apps Trigger, or Account Match = Same E-Mail Address in the credential' });
	return new ConnectedAppsError('forbidden', 'This portal was not told who you are', { user, advice: 'Sign in to your organisation, then open the link again; if that does not help, tell your administrator' });
}

/**
 * Who completes is who was named (S6): at every start, however it came about.
 * @throws ConnectedAppsError `forbidden` where only the portal's own sign-in says so, and this browser has none, or somebody else's
 */
export async function assertEstablished(context: PortalContext, connection: Connection, userKey: UserKey): Promise<void> {
	if (!needsPortalSignIn(connection, userKey)) return;
	const { access, browser } = context;
	const session = await browser.session();
	// The account of an app is no sign-in of the portal's own: it is what is to be proved.
	if (access.signIn.kind === 'personalLink' || session === undefined || !isStrong(access, session)) throw notEstablished(context, connection, userKey);
	if (session.userKey === userKey) return;
	await context.auditRefusal({ connectionId: connection.id, userKey, detail: 'The browser is signed in to the portal as somebody else' });
	throw new ConnectedAppsError('forbidden', `You are signed in as ${session.userKey}, but this sign-in is for ${userKey}`, { user: userKey, advice: 'Sign out on My connected apps, then open the link again as the right person' });
}

/**
 * Where a connection or the list of admitted people needs it, people sign in to the portal before they connect an app.
 * @returns the way there; `undefined` if they have, or need not
 * @throws ConnectedAppsError `forbidden` if they are signed in as somebody else, or cannot sign in
 */
export async function establishFirst(context: PortalContext, connection: Connection, userKey: UserKey, requestId: string | undefined): Promise<PortalResponse | undefined> {
	const { access, browser } = context;
	if (access.signIn.kind === 'openId' && (needsPortalSignIn(connection, userKey) || mayBeAdmittedByClaim(context, userKey))) {
		const session = await browser.session();
		if (session === undefined || !isStrong(access, session)) return await startPortalSignIn(context, { thenRequestId: requestId });
	}
	await assertEstablished(context, connection, userKey);
	return undefined;
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
