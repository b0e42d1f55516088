import { completeOpenIdSignIn, endSessionUrlOf, refuseSignedOut, startOpenIdSignIn, takeOpenIdSignIn, type OpenIdPortal } from '../connections';
import { ConnectedAppsError } from '../errors';
import { sha256, type PortalSession } from '../vault';
import { seeOther, type PortalResponse } from './http';
import { addressOf, assertMayStartUnknown, isFailure, type PortalContext } from './portal';
import { seeOtherAndTell, toldOfError } from './told';

export const OPEN_ID_CALLBACK = 'openid/callback';
export const SIGNED_OUT_PAGE = 'signed-out';

/** @throws ConnectedAppsError `forbidden` where people sign in otherwise; those of discovery */
export async function openIdPortal(context: PortalContext): Promise<OpenIdPortal> {
	const { signIn, portal, allowed, admins } = context.access;
	if (signIn.kind !== 'openId') throw new ConnectedAppsError('forbidden', 'People sign in to this portal otherwise', { advice: 'Open My connected apps' });
	return { portalId: portal.id, redirectUri: addressOf(context, OPEN_ID_CALLBACK), settings: signIn.settings, endpoints: await signIn.endpoints(), allowed, admins, fetch: context.fetch };
}

/** To the organisation's own sign-in, and back to the portal or to the request that waits. @throws ConnectedAppsError `tooManyRequests` (S33), those of `openIdPortal` and `startOpenIdSignIn` */
export async function startPortalSignIn(context: PortalContext, options: { thenRequestId?: string; asksAgain?: boolean } = {}): Promise<PortalResponse> {
	assertMayStartUnknown(context);
	const secret = context.browser.newTransactionSecret();
	const { authorizeUrl, stateHash } = await startOpenIdSignIn(context.vault, await openIdPortal(context), { browserHash: sha256(secret), returnTo: options.thenRequestId, asksAgain: options.asksAgain });
	context.browser.keepTransaction(stateHash, secret, `${context.path}/${OPEN_ID_CALLBACK}`);
	return seeOther(authorizeUrl);
}

/** `GET openid/callback`: every way out is a redirect, so that no code stays in the address (S13). */
export async function showOpenIdCallback(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, request } = context;
	let returnTo: string | undefined;
	try {
		const portal = await openIdPortal(context);
		const state = request.query.get('state') ?? '';
		const stateHash = sha256(state);
		const transaction = await takeOpenIdSignIn(vault, portal, state, browser.transactionHash(stateHash));
		returnTo = transaction.returnTo;
		browser.dropTransaction(stateHash, `${context.path}/${OPEN_ID_CALLBACK}`);
		const identity = await completeOpenIdSignIn(vault, portal, transaction, request.query);
		if (!(await browser.openSession(identity, transaction.startedAtMs ?? 0))) throw await refuseSignedOut(vault, portal, identity.userKey);
		return seeOther(returnTo === undefined ? context.portalUrl : `${addressOf(context, 'sign-in')}?request=${encodeURIComponent(returnTo)}`);
	} catch (error) {
		if (isFailure(error)) context.countFailure();
		if (!(error instanceof ConnectedAppsError) || error.code === 'clientRejected') context.logError('a sign-in to the portal could not be completed', error);
		const told = toldOfError(error, returnTo, browser.mark);
		return seeOtherAndTell(vault, addressOf(context, 'sign-in'), told.kind === 'error' ? { ...told, otherPortalAccount: true } : told);
	}
}

/** Ends the session here, and where it can be the one at the provider. */
export async function signOut(context: PortalContext): Promise<PortalResponse> {
	const session: PortalSession | undefined = await context.browser.closeSession();
	if (context.access.signIn.kind !== 'openId') return seeOther(context.portalUrl);
	const signedOutUrl = addressOf(context, SIGNED_OUT_PAGE);
	if (session === undefined) return seeOther(signedOutUrl);
	await context.vault.audit.add({ type: 'portalSignedOut', portalId: context.access.portal.id, userKey: session.userKey });
	try {
		return seeOther(endSessionUrlOf(await openIdPortal(context), { idToken: session.idToken, signedOutUrl }) ?? signedOutUrl);
	} catch (error) {
		// Signed out here they are, whether or not the provider can be asked where.
		context.logError('the provider could not be told of a sign-out', error);
		return seeOther(signedOutUrl);
	}
}

/** Origins that forms of the portal's own sign-in lead to. */
export async function openIdOrigins({ access: { signIn }, logError }: PortalContext): Promise<string[]> {
	if (signIn.kind !== 'openId') return [];
	try {
		const { authorizationUrl, endSessionUrl } = await signIn.endpoints();
		return [authorizationUrl, endSessionUrl].filter((address) => address !== undefined);
	} catch (error) {
		logError('the OpenID provider of the portal could not be asked for its endpoints', error);
		return [];
	}
}

/** What people know their organisation's sign-in by. */
export function organisationHost({ access: { signIn } }: PortalContext): string {
	return signIn.kind === 'openId' ? new URL(signIn.settings.issuer).host : '';
}
